"""Dates in questions: months, quarters and years that stand together say one time.

"And in Q2?" asks for the quarter before in another one, and an answer of 14 May 2024 is none for
9 July 2024, although both are of 2024.
"""

from __future__ import annotations

import re
from itertools import chain

from rag import lazy_re, vocabulary
from rag.vocabulary import across, any_of

_NAMES = across(vocabulary.MONTHS, "en", "de")
_ENGLISH = vocabulary.MONTHS["en"]
_SHORT = tuple(
    names.split()
    for names in (
        "jan jän", "feb febr", "mar mär mrz", "apr", "", "jun", "jul", "aug", "sep sept", "oct okt",
        "nov", "dec dez",
    )
)  # fmt: skip
# The number of each month by its English and German names, whole and short.
NUMBER_OF_MONTH = {
    name: number
    for table in (_NAMES, _SHORT)
    for number, names in enumerate(table, 1)
    for name in names
}
_OTHERWISE = lazy_re.compile(
    rf"\b(?:{'|'.join(sorted(NUMBER_OF_MONTH.keys() - set(_ENGLISH)))})\b", re.IGNORECASE
)
_WHOLE = any_of(chain(*_NAMES), but=("may", "mai"))
# A short name is one beside a number only: a share is no day, as in "APR 24.9%", and what is
# called "Jan Novak" is none of a chapter 2 before it.
_BESIDE = r"\s+(?:(?:19|20)\d\d\b|\d{1,2}(?:st|nd|rd|th)?(?!\d|\s?%|[.,]\d{1,2}(?!\d)))"
_AFTER = r"(?:(?<=\d\s)|(?<=\d\.\s)|(?<=\d(?:st|nd|rd|th)\s))"
_BRIEF = any_of(chain(*_SHORT))
_MONTH = (
    # "may" is a month beside a number only, and where it opens a question, "May I …?", a verb.
    rf"(?:(?:{_WHOLE}|(?-i:(?<!^)May|Mai)|ma[iy](?=\s+\d{{1,4}}\b(?!\.\d))|{_AFTER}ma[iy])\b"
    rf"|(?:{_BRIEF})\b\.?(?={_BESIDE})|{_AFTER}(?:{_BRIEF})\b\.?(?!\s+(?-i:[A-Z][a-z])))"
)
# In a name of a file, "_" stands for a space; a number with more parts is one of a version.
_ALONE = r"(?:(?P<before>_)|(?<![^\W_])(?<!\d[./])){}(?:(?P<after>_)|(?![^\W_]|[./]\d))"
_YEAR = r"(?P<y>(?:19|20)\d\d)"
_ISO = lazy_re.compile(_ALONE.format(rf"{_YEAR}(?P<sign>[-_./])(?P<b>\d\d)(?P=sign)(?P<a>\d\d)"))
_DOTTED = lazy_re.compile(_ALONE.format(rf"(?P<a>\d{{1,2}})\.\s?(?P<b>\d{{1,2}})\.\s?{_YEAR}"))
_SLASHED = lazy_re.compile(
    _ALONE.format(rf"(?P<a>\d{{1,2}})(?P<sign>[-/])(?P<b>\d{{1,2}})(?P=sign){_YEAR}")
)
_SIGNED = lazy_re.compile(r"[-./]\s?(?:19|20)\d\d|(?:19|20)\d\d[-_./]")  # any of these
_WORD = lazy_re.compile(r"([^\W\d_]+)\.?")
_WORDS = ("first", "second", "third", "fourth")
_WORDED = lazy_re.compile(rf"\b(?:the\s+)?({'|'.join(_WORDS)})\s+quarter\b", re.IGNORECASE)
YEAR = lazy_re.compile(r"\b(1[0-9]{3}|20[0-9]{2})\b")
QUARTER = r"(?:q[1-4]|[1-4]q|(?:the\s+)?(?:first|second|third|fourth)\s+quarter)"
DATE = lazy_re.compile(
    rf"\b(?:{QUARTER}(?:\s+(?:of\s+)?(?:fiscal\s+|fy\s*)?(?:19|20)\d\d)?"
    rf"|(?:\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?)?{_MONTH}"
    r"(?:\s+\d{1,2}(?:st|nd|rd|th)?(?!\d))?(?:,?\s+(?:of\s+)?(?:1\d|20)\d\d)?"
    r"|(?:1\d|20)\d\d)\b",
    re.IGNORECASE,
)


