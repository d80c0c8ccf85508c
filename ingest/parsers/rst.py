"""reStructuredText, by docutils, which reads no other file and runs nothing here.

Directives and roles of Sphinx are unknown to docutils; their text is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest.parsers.build import Builder
from ingest.parsers.clean import decode, require_text
from ingest.parsers.raised import raised
from rag.types import Parsed

_SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 6,
    "warning_stream": False,
    "_disable_config": True,
    "line_length_limit": 1_000_000,
    "smart_quotes": False,
}
_SKIPPED = frozenset(
    ["comment", "system_message", "target", "substitution_definition", "raw", "meta", "problematic"]
)
_TEXTS = frozenset(["paragraph", "attribution", "term", "field_name", "line", "rubric"])
_DOMAIN_CODE = frozenset(["code-block", "sourcecode", "literalinclude", "parsed-literal", "prompt"])
_NO_TEXT = frozenset(["toctree", "image", "include", "raw", "index", "only", "contents"])


def parse(path: Path, *, password: str | None = None) -> Parsed:
    """The readable text of a reStructuredText file. `password` is not used.

    Raises:
        DocumentError: there is no text in the file.
    """
    from docutils import nodes
    from docutils.core import publish_doctree

    source, warnings = decode(path.read_bytes())
    builder = Builder()
    builder.warnings.extend(warnings)
    with _sphinx():
        tree = publish_doctree(builder.cleaner.clean(source), settings_overrides=dict(_SETTINGS))
    for above in list(tree.findall(nodes.superscript)):
        above.replace_self(nodes.Text(raised(above.astext())))
    _walk(tree, builder, 1 if tree.get("title") or _has_title(tree) else 0)
    parsed = builder.parsed(tree.get("title"))
    require_text(path, parsed.text, "Add a file with text in it.")
    return parsed


def _has_title(tree: Any) -> bool:
    return any(child.tagname == "title" for child in tree.children)


def _walk(node: Any, builder: Builder, level: int) -> None:
    for child in node.children:
        tag = child.tagname
        if tag in _SKIPPED or tag == "#text":
            continue
        if tag in ("title", "subtitle"):
            builder.add("heading", child.astext(), min(max(level, 1), 6))
        elif tag == "section":
            _walk(child, builder, level + 1)
        elif tag in ("literal_block", "doctest_block", "math_block"):
            builder.add("code", child.astext())
        elif tag in ("bullet_list", "enumerated_list", "field_list", "option_list"):
            lines: list[str] = []
            _items(child, lines, builder, 0)
            builder.add("list", "\n".join(lines))
        elif tag == "definition_list_item":
            _definition(child, builder, level)
        elif tag == "table":
            _table(child, builder)
        elif tag == "caption":
            builder.add("caption", child.astext())
        elif tag == "image":
            builder.add("caption", child.get("alt", ""))
        elif tag in _TEXTS:
            builder.add("paragraph", child.astext().replace("\n", " "))
        else:
            _walk(child, builder, level)


def _definition(node: Any, builder: Builder, level: int) -> None:
    """A term heads the paragraph that defines it."""
    *terms, body = node.children
    head = ", ".join(" ".join(term.astext().split()) for term in terms)
    first, *rest = body.children or [None]
    if first is not None and first.tagname == "paragraph":
        builder.add("paragraph", f"{head}\n{first.astext().replace(chr(10), ' ')}")
        body.children = rest
    else:
        builder.add("paragraph", head)
    _walk(body, builder, level)


def _items(node: Any, lines: list[str], builder: Builder, depth: int) -> None:
    number = int(node.get("start", 1)) if node.tagname == "enumerated_list" else 0
    for index, item in enumerate(node.children):
        mark = f"{number + index}. " if number else "- "
        for child in _parts(item):
            if child.tagname in ("bullet_list", "enumerated_list"):
                _items(child, lines, builder, depth + 1)
            elif child.tagname in ("literal_block", "table"):
                builder.add("list", "\n".join(lines))
                lines.clear()
                if child.tagname == "table":
                    _table(child, builder)
                else:
                    builder.add("code", child.astext())
            elif child.tagname not in _SKIPPED:
                text = " ".join(child.astext().split())
                lines.append(f"{mark}{text}" if text else "")
                mark = ""


def _parts(item: Any) -> list[Any]:
    """What an item consists of; what stands beside the name of a field is no single paragraph."""
    bodies = ("field_body", "description")
    return [
        part
        for child in item.children
        for part in (child.children if child.tagname in bodies else [child])
    ]


def _table(node: Any, builder: Builder) -> None:
    rows = []
    for child in node.findall():
        if child.tagname == "title":
            builder.add("caption", child.astext())
        elif child.tagname == "row":
            rows.append([entry.astext() for entry in child.children])
    builder.add_table(rows)


class _sphinx:
    """While a file is parsed, every directive and role that is unknown keeps its text."""

    def __enter__(self) -> None:
        from docutils.parsers.rst import directives, roles

        self._directive, self._role = directives.directive, roles.role
        known_directive, known_role = self._directive, self._role

        def directive(name: str, language: Any, document: Any) -> Any:
            found, messages = known_directive(name, language, document)
            usable = found is not None and name not in ("include", "raw", "code-block")
            return (found, messages) if usable else (_keeping(name), [])

        def role(name: str, language: Any, line: int, reporter: Any) -> Any:
            found, messages = known_role(name, language, line, reporter)
            return (found, messages) if found is not None else (_text_of_role, [])

        directives.directive, roles.role = directive, role

    def __exit__(self, *_: object) -> None:
        from docutils.parsers.rst import directives, roles

        directives.directive, roles.role = self._directive, self._role


def _text_of_role(
    name: str, rawtext: str, text: str, line: int, inliner: Any, *_: Any, **__: Any
) -> tuple[list[Any], list[Any]]:
    """:ref:`the label <target>` reads "the label"."""
    from docutils import nodes

    label = text.partition("<")[0].strip() if text.endswith(">") else text
    return [nodes.Text(label.lstrip("~!") or text)], []


def _keeping(name: str) -> Callable[..., Any]:
    from docutils import nodes
    from docutils.parsers.rst import Directive
    from docutils.statemachine import StringList

    class Keeping(Directive):  # type: ignore[misc]
        """Reads what it holds as text; the argument of most is a title."""

        has_content = True
        optional_arguments = 1
        final_argument_whitespace = True
        option_spec = _AnyOption()

        def run(self) -> list[Any]:
            if name in _NO_TEXT:
                return []
            text = "\n".join(self.content)
            if name in _DOMAIN_CODE:
                return [nodes.literal_block(text, text)]
            inner = nodes.Element()
            for lines in (StringList(self.arguments[0].split("\n") if self.arguments else []),
                          self.content):  # fmt: skip
                self.state.nested_parse(lines, self.content_offset, inner)
            return list(inner.children)

    return Keeping


class _AnyOption(dict[str, Any]):
    """Says yes to every option."""

    def __bool__(self) -> bool:
        return True

    def __contains__(self, key: object) -> bool:
        return True

    def __getitem__(self, key: str) -> Callable[[Any], Any]:
        return lambda argument: argument
