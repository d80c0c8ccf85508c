"""What a sentence tells side by side: "It costs £6 for adults, £4 for children."

The reader marks one of the amounts, often the first, whomever the question is about. Where the part
of the sentence that the marked one stands in has nothing of the question, and another has, it is
that one. So it is with days, "Kasia unlocks on Tuesdays, Owen on Thursdays", and with who it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag import lazy_re
from rag.patterns import week
from rag.patterns.when import DATE
from rag.vocabulary import any_of, up_to

_NUMBER = r"\d(?:[\d.,'’]*\d)?"
_COIN = r"(?:[£€$¥]|\b(?:chf|eur|usd|gbp)\b)"
# "Elf" is a word of English.
_WORDED = any_of(up_to(12, "en", "de") + up_to(10, "fr"), but=("elf",))
_COUNT = rf"(?:\b{_NUMBER}|\b(?:one|{_WORDED}|eine?[nrm]?|une?))"
_CLOCK = r"\d{1,2}(?:[:.]\d\d(?!\d)(?:\s?(?:[ap]m|uhr)\b)?|\s?(?:[ap]m|uhr|h)\b)"
_TIME = lazy_re.compile(rf"\b(?:{week.NAMES}|weekdays?|weekends?)\b|{DATE.pattern}", re.IGNORECASE)
# Amounts of one kind are told side by side; what is said of all kinds first, of numbers last.
_KINDS = tuple(
    lazy_re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_COIN}\s?{_NUMBER}|\b{_NUMBER}\s?(?:[£€$¥]|(?:euros?|francs?|franken|pounds?|dollars?"
        r"|pence|cents?|chf|eur|usd|gbp)\b)",
        rf"\b{_NUMBER}\s?(?:%|per\s?cent\b|prozent\b|pour\s?cent\b)",
        rf"\b{_CLOCK}(?:\s?(?:[-–]|to|until|till|bis|à)\s?{_CLOCK})?",
        rf"{_COUNT}\s+(?:second|minute|hour|day|week|month|year|sekunde|minute|stunde|tag|woche|monat"
        r"|jahr|heure|jour|semaine|mois|an)(?:s|e[ns]?|n)?\b",
        _TIME.pattern,
        rf"(?<![\w.,:/£€$¥-]){_NUMBER}(?![\d:/%£€$¥-]|\s?[%£€$¥]|[.,]\d)"
        r"(?:\s?(?:(?-i:[A-Z]{3})|[kcm]?m|[km]?g|[cm]?l|mph|km/h|degrees|grad)\b(?!-)|(?!\w))",
    )
)
# Who it is, at the beginning of a part: "Owen", "Cllr A. Rees", "his son Neil".
_NAME = lazy_re.compile(
    r"(?:(?:my|our|his|her|their|meine?|unsere?|seine?|ihre?)\s+[^\W\d_]+\s+)?"
    r"(?!(?:The|An?|In|On|At|For|Der|Die|Das|Ein|Im|Am)\b)"
    r"[A-ZÀ-Þ][\w’'-]*\.?(?:\s+[A-ZÀ-Þ][\w’'-]*\.?){0,3}(?=\s)"
)
_JOINS = lazy_re.compile(
    r"\s*[;,]\s+(?:(?:and|but|or|und|oder|aber|et|y|e)\s+)?|\s+(?:and|but|or|und|oder|aber|et|y)\s+"
)
_CLAUSES = lazy_re.compile(r"[;:]\s+")
# A part with a verb of its own tells something else, and not the same of another.
_VERB = lazy_re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|can|could|may|must|shall|should|do|does"
    r"|did|ist|sind|war|waren|wird|werden|wurden?|hat|haben|kann|est|sont|était|sera)\b",
    re.IGNORECASE,
)
_OPENS = lazy_re.compile(
    r"(?:at|in|on|for|of|to|from|by|with|per|für|je|pro|an|am|im|pour)\b|\(", re.I
)
# How a part begins that tells the same of another: "Owen on Thursdays", "a single for £70". One
# that begins with a verb, "closes at 17:30", or with "until", tells something else of one thing.
_OF_ANOTHER = lazy_re.compile(
    r"[A-ZÀ-Þ]|(?:the|an?|my|our|your|his|her|its|their|on|in|at|for|with|der|die|das|eine?[nmr]?"
    r"|am|im|an|für|mit|les?|la|une?|pour)\b"
)
MOST_WORDS = 6  # of a part that only repeats what the first one tells, of another thing
LONGEST = 1000  # characters of a sentence; what is longer is no prose
Held = Callable[[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a sentence by what stands before its amount, the amount, and what is behind it."""

    before: str
    amount: tuple[int, int]
    after: str


