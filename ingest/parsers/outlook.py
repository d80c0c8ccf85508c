"""Outlook messages (MSG), by the streams of their OLE container (MS-OXMSG)."""

from __future__ import annotations

import email
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from ingest.parsers.build import Builder
from ingest.parsers.clean import decode, require_text
from ingest.parsers.mail import header, sent
from ingest.parsers.members import OverBudget, add_member, budget
from ingest.parsers.package import damaged
from rag.errors import DocumentError
from rag.types import Parsed

_SUBJECT, _BODY, _HTML, _RTF = "0037", "1000", "1013", "1009"
_SENDER, _ADDRESS, _TO, _CC, _HEADERS = "0C1A", "0C1F", "0E04", "0E03", "007D"
_DATA, _LONG_NAME, _NAME = "3701", "3707", "3704"
_SENT = "0039"
_MESSAGE = "__substg1.0_3701000D"  # the storage of a message that is attached
_STREAM = 2  # what olefile calls a stream
_DEEPEST = 5  # messages in each other
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
        store = _Store(ole, ())
        subject = store.string(_SUBJECT)
        headers = store.headers()
        try:
            said = _add(builder, store, headers, password, level=1)
        except OverBudget as error:
            builder.warnings.append(str(error))
            said = True
    if not subject and not said:
        raise DocumentError(f"{path.name}: no text was found. Save the message again from Outlook.")
    described = {"author": header(headers, "From"), "date": sent(headers)}
    parsed = builder.parsed(subject or path.stem, described)
    require_text(path, parsed.text, "Save the message again from Outlook.")
    return parsed


@dataclass(frozen=True, slots=True)
class _Store:
    """The streams of one message, or of one attachment, inside a container."""

    ole: Any
    place: tuple[str, ...]

    def inside(self, name: str) -> _Store:
        return _Store(self.ole, (*self.place, name))

    def read(self, name: str) -> bytes:
        where = [*self.place, name]
        stream = self.ole.exists(where) and self.ole.get_type(where) == _STREAM
        return bytes(self.ole.openstream(where).read()) if stream else b""

    def binary(self, tag: str) -> bytes:
        return self.read(f"__substg1.0_{tag}0102")

    def string(self, tag: str) -> str:
        """A property in UTF-16, or in the code page of whoever wrote it."""
        if data := self.read(f"__substg1.0_{tag}001F"):
            return data.decode("utf-16-le", "replace").strip("\0").strip()
        data = self.read(f"__substg1.0_{tag}001E")
        return decode(data)[0].strip("\0").strip() if data else ""

    def time(self, tag: str) -> datetime | None:
        """A property that is a time (MS-OXMSG, 2.4.2.1), in UTC."""
        data = self.read("__properties_version1.0")
        wanted = bytes.fromhex("4000") + bytes.fromhex(tag)[::-1]
        for start in range(24 if self.place else 32, len(data) - 15, 16):
            if data[start : start + 4] == wanted:
                ticks = struct.unpack_from("<Q", data, start + 8)[0]  # of 100 ns since 1601
                try:
                    return datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)
                except OverflowError:
                    return None
        return None

    def headers(self) -> Message:
        """From, To and Date as transported, or as stored where the message never was; Cc."""
        message = email.message_from_string(self.string(_HEADERS))
        moment = self.time(_SENT)
        stored = {
            "From": f"{self.string(_SENDER)} {self.string(_ADDRESS)}".strip(),
            "To": self.string(_TO),
            "Cc": self.string(_CC),
            "Date": format_datetime(moment) if moment else "",
        }
        for name, value in stored.items():
            if name == "Cc" or not header(message, name):
                del message[name]
                message[name] = " ".join(value.split())
        return message

    def attachments(self) -> Iterator[_Store]:
        depth = len(self.place)
        inside = (e for e in self.ole.listdir() if tuple(e[:depth]) == self.place)
        names = sorted({e[depth] for e in inside if e[depth].startswith("__attach")})
        return map(self.inside, names[:_MOST_ATTACHMENTS])


def _add(
    builder: Builder, store: _Store, headers: Message, password: str | None, level: int
) -> bool:
    """Adds a message with its attachments; whether it holds more than its headers."""
    builder.add("heading", store.string(_SUBJECT) or "(no subject)", level)
    fields = ((name, header(headers, name)) for name in ("From", "To", "Cc", "Date"))
    builder.add("paragraph", "\n".join(f"{name}: {value}" for name, value in fields if value))
    before = builder.length
    _body(builder, store)
    for attached in store.attachments():
        message = attached.inside(_MESSAGE)
        if message.read("__properties_version1.0"):
            if level > _DEEPEST:
                raise OverBudget("messages in each other: the innermost were left out")
            _add(builder, message, message.headers(), password, level + 1)
        elif data := attached.binary(_DATA):
            name = attached.string(_LONG_NAME) or attached.string(_NAME) or "attachment"
            add_member(builder, name, data, level=min(level + 1, 6), password=password)
    return builder.length > before


def _body(builder: Builder, store: _Store) -> None:
    """HTML keeps tables and lists; then plain text; then RTF."""
    from ingest.parsers.web import build_fragment, decode_html

    page = store.binary(_HTML)
    if page and b"<" in page:
        build_fragment(decode_html(page)[0], builder)
    elif text := store.string(_BODY):
        for paragraph in builder.cleaner.clean(text).split("\n\n"):
            builder.add("paragraph", paragraph)
    elif packed := store.binary(_RTF):
        add_member(builder, "message.rtf", unpacked_rtf(packed))


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
