"""PDFium's functions about single characters, as fast as Python can call them.

PDFium answers one question about one character per call. Calls by way of ctypes cost 0.3 µs when
they are made from `map` with bare addresses, 3 µs when made the usual way; a page has thousands.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any


class Calls:
    """Plain calls that keep the interpreter lock."""

    def __init__(self) -> None:
        import pypdfium2.raw as raw

        def plain(function: Any, result: Any, *arguments: Any) -> Any:
            address = ctypes.cast(function, ctypes.c_void_p).value or 0
            return ctypes.PYFUNCTYPE(result, *arguments)(address)

        pointer, number, size = ctypes.c_void_p, ctypes.c_int, ctypes.c_ulong
        self.code = plain(raw.FPDFText_GetUnicode, ctypes.c_uint, pointer, number)
        self.box = plain(raw.FPDFText_GetLooseCharBox, number, pointer, number, pointer)
        self.size = plain(raw.FPDFText_GetFontSize, ctypes.c_double, pointer, number)
        self.matrix = plain(raw.FPDFText_GetMatrix, number, pointer, number, pointer)
        self.font = plain(raw.FPDFText_GetFontInfo, size, pointer, number, pointer, size, pointer)
        self.fill = plain(raw.FPDFText_GetFillColor, number, pointer, number, *(pointer,) * 4)
        self.thing = plain(raw.FPDFText_GetTextObject, ctypes.c_size_t, pointer, number)
        self.mode = plain(raw.FPDFTextObj_GetTextRenderMode, number, pointer)
        self.objects = plain(raw.FPDFPage_CountObjects, number, pointer)
        self.item = plain(raw.FPDFPage_GetObject, ctypes.c_size_t, pointer, number)
        self.kind = plain(raw.FPDFPageObj_GetType, number, pointer)
        self.paint = plain(raw.FPDFPageObj_GetFillColor, number, pointer, *(pointer,) * 4)
        self.bounds = plain(raw.FPDFPageObj_GetBounds, number, pointer, *(pointer,) * 4)


@cache
def calls() -> Calls:
    """The functions, looked up once."""
    return Calls()
