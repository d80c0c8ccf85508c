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


def by_day(text: str) -> str:
    """A text with the names of these days instead."""
    return _WEEKENDS.sub("Saturday, Sunday", _WEEKDAYS.sub("Monday to Friday", text))
