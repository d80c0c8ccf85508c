"""Tables of Word documents: cells that span columns and rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ingest.parsers.spans import Cell, laid_out, said_below, spanned

if TYPE_CHECKING:
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def rows_of(table: _Element, text: Callable[[_Element], str]) -> list[list[str]]:
    """The rows of a table, each text below the head of its column; `text` reads a paragraph.

    A cell that goes on from the row above says again what that one says, if that is short and no
    head.
    """
    rows: list[list[Cell]] = []
    above: dict[int, str] = {}  # column: what a cell that goes on there says
    for row in _within(table, f"{_W}tr", f"{_W}tbl"):
        cells: list[Cell] = []
        at = _number(row, "trPr", "gridBefore", 0)
        if at:
            cells.append(Cell("", at))
        for cell in _within(row, f"{_W}tc", f"{_W}tbl"):
            columns = _number(cell, "tcPr", "gridSpan", 1)
            merged = cell.find(f"{_W}tcPr/{_W}vMerge")
            if merged is not None and merged.get(f"{_W}val") != "restart":
                cells.append(Cell(above.get(at, ""), columns))
            else:
                said = " ".join(text(paragraph) for paragraph in cell.iter(f"{_W}p"))
                above[at] = said_below(said) if rows else ""
                cells.append(Cell(said, columns))
            at += columns
        rows.append(cells)
    return laid_out([rows])


def _number(element: _Element, properties: str, name: str, least: int) -> int:
    found = element.find(f"{_W}{properties}/{_W}{name}")
    value = (found.get(f"{_W}val") or "") if found is not None else ""
    return max(spanned(value, least), least)


def _within(element: _Element, wanted: str, border: str) -> Iterator[_Element]:
    """Descendants with tag `wanted` that no `border` element (a nested table) separates."""
    for child in element:
        if child.tag == wanted:
            yield child
        elif child.tag != border:
            yield from _within(child, wanted, border)
