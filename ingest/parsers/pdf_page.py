"""The characters of one PDF page and where they stand, straight from PDFium.

Offsets are those of PDFium's text page until what is not seen has been left out.
"""

from __future__ import annotations

import ctypes
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import repeat
from statistics import median_high
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.parsers.pdf_calls import Calls, calls
from ingest.parsers.pdf_hidden import unseen_characters
from ingest.parsers.pdf_letters import mend_ligatures, mended, silent
from ingest.parsers.pdf_raised import raise_figures
from ingest.parsers.pdf_spaces import SPACE, respaced, string

if TYPE_CHECKING:
    from numpy.typing import NDArray

GAP = 1.2  # times the size of type: characters further apart are in different cells

_MAX_ANNOTATIONS = 1000
_HYPHEN = 2  # what PDFium puts in place of a hyphen at the end of a line and the line break
_NEWLINE = 10
_INVISIBLE_RANGES = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180E, 0x180E), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
    (0xFDD0, 0xFDEF), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF9, 0xFFFB),
    (0xFFFE, 0xFFFF), (0xE0000, 0xE007F), (0xE0100, 0xE01EF),
)  # fmt: skip
_INVISIBLE = np.concatenate([np.arange(a, b + 1, dtype=np.uint32) for a, b in _INVISIBLE_RANGES])
_DOWNWARDS = np.array([1, -1, 1, -1], np.float32)  # turns the boxes of PDFium over, and back
_BULLETS = {0xF0B7: 0x2022, 0xF0A7: 0x25AA, 0xF06E: 0x25A0, 0xF0FC: 0x2713, 0xF0D8: 0x27A2}
_BOLD = re.compile(r"bold|black|heavy|demi|medi(?:um)?$|cmbx|ptmb|[-,]b$", re.IGNORECASE)
_MONO = re.compile(r"mono|courier|consol|typewriter|cmtt|menlo|code", re.IGNORECASE)


@dataclass(slots=True)
class Line:
    """A run of characters [start, end) of a page that PDFium puts on one line; sizes in points."""

    page: int  # index
    start: int
    end: int
    left: float
    top: float
    right: float
    bottom: float
    text: str
    hyphen: bool  # a word goes on in the next line
    gaps: tuple[int, ...] = ()  # indices of characters far to the right of the one before
    size: float = 0.0
    bold: bool = False
    mono: bool = False


@dataclass(slots=True)
class Glyphs:
    """Visible characters and single spaces of a page, line after line."""

    text: str
    boxes: NDArray[np.float32]  # (len(text), 4): left, top, right, bottom as displayed
    lines: list[Line]
    width: float
    height: float
    invisible: int  # characters left out because no reader sees them
    outside: int  # characters left out because they stand beside the page
    attached: int  # files in annotations, which are not read
    hidden: str = ""  # text that stands beside the page, or that nobody sees on it
    recognised: bool = False  # by OCR


def read_page(
    document: Any, index: int, look: Callable[[Any, int, Glyphs], None] | None = None
) -> Glyphs:
    """Characters of page `index` of an open pypdfium2 document.

    `look` is called with PDFium's page while it is open, the index and the characters.

    Raises:
        ValueError: PDFium can't load the page.
    """
    import pypdfium2.raw as raw

    page = raw.FPDF_LoadPage(document.raw, index)
    if not page:
        raise ValueError("the page can't be loaded")
    try:
        text_page = raw.FPDFText_LoadPage(page)
        if not text_page:
            raise ValueError("the text of the page can't be loaded")
        try:
            glyphs = _read(raw, page, text_page, index, calls())
            if look is not None:
                look(page, index, glyphs)
            return glyphs
        finally:
            raw.FPDFText_ClosePage(text_page)
    finally:
        raw.FPDF_ClosePage(page)


