"""Tables of a PDF page, told from rows whose cells stand under each other."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.parsers.pdf_heads import with_heads
from ingest.parsers.pdf_page import Glyphs, Line
from ingest.parsers.pdf_rows import ENDS, Row, Span, cells, side_by_side

_MARKER = re.compile(
    r"(?:\[\w+\]|[•‣▪◦●○■\-–—*·✓➢]|\(?\w{1,3}[.)]|\(\w{1,3}\)|\d{1,2}(?:\.\d{1,2})*\.?)$"
)
_HEADS = 40  # lines above a table that may be stacked heads of its columns
ALIGNED = 2.0  # points within which things begin at one column
_LABELS = 16  # rows without cells that may follow each other inside a table


def rows_of(page: Glyphs) -> list[Row]:
    """Rows of a page in reading order, those of tables with kind "table"."""
    rows = side_by_side(page)
    columns = [_columns(page, row) for row in rows]
    for i in range(1, len(rows)):
        if columns[i] == 1 < columns[i - 1]:
            columns[i] = len(_cut_like(page, rows[i], rows[i - 1]) or [[]])
    if sum(count > 1 for count in columns) < 2:
        return rows
    done: list[Row] = []
    position = 0
    while position < len(rows):
        end = _table_end(rows, columns, position)
        several = sum(count > 1 for count in columns[position:end]) >= 2
        if several and not _goes_on(page, done[-1:], rows[position:end]):
            table = _headers_above(done, rows[position:end])
            done += _table(page, table)
        else:
            end = position + 1
            done.append(rows[position])
        position = end
    return done


def _goes_on(page: Glyphs, above: list[Row], rows: list[Row]) -> bool:
    """Are rows, flush on both sides as the line `above` them, the rest of its sentence? Where few
    words fill a line, the gaps between them are as wide as those between columns."""
    if not above or above[0].kind != "paragraph" or ENDS.search(above[0].text):
        return False
    a = above[0]
    near = rows[0].top - a.bottom < 0.8 * a.size and rows[0].text[:1].islower()
    flush = all(
        abs(row.left - a.left) < ALIGNED
        and abs(row.right - a.right) < ALIGNED
        and abs(row.size - a.size) < 0.5
        for row in rows[:-1]
    )
    told = (
        page.text[start:end] for row in rows for cell in cells(page, row) for start, end in cell
    )
    return near and flush and all(any(map(str.isalpha, text)) for text in told)


def _columns(page: Glyphs, row: Row) -> int:
    if len(row.parts) == 1 and not row.parts[0].gaps:
        return 1
    found = cells(page, row)
    first = page.text[slice(*found[0][0])]
    return 1 if len(found) == 2 and _MARKER.match(first) else len(found)


def _table_end(rows: list[Row], columns: list[int], start: int) -> int:
    """End of the table that starts at a row; short rows, as labels are, may lie inside it."""
    if columns[start] < 2:
        return start
    end = start + 1
    width = rows[start].right - rows[start].left
    for position in range(start + 1, len(rows)):
        above, row = rows[position - 1], rows[position]
        size = max(row.size, 4)
        falls = above.top - 0.5 * size <= row.top <= above.bottom + 3 * size
        beside = row.left > above.right and above.top - 4 * size <= row.top < above.top
        if not (falls or beside):
            break
        if columns[position] > 1:
            end = position + 1
            width = max(width, row.right - row.left)
        elif position - end >= _LABELS or row.right > max(rows[start].left, row.left + 0.7 * width):
            break
    return end


def _headers_above(done: list[Row], table: list[Row]) -> list[Row]:
    """The table with the short rows right above it, if one of them heads a column of values.

    They are taken out of `done`. Titles are centred, heads of columns stand further right.
    """
    left = min(row.left for row in table)
    width = max(row.right for row in table) - left
    top, first = table[0].top, len(done)
    for position in range(len(done) - 1, max(-1, len(done) - _HEADS), -1):
        row = done[position]
        if row.kind == "table" or row.right - row.left > 0.7 * width:
            break
        # Heads that are stacked come column by column: the next begins lower than the last ended.
        if not -6 * row.size < top - row.bottom < 2 * row.size or row.left < left - 2:
            break
        beside = first < len(done) and row.bottom > top + 1 and row.left > left + 0.1 * width
        top = min(top, row.top)
        if beside or (row.left + row.right) / 2 > left + 0.55 * width:
            first = position
    headers = done[first:]
    del done[first:]
    return headers + table


def _table(page: Glyphs, rows: list[Row]) -> list[Row]:
    """The rows of a table as they look: parts at one height belong to one row."""
    if _is_columns(page, rows):
        return _by_column(page, rows)
    parts = sorted((part for row in rows for part in row.parts), key=_middle)
    lined: list[list[Line]] = []
    for part in parts:
        height = part.bottom - part.top
        if lined and _middle(part) - _middle(lined[-1][0]) < 0.5 * height:
            lined[-1].append(part)
        else:
            lined.append([part])
    table = [Row(sorted(x, key=lambda p: p.left), "table") for x in lined]
    _cut_at_columns(page, table)
    return with_heads(page, table)


def _cut_at_columns(page: Glyphs, rows: list[Row]) -> None:
    """Cuts rows that have fewer cells than the one above or below, where its columns begin.

    The widest cell of a column may come so near to the next one that only this tells them apart.
    """
    down = range(len(rows))
    for i in (*down, *reversed(down)):  # a row that was cut tells the next one
        row, mine = rows[i], cells(page, rows[i])
        for other in rows[max(0, i - 1) : i] + rows[i + 1 : i + 2]:
            if len(cells(page, other)) > len(mine) and (cut := _cut_like(page, row, other)):
                row.grid = cut
                break


def _cut_like(page: Glyphs, row: Row, other: Row) -> list[list[Span]] | None:
    """The cells of a row cut where those of another begin; None where that does not come out."""
    over = cells(page, other)
    edges = [float(page.boxes[cell[0][0], 0]) for cell in over]
    cut = [piece for cell in cells(page, row) for piece in _cut_cell(page, cell, edges)]
    return cut if len(cut) == len(over) and abs(row.left - other.left) < ALIGNED else None


def _cut_cell(page: Glyphs, cell: list[Span], edges: list[float]) -> list[list[Span]]:
    pieces: list[list[Span]] = [[]]
    for start, end in cell:
        for at in range(start + 1, end):
            begins = page.text[at - 1].isspace() and not page.text[at].isspace()
            left = float(page.boxes[at, 0])
            if begins and any(abs(left - edge) < ALIGNED for edge in edges):
                pieces[-1].append((start, start + len(page.text[start:at].rstrip())))
                pieces.append([])
                start = at
        pieces[-1].append((start, end))
    return pieces


def _middle(line: Line) -> float:
    return (line.top + line.bottom) / 2


def _is_columns(page: Glyphs, rows: list[Row]) -> bool:
    """Two columns of prose that the file gives line by line across the page."""
    found = [cells(page, row) for row in rows]
    pairs = [pair for pair in found if len(pair) == 2]
    if len(pairs) < 6 or len(pairs) < 0.7 * len(found):
        return False
    letters = [sum(end - start for start, end in cell) for pair in pairs for cell in pair]
    return sorted(letters)[len(letters) // 4] > 25


def _by_column(page: Glyphs, rows: list[Row]) -> list[Row]:
    left: list[Row] = []
    right: list[Row] = []
    for row in rows:
        found = cells(page, row)
        if len(found) != 2 or len(row.parts) > 2:
            left.append(row)
            continue
        for side, cell in zip((left, right), found, strict=True):
            side.append(Row([_cut(page, row, cell)]))
    return left + right


def _cut(page: Glyphs, row: Row, cell: list[Span]) -> Line:
    """One cell as a line of its own."""
    start, end = cell[0][0], cell[-1][1]
    part = next(part for part in row.parts if part.start <= start < part.end)
    boxes = page.boxes[start:end]
    solid = boxes[boxes[:, 2] > boxes[:, 0]]
    left, right = float(solid[:, 0].min()), float(solid[:, 2].max())
    line = replace(part, start=start, end=end, left=left, right=right, gaps=())
    line.text, line.hyphen = page.text[start:end], part.hyphen and end == part.end
    return line
