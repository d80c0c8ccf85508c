"""Mail: EML and MBOX, with attachments as sections below their message."""

from __future__ import annotations

import email
import email.policy
import mailbox
import re
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path

from ingest.parsers.build import Builder
from ingest.parsers.clean import decode, decode_as, require_text
from ingest.parsers.members import OverBudget, add_member, budget
from rag.errors import DocumentError
from rag.types import Parsed

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_MOST_MESSAGES = 50_000
_MOST_PARTS = 500  # of one message
_DEEPEST = 20  # multiparts in multiparts
_LARGEST = 512 * 1024 * 1024  # bytes of one message
_QUOTED = re.compile(r"[ ]?>[ ]?|\s*\Z")
# "On 10 Feb 2025, at 21:05, Ada <ada@example.org> wrote:", in any language
_WROTE = re.compile(r"[^\n>][^\n]{8,200}(?:\n[^\n]{1,200})?:\s*")
_DAY_OR_ADDRESS = re.compile(r"[\d@]")
_UNNAMED = "(no subject)"


def parse_eml(path: Path, *, password: str | None = None) -> Parsed:
    """One message. Its subject is the title.

    Raises:
        DocumentError: it holds no text.
    """
    if path.stat().st_size > _LARGEST:
        raise DocumentError(f"{path.name}: larger than {_LARGEST >> 20} MiB. Split it first.")
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.compat32)
    builder = Builder()
    try:
        with budget():
            _add(builder, message, password, level=1)
    except OverBudget as error:
        builder.warnings.append(str(error))
    subject = header(message, "Subject")
    metadata = {"author": header(message, "From"), "date": sent(message)}
    parsed = builder.parsed(subject or None, metadata)
    _require(path, parsed, message)
    return parsed


def parse_mbox(path: Path, *, password: str | None = None) -> Parsed:
    """The messages of a mailbox, each under its subject.

    Raises:
        DocumentError: no message holds text.
    """
    builder = Builder()
    box = mailbox.mbox(str(path), create=False)
    count = 0
    try:
        with budget():
            for message in box:
                count += 1
                if count > _MOST_MESSAGES:
                    builder.warnings.append(f"only the first {_MOST_MESSAGES:,} messages were read")
                    break
                _add(builder, message, password, level=1)
    except OverBudget as error:
        builder.warnings.append(str(error))
    finally:
        box.close()
    parsed = builder.parsed(path.stem, {"messages": str(count)})
    require_text(path, parsed.text, "It holds no message with text.")
    return parsed


def header(message: Message, name: str) -> str:
    """A header decoded, whatever a program has written into it."""
    found = (value for key, value in message.raw_items() if key.lower() == name.lower())
    value = next(found, "")
    # Some write letters as they are, in UTF-8 or the code page of their machine.
    text = decoded(decode(value.encode("utf-8", "surrogateescape"))[0])
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())


def decoded(value: str) -> str:
    """A header without its encoded words (RFC 2047)."""
    try:
        return str(make_header([_word(part, charset) for part, charset in decode_header(value)]))
    except (LookupError, ValueError, UnicodeError, AttributeError, TypeError):
        return value


def _word(part: str | bytes, charset: str | None) -> tuple[str, str | None]:
    """A part of a header as text; `make_header` sets spaces by what is told of its charset."""
    if isinstance(part, str):
        return part, None
    if charset is None:
        return part.decode("raw-unicode-escape"), None
    text = decode_as(part, charset)
    return decode(part)[0] if text is None else text, "utf-8"


def _require(path: Path, parsed: Parsed, message: Message) -> None:
    if message.get_content_type() in ("multipart/encrypted", "application/pkcs7-mime"):
        raise DocumentError(
            f"{path.name}: an encrypted message. Open it in the mail program that holds its key, "
            "and save it decrypted."
        )
    require_text(path, parsed.text, "Save the message again from its mail program.")
    if not any(message.keys()):
        raise DocumentError(f"{path.name}: no mail message. Save it again from its mail program.")


def sent(message: Message) -> str:
    """The day of its header Date, "2015-07-20"; "" where that tells none."""
    try:
        return parsedate_to_datetime(header(message, "Date")).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _add(builder: Builder, message: Message, password: str | None, level: int) -> None:
    """Headers, the text as its reader sees it, then the attachments."""
    subject = header(message, "Subject")
    builder.add("heading", subject or _UNNAMED, level)
    lines = [f"{name}: {header(message, name)}" for name in _SHOWN if message.get(name)]
    builder.add("list", "\n".join(lines))
    bodies: list[Message] = []
    attached: list[Message] = []
    _sort(message, bodies, attached, 0)
    for part in bodies:
        _body(builder, part, level + 1)
    for part in attached[:_MOST_PARTS]:
        _attachment(builder, part, password, level + 1)


