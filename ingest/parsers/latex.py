r"""LaTeX: sections, paragraphs, lists, tables and captions; formulas as they are written.

pylatexenc parses; nothing is run or included. Macros that a file defines are not expanded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.parsers.build import Builder
from ingest.parsers.clean import decode, require_text
from ingest.parsers.latex_context import nodes_of, text_of, theorems
from ingest.parsers.spans import Cell, laid_out
from rag.errors import DocumentError
from rag.types import Parsed

_LARGEST = 16 * 1024 * 1024  # bytes; the parser makes an object of each brace
_DEEPEST = 200
_LEVELS = {
    "part": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5,
    "subparagraph": 6,
}  # fmt: skip
_CAPTIONS = frozenset(["caption", "captionof"])
_LISTS = frozenset(["itemize", "enumerate", "description"])
_TABLES = frozenset(["tabular", "tabular*", "tabularx", "longtable", "array", "tabulary"])
_CODE = frozenset(["verbatim", "lstlisting", "minted", "Verbatim", "alltt"])
_FORMULAS = re.compile(r"(?:equation|align|gather|multline|eqnarray|displaymath|math|flalign)\*?")
_SKIPPED = frozenset(["tikzpicture", "thebibliography", "filecontents", "comment", "pgfpicture"])
_SILENT = frozenset(
    """title author date label usepackage documentclass maketitle tableofcontents listoffigures
    listoftables bibliography bibliographystyle input include includegraphics newcommand
    renewcommand newtheorem def centering vspace hspace newpage clearpage pagestyle""".split()
)
_RULES = re.compile(r"\\(?:hline|toprule|midrule|bottomrule|cline\{[^}]*\}|cmidrule[^}]*\})\s*")
_COLUMN = re.compile(r"(?<!\\)&")
_SPANNED = re.compile(r"\s*\\multicolumn\s*\{\s*(\d{1,4})\s*\}")
_ROW = re.compile(r"\\\\(?:\[[^\]]*\])?|\\tabularnewline\b")
_VERBATIM = re.compile(
    rf"\\begin\{{(?:{'|'.join(map(re.escape, _CODE))})\}}(?:\[[^\]]*\]|\{{[^}}]*\}})*\n?"
    r"|\\end\{\w+\}"
)
_BLANK = re.compile(r"\n[ \t]*\n")
_PLACEHOLDER = re.compile(r"<(?:ref|cit\.|graphics)>")  # what pylatexenc puts for them
_GAP = re.compile(r"(?<=\S)[ \t]+(?=[,.;:)])")


def parse(path: Path, *, password: str | None = None) -> Parsed:
    """The readable text of a LaTeX file. `password` is not used.

    Raises:
        DocumentError: it is larger than 16 MiB, or there is no text in it.
    """
    if path.stat().st_size > _LARGEST:
        raise DocumentError(f"{path.name}: larger than {_LARGEST >> 20} MiB. Split it first.")
    source, warnings = decode(path.read_bytes())
    builder = Builder()
    builder.warnings.extend(warnings)
    source = builder.cleaner.clean(source)
    named = theorems(source)
    nodes = nodes_of(source, named)
    walk = _Walk(builder, named)
    walk.run(_document(nodes))
    walk.end()
    parsed = builder.parsed(_title(nodes), {"author": _argument(nodes, "author")})
    require_text(path, parsed.text, "Add the file that holds the text, not one that includes it.")
    return parsed


def _document(nodes: Sequence[Any]) -> Sequence[Any]:
    for node in nodes:
        if node is not None and getattr(node, "environmentname", "") == "document":
            return list(node.nodelist)
    return nodes


def _title(nodes: Sequence[Any]) -> str | None:
    return _argument(nodes, "title") or None


def _argument(nodes: Sequence[Any], name: str) -> str:
    """Text of the argument of \\title or \\author, before the document or in it."""
    for node in [*nodes, *_document(nodes)]:
        if getattr(node, "macroname", "") == name and (argument := _last_argument(node)):
            return " ".join(_plain([argument]).split())
    return ""


def _last_argument(node: Any) -> Any:
    arguments = node.nodeargd.argnlist if node.nodeargd else ()
    return next((argument for argument in reversed(arguments or ()) if argument is not None), None)


def _plain(nodes: Sequence[Any]) -> str:
    text = text_of([node for node in nodes if node is not None])
    return _GAP.sub("", _PLACEHOLDER.sub("", text))


class _Walk:
    """Goes through the nodes once and gives their blocks to a builder."""

    def __init__(self, builder: Builder, theorems: frozenset[str]) -> None:
        self._builder = builder
        self._theorems = theorems
        self._waiting: list[Any] = []

    def run(self, nodes: Sequence[Any], depth: int = 0) -> None:
        if depth > _DEEPEST:
            return
        for node in nodes:
            if node is None:
                continue
            macro = getattr(node, "macroname", "")
            environment = getattr(node, "environmentname", "")
            if macro in _LEVELS:
                self.end()
                argument = _last_argument(node)
                self._builder.add("heading", _plain([argument]) if argument else "", _LEVELS[macro])
            elif macro in _CAPTIONS:
                self.end()
                self._builder.add("caption", _plain([_last_argument(node)]))
            elif macro in _SILENT:
                continue
            elif environment:
                self._environment(node, environment, depth)
            else:
                self._inline(node)

    def end(self) -> None:
        """Ends the paragraph."""
        self._builder.add("paragraph", _plain(self._waiting).replace("\n", " "))
        self._waiting = []

    def _inline(self, node: Any) -> None:
        text = getattr(node, "chars", None)
        if text is None or not _BLANK.search(text):
            self._waiting.append(node)
            return
        pieces = _BLANK.split(text)
        for piece in pieces[:-1]:
            self._waiting.append(_characters(node, piece))
            self.end()
        self._waiting.append(_characters(node, pieces[-1]))

    def _environment(self, node: Any, name: str, depth: int) -> None:
        if _FORMULAS.fullmatch(name):
            self._waiting.append(node)  # a formula is a part of its sentence
            return
        self.end()
        if name in _LISTS:
            items = _items(node.nodelist, name, depth)
            self._builder.add("list", "\n".join(items))
        elif name in _TABLES:
            self._table(node)
        elif name in _CODE:
            self._builder.add("code", _VERBATIM.sub("", node.latex_verbatim()))
        elif name not in _SKIPPED:
            if name == "abstract":
                self._builder.add("heading", "Abstract", 2)
            if name in self._theorems and (argument := _last_argument(node)):
                self._waiting += _characters(node, "("), argument, _characters(node, ") ")
            self.run(node.nodelist, depth + 1)
            self.end()

    def _table(self, node: Any) -> None:
        rows = []
        inside = "".join(child.latex_verbatim() for child in node.nodelist if child is not None)
        for row in _ROW.split(_RULES.sub("", inside)):
            cells = []
            for cell in _COLUMN.split(row):
                spanned = _SPANNED.match(cell)
                text = " ".join(_plain(nodes_of(cell)).split())
                cells.append(Cell(text, int(spanned[1]) if spanned else 1))
            rows.append(cells)
        self._builder.add_table(laid_out([rows]))


def _characters(node: Any, text: str) -> Any:
    from pylatexenc.latexwalker import LatexCharsNode

    return LatexCharsNode(chars=text, parsing_state=node.parsing_state, pos=node.pos, len=node.len)


def _items(nodes: Sequence[Any], kind: str, depth: int) -> list[str]:
    lines: list[str] = []
    current: list[Any] = []
    nested: list[str] = []
    number = 0

    def flush() -> None:
        text = " ".join(_plain(current).split())
        if text and number:
            lines.append(f"{number}. {text}" if kind == "enumerate" else f"- {text}")
        lines.extend(nested)
        current.clear()
        nested.clear()

    for node in nodes:
        if node is None:
            continue
        if getattr(node, "macroname", "") == "item":
            flush()
            number += 1
            label = _last_argument(node)
            if label is not None:
                current.append(label)
        elif getattr(node, "environmentname", "") in _LISTS and depth < _DEEPEST:
            nested += _items(node.nodelist, node.environmentname, depth + 1)
        else:
            current.append(node)
    flush()
    return lines
