"""Is a text of another time than a question? Years, decades and centuries as spans of years, months
and days of the week as what they are called.

"In 1185 a large army attacked" is none of the eleventh century, though no word says so, and what is
on Monday tells nothing of Saturday, nor does "from Monday to Friday". "Since 2019" reaches further
than it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from rag import lazy_re
from rag.folding import caseless
from rag.patterns import romance, week, when
from rag.patterns.week import days
from rag.patterns.when import in_english, moment_of, spelled, units
from rag.vocabulary import MONTHS

_REMEMBERED = 512  # texts: a question is compared with every sentence
Period = tuple[int, int]  # first and last year

EVER = 9999
_AND = r"(?:[\s,–-]|and|or|to|und|oder|bis)"
_CENTURIES = lazy_re.compile(
    rf"(?P<of>\b\d{{1,2}}(?:st|nd|rd|th|\.)(?:{_AND}+(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th|\.))*)"
    r"[\s-]+(?:centur|Jahrhundert)|(?P<zh>\d{1,2})\s?世[纪紀]",
    re.IGNORECASE,
)
_SINCE = rf"(?:since|as\s+of|from|after|ab|seit|nach|自从?|从|{romance.SINCE})"
_UNTIL = rf"(?:until|till|before|by|up\s+to|through|bis|vor|至|到|{romance.UNTIL})"
_NUMBER_OF_MONTH = {**when.NUMBER_OF_MONTH, **romance.NUMBER_OF_MONTH}
_MONTH = rf"(?:{'|'.join(sorted(_NUMBER_OF_MONTH, key=len, reverse=True))})\.?(?:\s+del?(?=\s))?"
# What a number counts that is no year.
_COUNTS = r"""(?: \d | [.,]\d | ,[-–—] | \s?[%€$£¥] | \s?(?:[km]?w|[km]?g|[kmc]?m[²³]?|s?qm|km²
    |gb|mb|k?cal|kwh|mah|watts?|(?-i:bar)|hpa|rpm|tr/min|ml|euros?|eur|gbp|usd|chf|people
    |men|women|dollars|pounds|francs|franken|stück|personen)\b )"""
# "About 1200 visitors", "die 1200 Gäste": things that are counted; "in 2021 sales rose" are none.
_THINGS = lazy_re.compile(
    r"\s+(?:(?!(?:was|is|has|does|this|as|its|his|dans|nous|vous|sans)\b)[a-zà-ÿ]{3,}s\b"
    r"|(?P<de>[A-ZÄÖÜ]))"
)
_GERMAN = frozenset(("", *"die der um von zum für".split()))
_BEFORE_THINGS = frozenset("about around circa the for at to of and or de (".split()) | _GERMAN
# A number is a year where something before it says so.
_YEAR = lazy_re.compile(
    rf"""
    (?P<before> \b(?: (?P<since>{_SINCE}) | (?P<until>{_UNTIL}) | {_MONTH} | in | im | of | during
          | around | about | circa | year | jahre? | die | der | the | for | on | at | fiscal | fy
          | für(?=\s(?:19|20)\d\d\b) | um | von | zum | anfang | mitte | ende | early | late | mid
          | to | and | und | or | oder | between | zwischen | budget | {romance.OF_YEAR} )[\s,]+
        (?:(?: the | early | late | mid | about | around | year | jahre? | le | el | il )\s+)?
        (?: \d{{1,2}}(?:st|nd|rd|th|er|[.])?[\s,]+ )? (?: (?:of|de)\s+ )?
        (?: {_MONTH}\s+ (?:\d{{1,2}},?\s+)? )?
      | [(] | ^ | (?=\d{{4}}年) )
    (?P<y>1[0-9]\d\d|20\d\d) (?P<many>s|['’]s|er\b|年代)?
    (?! {_COUNTS} | \s?(?:and|und|to|bis|[àaye]|et|[-–])\s?\d{{4}}{_COUNTS})
    """,
    re.IGNORECASE | re.VERBOSE,
)
# "1991 to 1999", "2024/25"; between two years stands "and" as well.
_RANGE = lazy_re.compile(
    rf"""
    (?P<between>\b(?:between|zwischen)\s+)? (?<![\d.,£€$¥]) (?P<y>1[0-9]\d\d|20\d\d)s?年?
    \s? (?: [-–—/至到] | to | (?:un)?till? | through | bis | (?:à|al?)(?=\s\d{{4}})
           | (?P<and>and|und) ) \s? (?:the\s+)? (?P<z>1[0-9]\d\d|20\d\d|\d\d) (?![\d./-]|{_COUNTS})
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NO_ERA = lazy_re.compile(r"\bB\.?C\b|\bv\.\s?Chr|公元前|西元前", re.IGNORECASE)


def is_of_other_period(question: str, text: str) -> bool:
    """Does a text tell years or centuries, none of which are those of the question?"""
    asked = periods(question)
    there = periods(text) if asked else ()
    named = {*re.findall(r"\d{4}", question), *(f"{year}" for one in asked for year in one)}
    if not there or any(year in text for year in named):
        return False
    return not any(a <= d and c <= b for a, b in asked for c, d in there)


@lru_cache(_REMEMBERED)
def periods(text: str) -> tuple[Period, ...]:
    """The spans of years that a text tells; none where it speaks of times before Christ."""
    if _NO_ERA.search(text) or not any(map(str.isdigit, text)):
        return ()
    text = spelled(text)
    found = [
        (100 * n - 100, 100 * n)
        for match in _CENTURIES.finditer(text)
        for n in map(int, re.findall(r"\d+", match["of"] or match["zh"]))
    ]
    starts = set()
    for match in _RANGE.finditer(text):
        if match["and"] and not match["between"]:
            continue
        first, last = int(match["y"]), int(match["y"][: 4 - len(match["z"])] + match["z"])
        if first < last:
            found.append((first, last))
            starts.add(match.start("y"))
    singles = (
        match
        for match in _YEAR.finditer(text)
        if match.start("y") not in starts and not _is_count(text, match)
    )
    return (*found, *map(_of_year, singles))


def _is_count(text: str, match: re.Match[str]) -> bool:
    """Does a number that might be a year say how many things there are?"""
    things = _THINGS.match(text, match.end())
    before = match["before"].strip(" ,\n").lower()
    return things is not None and before in (_GERMAN if things["de"] else _BEFORE_THINGS)


def _of_year(match: re.Match[str]) -> Period:
    year = int(match["y"])
    last = year + (99 if year % 100 == 0 else 9) if match["many"] else year
    if match["since"]:
        return (year, EVER)
    return (0 if match["until"] else year, last)


# --- months ------------------------------------------------------------------

_QUARTER = lazy_re.compile(r"q[1-4]|[1-4]q")
_BARE = lazy_re.compile(r"(?<![\d.,])0?([1-9]|[12]\d|3[01])(?![\d.,]?\d)")
_ROMANCE_MONTH = lazy_re.compile(romance.MONTH, re.IGNORECASE)
_SPAN_OF_MONTHS = lazy_re.compile(
    rf"(?:\b(?:from|between|von|vom|zwischen|ab)\s+)?(?:\b\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?)?"
    rf"\b(?P<a>{_MONTH})(?:\s+\d{{1,2}}(?:st|nd|rd|th)?)?"
    r"\s?(?:[-–—]|\b(?:to|until|till|through|bis|and|und|au?(?!\s+ma(?:y|rch)\b)|à|al|hasta)\b)\s?"
    r"(?:(?:the\s+)?(?:end|beginning|middle|mid|early|late|ende|anfang|mitte|einschließlich)[\s-]+(?:of\s+)?)?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th|er|\.)?\s+(?:of\s+|de\s+)?)?(?P<b>{_MONTH})(?!\w)",
    re.IGNORECASE,
)
_NAMED = (
    r"(?:(?:the|dem|den|der|le|el|il)\s+)?(?:\d{1,2}(?:st|nd|rd|th|er|\.)?\s+(?:of\s+|de\s+)?)?"
    rf"(?:{week.NAMES}|{'|'.join(_NUMBER_OF_MONTH)})\b"
)
_NUMBERED = rf"(?<!\n)(?:\d{{1,2}}\.\s?(?:0?[1-9]|1[0-2])(?=\.)|\d(?!\d|{week.CLOCK}))"
# What reaches over more than the days and months that it names.
_REACHES = lazy_re.compile(
    rf"\b(?:from|since|until|till|by|before|after|through|between|to|except|von|vom|bis|ab|seit|vor|nach"
    rf"|zwischen|außer|statt|instead\s+of|rather\s+than|{romance.REACHES})\s+"
    rf"(?:zum\s+|zur\s+|end\s+of\s+|ende\s+)?(?:{_NAMED}|{_NUMBERED}\b)"
    rf"|[-–—]\s?(?:{_NAMED}|\d{{1,2}}\.\s?\d)"
    r"|\b(?:every|each|daily|weekdays?|weekends?|always|all|any|jede[mnrs]?|täglich|werktags"
    r"|alle[mnrs]?(?!\s(?:ore\s)?\d)|alle\s\d+\s(?:tage|wochen|monate|jahre|stunden)"
    r"|wochenende?s?|ganzjährig|immer|throughout|otherwise|outside|(?:rest|remainder)\s+of|sonst"
    rf"|außerhalb|übrige[nrs]?|{romance.ALWAYS})\b|每天|每日|每周|每月|至|到",
    re.IGNORECASE,
)


def tells_time(text: str) -> bool:
    """Does a text tell days of the week, months or years?"""
    return bool(days(text) or months(text) or periods(text))


def is_of_time(question: str, text: str) -> bool:
    """Does a text tell some of the days, else of the months, else of the years of a question?"""
    for told in (days, months):
        if asked := told(question):
            return bool(asked & told(text))
    there = periods(text)
    return any(a <= d and c <= b for a, b in periods(question) for c, d in there)


def is_of_other_day(question: str, text: str) -> bool:
    """Does a text tell days of the week or of a month, months or quarters, none of the question?"""
    text = week.by_day(text)
    return any(_is_other(told, question, text) for told in (days, _dates, months, _quarters))


def is_of_other_quarter(question: str, text: str) -> bool:
    """Does a text tell quarters of a year, and none of those of the question?"""
    return _is_other(_quarters, question, text)


def _is_other(told: Callable[[str], frozenset[int]], question: str, text: str) -> bool:
    asked = told(question)
    there = told(text) if asked else frozenset()
    if not there or asked & there:
        return False
    alone = {str(date % 100) for date in asked} if told is _dates else set()
    if alone & set(_BARE.findall(text)) or (alone and _REACHES.search(text)):
        return False  # "on 3 and 10 March", "from 2 May to 8 June"
    return not (_reaches(question) or _reaches(text))


@lru_cache(_REMEMBERED)
def _reaches(text: str) -> bool:
    """Does a text speak of more than the days and months that `days` and `months` tell?"""
    told = week.FROM_DAY_TO_DAY.sub(" ", text)
    told = _SPAN_OF_MONTHS.sub(lambda span: " " if _between(span) else span[0], told)
    return _REACHES.search(told) is not None


@lru_cache(_REMEMBERED)
def _quarters(text: str) -> frozenset[int]:
    parts = frozenset().union(*units(spelled(text)))
    return frozenset(int(part.strip("q")) for part in parts if _QUARTER.fullmatch(part))


@lru_cache(_REMEMBERED)
def _dates(text: str) -> frozenset[int]:
    """The days of months that a text names, 314 for 14 March."""
    named = (moment_of(unit) for unit in units(in_english(text)))
    return frozenset(100 * month + day for _, month, day in named if month and day)


@lru_cache(_REMEMBERED)
def months(text: str) -> frozenset[int]:
    """The months that a text names, and those between two of them."""
    parts = frozenset().union(*units(in_english(text)))
    named = frozenset(when.NUMBER_OF_MONTH[part] for part in parts if part in when.NUMBER_OF_MONTH)
    named |= {romance.NUMBER_OF_MONTH[caseless(name)] for name in _ROMANCE_MONTH.findall(text)}
    named |= frozenset(map(int, re.findall(r"(?<!\d)(1[0-2]|[1-9])月", text)))
    return named | _spanned_months(text)


def names_between(question: str, text: str, *, whether: bool) -> frozenset[str]:
    """The months of a question that lie between two of a text, by their names; where it asks
    `whether` something is so, one outside is told by them as well."""
    there = _spanned_months(text)
    told = frozenset(range(1, 13)) if there and whether else there
    return frozenset(MONTHS["en"][n - 1] for n in months(question) & told)


@lru_cache(_REMEMBERED)
def _spanned_months(text: str) -> frozenset[int]:
    """The months between two of them, and these: "from October to April"."""
    return frozenset().union(*map(_between, _SPAN_OF_MONTHS.finditer(text)))


def _between(span: re.Match[str]) -> frozenset[int]:
    """ "May and June" are two; between them there may be more."""
    first, last = (_NUMBER_OF_MONTH[caseless(span[side]).split()[0].rstrip(".")] for side in "ab")
    if re.search(r"\b(?:and|und)\b", span[0]) and not re.match("between|zwischen", span[0], re.I):
        return frozenset()
    return frozenset((first + n - 1) % 12 + 1 for n in range((last - first) % 12 + 1))
