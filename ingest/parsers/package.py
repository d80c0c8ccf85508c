"""Zip-based files (office files, books, archives) under limits, and XML that reaches for nothing.

A document that unpacks to more than any document would is refused by what its directory declares,
before a byte is unpacked; `zipfile` never gives more than is declared.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ingest.parsers.clean import decode
from rag.errors import DocumentError, EncryptedDocument

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEAD = 4096  # bytes of an XML part in which entities are declared
_DECLARED = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\s[^>]{0,200}?\bencoding\s*=[^>]{0,200}?\?>")
_RATIO_FROM = 16 * 1024 * 1024  # bytes; what unpacks to less harms nobody, whatever its ratio


@dataclass(frozen=True, slots=True)
class Limits:
    """What a zip-based file may unpack to. Real documents stay far below."""

    unpacked: int = 512 * 1024 * 1024  # bytes of all members
    ratio: float = 200  # unpacked / packed of a large member; deflate reaches 1000
    members: int = 20_000


LIMITS = Limits()


def damaged(path: Path, what: str, error: Exception) -> DocumentError:
    """The error for a file that its own program should repair."""
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return DocumentError(
        f"{path.name}: damaged {what} ({reason}). Open it in its program and save it again."
    )


def open_zip(
    path: Path,
    what: str,
    *,
    limits: Limits = LIMITS,
    password: str | None = None,
    source: io.BytesIO | None = None,
) -> zipfile.ZipFile:
    """An archive that is within `limits`; the caller closes it. `source` is its content, if known.

    Raises:
        EncryptedDocument: it has encrypted members and no password was given.
        DocumentError: it is damaged, or unpacks to more than that.
    """
    try:
        archive = zipfile.ZipFile(source or path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise damaged(path, what, error) from None
    try:
        check(path, archive.infolist(), limits, password)
    except BaseException:
        archive.close()
        raise
    return archive


def check(
    path: Path, members: list[zipfile.ZipInfo], limits: Limits, password: str | None = None
) -> None:
    """Raises DocumentError when the members together are more than `limits` allow."""
    if any(member.flag_bits & 1 for member in members) and not password:
        raise EncryptedDocument(
            f"{path.name}: encrypted members. Give the password with --password."
        )
    unpacked = sum(member.file_size for member in members)
    worst = max(
        (m.file_size / max(m.compress_size, 1) for m in members if m.file_size > _RATIO_FROM),
        default=0.0,
    )
    if unpacked > limits.unpacked or worst > limits.ratio or len(members) > limits.members:
        raise DocumentError(
            f"{path.name}: unpacks to {unpacked >> 20} MiB in {len(members)} parts, too much for a "
            "document; it was not opened. Save it again, or split it."
        )


def refuse_entities(path: Path, archive: zipfile.ZipFile, what: str) -> None:
    """Raises DocumentError when a part of an office file declares XML entities; none has to."""
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            with archive.open(name) as part:
                head = part.read(_HEAD)
            if b"<!ENTITY" in head or "<!ENTITY".encode("utf-16-le") in head:
                raise damaged(path, what, ValueError("it declares XML entities"))


def member(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """The bytes of a member by its name, as written or percent-encoded; None if there is none."""
    for given in (name, unquote(name)):
        try:
            return archive.read(given)
        except KeyError:
            continue
    return None


def xml(data: bytes) -> _Element:
    """The root of an XML document. No entity is resolved and nothing is loaded.

    What is stored in another encoding than it declares is read as what it is.

    Raises:
        ValueError: it is no XML, or declares entities, as no document of an office does.
    """
    try:
        root = _root(data)
    except ValueError:
        declared = _DECLARED.match(data)
        if declared is None:
            raise
        root = _root(decode(data[declared.end() :])[0].encode("utf-8", "replace"))
    types = root.getroottree().docinfo.internalDTD
    if types is not None and any(True for _ in types.iterentities()):
        raise ValueError("it declares XML entities, as no document does")
    return root


def _root(data: bytes) -> _Element:
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.parse(io.BytesIO(data), parser).getroot()
    except etree.XMLSyntaxError as error:
        raise ValueError(f"no XML: {error}") from None
    if root is None:
        raise ValueError("no XML")
    return root


def local(element: _Element) -> str:
    """The tag of an element without its namespace; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
