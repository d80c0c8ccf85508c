"""EPUB: the chapters of a book in reading order.

Read directly: ebooklib, the library for it, has a licence (AGPL) that this project can't take on,
and a book is a zip file of the HTML that is read here anyway.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ingest.parsers import figures
from ingest.parsers.build import Builder
from ingest.parsers.clean import require_text
from ingest.parsers.package import LIMITS, Limits, damaged, local, member, open_zip, xml
from ingest.parsers.web import build_fragment, decode_html
from rag.errors import DocumentError, EncryptedDocument
from rag.types import Parsed

if TYPE_CHECKING:
    from lxml.etree import _Element

_WHAT = "EPUB book"
_CONTAINER = "META-INF/container.xml"
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_IMAGE = re.compile(
    rb"<(?:img|(?:\w+:)?image)\b[^>]{0,500}?\b(?:src|href)\s*=\s*[\"']([^\"'>]{1,300})"
)
_METADATA = {
    "creator": "author",
    "date": "date",
    "subject": "subject",
    "description": "description",
}
_LONGEST_DESCRIPTION = 500  # characters
_FAILURES = (
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
)


def parse(path: Path, *, password: str | None = None, limits: Limits = LIMITS) -> Parsed:
    """The text of a book. `password` is not used: books are locked by other means, or not at all.

    Raises:
        EncryptedDocument: its chapters are locked (DRM).
        DocumentError: it is damaged, unpacks to more than `limits`, or holds no text.
    """
    with open_zip(path, _WHAT, limits=limits) as archive:
        try:
            package, folder = _package(archive)
            _refuse_locked(path, archive)
        except _FAILURES as error:
            raise damaged(path, _WHAT, error) from None
        builder = Builder()
        titles = _titles(archive, package, folder)
        for name in _spine(package):
            _chapter(builder, archive, posixpath.normpath(posixpath.join(folder, name)), titles)
    title, metadata = _described(package)
    parsed = builder.parsed(title, metadata)
    require_text(path, parsed.text, "If its pages are pictures, convert it to PDF and add that.")
    return parsed


def _package(archive: zipfile.ZipFile) -> tuple[_Element, str]:
    """The root of the package document, and its folder."""
    container = member(archive, _CONTAINER)
    roots = () if container is None else xml(container).iter()
    named = [element.get("full-path") for element in roots if local(element) == "rootfile"]
    named += [name for name in archive.namelist() if name.endswith(".opf")]
    for name in named:
        data = member(archive, name) if name else None
        if data:
            return xml(data), posixpath.dirname(name)
    raise ValueError("it has no package document")


def _refuse_locked(path: Path, archive: zipfile.ZipFile) -> None:
    data = member(archive, "META-INF/encryption.xml")
    if data is None:
        return
    methods = [e.get("Algorithm", "") for e in xml(data).iter() if local(e) == "EncryptionMethod"]
    if any(not method.startswith(_FONTS) for method in methods):
        raise EncryptedDocument(
            f"{path.name}: a book with a copy lock (DRM), which can't be read. Add one without."
        )


def _manifest(package: _Element) -> dict[str, _Element]:
    return {e.get("id", ""): e for e in package.iter() if local(e) == "item" and e.get("href")}


def _spine(package: _Element) -> list[str]:
    """Files of the chapters in reading order; all pages where the book gives none."""
    items = _manifest(package)
    order = [e.get("idref", "") for e in package.iter() if local(e) == "itemref"]
    named = [items[i] for i in order if i in items and "nav" not in items[i].get("properties", "")]
    named = named or [i for i in items.values() if "html" in (i.get("media-type") or "")]
    return list(dict.fromkeys(item.get("href", "").partition("#")[0] for item in named))


def _titles(archive: zipfile.ZipFile, package: _Element, folder: str) -> dict[str, str]:
    """Names of chapters by the table of contents: file → title."""
    found: dict[str, str] = {}
    for item in _manifest(package).values():
        is_ncx = item.get("media-type") == "application/x-dtbncx+xml"
        if not is_ncx and "nav" not in item.get("properties", ""):
            continue
        name = posixpath.normpath(posixpath.join(folder, item.get("href", "")))
        try:
            data = member(archive, name)
            root = xml(data) if data else None
        except _FAILURES:
            continue
        for element in () if root is None else root.iter():
            target, text = _entry(element)
            if target and text:
                whole = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
                found.setdefault(unquote(whole), text)
    return found


def _entry(element: _Element) -> tuple[str, str]:
    """File and title of a line of a table of contents, of either kind."""
    if local(element) == "a":
        return element.get("href", "").partition("#")[0], " ".join(
            "".join(element.itertext()).split()
        )
    if local(element) == "navPoint":
        texts = [e.text or "" for e in element.iter() if local(e) == "text"]
        targets = [e.get("src", "") for e in element.iter() if local(e) == "content"]
        if texts and targets:
            return targets[0].partition("#")[0], " ".join(texts[0].split())
    return "", ""


def _chapter(builder: Builder, archive: zipfile.ZipFile, name: str, titles: dict[str, str]) -> None:
    """One file of the book; a damaged one loses itself only."""
    try:
        data = member(archive, name)
    except _FAILURES as error:
        builder.warnings.append(f"chapter {Path(name).name} was left out: {error}")
        return
    if data is None:
        builder.warnings.append(f"chapter {Path(name).name} is missing")
        return
    part = Builder()
    try:
        build_fragment(decode_html(data)[0], part)
    except DocumentError as error:
        builder.warnings.append(str(error))
        return
    parsed = part.parsed(None)
    headed = any(block.kind == "heading" for block in parsed.blocks[:3])
    title = titles.get(unquote(name), "")
    if parsed.text.strip() and not headed and title:
        builder.add("heading", title, 1)
    builder.append(parsed)
    _add_figures(builder, archive, name, data)


def _add_figures(builder: Builder, archive: zipfile.ZipFile, name: str, chapter: bytes) -> None:
    """The pictures of a chapter after its text, where somebody is going to describe them."""
    for source in _IMAGE.findall(chapter) if figures.wanted() else ():
        where = posixpath.join(posixpath.dirname(name), source.decode("utf-8", "replace"))
        with suppress(*_FAILURES):
            builder.add_figure(member(archive, posixpath.normpath(where)) or b"")


def _described(package: _Element) -> tuple[str | None, dict[str, str]]:
    title: str | None = None
    found: dict[str, str] = {}
    for element in package.iter():
        text = " ".join((element.text or "").split())
        if local(element) == "title" and text:
            title = title or text
        elif (name := _METADATA.get(local(element))) and text:
            found.setdefault(name, text[:_LONGEST_DESCRIPTION])
    return title, found
