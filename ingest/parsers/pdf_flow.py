"""From rows of PDF pages to one text: paragraphs joined, hyphenation mended, headings found."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from ingest.parsers.pdf_floats import rejoined
from ingest.parsers.pdf_hyphens import counted, mended
from ingest.parsers.pdf_page import Glyphs
from ingest.parsers.pdf_rows import CAPTION, ENDS, ITEM, Row, cells
from rag.text import FIELD
from rag.types import Block, Page

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BULLET = re.compile(r"[•‣▪◦●○■✓➢]")
_FIELD = re.compile(FIELD)
_REFERENCE = re.compile(r"\[\w{1,8}\]\s")
_NOTE = re.compile(r"[⁰¹²³⁴-⁹*†‡§¶]")  # the mark of a note at its beginning
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef\u3000-\u303f]")


@dataclass(slots=True)
class Flow:
    """The text of a whole PDF with its blocks and pages."""

    text: str
    blocks: list[Block]
    pages: list[Page]


def flow(pages: Sequence[Glyphs | None], rows: Sequence[Row]) -> Flow:
    """Joins rows, in reading order, into blocks. A page that failed is None and stays empty."""
    words = counted(rows)
    rows, joints, held = rejoined(rows, _joints(rows, words))
    for position in held:
        joints[position - 1] = _within(rows[position - 1], rows[position], words)
    return _Writer(pages).write(rows, joints)


# --- what stands between two rows -----------------------------------------------------------------


def _joints(rows: Sequence[Row], words: Counter[str]) -> list[str]:
    """For each row but the first, what separates it from the one before.

    "\\n\\n" begins a block, "\\n" a line, " " and "" go on; "-" goes on and drops a hyphen.
    """
    pitch = _usual_pitch(rows)
    joints = []
    first, widest = 0, 0.0  # of the block: its first row, and the widest step down in it
    for position in range(1, len(rows)):
        joint = _joint(rows, first, position, pitch, widest)
        a, b = rows[position - 1], rows[position]
        joints.append(_within(a, b, words) if joint == " " else joint)
        first, widest = (position, 0.0) if joint == "\n\n" else (first, max(widest, b.top - a.top))
    return joints


def _within(a: Row, b: Row, words: Counter[str]) -> str:
    """What stands between two lines of one sentence."""
    if a.hyphen:
        return mended(a.text, b.text, words)
    return "" if _UNSPACED.match(a.text[-1]) and _UNSPACED.match(b.text) else " "


def _joint(rows: Sequence[Row], first: int, position: int, pitch: float, widest: float) -> str:
    a, b = rows[position - 1], rows[position]
    if a.hyphen and _NOTE.match(b.text):
        return "\n\n"  # a note below the column whose last line ends in the middle of a word
    if a.kind != b.kind:
        return " " if _goes_on(a, b) and {a.kind, b.kind} <= {"paragraph", "list"} else "\n\n"
    if a.kind == "table":
        return "\n" if a.page == b.page and _follows(a, b, 4 * b.size) else "\n\n"
    if a.kind == "code":
        return "\n" if a.page == b.page and _follows(a, b, 1.5 * b.size) else "\n\n"
    if a.kind == "heading":
        same = a.level == b.level and abs(a.size - b.size) < 0.5 and a.bold == b.bold
        return " " if same and _follows(a, b, 0.8 * b.size) else "\n\n"
    if a.page != b.page or b.top < a.top - 0.5 * a.size:
        goes_on = _goes_on(a, b) or _is_full(rows, first, position)
        goes_on = goes_on and not CAPTION.match(rows[first].text)  # it stands in one place
        return " " if goes_on else "\n\n"
    if abs(a.size - b.size) > 0.12 * max(a.size, b.size) and not a.hyphen:
        return "\n\n"
    if _begins_item(rows, first, position):
        return "\n" if ITEM.match(rows[first].text) and _follows(a, b, pitch * 2) else "\n\n"
    if _FIELD.match(a.text) and _FIELD.match(b.text) and _follows(a, b, pitch):
        return "\n"
    # Raised and lowered characters widen the gap inside a paragraph; a full line that ends no
    # sentence has to be far above the next to end a paragraph.
    wide = 1.3 if ENDS.search(a.text) or a.right < b.right - 0.1 * (b.right - b.left) else 1.8
    if b.top - a.top > wide * (widest or _first_pitch(b, pitch)):
        return "\n\n"
    return "\n\n" if _is_new_paragraph(rows, first, position) else " "


def _begins_item(rows: Sequence[Row], first: int, position: int) -> bool:
    """Does a row begin an item of a list, and not only with what may be a mark?

    A full line may be followed by "2. May", but not by a bullet, nor, below an item with such a
    mark, by another one right under it.
    """
    a, b, item = rows[position - 1], rows[position], rows[first]
    if not ITEM.match(b.text):
        return False
    if _BULLET.match(b.text) or ENDS.search(a.text) or a.right < b.right or b.left != a.left:
        return True
    opens = ITEM.match(item.text) is not None and abs(item.left - b.left) < item.size / 2
    return opens and item.text[0].isdigit() == b.text[0].isdigit()


def _follows(a: Row, b: Row, gap: float) -> bool:
    """b stands below a, no further than `gap` points."""
    return -0.5 * a.size <= b.top - a.bottom + 0.3 * a.size <= gap


def _goes_on(a: Row, b: Row) -> bool:
    """A sentence of a's goes on in b, in the next column or on the next page."""
    if abs(a.size - b.size) > 0.06 * max(a.size, b.size) or CAPTION.match(b.text):
        return False
    if a.hyphen:
        return not b.text[:1].isupper()
    return not ENDS.search(a.text) and b.text[:1].islower()


