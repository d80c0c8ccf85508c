"""Characters of a PDF page that are in its text but that nobody sees on it.

Suspicious are characters in (nearly) white, transparent ones, those in PDF's invisible mode, and
tiny ones. Whether they can be seen is decided on the page as drawn: white letters on a photograph
can, as can the invisible text that a scanner lays over the picture of its words.
"""

from __future__ import annotations

import ctypes
from collections import deque
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.parsers.pdf_calls import calls

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TINY = 2.0  # points of height
_LIGHT = 232  # of 255: a fill as light as that may be meant not to be seen
_FAINT = 26  # of 255: an opacity
_LIKE = 20  # of 255: a letter that differs less from what is behind it is not seen
_MARKS = 48  # of 255: a spot whose darkest and lightest pixels differ less has nothing on it
_MOST = 20_000  # suspicious characters of a page that are looked at
_LONGEST_SIDE = 2_000  # pixels
_INVISIBLE_MODES = frozenset([3, 7])  # of drawing text: not at all, or as a clipping path


def unseen_characters(
    raw: Any,
    page: Any,
    address: int | None,
    things: NDArray[np.uint64],
    letters: NDArray[np.bool_],
    boxes: NDArray[np.float32],
    width: float,
    height: float,
) -> NDArray[np.bool_]:
    """Which of the `letters` of a page are not seen, both bool (n,).

    `page` is PDFium's page, `address` that of its text page, `things` are its characters' text
    objects, `boxes` f32 (n, 4) as displayed.
    """
    ask = calls()
    if not len(boxes):
        return np.zeros(0, np.bool_)
    # Fill and mode are those of a text object, of which a page has far fewer than characters.
    distinct, first, which = np.unique(things, return_index=True, return_inverse=True)
    fills = np.zeros((len(distinct), 4), np.uint32)
    base, step = fills.ctypes.data, 16
    places = [range(base + 4 * i, base + 4 * i + step * len(distinct), step) for i in range(4)]
    deque(map(ask.fill, repeat(address), first.tolist(), *places), maxlen=0)
    none = [bool(thing) and ask.mode(thing) in _INVISIBLE_MODES for thing in distinct.tolist()]
    clear = ((fills[:, 3] < _FAINT) | np.array(none))[which]
    fills = fills[which]
    high, wide = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    real = letters & (high > 0) & (wide > 0) & (things > 0)
    tiny: NDArray[np.bool_] = real & (np.maximum(high, wide) < _TINY)
    light = fills[:, :3].min(axis=1) >= _LIGHT
    suspicious = np.flatnonzero(real & ~tiny & (clear | light))
    if len(suspicious):
        shade = fills[:, :3] @ np.array([0.299, 0.587, 0.114])
        drawn, scale = _drawn(raw, page, width, height)
        for index in suspicious[:_MOST].tolist():
            spot = _spot(drawn, boxes[index] * scale)
            tiny[index] = _is_unseen(spot, bool(clear[index]), float(shade[index]))
    return tiny


def _is_unseen(spot: NDArray[np.uint8], clear: bool, shade: float) -> bool:
    """Whether a character on this spot is not seen: it has no colour, or that of what is behind."""
    if not spot.size:
        return True
    if clear:
        return int(spot.max()) - int(spot.min()) < _MARKS
    return bool(abs(float(np.median(spot)) - shade) < _LIKE)


def _spot(drawn: NDArray[np.uint8], box: NDArray[np.float32]) -> NDArray[np.uint8]:
    left, top = int(max(box[0], 0)), int(max(box[1], 0))
    return drawn[top : int(np.ceil(box[3])), left : int(np.ceil(box[2]))]


def _drawn(raw: Any, page: Any, width: float, height: float) -> tuple[NDArray[np.uint8], float]:
    """The page in shades of grey, u8 (h, w), and pixels for each point."""
    scale = min(2.0, _LONGEST_SIDE / max(width, height, 1))
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    pixels = np.full((high, wide), 255, np.uint8)
    bitmap = raw.FPDFBitmap_CreateEx(
        wide, high, raw.FPDFBitmap_Gray, pixels.ctypes.data_as(ctypes.c_void_p), wide
    )
    try:
        raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, wide, high, 0, raw.FPDF_GRAYSCALE)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    return pixels, scale
