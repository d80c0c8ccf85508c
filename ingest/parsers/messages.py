"""Chats in JSON (Slack, Discord, Telegram, Messenger, Teams): who said what, and when."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from ingest.parsers.build import Builder
from ingest.parsers.days import in_words

_TEXTS = ("text", "content", "message", "body")
_AUTHORS = ("user_profile", "author", "sender_name", "from", "sender", "username", "user")
_NAMES = (
    "real_name", "nickname", "global_name", "displayName", "display_name", "name", "username",
    "user", "content", "text",
)  # fmt: skip
_TIMES = ("ts", "timestamp", "timestamp_ms", "createdDateTime", "created_at", "date")
_FILES = ("files", "attachments", "photos")
_FILE_NAMES = ("name", "fileName", "filename", "title", "uri")
_SHARE = 0.6  # of the records that have to be messages
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_LINK = re.compile(r"<((?:https?|mailto):[^|<>\s]+)(?:\|([^<>]+))?>")
_TAG = re.compile(r"</?(?:p|div|br|at|span|b|i|em|strong|a|img|attachment)\b[^<>]{0,500}>")
_HTML = re.compile(r"</(?:p|div|at|span|b|i|em|strong|a|attachment)>|<br\s*/?>")  # not "a <b and"
_SLACK = re.compile(r"\d{9,11}\.\d+")  # a "ts"; that of a log is a number
_MILLISECONDS = 1e11  # no time in seconds is that large
_EARLIEST = 1e8  # seconds since 1970; less is a number of another kind: 20250601, a place in a film


@dataclass(frozen=True, slots=True)
class Message:
    """What one person wrote at one moment."""

    when: datetime
    who: str
    text: str


def messages_of(value: Any) -> tuple[list[Message], list[Any]]:
    """The messages of a chat in the order of their times, and other records of it with words in
    them; none where `value` is no chat: neither an object with "messages" in it nor a list as Slack
    writes it.
    """
    records = value.get("messages") if isinstance(value, Mapping) else value
    if not isinstance(records, list) or not records:
        return [], []
    if records is value and not all(isinstance(r, Mapping) and _is_slack(r) for r in records):
        return [], []
    people = {str(r["user"]): _who(r) for r in records if isinstance(r, Mapping) and r.get("user")}
    found = [_message(record, people) for record in records]
    messages = [message for message in found if message is not None]
    if sum(bool(message.who) for message in messages) < _SHARE * len(records):
        return [], []
    others = (record for record, message in zip(records, found, strict=True) if message is None)
    rest = [r for r in others if isinstance(r, Mapping) and any(_text(r.get(n)) for n in _TEXTS)]
    return sorted(messages, key=lambda message: message.when), rest


def _is_slack(record: Mapping[str, Any]) -> bool:
    return isinstance(record.get("ts"), str) and bool(_SLACK.fullmatch(record["ts"]))


def add_messages(builder: Builder, messages: Iterable[Message]) -> None:
    """Adds a chat under its days, a paragraph for each message."""
    for day, said in groupby(messages, key=lambda message: message.when.date()):
        builder.add("heading", in_words(day), 2)
        for message in said:
            said_by = f"{message.who}: " if message.who else ""  # "Ada joined the group"
            builder.add("paragraph", f"[{message.when:%H:%M}] {said_by}{message.text}")


def _message(record: Any, people: Mapping[str, str]) -> Message | None:
    if not isinstance(record, Mapping) or record.get("to"):  # mail
        return None
    who = _who(record)
    when = next(filter(None, (_when(record.get(name)) for name in _TIMES)), None)
    text = next(filter(None, (_text(record.get(name)) for name in _TEXTS)), "")
    text = _MENTION.sub(lambda found: f"@{people.get(found[1], found[1])}", text)
    text = _LINK.sub(lambda found: f"{found[2]} ({found[1]})" if found[2] else found[1], text)
    text = html.unescape(_TAG.sub(" ", text) if _HTML.search(text) else text)
    text = " ".join((*_subject(record), text, *_files(record))).strip()
    return Message(when, who, text) if when and text else None


def _subject(record: Mapping[str, Any]) -> list[str]:
    subject = record.get("subject")
    return [f"{subject}:"] if isinstance(subject, str) and subject.strip() else []


def _who(record: Mapping[str, Any]) -> str:
    return next(filter(None, (_named(record.get(name)) for name in _AUTHORS)), "")


def _named(value: Any) -> str:
    """A name that stands there, or in an object of one or two levels."""
    for _ in range(3):
        if not isinstance(value, Mapping):
            break
        value = next((value[name] for name in _NAMES if value.get(name)), None)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _text(value: Any) -> str:
    """What is said: a string, one in an object, or pieces of either kind as Telegram has them."""
    if isinstance(value, Mapping):
        value = value.get("content") or value.get("text")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "".join(_text(piece) for piece in value if not isinstance(piece, list))
    return value.strip("\n") if isinstance(value, str) else ""


def _when(value: Any) -> datetime | None:
    """A moment, from seconds or milliseconds since 1970 (then in UTC) or as ISO 8601 has it; no
    day without its hour."""
    try:
        if isinstance(value, str) and not re.fullmatch(r"\d{9,13}(?:\.\d+)?", value):
            return datetime.fromisoformat(value).replace(tzinfo=None) if ":" in value else None
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return None
        seconds = float(value)
        seconds = seconds / 1000 if seconds > _MILLISECONDS else seconds
        if seconds < _EARLIEST:
            return None
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        return None


def _files(record: Mapping[str, Any]) -> list[str]:
    files = [file for name in _FILES if isinstance(record.get(name), list) for file in record[name]]
    names = (_first(file) for file in files if isinstance(file, Mapping))
    return [f"[{name}]" for name in names if name]


def _first(file: Mapping[str, Any]) -> str:
    return next((str(file[name]) for name in _FILE_NAMES if file.get(name)), "")
