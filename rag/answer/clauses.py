"""Which clauses of a sentence say something: "Anna speaks German and Ben speaks French" does not
say that Anna speaks French, "Anna speaks German and French" does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag import lazy_re
from rag.patterns.facts import Facts
from rag.text import stop_words, words

_JOINT = lazy_re.compile(
    r"(?:[;,]?\s+(?P<contrast>but|while|whereas)|[;,]?\s+(?:and|or|as\s+well\s+as)"
    r"|(?P<relative>[;,]?\s+(?:who|whose|whom|which|that|where))|[;,:])\s+",
    re.IGNORECASE,
)
# What opens a clause and names no one: "In 2017, Vaswani built the model".
_ADVERBIAL = lazy_re.compile(
    r"\W*(?:in|on|at|by|for|from|since|during|after|before|until|with|to|of|under)\b", re.IGNORECASE
)
# "Pets are allowed in the flat, but smoking is not."
_LEFT_OUT = lazy_re.compile(
    r"\b(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|may|must)"
    r"(?:\s+not|n['’]t)\W*$",
    re.IGNORECASE,
)

# As `in_present` leaves them, stemmed.
_VERBS = frozenset("is are was were have do doe did can could will would should may must".split())


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    facts: Facts
    contrasts: bool  # with what comes before it
    relative: bool

    @property
    def carried(self) -> list[str]:
        """Its words that carry content, as they come."""
        return [word for word in self.facts.order if word in self.facts.words]

    @property
    def is_noun(self) -> bool:
        """Is it nothing but a name or a noun, "Anna Weber" or "the kitchen"?"""
        bare = re.sub(r"^\W*(?:both|either|neither|the|an?|my|our)\s+", "", self.text, flags=re.I)
        plain = words(bare)
        named = bare.istitle() or len(plain) == 1
        return bool(plain) and named and not stop_words("en").intersection(plain)


def saying(asked: frozenset[str], sentence: str, code: str) -> Facts | None:
    """What the clauses of `sentence` say that have all of the words `asked`; None where these are
    told of several things."""
    clauses = _split(sentence, code)
    alone = [c for i, c in enumerate(clauses) if _is_whole(asked, c, clauses[:i])]
    if alone:
        return min(alone, key=lambda clause: len(clause.facts.order)).facts
    for i, clause in enumerate(clauses[1:], start=1):
        if begun := _begun(asked, clause, clauses[:i]):
            if clause.contrasts and begun.facts.negations:
                return None  # "trained not on images but on text"
            return Facts.of(f"{begun.text} {clause.text}", code)
    return None


def _split(sentence: str, code: str) -> list[_Clause]:
    joints = list(_JOINT.finditer(sentence))
    starts = [0, *(joint.end() for joint in joints)]
    ends = [*(joint.start() for joint in joints), len(sentence)]
    return [
        _Clause(
            sentence[start:end],
            Facts.of(sentence[start:end], code),
            bool(joint and joint["contrast"]),
            bool(joint and joint["relative"]),
        )
        for start, end, joint in zip(starts, ends, (None, *joints), strict=True)
    ]


def _is_whole(asked: frozenset[str], clause: _Clause, before: Sequence[_Clause]) -> bool:
    """Has a clause all that is asked? One that is told of a noun before it must say no more, since
    none knows where it ends: "the house that Anna built has a garden" has no garden that she built.
    """
    if not asked <= clause.facts.words:
        return False
    if not (clause.relative and before):
        return True
    return _is_tidy(asked, clause.facts, asked) and not _goes_on(asked, clause.facts)


def _goes_on(asked: frozenset[str], facts: Facts) -> bool:
    """Does a verb without content stand between what is asked, "Anna built | has a garden"?"""
    places = [i for i, word in enumerate(facts.order) if word in asked]
    return not _VERBS.isdisjoint(facts.order[places[0] : places[-1]])


def _begun(asked: frozenset[str], clause: _Clause, before: Sequence[_Clause]) -> _Clause | None:
    """The clause before that begins what `clause` ends, if there is one."""
    taken = asked - clause.facts.words
    if taken == asked:
        return None
    if before[-1].is_noun and not clause.relative:  # "Anna and Ben speak French"
        for subject in before:
            if subject.is_noun and taken <= subject.facts.words:
                return subject
    first = before[0]
    if not taken <= first.facts.words or not _is_tidy(asked, clause.facts, asked, ends=True):
        return None
    if clause.relative and not asked.issuperset(before[-1].carried[-1:]):
        return None  # it is told of something else: "a brother who speaks French"
    if _LEFT_OUT.search(clause.text):
        end = first.carried[::-1]
        fits = asked.issuperset(end[: 1 + max(map(end.index, taken))])
    else:
        fits = bool(_ADVERBIAL.match(first.text)) or _is_tidy(asked, first.facts, taken)
    return first if fits else None


def _is_tidy(
    asked: frozenset[str], facts: Facts, needed: frozenset[str], *, ends: bool = False
) -> bool:
    """Is nothing said, up to the last word that is `needed`, that is not `asked`?

    With `ends` nor right behind it: "water damage" is another thing than water.
    """
    places = [i for i, word in enumerate(facts.order) if word in needed]
    told = facts.order[: places[-1] + 1 + ends] if places else ()
    return facts.words.intersection(told) <= asked
