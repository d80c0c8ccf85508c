"""Numbers that Word gives to headings and items itself: "3.2", "(a)", "§ 4". No text holds them.

ECMA-376, part 1, 17.9: a paragraph names an instance of a numbering and a level in it. Instances of
one abstract numbering go on counting where another stopped, unless they set their start.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.parsers.office_styles import Styles, W, is_on, value

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element

BULLET = "-"
_PLACE = re.compile(r"%([1-9])")
_ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        "m cm d cd c xc l xl x ix v iv i".split(),
        strict=True,
    )
)
_LARGEST = 3999  # in Roman figures; also of letters, which are repeated


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level counts."""

    start: int = 1
    kind: str = "decimal"
    text: str = ""  # "%1.%2"
    style: str = ""  # whose paragraphs stand at this level
    restart: int | None = None  # after which level, from 1; None for any above, 0 for never
    is_legal: bool = False  # shows all its numbers in figures


class Numbering:
    """The numbers of a document's paragraphs; each is asked for once, in order."""

    def __init__(self, document: Document, styles: Styles) -> None:
        self._styles = styles
        self._abstract: dict[str, str] = {}  # by instance
        self._levels: dict[str, dict[int, _Level]] = {}  # by instance
        self._starts: dict[tuple[str, int], int] = {}  # that an instance sets, until it is used
        self._counts: dict[str, dict[int, int]] = {}  # by abstract numbering
        root = _root(document)
        if root is not None:
            self._read(root)

    def next(self, paragraph: _Element, style: str) -> str | None:
        """The number of a paragraph, "" for an empty one, `BULLET` for any sign; None for none."""
        number, level = self._place(paragraph, style)
        levels = self._levels.get(number)
        if not levels or level not in levels:
            return None
        counts = self._counts.setdefault(self._abstract[number], {})
        start = self._starts.pop((number, level), None)
        if start is None:
            start = counts[level] + 1 if level in counts else levels[level].start
        counts[level] = start
        for below, how in levels.items():
            if below > level and (how.restart is None or level < how.restart):
                counts.pop(below, None)
        return _shown(levels, level, counts)

    def _place(self, paragraph: _Element, style: str) -> tuple[str, int]:
        """Instance and level that a paragraph names itself, or its style does."""
        number = value(paragraph, "pPr/numPr/numId")
        told = value(paragraph, "pPr/numPr/ilvl")
        if number is None:
            number, by_style, numbers = self._styles.numbering(style)
            levels = self._levels.get(number, {}).items()
            linked = (str(at) for at, how in levels if how.style == numbers)
            told = next(linked, by_style) if told is None else told
        return number, _whole(told, 0)

    def _read(self, root: _Element) -> None:
        """The instances with their levels. A numbering may stand for that of a list style."""
        abstract = {one.get(f"{W}abstractNumId") or "": one for one in root.iter(f"{W}abstractNum")}
        instances = {one.get(f"{W}numId") or "": one for one in root.iter(f"{W}num")}
        for number, instance in instances.items():
            found = value(instance, "abstractNumId") or ""
            if found in abstract and (link := value(abstract[found], "numStyleLink")):
                linked = instances.get(self._styles.numbering(link)[0])
                found = found if linked is None else value(linked, "abstractNumId") or ""
            if found not in abstract:
                continue
            self._abstract[number] = found
            self._levels[number] = _levels(abstract[found])
            for override in instance.iterfind(f"{W}lvlOverride"):
                level = _whole(override.get(f"{W}ilvl"), 0)
                self._levels[number] |= _levels(override)
                if (start := value(override, "startOverride")) is not None:
                    self._starts[number, level] = _whole(start, 1)


def _root(document: Document) -> _Element | None:
    from docx.oxml import parse_xml
    from lxml.etree import LxmlError

    for relation in document.part.rels.values():
        if relation.reltype.endswith("/numbering") and not relation.is_external:
            try:
                root: _Element = parse_xml(relation.target_part.blob)
            except LxmlError:
                return None
            return root
    return None


def _levels(element: _Element) -> dict[int, _Level]:
    return {_whole(one.get(f"{W}ilvl"), 0): _level(one) for one in element.iterfind(f"{W}lvl")}


def _level(element: _Element) -> _Level:
    # What is written for programs that don't know a kind stands in a fallback.
    kinds = [found.get(f"{W}val") or "" for found in element.iter(f"{W}numFmt")]
    found = _Level(
        start=_whole(value(element, "start"), 0),
        kind=next((kind for kind in kinds if kind != "custom"), "decimal"),
        text=value(element, "lvlText") or "",
        style=value(element, "pStyle") or "",
        is_legal=is_on(element.find(f"{W}isLgl")),
    )
    restart = value(element, "lvlRestart")
    return found if restart is None else replace(found, restart=_whole(restart, 0))


def _shown(levels: Mapping[int, _Level], level: int, counts: Mapping[int, int]) -> str:
    """What stands before a paragraph of a level, with the numbers of those above it."""
    here = levels[level]
    if here.kind == "bullet":
        return BULLET

    def number(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        how = levels.get(at, _Level())
        kind = "decimal" if here.is_legal and how.kind != "none" else how.kind
        return _KINDS.get(kind, str)(counts.get(at, how.start))

    return " ".join(_PLACE.sub(number, here.text).split())


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else otherwise


# --- kinds of numbers -----------------------------------------------------------------------------


def _letters(number: int) -> str:
    """Z is followed by aa, bb, cc."""
    if not 0 < number <= _LARGEST:
        return str(number)
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    if not 0 < number <= _LARGEST:
        return str(number)
    parts = []
    for worth, letters in _ROMAN:
        parts.append(letters * (number // worth))
        number %= worth
    return "".join(parts)


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10)
    return f"{number}{ending or 'th'}"


def _chinese(number: int) -> str:
    """十二, 一百零五; those from 10,000 in figures."""
    if not 0 < number < 10_000:
        return "零" if number == 0 else str(number)
    said, gap = "", False
    for worth, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, worth)
        if digit:
            said += ("零" if gap and said else "") + "零一二三四五六七八九"[digit] + unit
        gap = not digit
    return said.removeprefix("一") if said.startswith("一十") else said


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 0 < number <= 20 else str(number)


_KINDS: Mapping[str, Callable[[int], str]] = {
    "none": lambda number: "",
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "ordinal": _ordinal,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
} | dict.fromkeys(
    ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
     "taiwaneseCountingThousand", "koreanCounting"), _chinese,
)  # fmt: skip
