"""Closed when one asks at which time it is open: "Closed on Saturdays", "daily except Sundays".

Such a sentence shares little with the question, and the one beside it, "Open Monday to Friday", a
lot; a reader looks for a time of day, which it has none of.
"""

from __future__ import annotations

import re

from rag.patterns.periods import days, months

_ASKS = re.compile(
    r"\b(?:open(?:s|ing)?|hours?|clos(?:es?|ing)|accessible|reach(?:ed|able)|(?:ge)?öffnet|offen"
    r"|öffnungszeit\w*|schließt|ouvert\w*|horaires?|abiert[oa]s?|horarios?)\b",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"(?P<before>[^.,;:|\n]{0,30}:?\s*)"
    r"\b(?P<word>closed|shut|except|excluding|not\s+open|geschlossen|außer|fermée?s?|sauf|cerrad[oa]s?)\b"
    r"(?P<after>[^.;|\n\d]{0,60})",
    re.IGNORECASE,
)
_WEEKEND = re.compile(r"\b(?:weekends?|wochenende?n?|week-ends?|fines?\s+de\s+semana)\b", re.I)
_AT_WEEKENDS = frozenset({5, 6})


def asks_open(question: str) -> bool:
    """Is asked when something is open on days of the week or in months?"""
    return _ASKS.search(question) is not None and bool(_days(question) or months(question))


def place(question: str, text: str) -> tuple[int, int] | None:
    """Where a text says that it is closed on the days or in the months of a question; None where
    it does not."""
    for match in _CLOSED.finditer(text):
        told = (match["before"], match["after"])
        for times in (_days, months):
            if times(question) and times(question) <= times(told[0]) | times(told[1]):
                start = match.start("word") if times(told[1]) else match.start()
                part = text[start : match.end()]
                return start + len(part) - len(part.lstrip()), start + len(part.rstrip())
    return None


def without_times(question: str) -> str:
    """A question without the words by which it asks for opening hours."""
    return _ASKS.sub(" ", question)


def _days(text: str) -> frozenset[int]:
    return days(text) | (_AT_WEEKENDS if _WEEKEND.search(text) else frozenset())
