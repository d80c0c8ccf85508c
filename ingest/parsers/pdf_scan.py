"""Which pages of a PDF have no text layer, or a worthless one."""

from __future__ import annotations

import ctypes
from typing import Any

BAD = 0.2  # share of characters that stand for nothing
_FEW = 100  # characters: a stamp, a page number, the name of a scanner's maker
_NONE = 3
_COVERED = 0.5  # share of the page that a picture must cover where there are a few characters
_MOST_OBJECTS = 2_000


def needs_ocr(page: Any, text: str, width: float, height: float) -> bool:
    """Whether the text of a page has to be recognised: it has marks, but no (real) characters.

    `page` is PDFium's page.
    """
    import pypdfium2.raw as raw

    text = "".join(text.split())
    if len(text) > _NONE and worthless(text) > BAD:
        return True
    if len(text) > _FEW:
        return False
    objects = raw.FPDFPage_CountObjects(page)
    if not objects:
        return False
    if len(text) <= _NONE:
        return True
    covered = 0.0
    for index in range(min(objects, _MOST_OBJECTS)):
        thing = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(thing) in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM):
            covered = max(covered, _area(raw, thing))
    return covered > _COVERED * max(width * height, 1)


def _area(raw: Any, thing: Any) -> float:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not raw.FPDFPageObj_GetBounds(thing, left, bottom, right, top):
        return 0.0
    return abs(right.value - left.value) * abs(top.value - bottom.value)


def worthless(text: str) -> float:
    """Share of characters that no font explained: private use, replacement."""
    bad = sum("\ue000" <= character <= "\uf8ff" or character == "\ufffd" for character in text)
    return bad / len(text)