def counterpart(
    text: str, span: tuple[int, int], held: Held, asked: frozenset[str] = frozenset()
) -> tuple[int, int] | None:
    """The amount in a sentence, or who it is, that answers instead of that at `span`, if one does.

    `held` gives the terms of the question that a piece of text has, `asked` has all of them. Where
    the sentence lacks one, it may call by another name what is asked for: "under-16s" a child.
    """
    if len(text) > LONGEST:
        return None
    is_told = asked <= held(text)
    for scope in _scopes(text):
        for sides, meant in ((_amounts, _meant), (_people, _meant_person)):
            for parts in sides(text, *scope):
                here = [n for n, part in enumerate(parts) if _overlap(part.amount, span)]
                if sides is _people and any(span[0] < parts[n].amount[0] for n in here):
                    continue  # "in Ismailiyah, Egypt": it begins in the part before
                if len(here) == 1:
                    there = meant(parts, held)
                    if there is None or there in here or not (there or is_told):
                        return None
                    return parts[there].amount
    return None


def _meant(parts: Sequence[_Part], held: Held) -> int | None:
    """The part that the question is about, going by what each says of its amount."""
    first, *more = parts
    subject = held(first.before)
    of = [held(_behind(first, more))]
    of += [held(_around(part, parts)) - subject for part in more]
    about = [n for n, terms in enumerate(of) if terms]
    if not about and subject and all(_OF_ANOTHER.match(part.before) for part in more):
        return 0  # "Kasia on Tuesdays, Owen on Thursdays": what the others are of, all say before
    return about[0] if len(about) == 1 else None


def _around(part: _Part, parts: Sequence[_Part]) -> str:
    """What a part says of its amount; what is behind the last one only, is of all: the
    night of "a double for £90 and a single for £70 a night"."""
    of_all = part is parts[-1] and part.before.strip() and not any(p.after for p in parts[:-1])
    return part.before if of_all else f"{part.before} {part.after}"


def _behind(first: _Part, more: Sequence[_Part]) -> str:
    """What is behind the first amount, but for what it counts, where the others leave that to be
    understood: the "people" of "the small hall holds 40 people, the main hall 120"."""
    after = first.after.strip()
    if not after or _OPENS.match(after) or any(part.after.strip() for part in more):
        return after
    return after.partition(" ")[2]


def _meant_person(parts: Sequence[_Part], held: Held) -> int | None:
    """The part that the question is about, where the first one has the verb of all of them."""
    shared = held(parts[0].after)
    own = [n for n, part in enumerate(parts) if n and held(part.after) - shared]
    return own[0] if len(own) == 1 else 0 if shared and not own else None


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _scopes(text: str) -> Iterator[tuple[int, int]]:
    """A sentence, and where it has several clauses these."""
    yield 0, len(text)
    start = 0
    for end in (*_CLAUSES.finditer(text), None):
        if start or end:
            yield start, end.start() if end else len(text)
        start = end.end() if end else len(text)


def _bounds(text: str, start: int, end: int) -> list[tuple[int, int]]:
    bounds = []
    for join in _JOINS.finditer(text, start, end):
        bounds.append((start, join.start()))
        start = join.end()
    return [*bounds, (start, end)]


def _amounts(text: str, start: int, end: int) -> Iterator[list[_Part]]:
    """The parts of a sentence with one amount of a kind each, of every kind that has several."""
    bounds = _bounds(text, start, end)
    for kind in _KINDS:
        found = [[m.span() for m in kind.finditer(text, *bound)] for bound in bounds]
        while found and not found[-1]:  # "breakfast included"
            found.pop()
        if len(found) > 1 and all(len(amounts) == 1 for amounts in found):
            parts = _parts(text, bounds[: len(found)], [amounts[0] for amounts in found])
            if parts and all(map(_repeats, parts[1:])):
                yield parts


def _parts(
    text: str, bounds: Sequence[tuple[int, int]], amounts: Sequence[tuple[int, int]]
) -> list[_Part]:
    """The parts; what the last one says of all, "34 adults and 11 children have come", is in none
    of them."""
    ends = [end for _, end in bounds]
    predicate = _VERB.search(text, amounts[-1][1], ends[-1])
    if predicate and not _VERB.search(text, bounds[0][0], ends[0]):
        ends[-1] = predicate.start()
    return [
        _Part(text[start : amount[0]], amount, text[amount[1] : end].rstrip(" ."))
        for (start, _), amount, end in zip(bounds, amounts, ends, strict=True)
    ]


def _people(text: str, start: int, end: int) -> Iterator[list[_Part]]:
    """The parts of a sentence that begin with a name each and tell the same of it, once: "Bill
    brings the urn, Priya the cups"."""
    bounds = _bounds(text, start, end)
    named = [_NAME.match(text, *bound) for bound in bounds]
    names = [match.span() for match in named if match and not _TIME.fullmatch(match[0])]
    if not len(bounds) == len(names) > 1:
        return
    parts = [
        _Part("", name, text[name[1] : stop].strip(" ."))
        for name, (_, stop) in zip(names, bounds, strict=True)
    ]
    told = parts[0].after.lower().split()
    opens = [part.after.lower().split()[:1] for part in parts[1:]]
    alike = any(word in told or word.startswith("(") for words in opens for word in words)
    if all(opens) and alike and len(told) > 1 and all(map(_repeats, parts[1:])):
        yield parts


def _repeats(part: _Part) -> bool:
    said = f"{part.before} {part.after}"
    return len(said.split()) <= MOST_WORDS and not _VERB.search(said)