def _read(raw: Any, page: Any, text_page: Any, index: int, ask: Calls) -> Glyphs:
    count = max(0, raw.FPDFText_CountChars(text_page))
    address = ctypes.cast(text_page, ctypes.c_void_p).value
    codes = np.fromiter(map(ask.code, repeat(address), range(count)), np.uint32, count)
    raw_boxes = np.zeros((count, 4), np.float32)
    base = raw_boxes.ctypes.data
    step = 16  # bytes of a box
    places = range(base, base + step * count, step)
    deque(map(ask.box, repeat(address), range(count), places), maxlen=0)
    raw_boxes[~np.isfinite(raw_boxes).all(axis=1)] = 0
    boxes, width, height = displayed(raw, page, raw_boxes)
    kept, breaks, hyphens, outside = _kept(codes, boxes, width, height)
    letters = kept & (codes != SPACE)
    things = np.fromiter(map(ask.thing, repeat(address), range(count)), np.uint64, count)
    unseen = unseen_characters(raw, page, address, things, letters, boxes, width, height)
    unseen |= outside
    kept &= ~unseen
    mend_ligatures(codes, boxes)
    where = np.flatnonzero(kept)
    spaces = codes[where] == SPACE
    where = where[~np.concatenate(([False], spaces[1:] & spaces[:-1]))] if len(where) else where
    numbers = np.concatenate(([0], np.cumsum(breaks)[:-1]))  # of the lines
    again, there, blanks = silent(page, ask, things, raw_boxes)
    # Not as displayed: on a page that is turned, too, its letters go to the right there.
    flat = raw_boxes * _DOWNWARDS
    where, own, flat = mended(codes, flat, where, numbers, (again, there * _DOWNWARDS))
    gaps = blanks * _DOWNWARDS
    where, own, flat, numbers = respaced(where, own, flat, numbers[where], gaps)
    boxes = displayed(raw, page, flat * _DOWNWARDS)[0]
    invisible = int(np.isin(codes, _INVISIBLE[1:]).sum()) if count and codes.max() > 0xAD else 0
    attached = _attached(raw, page)
    text = string(raise_figures(own, boxes, numbers))
    glyphs = Glyphs(text, boxes, [], width, height, invisible, int(outside.sum()), attached)
    if unseen.any():
        unseen |= (codes == SPACE) & np.append(unseen[1:], False)
        glyphs.hidden = string(codes[unseen])
    starts = _line_starts(numbers)
    glyphs.lines = _lines(glyphs, index, starts, hyphens[where])
    for line in glyphs.lines:
        _describe_font(line, ask, address, where)
    return glyphs