def _sort(message: Message, bodies: list[Message], attached: list[Message], depth: int) -> None:
    """Parts that are shown as the message, and those that are files."""
    kind = message.get_content_type()
    if depth > _DEEPEST or len(bodies) + len(attached) > _MOST_PARTS:
        return
    if kind == "message/rfc822":
        attached.append(message)
    elif kind == "multipart/alternative":
        _choose(message, bodies, attached, depth)
    elif message.is_multipart():
        for part in _parts(message):
            _sort(part, bodies, attached, depth + 1)
    elif message.get_content_disposition() == "attachment" or message.get_filename():
        attached.append(message)
    elif kind in ("text/plain", "text/html"):
        bodies.append(message)
    elif depth and kind.partition("/")[0] in ("text", "application"):
        attached.append(message)


def _choose(message: Message, bodies: list[Message], attached: list[Message], depth: int) -> None:
    """One of several forms of a text: HTML keeps tables and lists, plain text goes if it is there
    alone."""
    forms: list[tuple[list[Message], list[Message]]] = []
    for part in _parts(message):
        found: tuple[list[Message], list[Message]] = ([], [])
        _sort(part, *found, depth + 1)
        forms.append(found)
    for _, files in forms:
        attached.extend(files)
    readable = [form for form, _ in forms if form and any(_text(part).strip() for part in form)]
    rich = [form for form in readable if any(p.get_content_type() == "text/html" for p in form)]
    if readable:
        bodies.extend((rich or readable)[-1])


def _parts(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [p for p in payload if isinstance(p, Message)] if isinstance(payload, list) else []


def _text(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    text = decode_as(data, part.get_content_charset() or "")
    if text is None and part.get_content_type() == "text/html":
        from ingest.parsers.web import decode_html

        text = decode_html(data)[0]
    return decode(data)[0] if text is None else text


def _body(builder: Builder, part: Message, level: int) -> None:
    text = _text(part)
    if part.get_content_type() == "text/html":
        from ingest.parsers.web import build_fragment

        build_fragment(text, builder)
        return
    _written(builder, builder.cleaner.clean(text), level)


def _written(builder: Builder, text: str, level: int) -> None:
    """Plain text; what it quotes at its end goes without its marks below the line that says whose
    words these are. A quotation between the lines of an answer keeps them: they part the two.
    """
    lines = text.rstrip().split("\n")
    begun = next((n for n in range(len(lines), 0, -1) if not _QUOTED.match(lines[n - 1])), 0)
    quoted = "\n".join(_QUOTED.sub("", line, count=1) for line in lines[begun:]).strip("\n")
    said, whose = _parted("\n".join(lines[:begun]).rstrip())
    if quoted and not whose:  # some mark that line, too
        above, _, below = quoted.partition("\n")
        if _says_whose(above):
            whose, quoted = above, below
    if not (quoted and whose and level <= _DEEPEST):
        said, whose, quoted = text, "", ""
    for paragraph in said.split("\n\n"):
        builder.add("paragraph", paragraph)
    builder.add("heading", whose, min(level, 6))
    if quoted:
        _written(builder, quoted, level + 1)


def _parted(text: str) -> tuple[str, str]:
    """What is written, and the line at its end that says whose words follow."""
    said, _, whose = text.rpartition("\n\n")
    if _says_whose(whose):
        return said, whose
    said, _, whose = text.rpartition("\n")
    return (said, whose) if _says_whose(whose) else (text, "")


def _says_whose(line: str) -> bool:
    return bool(_WROTE.fullmatch(line) and _DAY_OR_ADDRESS.search(line))


def _attachment(builder: Builder, part: Message, password: str | None, level: int) -> None:
    if part.get_content_type() == "message/rfc822":
        for inner in _parts(part):
            _add(builder, inner, password, min(level, 6))
        return
    data = part.get_payload(decode=True)
    name = part.get_filename() or ""
    if isinstance(data, bytes) and data.strip():
        add_member(builder, decoded(name) or "attachment", data, level=level, password=password)
