"""Which one in order: the second of anything is not the first, nor "2. Vorsitzender" the first.

English ordinals, with those of centuries apart, and German ones by the noun that they stand before.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag import lazy_re
from rag.patterns.when import NUMBER_OF_MONTH
from rag.text import numbers, stemmed, words
from rag.vocabulary import MONTHS, any_of

# "The 2nd", "second", "the last", with "… and 12th centuries" behind it as `century`. None where
# "second" is a time ("5 MB per second"), "last" a verb, or "first" a part of a name ("first aid").
_ORDINAL = lazy_re.compile(
    r"(?:\b(?P<figure>\d{1,2})(?:st|nd|rd|th)s?|(?<!\bper\s)(?<!\ba\s)(?<!\beach\s)(?<!\d\s)"
    r"\b(?P<word>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
    r"|(?<=\bthe\s)last))\b"
    r"(?!\s+(?:names?|years?|weeks?|months?|days?|times?|few|aid|hand|of\s+all)\b|[^\S\n]+(?:two|three|four|\d+)\b"
    r"|[\s-](?:part(?:y|ies)|thirds?)\b|-(?:hand|class|rate|degree|person|aid)\b)"
    r"(?P<century>(?:(?:\s+and\s+|\s*[-–]\s*|\s+or\s+|,\s+|\s+to\s+)\d{1,2}(?:st|nd|rd|th))*\s+centur\w+)?",
    re.IGNORECASE,
)
# What makes an ordinal one of a day: "14th of March", "March the 14th".
_OF_DATE = lazy_re.compile(
    rf"\s+(?:of\s+)?(?:{any_of(MONTHS['en'])})\b|,?\s+\d{{4}}\b", re.IGNORECASE
)
_MONTH_BEFORE = lazy_re.compile(rf"\b(?:{any_of(MONTHS['en'])})\s+(?:the\s+)?$", re.IGNORECASE)
_IN_WORDS = {
    word: str(n)
    for n, word in enumerate(
        """first second third fourth fifth sixth seventh eighth ninth tenth eleventh
        twelfth""".split(),
        1,
    )
}
# The first letters of each, so that one entry is for all endings: "zweiter", "zweites".
_GERMAN_RANKS = {form: str(n) for n, form in enumerate("erste zweit dritt viert fünft".split(), 1)}
# "2. Vorsitzender", "das dritte Kind": a German noun and which one of it; `reaches` is there where
# others are meant as well, "ab dem 3. Lebensjahr". The number of an item or of "§ 4." is no rank.
_OF_NOUN = lazy_re.compile(
    r"(?P<reaches>\b(?i:ab|bis(?:\s+zu[mr])?|vom|seit|nach|vor)\s+(?:de[mnr]\s+)?)?"
    r"(?:(?<![\d.,:§])(?<!§[ \xa0])(?<!\n)(?<!^)\b(?P<figure>\d{1,2})\."
    r"|\b(?P<word>[Ee]rste|[Zz]weite|[Dd]ritte|[Vv]ierte|[Ff]ünfte)[nrsm]?)"
    r"[ \xa0](?P<noun>[A-ZÄÖÜ][a-zäöüß]{3,})"
)
# "Das erste Kind zahlt 50 €, jedes weitere 30 €" tells of the second as well.
_AND_OTHERS = lazy_re.compile(
    r"\b(?:weitere|folgende|übrige|andere|nächste)[nrsm]?\b|\b(?:jede[nrsm]?|alle|danach)\b|geschwister",
    re.IGNORECASE,
)
LAST = "last"
# "First to Ann, then to Ben" tells who is second.
_THEN = lazy_re.compile(
    r"\bfirst\b.{0,200}?\b(?:then|next|afterwards|followed\s+by)\b", re.IGNORECASE | re.DOTALL
)


def is_of_other_rank(question: str, text: str) -> bool:
    """Is a text of the second where one asks for the first, or of another century?"""
    if _is_of_other_german_rank(question, text):
        return True
    asked = _ordinals(question)
    there = _ordinals(text) if asked else frozenset()
    if asked & there:
        return False
    told = numbers(text) | ({LAST} & set(words(text))) | _after_first(text)
    return any(
        kind == other_kind and n not in told and (LAST not in (n, other) or "1" in (n, other))
        for n, kind in asked
        for other, other_kind in there
    )


def _is_of_other_german_rank(question: str, text: str) -> bool:
    """Does a text tell of the same noun as the question, but of another one in order, and nowhere
    the number of that which is asked for?"""
    asked = _german_ranks(question)
    there = _german_ranks(text) if asked and not _AND_OTHERS.search(text) else frozenset()
    told = numbers(text) | {n for form, n in _GERMAN_RANKS.items() if form in text.lower()}
    nouns = {noun for _, noun in there}
    return any(noun in nouns and n not in told for n, noun in asked - there)


@lru_cache(maxsize=512)
def _german_ranks(text: str) -> frozenset[tuple[str, str]]:
    """("2", "vorsitz") for "2. Vorsitzende" and "zweiter Vorsitzender"; those of dates are none."""
    found = list(_OF_NOUN.finditer(text))
    if any(match["reaches"] for match in found):  # "ab dem 3. Lebensjahr" holds the fourth
        return frozenset()
    return frozenset(
        (_GERMAN_RANKS.get((match["word"] or "")[:5].lower(), match["figure"]), stemmed(noun, "de"))
        for match in found
        if (noun := match["noun"].lower()) not in NUMBER_OF_MONTH
        and not noun.startswith("jahrhundert")
    )


def _after_first(text: str) -> frozenset[str]:
    """The second, where a text tells the order: "first to Ann, then to Ben"."""
    return frozenset({"2"}) if _THEN.search(text) else frozenset()


def _ordinals(text: str) -> frozenset[tuple[str, bool]]:
    """Its ordinal numbers, and whether each is that of a century; those of dates are none."""
    found = set()
    for match in _ORDINAL.finditer(text):
        word = (match["word"] or "").lower()
        if not (_OF_DATE.match(text, match.end()) or _MONTH_BEFORE.search(text[: match.start()])):
            found.add((match["figure"] or _IN_WORDS.get(word, word), bool(match["century"])))
    return frozenset(found)
