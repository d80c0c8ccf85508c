"""Office packages of unusual make, put into the form that the libraries read.

Documents with macros, templates and slide shows have other content types than documents; "Strict
Open XML" has other namespaces; some writers put backslashes into the names of parts, leave out
parts that are referred to, or refer to some that were never there. What they say is the same.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Container
from pathlib import Path
from typing import TypeVar

from ingest.parsers.package import Limits, open_zip, xml
from rag.errors import DocumentError

_TYPES = "[Content_Types].xml"
_OFFICE = rb"application/vnd\.openxmlformats-officedocument\."
_MAIN = (  # (content type of what is no plain document, that of one)
    (
        rb"application/vnd\.ms-word\.(?:document|template)\.macroEnabled(?:Template)?\.main\+xml|"
        + _OFFICE
        + rb"wordprocessingml\.template\.main\+xml",
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    ),
    (
        rb"application/vnd\.ms-powerpoint\.(?:slideshow|template)\.macroEnabled\.main\+xml|"
        + _OFFICE
        + rb"presentationml\.(?:slideshow|template)\.main\+xml",
        b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    ),
)
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/"

T = TypeVar("T")


def opened(
    path: Path,
    what: str,
    limits: Limits,
    source: io.BytesIO | None,
    opener: Callable[[io.BytesIO | None], T],
) -> T:
    """What `opener` makes of a package, which is put into the usual form where it has to be.

    `source` is its content, if known. `opener` gets None for the file as it stands.

    Raises:
        DocumentError: it unpacks to more than `limits`, or `opener` can't read it either way.
    """
    with open_zip(path, what, limits=limits, source=source) as archive:
        if _is_unusual(archive):
            source = _repaired(archive)
    try:
        return opener(source)
    except DocumentError as error:
        try:
            with open_zip(path, what, limits=limits, source=source) as archive:
                return opener(_repaired(archive))
        except (DocumentError, zipfile.BadZipFile, RuntimeError, EOFError, OSError, ValueError):
            raise error from None  # what was wrong in the first place says more


def _is_unusual(archive: zipfile.ZipFile) -> bool:
    names = archive.namelist()
    if any("\\" in name for name in names):
        return True
    try:
        types = archive.read(_TYPES) if _TYPES in names else b""
        relations = archive.read("_rels/.rels") if "_rels/.rels" in names else b""
    except Exception:  # damaged in any of the ways of a zip file: its parser will say so
        return False
    return bool(_STRICT.search(relations) or any(re.search(other, types) for other, _ in _MAIN))


def _repaired(archive: zipfile.ZipFile) -> io.BytesIO:
    parts = {
        info.filename.replace("\\", "/").lstrip("/"): info
        for info in archive.infolist()
        if not info.is_dir()
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, info in parts.items():
            data = archive.read(info)
            if name.endswith((".xml", ".rels")):
                data = _STRICT.sub(_TRANSITIONAL, data)
            if name == _TYPES:
                for other, plain in _MAIN:
                    data = re.sub(other, plain, data)
            elif name.endswith(".rels"):
                data = _without_dead_ends(name, data, parts)
            package.writestr(name, data)
    made.seek(0)
    return made


def _without_dead_ends(name: str, data: bytes, parts: Container[str]) -> bytes:
    """Relationships to parts that are there, or outside of the package."""
    from lxml import etree

    folder = posixpath.dirname(posixpath.dirname(name))
    try:
        root = xml(data)
    except ValueError:
        return data
    for relation in list(root):
        target = (relation.get("Target") or "").replace("\\", "/")
        place = target if target.startswith("/") else f"/{folder}/{target}"
        if relation.get("TargetMode") != "External":
            if posixpath.normpath(place).lstrip("/") not in parts:
                root.remove(relation)
            else:
                relation.set("Target", target)
    return bytes(etree.tostring(root))
