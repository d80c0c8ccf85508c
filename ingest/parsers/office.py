"""DOCX: headings, lists, tables and footnotes in the order of the document."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.parsers.build import Builder
from ingest.parsers.clean import require_text
from ingest.parsers.members import add_member, budget
from ingest.parsers.office_charts import add_chart
from ingest.parsers.office_hidden import take_hidden
from ingest.parsers.office_math import MATH, equation
from ingest.parsers.office_numbers import BULLET, Numbering
from ingest.parsers.office_styles import Styles, outline_level, value
from ingest.parsers.office_symbols import field, symbol
from ingest.parsers.office_tables import rows_of
from ingest.parsers.package import LIMITS, Limits, xml
from ingest.parsers.protected import unlocked
from ingest.parsers.raised import joined
from ingest.parsers.repaired import opened
from ingest.parsers.titles import chosen
from rag.errors import DocumentError
from rag.text import ITEM
from rag.types import BlockKind, Parsed

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_LABEL = 8  # characters; a shorter description of a picture is its name
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_FOOTNOTES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_ENDNOTES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/endnotes"
_MARK = re.compile(rf"{ITEM}\Z")
_IN_BETWEEN = {f"{_W}{name}" for name in ("tab", "ptab")}
_BREAKS = {f"{_W}{name}" for name in ("br", "cr")}
# Deleted text, what a field was before it was computed, and boxes, which are read on their own.
_SKIPPED = {f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "txbxContent", "pPr", "rPr")}


def parse(path: Path, *, password: str | None = None, limits: Limits = LIMITS) -> Parsed:
    """The text of a Word document.

    Raises:
        EncryptedDocument: it needs a password, or another one.
        DocumentError: the file is damaged, unpacks to more than `limits`, or holds no text.
    """
    source = unlocked(path, password)
    document = opened(path, "Word document", limits, source, partial(_open, path))
    if document.element.getroottree().docinfo.internalDTD is not None:
        raise _damaged(path, ValueError("it declares XML entities, as no Word document does"))
    builder = Builder()
    for text in take_hidden(document.element.body):
        builder.hide(text)
    _Walk(document, builder).run()
    _add_chunks(document, builder)
    properties = document.core_properties
    metadata = {
        "author": properties.author or "",
        "subject": properties.subject or "",
        "keywords": properties.keywords or "",
        "created": _date(properties, "created"),
        "modified": _date(properties, "modified"),
    }
    parsed = builder.parsed(chosen(properties.title), metadata)
    if not parsed.figures:
        require_text(path, parsed.text, "If its pages are pictures, run text recognition first.")
    return parsed


def _add_chunks(document: Document, builder: Builder) -> None:
    """Files that the document shows as parts of itself (altChunk), after its own text."""
    with budget():
        for relation in document.part.rels.values():
            if relation.reltype.endswith("/aFChunk") and not relation.is_external:
                part = relation.target_part
                add_member(builder, str(part.partname).rpartition("/")[2], part.blob, level=1)


def _date(properties: Any, name: str) -> str:
    try:
        value = getattr(properties, name)
    except ValueError:
        return ""
    return value.date().isoformat() if value else ""


def _damaged(path: Path, error: Exception) -> DocumentError:
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return DocumentError(
        f"{path.name}: damaged Word document ({reason}). Open it in Word or LibreOffice and save "
        "it again."
    )


def _open(path: Path, source: io.BytesIO | None) -> Document:
    from docx import Document as open_document
    from lxml.etree import LxmlError

    try:
        return open_document(source or str(path))
    except (LxmlError, zipfile.BadZipFile, KeyError, ValueError, OSError, AttributeError) as error:
        raise _damaged(path, error) from None
    except (IndexError, TypeError, NotImplementedError, AssertionError, EOFError) as error:
        raise _damaged(path, error) from None
    except Exception as error:
        # python-docx has error classes of its own that share no base but Exception.
        if type(error).__module__.startswith(("docx.", "zlib")):
            raise _damaged(path, error) from None
        raise


class _Walk:
    """Goes through the body once and gives its blocks to a builder."""

    def __init__(self, document: Document, builder: Builder) -> None:
        self._document = document
        self._builder = builder
        self._items: list[str] = []
        self._styles = Styles(document.styles.element)
        self._numbering = Numbering(document, self._styles)
        self._notes = {
            "footnoteReference": _notes(document, _FOOTNOTES, "footnote"),
            "endnoteReference": _notes(document, _ENDNOTES, "endnote"),
        }

    def run(self) -> None:
        self._children(self._document.element.body)
        self._end_list()

    def _children(self, parent: _Element) -> None:
        for element in parent:
            if element.tag == f"{_W}p":
                self._paragraph(element)
            elif element.tag == f"{_W}tbl":
                self._end_list()
                self._table(element)
            elif element.tag not in _SKIPPED and element.tag != f"{_W}sectPr":
                self._children(element)  # content controls, custom XML, tracked insertions

    def _paragraph(self, paragraph: _Element) -> None:
        text = _text(paragraph).strip()
        style = _style_of(paragraph)
        level = self._level(paragraph, style)
        number = self._number(paragraph, style, text)
        if level and text:
            self._end_list()
            self._builder.add(
                "heading", text if number == BULLET else f"{number or ''} {text}", level
            )
        elif text and (mark := self._mark(paragraph, style, number)):
            self._items.append(f"{mark} {' '.join(text.split())}")
        elif text:
            self._end_list()
            kind: BlockKind = "caption" if style.lower() == "caption" else "paragraph"
            self._builder.add(kind, f"{number or ''} {text}")
        for box in _outermost_boxes(paragraph):
            self._end_list()
            self._children(box)
        self._pictures(paragraph)
        self._add_notes(paragraph)

    def _pictures(self, element: _Element) -> None:
        """What is said of pictures, and the pictures themselves for a model that describes them."""
        for drawing in element.iter(f"{_W}drawing"):
            for described in drawing.iter(f"{_DRAWING}docPr"):
                if len(text := described.get("descr") or "") > _LABEL and "." not in text[-5:-1]:
                    self._end_list()
                    self._builder.add("caption", text)
            for chart in drawing.iter(f"{_CHART}chart"):
                part = self._document.part.rels.get(chart.get(f"{_RELATION}id") or "")
                if part is not None and not part.is_external:
                    self._end_list()
                    with suppress(ValueError):  # one that is damaged costs itself only
                        add_chart(self._builder, xml(part.target_part.blob))
            for picture in drawing.iter(f"{_PICTURE}blip"):
                part = self._document.part.rels.get(picture.get(f"{_RELATION}embed") or "")
                if part is not None and not part.is_external:
                    self._end_list()
                    self._builder.add_figure(part.target_part.blob)

    def _level(self, paragraph: _Element, style: str) -> int:
        own = outline_level(paragraph)
        return self._styles.level(style) if own is None else own

    def _number(self, paragraph: _Element, style: str, text: str) -> str | None:
        """The number that Word puts before a paragraph; one that is gone is not counted."""
        gone = (f"{_W}pPr/{_W}rPr/{_W}{name}" for name in ("del", "moveFrom", "vanish"))
        if not text and any(paragraph.find(path) is not None for path in gone):
            return None
        return self._numbering.next(paragraph, style)

    def _mark(self, paragraph: _Element, style: str, number: str | None) -> str:
        """What an item of a list begins with; "" for what is no item.

        A number such as "1.2" marks no item by itself, nor does it make a paragraph of another
        style one.
        """
        if number and _MARK.match(f"{number} "):
            return number
        own = value(paragraph, "pPr/numPr/numId")
        is_item = self._styles.is_list(style) if own is None else own != "0"
        return f"{BULLET} {number or ''}".strip() if is_item else ""

    def _end_list(self) -> None:
        self._builder.add("list", "\n".join(self._items))
        self._items.clear()

    def _table(self, table: _Element) -> None:
        self._builder.add_table(rows_of(table, self._in_cell))
        for paragraph in table.iter(f"{_W}p"):
            self._pictures(paragraph)
            self._add_notes(paragraph)

    def _in_cell(self, paragraph: _Element) -> str:
        text = _text(paragraph)
        number = self._number(paragraph, _style_of(paragraph), text.strip())
        return f"{number} {text}" if number and number != BULLET else text

    def _add_notes(self, paragraph: _Element) -> None:
        for name, notes in self._notes.items():
            for reference in paragraph.iter(f"{_W}{name}"):
                text = notes.pop(reference.get(f"{_W}id") or "", "")
                if text:
                    self._end_list()
                    self._builder.add("paragraph", text)


def _text(element: _Element) -> str:
    """Text of a paragraph without deleted parts, text boxes and fallbacks of drawings."""
    return joined((_piece(child), _is_raised(child)) for child in element)


def _piece(child: _Element) -> str:
    if child.tag == f"{_W}t":
        return child.text or ""
    if child.tag in _IN_BETWEEN:
        return "\t"
    if child.tag in _BREAKS:
        return "\n"
    if child.tag == f"{_W}noBreakHyphen":
        return "-"
    if child.tag == f"{_W}sym":
        return symbol(child)
    if child.tag == f"{_W}fldChar":
        return field(child)
    if child.tag == f"{MATH}oMath":
        return equation(child)
    return "" if child.tag in _SKIPPED or child.tag == _FALLBACK else _text(child)


def _is_raised(run: _Element) -> bool:
    if run.tag != f"{_W}r":
        return False
    place = run.find(f"{_W}rPr/{_W}vertAlign")
    return place is not None and place.get(f"{_W}val") == "superscript"


def _outermost_boxes(element: _Element) -> Iterator[_Element]:
    for child in element:
        if child.tag == f"{_W}txbxContent":
            yield child
        elif child.tag != _FALLBACK:
            yield from _outermost_boxes(child)


def _style_of(paragraph: _Element) -> str:
    return value(paragraph, "pPr/pStyle") or ""


def _notes(document: Document, relationship: str, tag: str) -> dict[str, str]:
    """Text of the foot- or endnotes by their ids."""
    from docx.oxml import parse_xml

    notes: dict[str, str] = {}
    for relation in document.part.rels.values():
        if relation.reltype != relationship or relation.is_external:
            continue
        for note in parse_xml(relation.target_part.blob).iter(f"{_W}{tag}"):
            text = " ".join(_text(paragraph) for paragraph in note.iter(f"{_W}p"))
            notes[note.get(f"{_W}id") or ""] = text.strip()
    return notes
