"""What a PDF page shows beside its text: values of form fields, and comments."""

from __future__ import annotations

import ctypes
import re
import warnings
from typing import Any

import numpy as np

from ingest.parsers.clean import Cleaner
from ingest.parsers.pdf_page import Glyphs, Line
from ingest.parsers.pdf_rows import Row
from ingest.parsers.pdf_xfa import XFA_ONLY

_MOST = 2_000  # annotations of a page
_LONGEST = 10_000  # characters of one
_COUNT = re.compile(r"\[\d+\]$")
_EMPTY = frozenset(["", "Off"])


class Forms:
    """The form fields of an open pypdfium2 document; nothing where it has none."""

    def __init__(self, document: Any) -> None:
        import pypdfium2 as pdfium

        self._handle = None
        try:
            if document.get_formtype() not in (0, XFA_ONLY):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    document.init_forms()
                self._handle = document.formenv.raw if document.formenv else None
        except (pdfium.PdfiumError, AttributeError):
            pass  # a form that can't be read loses its values, not the document

    def rows(self, page: Any, index: int, glyphs: Glyphs) -> list[Row]:
        """Adds what is written on a page to its characters; a row for each entry.

        `page` is PDFium's page.
        """
        import pypdfium2.raw as raw

        if not raw.FPDFPage_GetAnnotCount(page):
            return []
        if self._handle:  # boxes are ticked only after that
            raw.FORM_OnAfterLoadPage(page, self._handle)
        try:
            return [
                _row(glyphs, index, text, _displayed(raw, page, glyphs, box))
                for text, box in _entries(raw, page, self._handle)
            ]
        finally:
            if self._handle:
                raw.FORM_OnBeforeClosePage(page, self._handle)


def _entries(raw: Any, page: Any, forms: Any) -> list[tuple[str, tuple[float, ...]]]:
    """Text and rectangle (left, bottom, right, top in page space) of fields and comments."""
    found = []
    cleaner = Cleaner()
    for number in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        try:
            kind = raw.FPDFAnnot_GetSubtype(annotation)
            if kind == raw.FPDF_ANNOT_WIDGET:
                text = _field(raw, forms, annotation) if forms else ""
            elif kind in (raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP):
                text = ""
            else:
                said = _string(raw, raw.FPDFAnnot_GetStringValue, annotation, b"Contents")
                text = f"Comment: {said}" if said.strip() else ""
            text = " ".join(cleaner.clean(text).split())[:_LONGEST]
            if text:
                found.append((text, _rectangle(raw, annotation)))
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
    return found


def _field(raw: Any, forms: Any, annotation: Any) -> str:
    """ "name: value" of a field that has been filled in."""
    kind = raw.FPDFAnnot_GetFormFieldType(forms, annotation)
    if kind in (raw.FPDF_FORMFIELD_PUSHBUTTON, raw.FPDF_FORMFIELD_SIGNATURE):
        return ""
    if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        value = "yes" if raw.FPDFAnnot_IsChecked(forms, annotation) else ""
    else:
        value = _string(raw, raw.FPDFAnnot_GetFormFieldValue, forms, annotation)
    if value.strip() in _EMPTY:
        return ""
    name = _string(raw, raw.FPDFAnnot_GetFormFieldAlternateName, forms, annotation)
    name = name or _string(raw, raw.FPDFAnnot_GetFormFieldName, forms, annotation)
    # "form1[0].page2[0].name[0]" is how programs count; a person wrote the last part.
    name = _COUNT.sub("", name.rpartition("].")[2]).strip(" :.")
    return f"{name}: {value}" if name else value


def _string(raw: Any, function: Any, *arguments: Any) -> str:
    """A string that PDFium writes as UTF-16 into a buffer of ours."""
    size = function(*arguments, None, 0)
    if not 2 < size <= 8 * _LONGEST:
        return ""
    buffer = ctypes.create_string_buffer(size)
    function(*arguments, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


def _rectangle(raw: Any, annotation: Any) -> tuple[float, ...]:
    rectangle = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(annotation, ctypes.byref(rectangle))
    return rectangle.left, rectangle.bottom, rectangle.right, rectangle.top


def _displayed(
    raw: Any, page: Any, glyphs: Glyphs, box: tuple[float, ...]
) -> tuple[float, float, float, float]:
    """A rectangle from the top left corner of the page as displayed."""
    corners = []
    for x, y in ((box[0], box[1]), (box[2], box[3])):
        left, top = ctypes.c_int(), ctypes.c_int()
        # In tenths of a point, since PDFium gives whole numbers.
        wide, high = round(glyphs.width * 10), round(glyphs.height * 10)
        raw.FPDF_PageToDevice(page, 0, 0, wide, high, 0, x, y, left, top)
        corners.append((left.value / 10, top.value / 10))
    (x0, y0), (x1, y1) = corners
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _row(glyphs: Glyphs, index: int, text: str, box: tuple[float, ...]) -> Row:
    """Appends `text` to the characters of the page, spread over `box`."""
    left, top, right, bottom = box
    start = len(glyphs.text)
    glyphs.text += text
    edges = np.linspace(left, max(right, left + 1), len(text) + 1)
    boxes = np.empty((len(text), 4), np.float32)
    boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3] = edges[:-1], top, edges[1:], bottom
    glyphs.boxes = np.concatenate([glyphs.boxes, boxes])
    line = Line(index, start, start + len(text), left, top, right, bottom, text, False, (),
                max(4.0, min(bottom - top, 12.0)))  # fmt: skip
    return Row([line], "table")  # each entry is a line of its own, whatever stands beside it
