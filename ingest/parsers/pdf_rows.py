"""Rows of a PDF page: the lines that stand side by side, and the cells they fall into."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.parsers.pdf_page import GAP, Glyphs, Line
from rag.types import BlockKind

Span = tuple[int, int]

CAPTION = re.compile(
    r"(?:Figure|FIGURE|Fig\.|FIG\.|Table|TABLE|Abbildung|Tabelle|Tableau)\s+\w{1,5}\s*[.:]\s"
)
ITEM = re.compile(r"(?:[•‣▪◦●○■✓➢]|[-–—*·]\s|\(?\d{1,2}[.)]\s|\(?[a-z][.)]\s|\([ivx]+\)\s)")
# A row at the end of a sentence, marks of footnotes included.
ENDS = re.compile(r"[.!?:;。！？：][\"'”’)\]]*(?:\[?\d{0,3}\]?|[⁰¹²³⁴-⁹⁽⁾][⁰¹²³⁴-⁹⁽⁾,]*)$")
_BEFORE_NUMBER = frozenset(["$", "€", "£", "¥", "(", "US$", "CHF"])
_AFTER_NUMBER = frozenset([")", "%", ")%", "pp", "bps"])


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


def side_by_side(page: Glyphs) -> list[Row]:
    """The lines of a page in reading order, those at one height as one row."""
    rows: list[Row] = []
    for line in page.lines:
        if rows and _beside(rows[-1].parts[-1], line):
            rows[-1] = Row([*rows[-1].parts, line])
        else:
            rows.append(Row([line]))
    return rows


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