def _is_full(rows: Sequence[Row], first: int, position: int) -> bool:
    """The last line of a block is as long as those above it and ends no sentence."""
    a, b = rows[position - 1], rows[position]
    if position - first < 2 or ENDS.search(a.text) or a.kind != "paragraph":
        return False
    if ITEM.match(b.text) or CAPTION.match(b.text) or abs(a.size - b.size) > 0.06 * a.size:
        return False
    right = max(row.right for row in rows[first:position] if row.page == a.page)
    return a.right > right - 0.02 * (right - a.left)


def _usual_pitch(rows: Sequence[Row]) -> float:
    """Median distance from line to line, in points."""
    found = [
        b.top - a.top
        for a, b in itertools.pairwise(rows)
        if a.page == b.page and 0 < b.top - a.top < 3 * max(a.size, 4)
    ]
    return median(found) if found else 12.0


def _first_pitch(row: Row, pitch: float) -> float:
    """What its size of type lets expect of a row, where its block tells nothing."""
    return max(pitch, 1.05 * row.size) if row.size < 1.3 * pitch else pitch


def _is_new_paragraph(rows: Sequence[Row], first: int, position: int) -> bool:
    """By indentation, or by a line that ends early, after the end of a sentence."""
    a, b = rows[position - 1], rows[position]
    if _REFERENCE.match(b.text) and _REFERENCE.match(rows[first].text):
        return True
    if not ENDS.search(a.text):
        return False
    step = b.left - a.left
    indented = step > 0.8 * b.size and not _hanging(rows, first, position)
    outdented = step < -0.8 * b.size and _hanging(rows, first, position)
    width = max(b.right, a.right) - min(a.left, b.left)
    short = max(b.right, *(row.right for row in rows[first:position])) - a.right > 0.15 * width
    return indented or outdented or (short and step > -0.8 * b.size)


def _hanging(rows: Sequence[Row], first: int, position: int) -> bool:
    """All lines of the block but its first are indented, or it has one line and is an item."""
    if position - first < 2:
        return ITEM.match(rows[first].text) is not None
    return rows[position - 1].left > rows[first].left + 0.5 * rows[first].size


# --- the text -----------------------------------------------------------------------------------


class _Writer:
    """Writes rows one after the other and keeps a box for every character."""

    def __init__(self, pages: Sequence[Glyphs | None]) -> None:
        self._glyphs = pages
        self._text: list[str] = []
        self._length = 0
        self._boxes: list[NDArray[np.float32]] = []  # of the page being written
        self._page_start = 0
        self._pages: list[Page] = []
        self._blocks: list[Block] = []

    def write(self, rows: Sequence[Row], joints: Sequence[str]) -> Flow:
        start, first = 0, rows[0] if rows else None
        for row, joint in zip(rows, ["", *joints][: len(rows)], strict=True):
            if joint == "\n\n" and first:
                self._end_block(start, first)
            self._put_joint(joint)
            while len(self._pages) < row.page:
                self._end_page()
            if joint == "\n\n" or row is first:
                start, first = self._length, row
            self._put_row(row)
        if first:
            self._end_block(start, first)
        while len(self._pages) < len(self._glyphs):
            self._end_page()
        return Flow("".join(self._text), self._blocks, self._pages)

    def _put(self, text: str, boxes: NDArray[np.float32] | None = None) -> None:
        self._text.append(text)
        self._length += len(text)
        self._boxes.append(np.zeros((len(text), 4), np.float32) if boxes is None else boxes)

    def _put_joint(self, joint: str) -> None:
        if joint != "-":
            self._put(joint)
            return
        self._text[-1] = self._text[-1][:-1]
        self._boxes[-1] = self._boxes[-1][:-1]
        self._length -= 1

    def _put_row(self, row: Row) -> None:
        page = self._glyphs[row.page]
        if page is None:
            return
        if row.kind == "table":
            for index, cell in enumerate(cells(page, row)):
                self._put(" | " if index else "")
                for number, (start, end) in enumerate(cell):
                    self._put(" " if number else "")
                    self._put(page.text[start:end], page.boxes[start:end])
            return
        for index, part in enumerate(row.parts):
            self._put(" " if index else "")
            self._put(page.text[part.start : part.end], page.boxes[part.start : part.end])

    def _end_block(self, start: int, first: Row) -> None:
        kind = first.kind
        if kind == "paragraph" and CAPTION.match(first.text):
            kind = "caption"
        elif kind == "paragraph" and ITEM.match(first.text):
            kind = "list"
        self._blocks.append(Block(start, self._length, kind, first.level))

    def _end_page(self) -> None:
        glyphs = self._glyphs[len(self._pages)]
        boxes = np.concatenate(self._boxes) if self._boxes else np.zeros((0, 4), np.float32)
        self._pages.append(
            Page(
                number=len(self._pages) + 1,
                start=self._page_start,
                end=self._length,
                width=glyphs.width if glyphs else 0.0,
                height=glyphs.height if glyphs else 0.0,
                boxes=boxes,
            )
        )
        self._page_start = self._length
        self._boxes = []
