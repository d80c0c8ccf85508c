"""Amounts that a sentence tells side by side: "It costs £6 for adults, £4 for children."

The reader marks one of them, often the first, whomever the question is about. Where the part of the
sentence that the marked one stands in has nothing of the question, and another has, it is that one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_NUMBER = r"\d(?:[\d.,'’]*\d)?"
_COIN = r"(?:[£€$¥]|\b(?:chf|eur|usd|gbp)\b)"
_COUNT = (
    rf"(?:\b{_NUMBER}|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|eine?[nrm]?"
    r"|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|une?|deux|trois|quatre|cinq|dix))"
)
# Amounts of one kind are told side by side.
_KINDS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_COIN}\s?{_NUMBER}|\b{_NUMBER}\s?(?:[£€$¥]|(?:euros?|francs?|franken|pounds?|dollars?"
        r"|pence|cents?|chf|eur|usd|gbp)\b)",
        rf"\b{_NUMBER}\s?(?:%|per\s?cent\b|prozent\b|pour\s?cent\b)",
        r"\b\d{1,2}(?:[:.]\d\d(?!\d)(?:\s?(?:[ap]m|uhr)\b)?|\s?(?:[ap]m|uhr|h)\b)",
        rf"{_COUNT}\s+(?:second|minute|hour|day|week|month|year|sekunde|minute|stunde|tag|woche|monat"
        r"|jahr|heure|jour|semaine|mois|an)(?:s|e[ns]?|n)?\b",
    )
)
_JOINS = re.compile(
    r"\s*[;,]\s+(?:(?:and|but|or|und|oder|aber|et|y|e)\s+)?|\s+(?:and|but|or|und|oder|aber|et|y)\s+"
)
# A part with a verb of its own tells something else, and not the same of another.
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|can|could|may|must|shall|should|do|does"
    r"|did|ist|sind|war|waren|wird|werden|wurden?|hat|haben|kann|est|sont|était|sera)\b",
    re.IGNORECASE,
)
MOST_WORDS = 6  # of a part that only repeats what the first one tells, of another thing


@dataclass(frozen=True, slots=True)
class _Part:
    start: int
    end: int
    amount: tuple[int, int]


def counterpart(
    text: str, span: tuple[int, int], held: Callable[[str], frozenset[str]]
) -> tuple[int, int] | None:
    """The amount in a sentence that answers instead of the one at `span`, if one does.

    `held` gives the terms of the question that a piece of text has.
    """
    for parts in _sides(text):
        here = [n for n, part in enumerate(parts) if part.start < span[1] and span[0] < part.end]
        if len(here) != 1 or not _overlap(parts[here[0]].amount, span):
            continue
        first = parts[0]
        subject = held(text[first.start : first.amount[0]])
        of = [held(text[first.amount[1] : first.end])]
        of += [held(text[part.start : part.end]) - subject for part in parts[1:]]
        about = [n for n, terms in enumerate(of) if terms]
        if len(about) == 1 and about != here:
            return parts[about[0]].amount
    return None


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _sides(text: str) -> Iterator[list[_Part]]:
    """The parts of a sentence with one amount of a kind each, of every kind that has several."""
    bounds, start = [], 0
    for join in _JOINS.finditer(text):
        bounds.append((start, join.start()))
        start = join.end()
    bounds.append((start, len(text)))
    for kind in _KINDS:
        found = [(a, b, [m.span() for m in kind.finditer(text, a, b)]) for a, b in bounds]
        if sum(map(len, (amounts for *_, amounts in found))) < 2:
            continue
        parts = [_Part(a, b, amounts[0]) for a, b, amounts in found if len(amounts) == 1]
        if len(parts) == len(found) and all(_repeats(text, part) for part in parts[1:]):
            yield parts


def _repeats(text: str, part: _Part) -> bool:
    said = f"{text[part.start : part.amount[0]]} {text[part.amount[1] : part.end]}"
    return len(said.split()) <= MOST_WORDS and not _VERB.search(said)