def _attached(raw: Any, page: Any) -> int:
    """How many annotations of the page carry a file."""
    found = 0
    for number in range(min(raw.FPDFPage_GetAnnotCount(page), _MAX_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        found += raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_FILEATTACHMENT
        raw.FPDFPage_CloseAnnot(annotation)
    return found


def displayed(
    raw: Any, page: Any, raw_boxes: NDArray[np.float32]
) -> tuple[NDArray[np.float32], float, float]:
    """Boxes from the top left corner of the crop box, turned as the page is; its size.

    PDFium's boxes are left, top, right, bottom in page space, where y grows upwards.
    """
    bounds = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page, ctypes.byref(bounds))
    wide, high = bounds.right - bounds.left, bounds.top - bounds.bottom
    x0, x1 = raw_boxes[:, 0] - bounds.left, raw_boxes[:, 2] - bounds.left
    y0, y1 = raw_boxes[:, 3] - bounds.bottom, raw_boxes[:, 1] - bounds.bottom
    turn = raw.FPDFPage_GetRotation(page) % 4
    sides = {
        0: (x0, high - y1, x1, high - y0),
        1: (y0, x0, y1, x1),
        2: (wide - x1, y0, wide - x0, y1),
        3: (high - y1, wide - x1, high - y0, wide - x0),
    }[turn]
    boxes = np.stack(sides, axis=1).astype(np.float32)
    boxes[~np.isfinite(boxes).all(axis=1)] = 0
    return (boxes, wide, high) if turn % 2 == 0 else (boxes, high, wide)


def _kept(
    codes: NDArray[np.uint32], boxes: NDArray[np.float32], width: float, height: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Which characters stay, which end a line, which are hyphens that do, which lie outside."""
    breaks = codes == _NEWLINE
    hyphens = (codes == _HYPHEN) | (codes == 0xFFFE)
    for private, bullet in _BULLETS.items():
        codes[codes == private] = bullet
    codes[(codes >= 0xD800) & (codes < 0xE000)] = 0xFFFD
    codes[codes > 0x10FFFF] = 0xFFFD
    codes[(codes == 9) | (codes == 0xA0)] = SPACE
    codes[hyphens | (codes == 0x2010)] = 0x2D
    kept = (codes >= SPACE) & ~((codes >= 0x7F) & (codes < 0xA0))
    if len(codes) and codes.max() > 0xA0:
        kept &= ~np.isin(codes, _INVISIBLE)
    has_place = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
    beside = (boxes[:, 0] >= width) | (boxes[:, 2] <= 0)
    beside |= (boxes[:, 1] >= height) | (boxes[:, 3] <= 0)
    outside = kept & has_place & beside & (codes != SPACE)
    kept &= ~outside
    breaks |= hyphens
    return kept, breaks, hyphens, outside


def _line_starts(numbers: NDArray[np.intp]) -> NDArray[np.intp]:
    """Where lines begin among the kept characters. A hyphen ends its line as a part of it."""
    if not len(numbers):
        return np.zeros(0, np.intp)
    return np.concatenate(([0], np.flatnonzero(np.diff(numbers)) + 1))


def _lines(
    glyphs: Glyphs, index: int, starts: NDArray[np.intp], hyphens: NDArray[np.bool_]
) -> list[Line]:
    """The lines of a page, measured all at once: numpy is slow on many short arrays."""
    if not len(starts):
        return []
    boxes, text = glyphs.boxes, glyphs.text
    ends = np.append(starts[1:], len(text))
    seen = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
    seen &= np.frombuffer(text.encode("utf-32-le"), "<u4") != SPACE
    count = np.maximum(np.add.reduceat(seen, starts, dtype=np.int64), 1)
    left = np.minimum.reduceat(np.where(seen, boxes[:, 0], np.inf), starts)
    right = np.maximum.reduceat(np.where(seen, boxes[:, 2], -np.inf), starts)
    top = np.add.reduceat(np.where(seen, boxes[:, 1], 0), starts) / count
    bottom = np.add.reduceat(np.where(seen, boxes[:, 3], 0), starts) / count
    height = np.maximum(bottom - top, 4)

    places = np.flatnonzero(seen)
    line_of = np.searchsorted(starts, places, side="right") - 1
    far = boxes[places[1:], 0] - boxes[places[:-1], 2] > GAP * height[line_of[1:]]
    far &= line_of[1:] == line_of[:-1]
    gaps: dict[int, list[int]] = {}
    for line, place in zip(line_of[1:][far].tolist(), places[1:][far].tolist(), strict=True):
        gaps.setdefault(line, []).append(place)

    found = []
    for number, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        piece = text[start:end]
        body = piece.strip()
        if not body or not np.isfinite(left[number]):
            continue
        # PDFium knows none at the end of a page, nor those that browsers write (U+2010).
        hyphen = bool(hyphens[end - 1]) or (body[-1] == "-" and body[-2:-1].isalpha())
        start += len(piece) - len(piece.lstrip())
        line = Line(
            index,
            start,
            start + len(body),
            left=float(left[number]),
            top=float(top[number]),
            right=float(right[number]),
            bottom=float(bottom[number]),
            text=body,
            hyphen=hyphen,
            gaps=tuple(gaps.get(number, ())),
            size=float(height[number]),
        )
        found.append(line)
    return found


def _describe_font(line: Line, calls: Calls, address: int | None, where: Any) -> None:
    """Sets the size that most of a line has, and its style from its first and last letter."""
    matrix = (ctypes.c_float * 6)()
    sizes = []
    for sixth in range(1, 6):  # a word in small capitals, or a raised figure, is not the line
        place = len(line.text) * sixth // 6
        letter = int(where[line.start + place - (line.text[place] == " ")])
        size = calls.size(address, letter)
        if calls.matrix(address, letter, ctypes.addressof(matrix)):
            size *= (matrix[2] ** 2 + matrix[3] ** 2) ** 0.5
        if 1 <= size <= 500:
            sizes.append(size)
    if sizes:
        line.size = median_high(sizes)
    name = ctypes.create_string_buffer(128)
    names = []
    for position in (line.start, line.end - 1):
        length = calls.font(address, int(where[position]), ctypes.addressof(name), 128, None)
        names.append(name.value.decode("latin-1") if 0 < length <= 128 else "")
    line.bold = all(_BOLD.search(font) for font in names)
    line.mono = all(_MONO.search(font) for font in names)
