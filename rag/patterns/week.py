"""Days of the week: which of them a text names, by their names, from one to another, or by one word
as in "at weekends"."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain

from rag import lazy_re
from rag.folding import caseless
from rag.patterns import romance
from rag.vocabulary import DAYS, across, any_of

_REMEMBERED = 512  # texts: a question is compared with every sentence
_GERMAN = across(DAYS, "de")
_BRIEF_DAYS = ("Mon Mo", "Tues Tue Di", "Wed Mi", "Thurs Thu Do", "Fri Fr", "Sat Sa", "Sun So")
_NUMBER_OF = {
    name: n
    for table in (across(DAYS, "en"), _GERMAN, romance.DAYS)
    for n, names in enumerate(table)
    for name in names
}
_OF_DAY = r"(?:morgen|vormittag|mittag|nachmittag|abend|nacht)"  # "Montagabend" is one, too
# What names a day, to be followed by the end of a word.
NAMES = "|".join(
    (
        rf"(?:{any_of(DAYS['en'])})s?",
        rf"(?:{any_of(chain(*_GERMAN))}){_OF_DAY}?s?",
        *(romance.NO_NAMES.get(name, name) for name in chain(*romance.DAYS)),
    )
)
_BRIEF_OF = {name: n for n, names in enumerate(_BRIEF_DAYS) for name in names.split()}
# What tells that a number before it is a time of day: "8" of "8 to 10 am".
CLOCK = (
    r"(?:\s?(?:[-–—]|to|bis)\s?\d{1,2})?"
    r"(?:[:.]\d\d(?!\d|\.\s?\d)|\s?(?:[ap]\.?m\b|uhr\b|h\b|o['’]clock))"
)
_BRIEF = rf"(?-i:\b(?:{'|'.join(_BRIEF_OF)})\b)"
# "Do" and "So" are words: days only beside another, a time of day, or in "Mo. Anna, Do. Ben".
_HAS_BRIEF = lazy_re.compile(
    rf"{_BRIEF}(?:\.?:? ?\d{{1,2}}(?: ?[-–—]|{CLOCK})"
    rf"|\.?\s?(?:[-–—,/+&|]|und|and|to|bis)\s?{_BRIEF})"
    rf"|(?P<one>{_BRIEF})[.:] [^\n]{{2,60}}?(?!(?P=one)){_BRIEF}[.:] (?=\w)",
    re.IGNORECASE,
)
_DAY = lazy_re.compile(
    rf"\b(?:{NAMES})\b|(?:星期|周|週)(?P<zh>[一二三四五六日天])(?![次天个個])", re.IGNORECASE
)
_ANY_DAY = rf"(?:\b(?:{NAMES})\b|{_BRIEF})"
FROM_DAY_TO_DAY = lazy_re.compile(
    rf"(?P<a>{_ANY_DAY})\.?\s?(?:[-–—]|to|through|bis(?:\s+zum)?|{romance.TO_DAY})\s?(?P<b>{_ANY_DAY})",
    re.IGNORECASE,
)
# A weekend away, or that of 4 July, may begin on a Friday.
_WEEKENDS = lazy_re.compile(
    r"\b(?:(?:at|on)\s+(?:the\s+)?weekends?|weekends|am\s+wochenende)\b(?!\s+(?:of|away)\b)",
    re.IGNORECASE,
)
_WEEKDAYS = lazy_re.compile(r"\b(?:on\s+weekdays?|weekdays)\b", re.IGNORECASE)
# What is told before them holds on other days: "It opens at 9, at weekends at 10", "It is closed
# at weekends".
_APART = lazy_re.compile(
    r"[,;]|\b(?:and|but|closed|shut|except|no|not|or|und|aber|geschlossen|nicht|kein\w*)\b",
    re.IGNORECASE,
)


@lru_cache(_REMEMBERED)
def days(text: str) -> frozenset[int]:
    """The days of the week that a text names, Monday as 0, and those between two of them."""
    found = {
        min("一二三四五六日天".index(match["zh"]), 6) if match["zh"] else _day(match[0])
        for match in _DAY.finditer(text)
    }
    if _HAS_BRIEF.search(text):
        found.update(map(_day, re.findall(_BRIEF, text)))
    for match in FROM_DAY_TO_DAY.finditer(text):
        first, last = _day(match["a"]), _day(match["b"])
        found.update((first + n) % 7 for n in range((last - first) % 7 + 1))
    return frozenset(found)


def _day(name: str) -> int:
    if name in _BRIEF_OF:
        return _BRIEF_OF[name]
    whole = caseless(name)
    return next(n for stem, n in _NUMBER_OF.items() if whole.startswith(stem))


def by_day(text: str) -> str:
    """A text that tells days by one word, with their names instead.

    Of texts only: whoever asks for the weekend may mean Friday, too.
    """
    starts = [found.start() for of in (_WEEKENDS, _WEEKDAYS) for found in of.finditer(text)]
    if not starts or (_APART.search(text, 0, min(starts)) and not _DAY.search(text)):
        return text
    return _WEEKENDS.sub("Saturday, Sunday", _WEEKDAYS.sub("Monday to Friday", text))
