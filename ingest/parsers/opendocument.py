"""OpenDocument: texts, spreadsheets and presentations, straight from their XML.

One walk serves all three, since tables, lists and paragraphs are the same in them. odfpy builds a
Python object for each element and knows no limits; lxml reads the same file with both.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.parsers import figures
from ingest.parsers.build import Builder
from ingest.parsers.clean import require_text
from ingest.parsers.grid import MOST_COLUMNS, Grid
from ingest.parsers.package import LIMITS, Limits, damaged, local, member, open_zip, xml
from ingest.parsers.raised import raised
from ingest.parsers.titles import chosen
from rag.errors import EncryptedDocument
from rag.types import Parsed

if TYPE_CHECKING:
    from lxml.etree import _Element

_WHAT = "OpenDocument file"
_SKIPPED = frozenset({
    "tracked-changes", "annotation", "sequence-decls", "variable-decls", "forms", "settings",
    "user-field-decls", "bookmark", "scripts", "event-listeners", "calculation-settings",
})  # fmt: skip
_DEEPEST = 100
_MOST_REPEATS = 50  # copies of a row that is written once
_METADATA = {"creator": "author", "initial-creator": "author", "subject": "subject",
             "keyword": "keywords", "date": "modified"}  # fmt: skip


def parse(path: Path, *, password: str | None = None, limits: Limits = LIMITS) -> Parsed:
    """The text of an ODT, ODS or ODP file; slides are pages. `password` is not used.

    Raises:
        EncryptedDocument: it is behind a password.
        DocumentError: it is damaged, unpacks to more than `limits`, or holds no text.
    """
    with open_zip(path, _WHAT, limits=limits) as archive:
        try:
            _refuse_locked(path, archive)
            content = xml(member(archive, "content.xml") or b"")
            meta = member(archive, "meta.xml")
            about = xml(meta) if meta else None
            styles = member(archive, "styles.xml")
            masters = xml(styles) if styles else None
            pictures = _pictures(archive)
        except (ValueError, zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
            raise damaged(path, _WHAT, error) from None
    _raise(content, masters)
    builder = Builder()
    walk = _Walk(builder, pictures)
    body = next((e for e in content.iter() if local(e) == "body"), content)
    walk.children(body, 0)
    walk.end_list()
    if builder.is_empty and masters is not None:
        # Slides with nothing of their own show what stands on their master.
        for master in (e for e in masters.iter() if local(e) == "master-page"):
            walk.children(master, 0)
        walk.end_list()
    builder.warnings += walk.grid.warnings()
    title, metadata = _described(about)
    parsed = builder.parsed(title, metadata)
    if not parsed.figures:
        require_text(path, parsed.text, "If its pages are pictures, save it as PDF and add that.")
    return parsed


def _raise(content: _Element, masters: _Element | None) -> None:
    """Puts raised figures in characters that are raised themselves."""
    roots = [content] if masters is None else [content, masters]
    above = {
        _attribute(style, "name")
        for root in roots
        for style in root.iter()
        if local(style) == "style" and any(_is_above(_attribute(e, "text-position")) for e in style)
    }
    for span in content.iter() if above else ():
        if local(span) == "span" and _attribute(span, "style-name") in above:
            span.text = raised(span.text or "")


def _is_above(position: str) -> bool:
    """ "super 58%", or by how many percent."""
    height = position.partition(" ")[0].rstrip("%")
    return height == "super" or (height.isascii() and height.isdigit() and int(height) > 0)


def _pictures(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """The pictures of a file by their names, where somebody is going to describe them."""
    names = [name for name in archive.namelist() if name.startswith("Pictures/")]
    return {name: archive.read(name) for name in names} if figures.wanted() else {}


def _refuse_locked(path: Path, archive: zipfile.ZipFile) -> None:
    manifest = member(archive, "META-INF/manifest.xml")
    if manifest and b"encryption-data" in manifest:
        raise EncryptedDocument(
            f"{path.name}: an OpenDocument file behind a password. Save it without one and add it "
            "again."
        )


class _Walk:
    """Goes through the body once and gives its blocks to a builder."""

    def __init__(self, builder: Builder, pictures: Mapping[str, bytes]) -> None:
        self._pictures = pictures
        self.grid = Grid(builder)
        self._builder = builder
        self._items: list[str] = []

    def children(self, element: _Element, depth: int) -> None:
        if depth > _DEEPEST:
            return
        for child in element:
            self._element(child, depth)

    def _element(self, element: _Element, depth: int) -> None:
        name = local(element)
        if name in _SKIPPED or not name:
            return
        if name == "h":
            self.end_list()
            level = _number(element, "outline-level", 1)
            self._builder.add("heading", _text(element), min(max(level, 1), 6))
            self._notes(element)
        elif name == "p":
            self.end_list()
            self._builder.add("paragraph", _text(element))
            self._notes(element)
        elif name == "list":
            self._list(element, 0)
            if depth < _DEEPEST and local(element.getparent()) != "list-item":
                self.end_list()
        elif name == "table":
            self.end_list()
            self._table(element)
        elif name == "page":
            self.end_list()
            self._builder.begin_page()
            self.children(element, depth + 1)
        elif name == "notes":
            self.end_list()
            text = " ".join(_text(p) for p in element.iter() if local(p) == "p").strip()
            self._builder.add("paragraph", f"Notes: {text}" if text else "")
        elif name == "frame" and _attribute(element, "class") == "title":
            self.end_list()
            self._builder.add("heading", " ".join(_paragraphs(element)), 1)
        elif name == "image":
            self._builder.add_figure(self._pictures.get(_attribute(element, "href"), b""))
        else:
            self.children(element, depth + 1)

    def _list(self, element: _Element, depth: int) -> None:
        if depth > _DEEPEST:
            return
        for item in element:
            for child in item:
                if local(child) == "list":
                    self._list(child, depth + 1)
                elif local(child) == "h":
                    self._element(child, depth)
                else:
                    if text := " ".join(_text(child).split()):
                        self._items.append(f"- {text}")
                    self._notes(child)

    def end_list(self) -> None:
        self._builder.add("list", "\n".join(self._items))
        self._items.clear()

    def _table(self, element: _Element) -> None:
        name = _attribute(element, "name")
        in_sheet = local(element.getparent()) == "spreadsheet"
        if in_sheet and name:
            self._builder.add("heading", name, 1)
        self.grid.table(_rows(element))

    def _notes(self, paragraph: _Element) -> None:
        """Footnotes, and what stands in frames that are anchored to a paragraph; pictures."""
        for child in paragraph.iter():
            if local(child) in ("note-body", "text-box"):
                self.end_list()
            if local(child) == "note-body":
                self._builder.add("paragraph", " ".join(_paragraphs(child)))
            elif local(child) == "text-box":
                for text in _paragraphs(child):
                    self._builder.add("paragraph", text)
            elif local(child) == "image":
                self._element(child, 0)


def _rows(table: _Element) -> Iterator[list[str]]:
    """Rows of a table, repeated ones a few times; nested tables stay inside their cell."""
    for row in table.iter():
        if local(row) != "table-row" or _owner(row) is not table:
            continue
        cells: list[str] = []
        for cell in row:
            if local(cell) not in ("table-cell", "covered-table-cell"):
                continue
            text = " ".join(_paragraphs(cell)) if local(cell) == "table-cell" else ""
            times = _number(cell, "number-columns-repeated", 1)
            cells += [text] * min(times, MOST_COLUMNS + 1 - len(cells))
        while cells and not cells[-1]:
            cells.pop()
        for _ in range(min(_number(row, "number-rows-repeated", 1), _MOST_REPEATS) if cells else 1):
            yield cells


def _owner(row: _Element) -> _Element | None:
    parent = row.getparent()
    while parent is not None and local(parent) != "table":
        parent = parent.getparent()
    return parent


def _paragraphs(element: _Element) -> list[str]:
    return [text for e in _shown(element) if (text := _text(e)).strip()]


def _shown(element: _Element) -> Iterator[_Element]:
    """Paragraphs inside an element, those of comments left out."""
    for child in element:
        if local(child) in ("p", "h"):
            yield child
        if local(child) not in _SKIPPED:
            yield from _shown(child)


def _text(element: _Element) -> str:
    """Text of a paragraph without notes, frames and comments in it."""
    parts = [element.text or ""]
    for child in element:
        name = local(child)
        if name == "s":
            parts.append(" " * min(_number(child, "c", 1), 100))
        elif name == "tab":
            parts.append("\t")
        elif name == "line-break":
            parts.append("\n")
        elif name and name not in ("note", "frame", "annotation", "annotation-end", "text-box"):
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _attribute(element: _Element, name: str) -> str:
    found = (value for key, value in element.attrib.items() if key.rpartition("}")[2] == name)
    return next(found, "")


def _number(element: _Element, name: str, default: int) -> int:
    value = _attribute(element, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else default


def _described(about: _Element | None) -> tuple[str | None, dict[str, str]]:
    title, found = None, {}
    for element in () if about is None else about.iter():
        text = " ".join((element.text or "").split())
        if local(element) == "title":
            title = title or chosen(text)
        elif (name := _METADATA.get(local(element))) and text:
            found[name] = text[:10] if name == "modified" else text
    return title, found
