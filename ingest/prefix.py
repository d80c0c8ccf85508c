"""What stands before a chunk when it is embedded: the title and the headings above it."""

from __future__ import annotations

import re
from collections.abc import Sequence

_TITLE = 60  # characters of the title that are embedded with each chunk
_PREFIX = 120  # characters of title and headings together
_WIDE = 2  # characters outside Latin, Greek and Cyrillic take more tokens: they count double
# "000123" names a file and tells nothing of it; "2023" and "2023-04-05" may.
_NUMBER = re.compile(r"(?!(?:1\d|20)\d\d(?:[-_. ]?\d\d){0,2}$)[\d\W_]*")


def prefix(title: str, headings: Sequence[str]) -> str:
    """ "title > headings", shortened: the outer headings go first where all are too long.

    A title that is nothing but a number, as of a file called 000123.txt, is left out.
    """
    title = "" if _NUMBER.fullmatch(title) else _shortened(" ".join(title.split()), _TITLE)
    left = _PREFIX - _weight(title)
    kept: list[str] = []
    for heading in reversed(headings):
        if heading == title or left <= 3:
            continue
        heading = _shortened(heading, left - 3)
        left -= _weight(heading) + 3
        kept.insert(0, heading)
    return " > ".join(part for part in (title, *kept) if part)


def _weight(text: str) -> int:
    return sum(1 if character < "\u0530" else _WIDE for character in text)


def _shortened(text: str, limit: int) -> str:
    weight = 0
    for position, character in enumerate(text):
        weight += 1 if character < "\u0530" else _WIDE
        if weight > limit:
            return text[: max(0, position - 1)].rstrip() + "…"
    return text
