"""Where sentences stand: under which title and headings, and behind which opening of a list.

"Net income was 10.5 million" says of whom and of when only by the title of its report, and an item
of a list says what it is one of only by the line that opens the list.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath

from rag.patterns import labels, lists
from rag.patterns.heads import BAR
from rag.patterns.when import YEAR, in_english, is_quarter, spelled, units
from rag.text import content_words, words
from rag.types import Block, Hit

LONGEST = 200  # characters of title and headings before a passage that is read


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one sentence: the title and headings above it, the line that opens its list or announces
    its code, whether it is a heading itself, whether it is of a piece of code."""

    under: str = ""
    lead: str = ""
    heading: bool = False
    code: bool = False


def above(hit: Hit) -> tuple[str, ...]:
    """Title and headings of a passage, as far as they say anything: a number does not, and the
    head of a table is no heading."""
    told = (hit.title, *(heading for heading in hit.headings if BAR not in heading))
    return tuple(dict.fromkeys(t for t in told if any(map(str.isalpha, t))))


def before(hit: Hit, question: str) -> str:
    """What is put before a passage for the reader, ending in a new line: the title and headings
    that have words of the question which the passage has not.

    More than that draws the reader to what is like a title.
    """
    lacking = content_words(question) - content_words(hit.text)
    told = [" ".join(part.split()) for part in above(hit)]
    said = ". ".join(part for part in told if lacking & content_words(part))[:LONGEST]
    return f"{said}.\n" if said else ""


def standings(
    hit: Hit, spans: Sequence[tuple[int, int]], landmarks: Sequence[Block]
) -> list[Standing]:
    """One for each sentence of `hit`: `spans` in its text, `landmarks` of its whole document, which
    are headings and pieces of code."""
    starts = [block.start for block in landmarks]
    told = above(hit)
    lead, last, found = "", "", []
    for start, end in spans:
        text = hit.text[start:end]
        at = bisect_right(starts, hit.start + start) - 1
        block = landmarks[at] if at >= 0 and hit.start + start < landmarks[at].end else None
        is_heading = block is not None and block.kind == "heading" and hit.start + end <= block.end
        is_code = block is not None and block.kind == "code"
        is_item = lists.is_item(text)
        under = " ".join((told[0], last) if last and told else (*told, last)).strip()
        if is_heading:
            last, lead = text, ""
        elif text.rstrip().endswith(":") and not is_code:
            lead = text.rstrip()
        elif not (is_item or is_code):
            lead = ""
        # An item says what it is one of, and a command what it does, only by what stands above.
        opened = (lead or last or " ".join(hit.headings[-1:])) if is_item or is_code else ""
        found.append(Standing(under, opened, is_heading, is_code))
    return found


def placed(hit: Hit) -> str:
    """A passage with its title, its headings and the name of its file, lower-case; where its months
    have other names than the English ones, with these, too."""
    return _placed("\n".join((hit.text, *called(hit))))


@lru_cache(maxsize=64)  # a passage is looked at for several reasons
def _placed(text: str) -> str:
    own = spelled(text)
    told, own = in_english(own).lower(), own.lower()
    return own if told == own else f"{own}\n{told}"


def is_of_another_time(question: str, hit: Hit) -> bool:
    """Has a passage, whose title, headings or file name tell a date, not that of the question?

    A year alone is no such date: many documents speak of other years than their own.
    """
    dates = [unit for unit in units(in_english(question)) if len(unit) > 1]
    own = units(in_english("\n".join(called(hit)))) if dates else []
    if not own:
        return False
    text = placed(hit)
    said, there = units(text), set(words(text))
    years = {part for unit in (*own, *said) for part in unit if YEAR.fullmatch(part)}

    def is_there(date: frozenset[str]) -> bool:
        # Of a report of a quarter another quarter is no part, but a month may be.
        alike = any(is_quarter(date) == is_quarter(other) for other in own if len(other) > 1)
        # "Bill for January" without any year may be that of January 2026.
        if lacking := [date - other for other in own if other < date and _are_years(date - other)]:
            return not years or any(missing <= years for missing in lacking)
        return any(date <= other for other in (*own, *said)) if alike else date <= there

    return not any(map(is_there, dates))


def _are_years(parts: frozenset[str]) -> bool:
    return all(map(YEAR.fullmatch, parts))


def stands_under_another(question: str, hit: Hit) -> bool:
    """Is a passage, going by what stands above it, of another time, or of another class ("4b"),
    flat or version than the question names?"""
    asked = labels.codes(question)
    above = labels.is_of_other_code(asked, "\n".join(called(hit)))
    return (above and not asked & labels.codes(hit.text)) or is_of_another_time(question, hit)


def called(hit: Hit) -> tuple[str, ...]:
    """Title and headings of a passage, and the name of its file, its dates spelled."""
    # A date has to be read before its signs are gone.
    return (*above(hit), re.sub(r"[\W_]+", " ", spelled(PurePath(hit.path).stem)))
