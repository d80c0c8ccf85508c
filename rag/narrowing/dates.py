"""Dates that a question names: the reports of that year or quarter, or the latest ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce

from rag import lazy_re
from rag.narrowing.identity import Name, dates
from rag.patterns.when import DATE, QUARTER, in_english, is_within, moment
from rag.text import content_words

NOUN = (
    r"(?:papers?|reports?|documents?|files?|articles?|chapters?|books?|memos?|notes?|filings?"
    r"|studies|study|manuals?|guides?|letters?|contracts?|thesis|slides|presentations?"
    r"|handbooks?|leaflets?|10-?[qk]s?|(?:annual|quarterly) report|(?:earnings|press) release"
    r"|minutes|essay|primer|leases?|agreements?|faqs?|invoices?|polic(?:y|ies)|brochures?"
    r"|newsletters?|syllabus|regulations?|warranty)"
)
REPORT = lazy_re.compile(rf"\b{NOUN}\b", re.IGNORECASE)
_LATEST_REPORT = lazy_re.compile(
    rf"\b(?:latest|(?:most\s+)?recent|newest|current|last)\s+"
    rf"(?:[\w'’-]+\s+){{0,2}}?(?:{NOUN}|quarter)\b",
    re.IGNORECASE,
)
_MEETING = lazy_re.compile(
    r"\b(?:meetings?|sessions?|\w*(?:sitzung|versammlung)(?:en)?|réunions?|reuni(?:ón|ones))\b",
    re.IGNORECASE,
)
_OF_QUARTER = lazy_re.compile(rf"\b{QUARTER}\b", re.IGNORECASE)
_OVER_TIME = lazy_re.compile(
    r"\b(?:previous|prior|over\s+time|trends?|quarters|years|evol\w+|since|fluctuated?|earlier"
    r"|historical\w*|reports|filings|10-?qs)\b",
    re.IGNORECASE,
)
# What reports are of: "2023", "Q2", or both, "Q2 2023". `rag.patterns.when.DATE` is any date.
YEAR_OR_QUARTER = lazy_re.compile(
    r"\b(?:q[1-4]|[1-4]q)\b[\s,]*(?:of\s+)?(?:(?:fiscal(?:\s+year)?|fy)\s*)?(?:(?:19|20)\d\d)?"
    r"|\b(?:19|20)\d\d\b\s*[-,]?\s*(?:q[1-4])?",
    re.IGNORECASE,
)


def dated(question: str, chosen: Sequence[Name], known: Sequence[Name]) -> list[Name]:
    """Those of the named documents whose title or file name has a date of the question.

    Without a named document a date narrows only where the question speaks of a report of it, or, a
    day or month, of a meeting.
    """
    report = REPORT.search(question)
    kind = content_words(report[0], "en") if report else frozenset()
    called = [name for name in known if kind and kind <= name.own]
    meeting = _MEETING.search(question)
    held = known if meeting else called
    if of_days := _of_days(question, chosen or held):
        return of_days
    among = chosen or (known if report else [])  # a date alone is no name
    wanted = [dates(match[0]) for match in YEAR_OR_QUARTER.finditer(in_english(question))]
    of_one = report or (chosen and meeting)  # "the members' meeting 2023"
    full = [want for want in wanted if len(want) > 1 or (of_one and want and not _is_quarter(want))]
    for these in (among if chosen else called, among):  # "the invoice of 2024" is no letter of 2024
        if kept := _together([[n for n in these if want <= n.dates] for want in full]):
            return kept
    if not full and _LATEST_REPORT.search(question) and not _OVER_TIME.search(question):
        among = chosen or called or among
        when = {name.document: _when(name) for name in among}
        if among and all(when.values()):
            last = max(when.values())
            return [name for name in among if when[name.document] == last]
    return []


def _of_days(question: str, among: Sequence[Name]) -> list[Name]:
    """The documents whose title or file name tells a day of each date, a day or month, that
    `question` names."""
    told = (match[0] for match in DATE.finditer(in_english(question)))
    asked = [moment(date) for date in told if not _OF_QUARTER.search(date)]
    days = [when for when in asked if when[1] and (when[0] or when[2])]
    return _together(
        [[n for n in among if any(is_within(moment(day), when) for day in n.days)] for when in days]
    )


def _together(kept: Sequence[list[Name]]) -> list[Name]:
    """All of some lists, each name once; none where one of the lists is empty."""
    if not kept or not all(kept):
        return []
    return reduce(lambda one, more: [*one, *(n for n in more if n not in one)], kept)


def are_alike(names: Sequence[Name]) -> bool:
    """Are documents called the same but for their dates, as the reports of a series are?"""
    bare = [frozenset(w for w in name.own if not any(map(str.isdigit, w))) for name in names]
    shared = frozenset.intersection(*bare) if bare else frozenset()
    return bool(shared) and all(2 * len(shared) >= len(own) for own in bare)


def in_time(names: Sequence[Name]) -> list[Name]:
    """Documents of different times, the earliest first; none where two are of one, or of none."""
    when = {name.document: _when(name) for name in names}
    if not all(when.values()) or len(set(when.values())) < len(names):
        return []
    return sorted(names, key=lambda name: when[name.document])


def _is_quarter(want: frozenset[str]) -> bool:
    return all(part.startswith("q") for part in want)


def _when(name: Name) -> tuple[str, ...]:
    """Year and quarter, or the day of a document, to be sorted by; () where its name tells none."""
    years = sorted(part for part in name.dates if not part.startswith("q"))
    quarters = sorted(part for part in name.dates if part.startswith("q"))
    if name.days:
        return (max(name.days),)
    return (years[-1], *quarters[-1:]) if years else ()
