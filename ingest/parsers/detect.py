"""What a file is: by its content first, by its name where content does not tell."""

from __future__ import annotations

import zipfile
from pathlib import Path

from ingest.parsers import PARSERS
from ingest.parsers.clean import decode
from ingest.text_types import text_type
from rag.errors import DocumentError, UnsupportedDocument

_HEAD = 64 * 1024  # bytes
_SURE = 0.5  # of what a signature tells; short ones occur in anything
_ZIP_MEMBERS = (  # (what a member's name begins with, the type)
    ("word/", "docx"),
    ("xl/", "xlsx"),
    ("ppt/", "pptx"),
    ("META-INF/container.xml", "epub"),
)
_ELSEWHERE = (  # (a member that only such files have, what to do with one)
    ("xl/workbook.bin", "an Excel binary workbook (xlsb). Save it as xlsx."),
    ("Index/Document.iwa", "a Pages, Numbers or Keynote file. Export it as PDF or for Office."),
    ("Index.zip", "a Pages, Numbers or Keynote file. Export it as PDF or for Office."),
)
_OPENDOCUMENT = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}
_OLE_STREAMS = (  # names of streams in the directory of an old Office file, the type
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("__properties_version1.0", "msg"),
)
_ENCRYPTED = {".docx": "docx", ".docm": "docx", ".xlsx": "xlsx", ".xlsm": "xlsx", ".pptx": "pptx",
              ".pptm": "pptx"}  # fmt: skip
_IMAGES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
_MAGIC = (  # (start of the file, what it is)
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\x78\x9f\x3e\x22", "attachments packed by Outlook (winmail.dat)"),
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00PK")  # "PK" alone begins texts, too
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def detect(path: Path) -> str:
    """Type of a file: one of `ingest.parsers.PARSERS`.

    Raises:
        UnsupportedDocument: nothing here reads it; the message says what it looks like.
        DocumentError: it is empty, missing or can't be read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise DocumentError(f"{path.name}: can't be read: {error.strerror}.") from None
    if not head:
        raise DocumentError(f"{path.name}: the file is empty.")
    if b"%PDF-" in head[:1024] and _is_pdf(path, head):
        return "pdf"
    if head.startswith(_ZIP):
        return _in_zip(path)
    if head.startswith(_OLE):
        return _in_ole(path)
    if head.startswith(_IMAGES) or _is_bmp_or_webp(head):
        return "image"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    text = _as_text(head)
    known = next((what for magic, what in _MAGIC if head.startswith(magic)), None)
    if text is None or (known and not (known == "a program" and text.isprintable())):
        raise UnsupportedDocument(
            f"{path.name}: looks like {known or _looks(path, head)}, which Footnote doesn't read. "
            f"It reads {_read_as()}."
        )
    return text_type(path.suffix.lower(), text)


def _read_as() -> str:
    """The types that are read, for messages."""
    return ", ".join(PARSERS)


def _is_pdf(path: Path, head: bytes) -> bool:
    """Not a text that speaks of PDF; something may stand before the mark, which viewers allow."""
    first = head.lstrip().startswith(b"%PDF-") or path.suffix.lower() == ".pdf"
    return first or _as_text(head) is None


def _is_bmp_or_webp(head: bytes) -> bool:
    bmp = head[:2] == b"BM" and head[6:10] == bytes(4) and len(head) > 26
    return bmp or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def _in_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.replace("\\", "/") for name in archive.namelist()]
            kind = archive.read("mimetype")[:200] if "mimetype" in names[:5] else b""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, RuntimeError):
        raise DocumentError(
            f"{path.name}: a zip-based file (such as docx), damaged or a part of several. "
            "Open it in its program and save it again."
        ) from None
    except Exception as error:
        raise DocumentError(f"{path.name}: a damaged zip file ({type(error).__name__}).") from None
    if b"epub" in kind:
        return "epub"
    if b"opendocument" in kind:
        what = kind.decode("ascii", "replace").rpartition("opendocument.")[2].split("-")[0].strip()
        if what in _OPENDOCUMENT:
            return _OPENDOCUMENT[what]
        raise UnsupportedDocument(
            f"{path.name}: an OpenDocument {what}, which Footnote doesn't read. Save it as PDF."
        )
    for part, what in _ELSEWHERE:
        if part in names:
            raise UnsupportedDocument(f"{path.name}: {what}")
    for part, type_ in _ZIP_MEMBERS:
        if any(name.startswith(part) for name in names) and (
            type_ == "epub" or "[Content_Types].xml" in names
        ):
            return type_
    return "zip"


def _in_ole(path: Path) -> str:
    """Type of an old Office file, an Outlook message or an encrypted new Office file."""
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        return _ENCRYPTED.get(path.suffix.lower(), "docx")
    for stream, type_ in _OLE_STREAMS:
        if (stream + "\0").encode("utf-16-le") in data:
            return type_
    raise UnsupportedDocument(
        f"{path.name}: an old Office file of a kind that Footnote doesn't read. Save it as PDF."
    )


def _as_text(head: bytes) -> str | None:
    """The head decoded, or None where it is no text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        text, _ = decode(head[: len(head) - len(head) % 4])
    else:
        text, _ = decode(_whole_characters(head))
    strange = sum(c == "\ufffd" or (c < " " and c not in "\t\n\r\f\x1b") for c in text)
    return text if strange <= 0.02 * len(text) + 1 else None


def _whole_characters(head: bytes) -> bytes:
    """Without a UTF-8 sequence that the end of the sample cuts."""
    for back in range(1, min(4, len(head)) + 1):
        if head[-back] >= 0xC0:
            return head[:-back] if len(head) == _HEAD else head
        if head[-back] < 0x80:
            break
    return head


def _looks(path: Path, head: bytes) -> str:
    import puremagic

    try:
        found = puremagic.magic_string(head[:4096], path.name)
        names = [match.name for match in found if match.confidence >= _SURE]
    except (puremagic.PureError, ValueError):
        names = []
    return next((f"a file of type {name}" for name in names if name), "binary data")
