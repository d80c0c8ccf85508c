"""Dates in questions: months, quarters and years that stand together say one time.

"And in Q2?" asks for the quarter before in another one, and an answer of 14 May 2024 is none for
9 July 2024, although both are of 2024.
"""

from __future__ import annotations

import re

_MONTH = (
    # "may" is a month beside a number only, and where it opens a question, "May I …?", a verb.
    r"(?:jan|febr)uary|march|april|(?-i:(?<!^)May)|may(?=\s+\d)|(?<=\d\s)may|june|july|august"
    r"|(?:sept|nov|dec)ember|october"
    r"|(?:jan|febr)uar|märz|(?-i:Mai)|juni|juli|oktober|dezember"
)
MONTHS = (
    "january february march april may june july august september october november december".split()
)
_ISO = re.compile(r"\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b")
_WORDS = ("first", "second", "third", "fourth")
_WORDED = re.compile(rf"\b(?:the\s+)?({'|'.join(_WORDS)})\s+quarter\b", re.IGNORECASE)
YEAR = re.compile(r"\b(1[0-9]{3}|20[0-9]{2})\b")
QUARTER = r"(?:q[1-4]|[1-4]q|(?:the\s+)?(?:first|second|third|fourth)\s+quarter)"
DATE = re.compile(
    rf"\b(?:{QUARTER}(?:\s+(?:of\s+)?(?:fiscal\s+|fy\s*)?(?:19|20)\d\d)?"
    rf"|(?:\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?)?(?:{_MONTH})\b"
    r"(?:\s+\d{1,2}(?:st|nd|rd|th)?(?!\d))?(?:,?\s+(?:of\s+)?(?:1\d|20)\d\d)?"
    r"|(?:1\d|20)\d\d)\b",
    re.IGNORECASE,
)


def spelled(text: str) -> str:
    """A text with "2024-05-14" as "14 may 2024" and "second quarter" as "q2", so that dates that
    are written otherwise have the same words."""
    text = _ISO.sub(
        lambda m: f"{int(m[3])} {MONTHS[int(m[2]) - 1]} {m[1]}" if 1 <= int(m[2]) <= 12 else m[0],
        text,
    )
    return _WORDED.sub(lambda m: f"q{_WORDS.index(m[1].lower()) + 1}", text)


def units(text: str) -> list[frozenset[str]]:
    """What each date of a text is made of, lower-case: {"9", "july", "2024"}."""
    return [
        frozenset(re.findall(r"[^\W_]+", match[0].lower())) - {"of", "the", "fiscal", "fy"}
        for match in DATE.finditer(text)
    ]


def day_of(text: str) -> str:
    """The first whole date of a text as "2024-05-14"; "" where it tells no day."""
    for unit in units(spelled(text)):
        month = next((i for i, name in enumerate(MONTHS, 1) if name in unit), 0)
        year = next((part for part in unit if YEAR.fullmatch(part)), "")
        day = next((part for part in unit if re.match(r"\d{1,2}(?!\d)", part)), "")
        if month and year and day:
            return f"{year}-{month:02}-{int(re.sub(r'[a-z]+$', '', day)):02}"
    return ""


def moment(text: str) -> tuple[str, int, int]:
    """The latest date of a text as year, month and day, to be compared: "" and 0 for what it does
    not tell. A quarter counts as its last month."""
    found = [("", 0, 0)]
    for unit in units(spelled(text)):
        year = next((part for part in unit if YEAR.fullmatch(part)), "")
        month = next(
            (i for i, name in enumerate(MONTHS, 1) if name[:3] in {p[:3] for p in unit}), 0
        )
        quarters = [int(part.strip("q")) for part in unit if part[0] == "q" or part[-1] == "q"]
        days = [int(d) for part in unit for d in re.findall(r"^(\d{1,2})(?:st|nd|rd|th)?$", part)]
        found.append((year, month or 3 * max(quarters, default=0), max(days, default=0)))
    return max(found)


def is_quarter(unit: frozenset[str]) -> bool:
    """Is one of the parts of a date a quarter, "q2"?"""
    return any(part[0] == "q" for part in unit)


def moved(question: str, date: str) -> str | None:
    """`question` with its last date changed to `date`, or None where it has none.

    A quarter or a month stays in the year that there was, and a year changes the year alone.
    """
    dates = list(DATE.finditer(question))
    if not dates:
        return None
    last = dates[-1]
    old = last[0]
    if YEAR.fullmatch(date):
        new = YEAR.sub(date, old) if YEAR.search(old) else f"{old} {date}"
    else:
        year = YEAR.search(old)
        new = date if YEAR.search(date) or not year else f"{date} {year[0]}"
    return f"{question[: last.start()]}{new}{question[last.end() :]}"