_ORDINAL = lazy_re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
# "2024年7月1日", "7月1日", "2024年7月"; and a year that other characters follow without a space;
# "2024年3月15号线开通" is a line of the metro.
_HAN = lazy_re.compile(
    r"(?<!\d)(?:(?P<y>(?:19|20)\d\d)\s?年\s?)?(?P<b>\d{1,2})\s?月(?:\s?(?P<a>\d{1,2})\s?[日号號](?![线線楼樓]))?"
    r"|(?<!\d)(?P<alone>(?:19|20)\d\d)(?=\s?[年版届屆])"
)


def spelled(text: str) -> str:
    """A text with "2024-05-14" and "14.05.2024" as "14 may 2024" and "second quarter" as "q2", so
    that dates that are written otherwise have the same words.

    "14/05/2024" is one, "04/05/2024" is not: who knows which of both is the month.
    """
    if _SIGNED.search(text):
        text = _DOTTED.sub(_worded, _ISO.sub(_worded, text))
        text = _SLASHED.sub(_sorted_out, text)
    return _WORDED.sub(lambda m: f"q{_WORDS.index(m[1].lower()) + 1}", text)


def _worded(date: re.Match[str], turned: bool = False) -> str:
    day, month = (int(date["b"]), int(date["a"])) if turned else (int(date["a"]), int(date["b"]))
    if not (1 <= month <= len(_ENGLISH) and 1 <= day <= 31):
        return date[0]
    before, after = (" " if date[part] else "" for part in ("before", "after"))
    return f"{before}{day} {_ENGLISH[month - 1]} {date['y']}{after}"


def _sorted_out(date: re.Match[str]) -> str:
    one, other = int(date["a"]), int(date["b"])
    if one != other and max(one, other) <= len(_ENGLISH):
        return date[0]
    return _worded(date, turned=other > len(_ENGLISH))


def in_english(text: str) -> str:
    """A text, `spelled`, whose dates have the whole English names of their months, those of
    Chinese and Japanese texts as well: "2024年7月1日" is "1 July 2024"."""
    text = _HAN.sub(_from_han, spelled(text))
    if not _OTHERWISE.search(text):  # most texts, in a third of the time
        return text

    def named(word: re.Match[str]) -> str:
        number = NUMBER_OF_MONTH.get(word[1].lower())
        return _ENGLISH[number - 1].title() if number else word[0]

    return DATE.sub(lambda date: _WORD.sub(named, date[0]), text)


def _from_han(date: re.Match[str]) -> str:
    if date["alone"]:
        return f" {date[0]} "
    month, told = int(date["b"]), date["a"] or date["y"]
    if not (told and 1 <= month <= len(_ENGLISH)):  # "7月" alone is read where it stands
        return date[0]
    return f" {date['a'] or ''} {_ENGLISH[month - 1].title()} {date['y'] or ''} "


def months_in(text: str) -> str:
    """All names of the months that the dates of a text name."""
    told = {
        NUMBER_OF_MONTH[part]
        for unit in units(in_english(text))
        for part in unit
        if part in NUMBER_OF_MONTH
    }
    return " ".join(name for n in sorted(told) for name in (*_NAMES[n - 1], *_SHORT[n - 1]))


def units(text: str) -> list[frozenset[str]]:
    """What each date of a text is made of, lower-case: {"9", "july", "2024"}, also of "9th"."""
    return [
        frozenset(re.findall(r"[^\W_]+", _ORDINAL.sub("", match[0].lower())))
        - {"of", "the", "fiscal", "fy"}
        for match in DATE.finditer(text)
    ]


def day_of(text: str) -> str:
    """The first whole date of a text as "2024-05-14"; "" where it tells no day."""
    told = (moment_of(unit) for unit in units(spelled(text)))
    return next((f"{y}-{month:02}-{day:02}" for y, month, day in told if y and month and day), "")


def moment(text: str) -> tuple[str, int, int]:
    """The latest date of a text as year, month and day, to be compared: "" and 0 for what it does
    not tell. A quarter counts as its last month."""
    return max(map(moment_of, units(spelled(text))), default=("", 0, 0))


def moment_of(unit: frozenset[str]) -> tuple[str, int, int]:
    """As `moment`, of one date as it comes from `units`."""
    year = next((part for part in unit if YEAR.fullmatch(part)), "")
    month = next((NUMBER_OF_MONTH[part] for part in unit if part in NUMBER_OF_MONTH), 0)
    quarters = [int(part.strip("q")) for part in unit if part[0] == "q" or part[-1] == "q"]
    days = [int(d) for part in unit for d in re.findall(r"^\d{1,2}$", part)]
    return year, month or 3 * max(quarters, default=0), max(days, default=0)


def is_within(day: tuple[str, int, int], time: tuple[str, int, int]) -> bool:
    """Is a day of a time? Both are told as by `moment`."""
    return any(time) and all(not part or part == own for own, part in zip(day, time, strict=True))


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
