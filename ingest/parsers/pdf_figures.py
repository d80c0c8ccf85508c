"""Figures on the pages of a PDF: pictures and drawings that stand in its text, as they are seen."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.parsers import figures
from ingest.parsers.pdf_page import Glyphs, displayed

if TYPE_CHECKING:
    from numpy.typing import NDArray

Box = tuple[float, float, float, float]  # left, top, right, bottom in points, as displayed

_MOST_OBJECTS = 2_000
_MOST = 8  # figures of a page
_WIDE, _HIGH = 90.0, 54.0  # points; what is smaller is a logo or an ornament
_WHOLE = 0.8  # of the page: its background, or all of its content in one form
_WRITTEN = 1_200  # characters in it: a column of text, which needs no description
_NEAR = 8.0  # points between the tiles of one figure
_SCALE = 2.0  # pixels for each point


def boxes(page: Any, glyphs: Glyphs) -> list[Box]:
    """Where the figures of a page stand. `page` is PDFium's page, `glyphs` its characters."""
    import pypdfium2.raw as raw

    bounds = []
    for index in range(min(raw.FPDFPage_CountObjects(page), _MOST_OBJECTS)):
        thing = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(thing) in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM):
            left, bottom, right, top = (ctypes.c_float() for _ in range(4))
            if raw.FPDFPageObj_GetBounds(thing, left, bottom, right, top):
                bounds.append((left.value, top.value, right.value, bottom.value))
    if not bounds:
        return []
    shown, width, height = displayed(raw, page, np.asarray(bounds, np.float32))
    whole = _WHOLE * width * height
    inside = (_clipped(box, width, height) for box in shown.tolist())
    joined = _joined([box for box in inside if 0 < _area(box) < whole])
    large = [b for b in joined if b[2] - b[0] >= _WIDE and b[3] - b[1] >= _HIGH]
    found = [box for box in large if _area(box) < whole and _inside(glyphs, box) <= _WRITTEN]
    return found[:_MOST]


def pictures(document: Any, index: int, where: Iterable[Box]) -> list[NDArray[np.uint8]]:
    """What is seen of page `index` of a pypdfium2 document inside each box; all of it for none."""
    where = list(where)
    page = document[index]
    try:
        width, height = page.get_size()
        scale = min(_SCALE, 2.0 * figures.LONGEST_SIDE / max(width, height, 1))
        image = page.render(scale=scale).to_pil()
    finally:
        page.close()
    cut = [image.crop(tuple(round(side * scale) for side in box)) for box in where] or [image]
    return [pixels for one in cut if (pixels := figures.taken(one)) is not None]


def _inside(glyphs: Glyphs, box: Box) -> int:
    """How many characters of the page stand in a box. PDFium's boxes of forms know no clipping."""
    middle = (glyphs.boxes[:, :2] + glyphs.boxes[:, 2:]) / 2
    left, top, right, bottom = box
    x, y = middle[:, 0], middle[:, 1]
    return int(((x > left) & (x < right) & (y > top) & (y < bottom)).sum())


def _clipped(box: list[float], width: float, height: float) -> Box:
    left, top, right, bottom = box
    return max(left, 0.0), max(top, 0.0), min(right, width), min(bottom, height)


def _area(box: Box) -> float:
    return max(box[2] - box[0], 0) * max(box[3] - box[1], 0)


def _joined(found: list[Box]) -> list[Box]:
    """Boxes that touch as one, since pictures come in strips and figures in parts."""
    done: list[Box] = []
    for box in found[:200]:
        touching = [other for other in done if _touch(box, other)]
        while touching:
            done = [other for other in done if other not in touching]
            sides = list(zip(box, *touching, strict=True))
            box = (min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3]))
            touching = [other for other in done if _touch(box, other)]
        done.append(box)
    return sorted(done, key=lambda box: (box[1], box[0]))


def _touch(a: Box, b: Box) -> bool:
    across = a[0] - _NEAR <= b[2] and b[0] - _NEAR <= a[2]
    return across and a[1] - _NEAR <= b[3] and b[1] - _NEAR <= a[3]
