"""Ranges of amounts: 17 kg lies within "15 to 20 kg", and a child of ten is of "8 to 11 years".

The figure that is asked for stands in no row of such a table, though one of them answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.patterns.labels import codes
from rag.patterns.units import unit_at

_NUMBER = r"(?:\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d+)?)"
_CLOCK = frozenset({"am", "pm"})  # 8 pm does not lie beside "9am to 11pm"
_RANGE = re.compile(
    rf"(?<![\w.,:/–-])(?P<low>{_NUMBER})[^\W\d]*\s*(?:-|–|—|to|bis|à|a|至|到)\s*"
    rf"(?P<high>{_NUMBER})(?![\d.,:/]*\d)",
    re.IGNORECASE,
)
_AMOUNT = re.compile(rf"(?<![\w.,:/–-])(?P<figure>{_NUMBER})(?![\d.,:/]*\d)")


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
    ranges = _ranges(text)
    amounts = frozenset(
        figure
        for figure, value, unit in _amounts(question)
        if any(one.unit == unit and one.low <= value <= one.high for one in ranges)
    )
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


def _ranges(text: str) -> list[_Range]:
    """The ranges that say what they count; those of unknown units are none."""
    found = []
    for match in _RANGE.finditer(text):
        low, high = _value(match["low"]), _value(match["high"])
        unit = unit_at(text, *match.span("high"))
        if unit and unit not in _CLOCK and low < high:
            found.append(_Range(low, high, unit))
    return found


def _amounts(question: str) -> Iterator[tuple[str, float, str]]:
    inside = [match.span() for match in _RANGE.finditer(question)]
    for match in _AMOUNT.finditer(question):
        unit = unit_at(question, *match.span())
        if unit and not any(start <= match.start() < end for start, end in inside):
            yield match["figure"], _value(match["figure"]), unit


def _value(figure: str) -> float:
    whole = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", figure)  # of thousands
    return float(whole.replace(",", "."))
