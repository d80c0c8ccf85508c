"""Outlook messages (MSG), by the streams of their OLE container (MS-OXMSG)."""

from __future__ import annotations

import email
from pathlib import Path
from typing import Any

from ingest.parsers.build import Builder
from ingest.parsers.clean import decode, require_text
from ingest.parsers.mail import header
from ingest.parsers.members import OverBudget, add_member, budget
from ingest.parsers.package import damaged
from rag.errors import DocumentError
from rag.types import Parsed

_SUBJECT, _BODY, _HTML, _RTF = "0037", "1000", "1013", "1009"
_SENDER, _ADDRESS, _TO, _CC, _HEADERS = "0C1A", "0C1F", "0E04", "0E03", "007D"
_DATA, _LONG_NAME, _NAME = "3701", "3707", "3704"
_MOST_ATTACHMENTS = 500
_LARGEST_RTF = 64 * 1024 * 1024  # bytes, unpacked
# What every compressed RTF begins with in its dictionary (MS-OXRTFCP, 2.1.2.1).
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def parse(path: Path, *, password: str | None = None) -> Parsed:
    """A message with its attachments.

    Raises:
        DocumentError: it is damaged or holds no text.
    """
    import olefile

    try:
        ole = olefile.OleFileIO(str(path))
    except (OSError, ValueError, IndexError) as error:
        raise damaged(path, "Outlook message", error) from None
    builder = Builder()
    with ole, budget():
        message = email.message_from_string(_string(ole, "", _HEADERS))
        subject = _string(ole, "", _SUBJECT)
        builder.add("heading", subject or "(no subject)", 1)
        sender = f"{_string(ole, '', _SENDER)} {_string(ole, '', _ADDRESS)}".strip()
        fields = {
            "From": header(message, "From") or sender,
            "To": header(message, "To") or _string(ole, "", _TO),
            "Cc": _string(ole, "", _CC),
            "Date": header(message, "Date"),
        }
        builder.add("paragraph", "\n".join(f"{name}: {v}" for name, v in fields.items() if v))
        before = builder.length
        _body(builder, ole)
        try:
            _attachments(builder, ole, password)
        except OverBudget as error:
            builder.warnings.append(str(error))
    if not subject and builder.length == before:
        raise DocumentError(f"{path.name}: no text was found. Save the message again from Outlook.")
    parsed = builder.parsed(subject or path.stem, {"author": fields["From"]})
    require_text(path, parsed.text, "Save the message again from Outlook.")
    return parsed


def _body(builder: Builder, ole: Any) -> None:
    """HTML keeps tables and lists; then plain text; then RTF."""
    from ingest.parsers.web import build_fragment, decode_html

    page = _bytes(ole, "", _HTML)
    if page and b"<" in page:
        build_fragment(decode_html(page)[0], builder)
    elif text := _string(ole, "", _BODY):
        for paragraph in builder.cleaner.clean(text).split("\n\n"):
            builder.add("paragraph", paragraph)
    elif packed := _bytes(ole, "", _RTF):
        add_member(builder, "message.rtf", unpacked_rtf(packed))


def _attachments(builder: Builder, ole: Any, password: str | None) -> None:
    folders = sorted({entry[0] for entry in ole.listdir() if entry[0].startswith("__attach")})
    for folder in folders[:_MOST_ATTACHMENTS]:
        data = _bytes(ole, folder, _DATA)
        name = _string(ole, folder, _LONG_NAME) or _string(ole, folder, _NAME) or "attachment"
        if data:
            add_member(builder, name, data, password=password)


def _bytes(ole: Any, folder: str, tag: str) -> bytes:
    name = [*filter(None, [folder]), f"__substg1.0_{tag}0102"]
    return bytes(ole.openstream(name).read()) if ole.exists(name) else b""


def _string(ole: Any, folder: str, tag: str) -> str:
    """A property in UTF-16, or in the code page of whoever wrote it."""
    for kind in ("001F", "001E"):
        name = [*filter(None, [folder]), f"__substg1.0_{tag}{kind}"]
        if ole.exists(name):
            data = bytes(ole.openstream(name).read())
            text = data.decode("utf-16-le", "replace") if kind == "001F" else decode(data)[0]
            return text.strip("\0").strip()
    return ""


def unpacked_rtf(data: bytes) -> bytes:
    """RTF as Outlook compresses it (MS-OXRTFCP, 2.2.2.1); at most 64 MiB."""
    if data[8:12] == b"MELA":
        return data[16:]
    window = bytearray(_DICTIONARY.ljust(4096, b"\0"))
    place = len(_DICTIONARY)
    out = bytearray()
    position = 16
    while position < len(data) and len(out) < _LARGEST_RTF:
        control, position = data[position], position + 1
        for bit in range(8):
            if position >= len(data):
                return bytes(out)
            if not control >> bit & 1:
                piece = data[position : position + 1]
                position += 1
            else:
                token = int.from_bytes(data[position : position + 2], "big")
                position += 2
                start = token >> 4
                if start == place % 4096:
                    return bytes(out)
                piece = b""
                for step in range((token & 15) + 2):
                    byte = window[(start + step) % 4096]
                    window[place % 4096] = byte
                    place += 1
                    piece += bytes([byte])
                out += piece
                continue
            window[place % 4096] = piece[0]
            place += 1
            out += piece
    return bytes(out)
