"""Contacts (vCard): each under its name, a line for each number, address and birthday."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from ingest.parsers.build import Builder
from ingest.parsers.card_lines import Card, Line, add_card, read_cards
from ingest.parsers.clean import require_text
from ingest.parsers.plain import parse_text
from rag.types import Parsed

_NAMES = {
    "NICKNAME": "Nickname", "ORG": "Organisation", "TITLE": "Title", "ROLE": "Role",
    "TEL": "Phone", "EMAIL": "E-mail", "IMPP": "Messenger", "ADR": "Address", "BDAY": "Birthday",
    "ANNIVERSARY": "Anniversary", "URL": "Web", "CATEGORIES": "Groups", "RELATED": "Related",
    "X-ABRELATEDNAMES": "Related", "X-ABDATE": "Date", "NOTE": "Note",
}  # fmt: skip
_DATES = frozenset(["BDAY", "ANNIVERSARY", "X-ABDATE"])
_DAY = re.compile(r"(\d{4}|--)-?(\d\d)-?(\d\d)(?!\d)")
_PLAIN_TYPES = frozenset(
    ["voice", "internet", "pref", "quoted-printable", "base64", "b", "x-internet", "other"]
)
_OWN = re.compile(
    r"X-(?!AB|PHONETIC|MS-|ANDROID|MOZILLA|APPLE|ADDRESSBOOK|EVOLUTION)([A-Z-]{2,20})"
)
_LONGEST = 200  # characters of a line of a program's own; what is longer is no text
_APPLE = re.compile(r"_\$!<([^<>]*)>!\$_")  # how Apple writes the labels that it translates


def parse(path: Path, *, password: str | None = None) -> Parsed:
    """The contacts of a file, without pictures and keys. `password` is not used.

    Raises:
        DocumentError: there is no text in the file.
    """
    builder, found = read_cards(path)
    for card in found:
        if card.kind == "VCARD":
            _add(builder, card)
    if builder.is_empty:
        return parse_text(path)
    parsed = builder.parsed(path.stem)
    require_text(path, parsed.text, "Export the contacts again.")
    return parsed


def _add(builder: Builder, card: Card) -> None:
    labels = {line.group: line.text for line in card.lines if line.name == "X-ABLABEL"}
    add_card(builder, _name(card) or "(no name)", (_told(line, labels) for line in card.lines))


def _name(card: Card) -> str:
    """As it is shown, or put together: "Dr. Ada Lovelace"; that of a firm where nobody is named."""
    if shown := card.text("FN"):
        return shown
    line = card.get("N")
    family, given, middle, before, after = [*(line.parts if line else ()), *[""] * 5][:5]
    return " ".join(filter(None, (before, given, middle, family, after))) or card.text("ORG")


def _told(line: Line, labels: dict[str, str]) -> tuple[str, str]:
    """ "Phone (cell)", "123"; "" for either where it tells a reader nothing."""
    own = _OWN.fullmatch(line.name)
    name = _NAMES.get(line.name) or (own[1].replace("-", " ").capitalize() if own else "")
    if line.name in ("ADR", "ORG"):
        value = ", ".join(filter(None, line.parts))
    else:
        value = _date(line) if line.name in _DATES else line.text.removeprefix("tel:")
    value = " ".join(value.split())
    if not name or not value or (own and len(value) > _LONGEST):
        return "", ""
    label = _APPLE.sub(r"\1", labels.get(line.group, "")) if line.group else ""
    kinds = ", ".join([*([label.lower()] if label else []), *(t for t in line.types
                       if t and t not in _PLAIN_TYPES)])  # fmt: skip
    return f"{name} ({kinds})" if kinds else name, value


def _date(line: Line) -> str:
    """ "17 May 1968", of "19680517"; "17 May", of "--0517"."""
    value = line.text
    match = _DAY.match(value)
    if match is None:
        return value
    unknown = ("--", line.parameters.get("X-APPLE-OMIT-YEAR"))
    year = None if match[1] in unknown else int(match[1])
    try:
        day = date(year or 2000, int(match[2]), int(match[3]))
    except ValueError:
        return value
    return f"{day.day} {day:%B}" + (f" {year}" if year else "")
