"""Ranges of amounts: 17 kg lies within "15 to 20 kg", and a child of ten is of "8 to 11 years".

The figure that is asked for stands in no row of such a table, though one of them answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

from rag import lazy_re
from rag.patterns.labels import codes
from rag.patterns.units import unit_at

_NUMBER = r"(?:\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d+)?)"
_CLOCK = frozenset({"am", "pm"})  # 8 pm does not lie beside "9am to 11pm"
_RANGE = lazy_re.compile(
    rf"(?<![\w.,:/–-])(?P<low>{_NUMBER})[^\W\d]*\s*(?:-|–|—|to|bis|à|a|至|到)\s*"
    rf"(?P<high>{_NUMBER})(?![\d.,:/]*\d)",
    re.IGNORECASE,
)
# "Up to 1 kg", "over 80 kg", "10 kg or more"; of prices and the like too.
_OPEN = lazy_re.compile(
    rf"\b(?:(?P<below>up\s+to|under|below|less\s+than|max(?:imum)?\.?|bis(?:\s+zu)?|unter|jusqu['’]à|hasta)"
    rf"|(?P<above>over|above|more\s+than|from|über|ab|mehr\s+als|plus\s+de|más\s+de))\s+"
    rf"(?P<figure>{_NUMBER})(?![\d.,:/]*\d)",
    re.IGNORECASE,
)
_AMOUNT = lazy_re.compile(rf"(?<![\w.,:/–-])(?P<figure>{_NUMBER})(?![\d.,:/]*\d)")


@dataclass(frozen=True, slots=True)
class _Range:
    low: float
    high: float
    unit: str


def within(question: str, text: str) -> frozenset[str]:
    """The figures of `question` that lie in a range of `text` of the same unit, or of things that
    are told apart by their numbers, as week 3 does in "week 1 to 4"."""
    if not any(map(str.isdigit, question)):
        return frozenset()
    amounts = _amounts_in(question, text)
    return amounts | {number for _, number in codes(question) & codes(text) if number.isdigit()}


def is_outside(question: str, text: str) -> bool:
    """Has `text` ranges of the unit of an amount in `question`, none of which that lies in?"""
    ranges = _ranges(text) if any(map(str.isdigit, question)) else []
    return any(
        bool(alike := [one for one in ranges if one.unit == unit])
        and not any(one.low <= value <= one.high for one in alike)
        and not re.search(rf"(?<![\d.,]){re.escape(figure)}(?![\d.,]*\d)", text)
        for figure, value, unit in _amounts(question)
    )


def column(question: str, names: Sequence[str]) -> int | None:
    """The first of several columns, by their names, in whose range an amount of `question` lies."""
    if sum(bool(_ranges(name)) for name in names) < 2:
        return None
    return next((i for i, name in enumerate(names) if _amounts_in(question, name)), None)


def _amounts_in(question: str, text: str) -> frozenset[str]:
    ranges = _ranges(text)
    return frozenset(
        figure
        for figure, value, unit in _amounts(question)
        if any(one.unit == unit and one.low <= value <= one.high for one in ranges)
    )


def _ranges(text: str) -> list[_Range]:
    """The ranges that say what they count; those of unknown units are none."""
    found = []
    for match in _RANGE.finditer(text):
        low, high = _value(match["low"]), _value(match["high"])
        unit = unit_at(text, *match.span("high"))
        if unit and unit not in _CLOCK and low < high:
            found.append(_Range(low, high, unit))
    return [*found, *_open_ranges(text)]


def _open_ranges(text: str) -> Iterator[_Range]:
    closed = [match.span() for match in _RANGE.finditer(text)]
    for match in _OPEN.finditer(text):
        unit, value = unit_at(text, *match.span("figure")), _value(match["figure"])
        inside = any(start <= match.start("figure") < end for start, end in closed)
        if unit and unit not in _CLOCK and not inside:
            yield _Range(0.0, value, unit) if match["below"] else _Range(value, inf, unit)


def _amounts(question: str) -> Iterator[tuple[str, float, str]]:
    inside = [match.span() for match in _RANGE.finditer(question)]
    for match in _AMOUNT.finditer(question):
        unit = unit_at(question, *match.span())
        if unit and not any(start <= match.start() < end for start, end in inside):
            yield match["figure"], _value(match["figure"]), unit


def _value(figure: str) -> float:
    whole = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", figure)  # of thousands
    return float(whole.replace(",", "."))
