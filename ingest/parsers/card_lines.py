"""The lines of calendars and contacts, "NAME;PARAMETER=value:text" (RFC 5545, RFC 6350)."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ingest.parsers.build import Builder
from ingest.parsers.clean import decode_as

_FOLD = re.compile(r"\n[ \t]")
# A value that goes on in the lines below: each ends in "=" but the last.
_SOFT = re.compile(r"^[^\n:]*QUOTED-PRINTABLE[^\n:]*:(?:[^\n]*=\n)+", re.I | re.M)
_LINE = re.compile(
    r'(?:(?P<group>[\w-]+)\.)?(?P<name>[\w-]+)(?P<parameters>(?:;[^:;"]*(?:"[^"]*"[^:;"]*)*)*):(?P<value>.*)',
)
_PARAMETER = re.compile(r';([\w-]+)(?:=("[^"]*"|[^;"]*))?')
_ESCAPED = re.compile(r"\\([nN,;:\\\"])")
_LONGEST_NAME = 60  # characters of one that is put before each line
_SEMICOLON = re.compile(r"(?<!\\);")


class Line(NamedTuple):
    """One property. A parameter without a value, as "TEL;CELL:" has it, is one of its types."""

    name: str
    value: str
    parameters: Mapping[str, str]
    types: Sequence[str]
    group: str = ""

    @property
    def text(self) -> str:
        """The value as it is meant, its escaped signs put right."""
        return _plain(self.value)

    @property
    def parts(self) -> list[str]:
        """What stands between the semicolons of the value."""
        return [_plain(part).strip() for part in _SEMICOLON.split(self.value)]


@dataclass(frozen=True, slots=True)
class Card:
    """What stands between BEGIN and END: an event, a contact, a whole calendar with those in it."""

    kind: str
    lines: tuple[Line, ...]

    def get(self, name: str) -> Line | None:
        """The first line of that name."""
        return next((line for line in self.lines if line.name == name and line.value.strip()), None)

    def text(self, name: str) -> str:
        """What that line says, on one line of its own; "" where there is none."""
        line = self.get(name)
        return " ".join(line.text.split()) if line else ""


def add_card(builder: Builder, name: str, told: Iterable[tuple[str, str]]) -> None:
    """Adds a card under its name: a line for each label that tells anything.

    Each line has the name, too: of many cards in one passage none says otherwise whose it is.
    """
    builder.add("heading", name, 2)
    called = f"{name}, " if len(name) <= _LONGEST_NAME else ""
    lines = [(called + label.lower() if called else label, said) for label, said in told if said]
    builder.add("list", "\n".join(f"{label}: {said}" for label, said in lines))


def cards(text: str) -> Iterator[Card]:
    """The cards of a file, each when it ends; lines of one inside another are its own only."""
    open_cards: list[tuple[str, list[Line]]] = []
    for line in _lines(text):
        if line.name == "BEGIN":
            open_cards.append((line.value.strip().upper(), []))
        elif line.name == "END":
            if open_cards:
                kind, lines = open_cards.pop()
                yield Card(kind, tuple(lines))
        elif open_cards:
            open_cards[-1][1].append(line)
    for kind, lines in reversed(open_cards):  # the file is cut off
        yield Card(kind, tuple(lines))


def _lines(text: str) -> Iterator[Line]:
    text = _SOFT.sub(lambda found: found[0].replace("=\n", ""), text)
    for line in _FOLD.sub("", text).split("\n"):
        if match := _LINE.match(line):
            yield _line(match)


def _line(match: re.Match[str]) -> Line:
    parameters: dict[str, str] = {}
    types: list[str] = []
    for name, given in _PARAMETER.findall(match["parameters"]):
        value = given.strip('"')
        if name.upper() == "TYPE" or not given:
            types += (value or name).lower().split(",")
        else:
            parameters[name.upper()] = value
    value = match["value"]
    if parameters.get("ENCODING", "").upper() == "QUOTED-PRINTABLE" or "quoted-printable" in types:
        data = quopri.decodestring(value.encode())
        value = decode_as(data, parameters.get("CHARSET", "utf-8")) or data.decode(errors="replace")
    return Line(match["name"].upper(), value, parameters, types, (match["group"] or "").lower())


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
