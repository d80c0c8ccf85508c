"""Markdown to readable text: link targets, emphasis and other marks go, structure stays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.parsers.build import Builder
from ingest.parsers.front_matter import front_matter, said_fields, without_generator_marks
from ingest.parsers.notes import without_note_marks
from ingest.parsers.raised import raised
from ingest.parsers.web import build_fragment
from rag.text import FIELD

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

_RAISED = re.compile(r"<(/?)sup\b", re.IGNORECASE)
_FIELD = re.compile(FIELD)
_SOFT = "\r"  # no such sign is in a source
_CELL_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def build(source: str, builder: Builder) -> tuple[str | None, dict[str, str]]:
    """Adds the blocks of a Markdown source to `builder`; its title and metadata."""
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

    fields = without_note_marks(said_fields(source))
    title, metadata, source = front_matter(source)
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    source = without_note_marks(without_generator_marks(source))
    tree = SyntaxTreeNode(markdown.parse(source))
    if all(node.type == "html_block" for node in tree.children):
        # Pages of documentation sites often are nothing but front matter.
        builder.add("heading", title or "", 1)
        builder.add("paragraph", metadata.get("description", ""))
    builder.add("list", fields)
    for node in tree.children:
        _block(node, builder)
    return title, metadata


def _block(node: SyntaxTreeNode, builder: Builder) -> None:
    match node.type:
        case "heading":
            builder.add("heading", _inline(node), int(node.tag[1:]))
        case "paragraph":
            builder.add("paragraph", _lines(_inline(node, _SOFT)))
        case "bullet_list" | "ordered_list":
            _list(node, builder)
        case "table":
            rows = [row for part in node.children for row in part.children]
            builder.add_table([[_inline(cell) for cell in row.children] for row in rows])
        case "fence" | "code_block":
            builder.add("code", node.content)
        case "html_block":
            _html(node.content, builder)
        case _:
            for child in node.children:
                _block(child, builder)


def _list(node: SyntaxTreeNode, builder: Builder) -> None:
    """A list as one block, a line for each item; code and tables inside it stand alone."""
    lines: list[str] = []
    _items(node, 0, lines, builder)
    builder.add("list", "\n".join(lines))


def _items(node: SyntaxTreeNode, depth: int, lines: list[str], builder: Builder) -> None:
    number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
    for index, item in enumerate(node.children):
        mark = f"{number + index}. " if number else "- "
        for child in item.children:
            if child.type in ("bullet_list", "ordered_list"):
                _items(child, depth + 1, lines, builder)
            elif child.type == "paragraph":
                lines.append(mark + _inline(child).replace("\n", " "))
                mark = ""
            else:
                builder.add("list", "\n".join(lines))
                lines.clear()
                _block(child, builder)


def _lines(text: str) -> str:
    """A paragraph without its soft breaks, or with them as lines where it is a form, in which each
    line fills in a label: "Datum: 3. Mai", "Ort: Saal"."""
    lines = text.split(_SOFT)
    filled = sum(_FIELD.match(line) is not None for line in lines)
    return ("\n" if filled > 1 else " ").join(lines)


def _inline(node: SyntaxTreeNode, soft: str = " ") -> str:
    """Text of a node: labels of links, alternative texts of images, contents of code; `soft` stands
    for the breaks of lines that are none to Markdown."""
    parts: list[str] = []
    begun: int | None = None  # where a raised part has
    for child in node.walk():
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(soft)
        elif child.type == "hardbreak" or (
            child.type == "html_inline" and _CELL_BREAK.match(child.content)
        ):
            parts.append("\n")
        elif child.type == "html_inline" and (tag := _RAISED.match(child.content)):
            if tag[1] and begun is not None:
                parts[begun:] = [raised("".join(parts[begun:]))]
            begun = None if tag[1] else len(parts)
    return "".join(parts)


def _html(content: str, builder: Builder) -> None:
    build_fragment(content, builder)
