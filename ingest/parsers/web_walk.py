"""From a tree of HTML elements to blocks of text."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from ingest.parsers.build import Builder
from ingest.parsers.raised import raised
from ingest.parsers.spans import Cell, laid_out, spanned
from ingest.parsers.web_chrome import Chrome, is_hidden
from ingest.parsers.web_math import formula
from rag.types import BlockKind

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset({
    "address", "article", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figure", "footer", "header", "hr", "html", "legend", "li", "main", "p",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
})  # fmt: skip
_CAPTIONS = frozenset({"figcaption", "caption"})
_ALL_ROWS = 65_534  # as HTML has it
_NUMBER = re.compile(r"\s*-?[0-9]{1,9}\s*")
_WHITE = re.compile(r"\s+")


class Walk:
    """Goes through a tree once and gives its blocks to a builder, without what is `chrome`."""

    def __init__(self, builder: Builder, chrome: Chrome) -> None:
        self._builder = builder
        self._chrome = chrome
        self._line: list[str] = []
        self._term = ""  # what is defined next: it heads the paragraph that does so

    def run(self, root: HtmlElement) -> None:
        self._children(root)
        self._flush()
        self._end_term()

    def _flush(self, kind: BlockKind = "paragraph", level: int = 0) -> None:
        text = "".join(self._line)
        self._line.clear()
        if self._term and kind == "paragraph" and text.strip():
            text, self._term = f"{self._term}\n{text.strip()}", ""
        elif text.strip():
            self._end_term()
        self._builder.add(kind, text, level)

    def _end_term(self) -> None:
        self._builder.add("paragraph", self._term)
        self._term = ""

    def _define(self, element: HtmlElement) -> None:
        """A term; several in a row share what is said of them."""
        self._flush()
        before = next(element.itersiblings("*", preceding=True), None)
        if before is None or before.tag != "dt":
            self._end_term()  # of it nothing is said: "Fax", with an empty line beside it
        others, self._term = self._term, ""
        self._children(element)
        self._term = ", ".join(filter(None, (others, self._term, "".join(self._line).strip())))
        self._line.clear()

    def _children(self, element: HtmlElement) -> None:
        self._line.append(_collapsed(element.text))
        for child in element:
            self._element(child)
            self._line.append(_collapsed(child.tail))

    def _element(self, element: HtmlElement) -> None:
        tag = element.tag
        if not isinstance(tag, str) or self._is_left_out(element):
            return
        if tag == "br":
            self._line.append("\n")
        elif tag == "dt":
            self._define(element)
        elif tag in _HEADINGS:
            self._flush()
            self._children(element)
            self._flush("heading", _HEADINGS[tag])
        elif tag in ("ul", "ol"):
            self._flush()
            self._end_term()
            self._list(element)
        elif tag == "table" and _holds_data(element):
            self._flush()
            self._end_term()
            self._table(element)
        elif tag == "pre":
            self._flush()
            self._end_term()
            self._builder.add("code", element.text_content())
        elif tag in _CAPTIONS:
            self._flush()
            self._children(element)
            self._flush("caption")
        elif tag in _BLOCKS:
            self._flush()
            self._children(element)
            self._flush()
            if tag == "dl":
                self._end_term()
        elif tag == "img":
            self._line.append(element.get("alt") or "")
        elif tag == "math":
            self._line.append(formula(element))
        elif tag == "sup":
            begun = len(self._line)
            self._children(element)
            self._line[begun:] = [raised("".join(self._line[begun:]))]
        else:
            self._children(element)

    def _is_left_out(self, element: HtmlElement) -> bool:
        return self._chrome.has(element) or _is_permalink(element)

    def _list(self, element: HtmlElement) -> None:
        if self._chrome.is_menu(element):
            return
        lines: list[str] = []
        self._items(element, lines)
        self._builder.add("list", "\n".join(lines))

    def _items(self, element: HtmlElement, lines: list[str]) -> None:
        back = element.get("reversed") is not None
        among = [item for item in element if item.tag == "li"]
        step = -1 if back else 1
        number = _whole(element.get("start"), len(among) if back else 1) - step
        for item in element:
            if not isinstance(item.tag, str) or self._chrome.has(item):
                continue
            if item.tag in ("ul", "ol"):
                self._items(item, lines)
                continue
            number = _whole(item.get("value"), number + step)
            mark = f"{number}. " if element.tag == "ol" else "- "
            nested: list[HtmlElement] = []
            text = " ".join(self._text(item, nested).split())
            if text:
                lines.append(mark + text)
            for inner in nested:
                self._nested(inner, lines)

    def _nested(self, inner: HtmlElement, lines: list[str]) -> None:
        """Lists inside an item follow it; code and tables stand alone between two lists."""
        if inner.tag in ("ul", "ol"):
            self._items(inner, lines)
            return
        self._builder.add("list", "\n".join(lines))
        lines.clear()
        self._element(inner)

    def _text(self, element: HtmlElement, nested: list[HtmlElement]) -> str:
        """Visible text of an element; lists, code and tables in it are put into `nested`."""
        parts = [element.text or ""]
        for child in element:
            if isinstance(child.tag, str) and not self._is_left_out(child):
                if child.tag in ("ul", "ol", "pre", "table"):
                    nested.append(child)
                elif child.tag == "br":
                    parts.append(" ")
                elif child.tag == "img":
                    parts.append(child.get("alt") or "")
                elif child.tag == "math":
                    parts.append(formula(child))
                else:
                    gap = " " if child.tag in _BLOCKS else ""
                    text = self._text(child, nested)
                    parts += (gap, raised(text) if child.tag == "sup" else text, gap)
            parts.append(child.tail or "")
        return "".join(parts)

    def _table(self, element: HtmlElement) -> None:
        for caption in element.iterfind("caption"):
            self._builder.add("caption", self._text(caption, []))
        seen = (row for row in element.iter("tr") if not _is_unseen(row, element))
        groups = groupby(seen, key=lambda row: row.getparent())
        rows = laid_out([[self._cells(row) for row in rows] for _, rows in groups])
        self._builder.add_table(rows)

    def _cells(self, row: HtmlElement) -> list[Cell]:
        cells = [cell for cell in row if cell.tag in ("td", "th") and not is_hidden(cell)]
        in_head = all(cell.tag == "th" for cell in cells)
        return [
            Cell(self._cell(cell), _spanned(cell, "colspan"), _spanned(cell, "rowspan"), in_head)
            for cell in cells
        ]

    def _cell(self, cell: HtmlElement) -> str:
        nested: list[HtmlElement] = []
        text = self._text(cell, nested)
        return " ".join((text, *(self._text(inner, []) for inner in nested)))


def _is_permalink(element: HtmlElement) -> bool:
    """The sign beside a heading or term that links to itself and is seen under the mouse only."""
    return (
        element.tag == "a"
        and (element.get("href") or "").startswith("#")
        and element.text_content().strip() in ("¶", "§", "#", "🔗")
    )


def _is_unseen(row: HtmlElement, table: HtmlElement) -> bool:
    """Whether a row is hidden, or the part of the table that it stands in."""
    part = row.getparent()
    return is_hidden(row) or (part is not table and is_hidden(part))


def _whole(value: str | None, otherwise: int) -> int:
    """The whole number that an attribute gives; `otherwise` where it gives none."""
    return int(value) if value and _NUMBER.fullmatch(value) else otherwise


def _spanned(cell: HtmlElement, name: str) -> int:
    """Columns or rows that a cell spans; 0 says that it spans all the rows that follow."""
    return spanned((cell.get(name) or "").strip(), 1) or (_ALL_ROWS if name == "rowspan" else 1)


def _collapsed(text: str | None) -> str:
    return _WHITE.sub(" ", text) if text else ""


def _holds_data(table: HtmlElement) -> bool:
    """Rows and columns of cells, rather than a table that only lays the page out."""
    if table.get("role") in ("presentation", "none"):
        return False
    if any(inner is not table for inner in table.iter("table")):
        return False
    rows = [sum(cell.tag in ("td", "th") for cell in row) for row in table.iter("tr")]
    has_blocks = any(True for _ in table.iter("h1", "h2", "h3", "pre"))
    return max(rows, default=0) >= 2 and not has_blocks
