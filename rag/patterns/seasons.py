"""Years that run from one into the next and are called by both: the tax year 2024-25, the school
year 2024/25.

They share a year with the one before, and are another one all the same.
"""

from __future__ import annotations

import re

_SEASON = re.compile(
    r"(?<![\d./-])(?P<a>(?:19|20)\d\d)\s?[-–/]\s?(?P<b>(?:19|20)?\d\d)(?![\d/]|[-.]\d)"
)


def is_of_other_season(question: str, text: str) -> bool:
    """Does a text tell such years, and none of those of the question?"""
    asked = _seasons(question)
    there = _seasons(text) if asked else frozenset()
    return bool(there) and not asked & there


def _seasons(text: str) -> frozenset[int]:
    """Their first years: "1999-2010" is longer than one."""
    found = ((int(match["a"]), int(match["b"][-2:])) for match in _SEASON.finditer(text))
    return frozenset(first for first, last in found if (first + 1) % 100 == last)
