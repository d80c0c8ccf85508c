"""Questions for opening hours, and sentences that answer one by "closed on Saturdays".

To "When is the library open on Saturday?" that is the answer, and so is "daily except Saturdays".
Such a sentence shares little with the question, and the one beside it, "Open Monday to Friday", a
lot; a reader looks for a time of day, which it has none of.
"""

from __future__ import annotations

import re

from rag import lazy_re
from rag.patterns.periods import months
from rag.patterns.week import days

# Words of a question for opening hours, in four languages.
_ASKS = lazy_re.compile(
    r"\b(?:opens?|(?:opening|closing)\s+(?:hours?|times?)|opening(?!\s+[a-z])|(?<!\bmany\s)hours|closes?"
    r"|accessible|reach(?:ed|able)|(?:ge)?öffnet|offen"
    r"|öffnungszeit\w*|schließt|ouvert\w*|horaires?|abiert[oa]s?|horarios?)\b",
    re.IGNORECASE,
)
# "Closed" (the `word`), with the part of the sentence `before` and `after` it, which says on which
# days. `more` is a figure that follows, as of an hour.
_CLOSED = lazy_re.compile(
    r"(?P<before>[^.,;:|\n]{0,30}:?[ \t]?)"
    r"\b(?P<word>closed|shut|not\s+open|geschlossen|fermée?s?|cerrad[oa]s?"
    # But for what follows at once: "except public holidays" says nothing of Monday.
    r"|(?P<but>except|excluding|außer|sauf))\b"
    r"(?P<after>[^.;|\n\d]{0,60})(?P<more>\d)?",
    re.IGNORECASE,
)
# Where a sentence goes on with when it is open: "closed on Mondays, but open on Tuesdays".
_AGAIN = lazy_re.compile(
    r",?\s*\b(?:but\s+|and\s+|und\s+)?(?:open|geöffnet|offen|ouvert|abiert)", re.IGNORECASE
)
# The first word after "except", without what may stand before a day.
_AT_ONCE = lazy_re.compile(
    r"\s*(?:(?:on|in|at|am|an|im|the|for|during|every|le|les|los|en)\s+)*(?P<word>[\w-]+)",
    re.IGNORECASE,
)
_WEEKEND = lazy_re.compile(r"\b(?:weekends?|wochenende?n?|week-ends?|fines?\s+de\s+semana)\b", re.I)
_AT_WEEKENDS = frozenset({5, 6})


def asks_open(question: str) -> bool:
    """Is asked when something is open on days of the week or in months?"""
    return _ASKS.search(question) is not None and bool(_days(question) or months(question))


def place(question: str, text: str) -> tuple[int, int] | None:
    """Where a text says that it is closed on the days or in the months of a question; None where
    it does not."""
    for match in _CLOSED.finditer(text):
        before, after = ("" if match["but"] else match["before"]), _closed_at(match)
        for times in (_days, months):
            if times(question) and times(question) <= times(before) | times(after):
                start = match.start("word") if times(after) else match.start()
                part = text[start : match.start("after") + len(after)]
                return start + len(part) - len(part.lstrip()), start + len(part.rstrip(" ,"))
    return None


def _closed_at(match: re.Match[str]) -> str:
    """What follows "closed", up to where it is said to be open, or a figure that may be an hour."""
    after: str = _AGAIN.split(match["after"])[0]
    if match["more"] and after == match["after"]:
        after = after.rpartition(",")[0]
    first = _AT_ONCE.match(after)
    at_once = first and (_days(first["word"]) or months(f"in {first['word']}"))
    return "" if match["but"] and not at_once else after


def without_times(question: str) -> str:
    """A question without the words by which it asks for opening hours."""
    return _ASKS.sub(" ", question)


def _days(text: str) -> frozenset[int]:
    return days(text) | (_AT_WEEKENDS if _WEEKEND.search(text) else frozenset())
