"""Dates that a question names: the reports of that year or quarter, or the latest ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce

from rag.narrowing.identity import Name, dates
from rag.patterns.when import spelled
from rag.text import content_words

NOUN = (
    r"(?:papers?|reports?|documents?|files?|articles?|chapters?|books?|memos?|notes?|filings?"
    r"|studies|study|manuals?|guides?|letters?|contracts?|thesis|slides|presentations?"
    r"|handbooks?|leaflets?|10-?[qk]s?|(?:annual|quarterly) report|(?:earnings|press) release"
    r"|minutes|essay|primer|leases?|agreements?|faqs?|invoices?|polic(?:y|ies)|brochures?"
    r"|newsletters?|syllabus|regulations?|warranty)"
)
REPORT = re.compile(rf"\b{NOUN}\b", re.IGNORECASE)
_LATEST_REPORT = re.compile(
    rf"\b(?:latest|(?:most\s+)?recent|newest|current|last)\s+"
    rf"(?:[\w'’-]+\s+){{0,2}}?(?:{NOUN}|quarter)\b",
    re.IGNORECASE,
)
_OVER_TIME = re.compile(
    r"\b(?:previous|prior|over\s+time|trends?|quarters|years|evol\w+|since|fluctuated?|earlier"
    r"|historical\w*|reports|filings|10-?qs)\b",
    re.IGNORECASE,
)
DATE = re.compile(
    r"\b(?:q[1-4]|[1-4]q)\b[\s,]*(?:of\s+)?(?:(?:fiscal(?:\s+year)?|fy)\s*)?(?:(?:19|20)\d\d)?"
    r"|\b(?:19|20)\d\d\b\s*[-,]?\s*(?:q[1-4])?",
    re.IGNORECASE,
)


def dated(question: str, chosen: Sequence[Name], known: Sequence[Name]) -> list[Name]:
    """Those of the named documents whose title or file name has a date of the question.

    Without a named document a date narrows only where the question speaks of a report of it.
    """
    report = REPORT.search(question)
    among = chosen or (known if report else [])  # a date alone is no name
    wanted = [dates(match[0]) for match in DATE.finditer(spelled(question))]
    full = [want for want in wanted if len(want) > 1 or (report and want and not _is_quarter(want))]
    kept = [[name for name in among if want <= name.dates] for want in full]
    if kept and all(kept):
        return reduce(lambda one, more: [*one, *(n for n in more if n not in one)], kept)
    if not full and _LATEST_REPORT.search(question) and not _OVER_TIME.search(question):
        kind = content_words(report[0], "en") if report else frozenset()
        among = chosen or [name for name in known if kind and kind <= name.own] or among
        when = {name.document: _when(name) for name in among}
        if among and all(when.values()):
            last = max(when.values())
            return [name for name in among if when[name.document] == last]
    return []


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
