"""Days of the week that a text tells by one word: "at weekends", "on weekdays".

Of texts only: whoever asks for the weekend may mean Friday, too.
"""

from __future__ import annotations

import re

# A weekend away, or that of 4 July, may begin on a Friday.
_WEEKENDS = re.compile(
    r"\b(?:(?:at|on)\s+(?:the\s+)?weekends?|weekends|am\s+wochenende)\b(?!\s+(?:of|away)\b)",
    re.IGNORECASE,
)
_WEEKDAYS = re.compile(r"\b(?:on\s+weekdays?|weekdays)\b", re.IGNORECASE)
_DAY = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\w+tags?\b", re.IGNORECASE)
# What is told before them holds on other days: "It opens at 9, at weekends at 10", "It is closed
# at weekends".
_APART = re.compile(
    r"[,;]|\b(?:and|but|closed|shut|except|no|not|or|und|aber|geschlossen|nicht|kein\w*)\b",
    re.IGNORECASE,
)


def by_day(text: str) -> str:
    """A text with the names of these days instead."""
    starts = [found.start() for of in (_WEEKENDS, _WEEKDAYS) for found in of.finditer(text)]
    if not starts or (_APART.search(text, 0, min(starts)) and not _DAY.search(text)):
        return text
    return _WEEKENDS.sub("Saturday, Sunday", _WEEKDAYS.sub("Monday to Friday", text))
