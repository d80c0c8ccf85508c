"""Heads of a table's columns that are stacked over several lines, put together into one row.

"Adjusted / Cost" and "Unrealized / Gains" stand over each other on the page; as lines of their own
they would read "Adjusted | Unrealized" and "Cost | Gains": no row would say what its numbers are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ingest.parsers.pdf_page import Glyphs
from ingest.parsers.pdf_rows import Row, Span, cells

_MOST = 8  # lines of a head
_LOOKED_AT = 12  # rows below it that say where the columns are
_VALUE = re.compile(r"[($€£¥\s–—-]*(?:\d[\d,.]*[\s)%x]*|[–—-])")
TIGHT = 0.9  # of the usual step from row to row
_YEAR = re.compile(r"(?:19|20)\d\d")

Column = tuple[float, float]


def with_heads(page: Glyphs, rows: list[Row]) -> list[Row]:
    """The rows of a table, its stacked heads as one row; as they are where that is not certain."""
    first = next((i for i, row in enumerate(rows) if _is_data(page, row)), len(rows))
    if not 2 <= first <= _MOST or first == len(rows):
        return rows
    columns = _columns(page, rows[first : first + _LOOKED_AT])
    if len(columns) < 2:
        return rows
    start, full = first, 0
    stacks: list[list[Span]] = [[] for _ in range(len(columns) + 1)]
    while start > 0:
        placed = _placed(page, rows[start - 1], columns)
        if placed is None:
            break
        full += len(placed) == len(stacks)
        if full > 1 and not _is_tight(rows, start, first):
            return rows  # two with a label and a cell in each column: rows of words, no head
        for column, spans in placed:
            stacks[column][:0] = spans
        start -= 1
    if first - start < 2 or sum(map(bool, stacks[1:])) < len(columns):
        return rows
    head = Row([part for row in rows[start:first] for part in row.parts], "table")
    head.grid = [stack for stack in stacks if stack]
    return [*rows[:start], head, *rows[first:]]


def _is_tight(rows: Sequence[Row], row: int, first: int) -> bool:
    """Do a row and the one above it stand closer than the rows from `first` on do?"""
    steps = [b.top - a.top for a, b in pairwise(rows[first : first + _LOOKED_AT])]
    return bool(steps) and rows[row].top - rows[row - 1].top < TIGHT * median(steps)


def _is_data(page: Glyphs, row: Row) -> bool:
    """A row with values: not one of names, nor of years."""
    texts = [_text(page, cell) for cell in cells(page, row)][1:]
    values = [text for text in texts if _VALUE.fullmatch(text) and not _YEAR.fullmatch(text)]
    return len(texts) > 0 and 2 * len(values) >= len(texts)


def _text(page: Glyphs, cell: Sequence[Span]) -> str:
    return " ".join(page.text[slice(*span)] for span in cell)


def _columns(page: Glyphs, rows: Sequence[Row]) -> list[Column]:
    """Left and right of the columns of values, by the rows with the most cells."""
    found = [[_extent(page, cell) for cell in cells(page, row)] for row in rows]
    most = max(map(len, found))
    alike = [row for row in found if len(row) == most]
    return [
        (min(row[i][0] for row in alike), max(row[i][1] for row in alike)) for i in range(1, most)
    ]


def _extent(page: Glyphs, cell: Sequence[Span]) -> Column:
    boxes = page.boxes[cell[0][0] : cell[-1][1]]
    solid = boxes[boxes[:, 2] > boxes[:, 0]]
    return (float(solid[:, 0].min()), float(solid[:, 2].max())) if len(solid) else (0.0, 0.0)


def _placed(
    page: Glyphs, row: Row, columns: Sequence[Column]
) -> list[tuple[int, list[Span]]] | None:
    """The cells of a row of heads with their columns (0 for the labels); None if one spans two."""
    found: list[tuple[int, list[Span]]] = []
    for cell in cells(page, row):
        left, right = _extent(page, cell)
        over = [i for i, (a, b) in enumerate(columns, 1) if left < b and right > a]
        inside = [i for i in over if left < sum(columns[i - 1]) / 2 < right]
        if len(inside) > 1 or (len(over) > 1 and not inside):
            return None
        if inside or over:
            found.append(((inside or over)[0], cell))
        elif right < columns[0][0]:
            found.append((0, cell))
        else:
            return None
    numbers = [column for column, _ in found]
    return found if len(set(numbers)) == len(numbers) else None
