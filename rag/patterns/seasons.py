"""Years that run from one into the next and are called by both: the tax year 2024-25, the school
year 2024/25.

They share a year with the one before, and are another one all the same.
"""

from __future__ import annotations

import re

from rag import lazy_re

_SEASON = lazy_re.compile(
    r"(?<![\d./-])(?P<a>(?:19|20)\d\d)\s?[-–/]\s?(?P<b>(?:19|20)?\d\d)(?![\d/]|[-.]\d)"
)
_END = r"\s+(?:[\w.]+\s+){0,2}(?P<a>(?:19|20)\d\d)(?P<rest>\s?[-–/]\s?(?:(?:19|20)?\d\d))?\b"
_FROM = lazy_re.compile(rf"\b(?:since|from|after|seit|ab|von|nach|depuis){_END}", re.IGNORECASE)
_ONWARDS = lazy_re.compile(_SEASON.pattern + r"\s+(?:on|onwards?)\b", re.IGNORECASE)
_UNTIL = lazy_re.compile(
    rf"\b(?:until|till|to|through|before|bis|vor|jusqu.en){_END}", re.IGNORECASE
)


def is_of_other_season(question: str, text: str) -> bool:
    """Does a text tell such years, and none of those of the question?"""
    asked = _seasons(question)
    there = _seasons(text) if asked else frozenset()
    return bool(there) and not asked & there and not any(_is_within(year, text) for year in asked)


def _is_within(year: int, text: str) -> bool:
    """Is a year of those that a text tells by their ends: "since 2011-12", "from April 2024"?"""
    lows = [int(match["a"]) for of in (_FROM, _ONWARDS) for match in of.finditer(text)]
    # What lasts to a day in April of a year has nothing of that which begins there.
    highs = [int(match["a"]) - (not match["rest"]) for match in _UNTIL.finditer(text)]
    ends = bool(lows or highs)
    return ends and all(low <= year for low in lows) and all(year <= high for high in highs)


def _seasons(text: str) -> frozenset[int]:
    """Their first years: "1999-2010" is longer than one."""
    found = ((int(match["a"]), int(match["b"][-2:])) for match in _SEASON.finditer(text))
    return frozenset(first for first, last in found if (first + 1) % 100 == last)
