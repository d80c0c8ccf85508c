"""Rows of a PDF page: what stands side by side, tables, running headers and footers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ingest.parsers.pdf_page import GAP, Glyphs, Line
from rag.types import BlockKind

Span = tuple[int, int]

_MARKER = re.compile(
    r"(?:\[\w+\]|[•‣▪◦●○■\-–—*·✓➢]|\(?\w{1,3}[.)]|\(\w{1,3}\)|\d{1,2}(?:\.\d{1,2})*\.?)$"
)
_BEFORE_NUMBER = frozenset(["$", "€", "£", "¥", "(", "US$", "CHF"])
_AFTER_NUMBER = frozenset([")", "%", ")%", "pp", "bps"])
_NUMBER_AT_END = re.compile(r"^\d{1,4}\b|\b\d{1,4}$")
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|seite|p\.)?\s*(?:\d{1,4}|[ivxlc]{1,6})\W*(?:(?:of|von|/)\s*\d+\W*)?",
    re.IGNORECASE,
)
_HEADS = 40  # lines above a table that may be stacked heads of its columns
_LABELS = 16  # rows without cells that may follow each other inside a table
_EDGE = 3  # lines from the top and from the bottom that may be running headers and footers


@dataclass(slots=True)
class Row:
    """Lines that stand side by side, from left to right; sizes in points as displayed."""

    parts: list[Line]
    kind: BlockKind = "paragraph"
    level: int = 0
    grid: list[list[Span]] | None = None  # its cells, where the page's gaps don't tell them
    left: float = field(init=False)
    top: float = field(init=False)
    right: float = field(init=False)
    bottom: float = field(init=False)
    size: float = field(init=False)
    text: str = field(init=False)

    def __post_init__(self) -> None:
        self.left = min(part.left for part in self.parts)
        self.top = min(part.top for part in self.parts)
        self.right = max(part.right for part in self.parts)
        self.bottom = max(part.bottom for part in self.parts)
        self.size = max(part.size for part in self.parts)
        self.text = " ".join(part.text for part in self.parts)

    @property
    def page(self) -> int:
        return self.parts[0].page

    @property
    def bold(self) -> bool:
        return all(part.bold for part in self.parts)

    @property
    def mono(self) -> bool:
        return all(part.mono for part in self.parts)

    @property
    def hyphen(self) -> bool:
        return self.parts[-1].hyphen


def rows_of(page: Glyphs) -> list[Row]:
    """Rows of a page in reading order, those of tables with kind "table"."""
    rows: list[Row] = []
    for line in page.lines:
        if rows and _beside(rows[-1].parts[-1], line):
            rows[-1] = Row([*rows[-1].parts, line])
        else:
            rows.append(Row([line]))
    return _with_tables(page, rows)


def _beside(a: Line, b: Line) -> bool:
    overlap = min(a.bottom, b.bottom) - max(a.top, b.top)
    return overlap > 0.6 * min(a.bottom - a.top, b.bottom - b.top) > 0 and b.left >= a.right - 1


def cells(page: Glyphs, row: Row) -> list[list[Span]]:
    """Spans of a row's cells in the page's text.

    A cell is a list of spans, because parts that stand close together belong to one cell, as do a
    currency sign and its number.
    """
    if row.grid is not None:
        return row.grid
    joined: list[list[Span]] = []
    right = -1e9  # of the part before
    for part in row.parts:
        cuts = [part.start, *part.gaps, part.end]
        near = part.left - right < GAP * part.size
        right = part.right
        for start, end in pairwise(cuts):
            for span in _signs_apart(page.text, start, end):
                text = page.text[slice(*span)]
                before = page.text[slice(*joined[-1][-1])] if joined else ""
                if joined and (near or before in _BEFORE_NUMBER or text in _AFTER_NUMBER):
                    joined[-1].append(span)
                else:
                    joined.append([span])
                near = False
    return joined


def _signs_apart(text: str, start: int, end: int) -> list[Span]:
    """A cell without white space around it; a currency sign at its end is the next cell's."""
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end = start + len(text[start:end].rstrip())
    piece = text[start:end]
    if len(piece) > 2 and piece[-1] in "$€£¥" and piece[-2] == " ":
        stop = start + len(piece[:-1].rstrip())
        return [(start, stop), (end - 1, end)]
    return [(start, end)] if end > start else []


def _columns(page: Glyphs, row: Row) -> int:
    if len(row.parts) == 1 and not row.parts[0].gaps:
        return 1
    found = cells(page, row)
    first = page.text[slice(*found[0][0])]
    return 1 if len(found) == 2 and _MARKER.match(first) else len(found)


def _with_tables(page: Glyphs, rows: list[Row]) -> list[Row]:
    columns = [_columns(page, row) for row in rows]
    if sum(count > 1 for count in columns) < 2:
        return rows
    done: list[Row] = []
    position = 0
    while position < len(rows):
        end = _table_end(rows, columns, position)
        if sum(count > 1 for count in columns[position:end]) >= 2:
            table = _headers_above(done, rows[position:end])
            done += _table(page, table)
        else:
            end = position + 1
            done.append(rows[position])
        position = end
    return done


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
    from ingest.parsers.pdf_heads import with_heads

    return with_heads(page, [Row(sorted(x, key=lambda p: p.left), "table") for x in lined])


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


# --- running headers and footers --------------------------------------------------------------


def drop_running(pages: Sequence[Glyphs | None]) -> int:
    """Takes lines that repeat at the edges of most pages out of `pages`; how many.

    The first occurrence stays, since it may be the only place that names the document; page
    numbers go wherever they repeat.
    """
    edges = [_edges(page) if page else [] for page in pages]
    counts = Counter(key for lines in edges for key in {_key(line) for line in lines})
    used = sum(bool(lines) for lines in edges)
    # Left and right pages of a book differ, hence 0.4.
    repeated = {key for key, count in counts.items() if count >= max(3, 0.4 * used)}
    numbered = sum(_has_number(lines) for lines in edges) >= max(3, 0.6 * used)
    seen: set[str] = set()
    dropped = 0
    for page, lines in zip(pages, edges, strict=True):
        gone = set()
        for position, line in enumerate(lines):
            key = _key(line)
            if _PAGE_NUMBER.fullmatch(line.text):
                outermost = position in (0, len(lines) - 1)
                if numbered and outermost:
                    gone.add(id(line))
            elif key in repeated and key in seen:
                gone.add(id(line))
            seen.add(key)
        if page and gone:
            page.lines = [line for line in page.lines if id(line) not in gone]
            dropped += len(gone)
    return dropped


def _has_number(lines: Sequence[Line]) -> bool:
    return any(_PAGE_NUMBER.fullmatch(line.text) for line in (*lines[:1], *lines[-1:]))


def _edges(page: Glyphs) -> list[Line]:
    """The outermost lines of a page from top to bottom; of a short one those near its edges."""
    lines = sorted(page.lines, key=lambda line: line.top)
    if len(lines) > 2 * _EDGE:
        return lines[:_EDGE] + lines[-_EDGE:]
    return [line for line in lines if not 0.15 < _middle(line) / page.height < 0.85]


def _key(line: Line) -> str:
    """Equal for lines that differ in a page number at their beginning or end only."""
    return _NUMBER_AT_END.sub("#", line.text.lower())
