"""The lines of calendars and contacts, "NAME;PARAMETER=value:text" (RFC 5545, RFC 6350)."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ingest.parsers.build import Builder
from ingest.parsers.clean import decode, decode_as

# A letter of several bytes that a line was folded in.
_CUT_LETTER = re.compile(rb"([\xc2-\xf4][\x80-\xbf]{0,2})\r?\n[ \t](?=[\x80-\xbf])")
_GOES_ON = re.compile(r"[^:]*QUOTED-PRINTABLE[^:]*:", re.IGNORECASE)  # where its lines end in "="
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
    for kind, lines in open_cards:  # the file is cut off
        yield Card(kind, tuple(lines))


def read_cards(path: Path) -> tuple[Builder, list[Card]]:
    """The cards of a file, and what they are to be added to; letters that are parted between two
    lines are whole."""
    text, warnings = decode(_CUT_LETTER.sub(rb"\1", path.read_bytes()))
    builder = Builder()
    builder.warnings.extend(warnings)
    return builder, list(cards(builder.cleaner.clean(text)))


def _lines(text: str) -> Iterator[Line]:
    for line in _unfolded(text):
        if match := _LINE.match(line):
            yield _line(match)


def _unfolded(text: str) -> Iterator[str]:
    """The lines, each with those that go on with it: indented ones, those below a soft end, and
    what a program has not folded as it should, which is text of several lines.
    """
    parts: list[str] = []
    soft = goes_on = False
    for line in text.split("\n"):
        if soft:
            parts[-1] = parts[-1][:-1]
            parts.append(line)
        elif parts and line[:1] in (" ", "\t"):
            parts.append(line[1:])
        elif _LINE.match(line):
            yield "".join(parts)
            parts, goes_on = [line], bool(_GOES_ON.match(line))
        elif parts and line and not parts[0].upper().startswith(("BEGIN:", "END:")):
            parts.append(f"\\n{line}")
        soft = goes_on and line.endswith("=")
    yield "".join(parts)


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
