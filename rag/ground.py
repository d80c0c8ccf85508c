"""The check: is what was written supported by the evidence, and by which of it?

Each sentence of a draft is aligned with the evidence sentences. Citation numbers come from here,
never from the model. A number or name that occurs nowhere in the evidence makes its sentence
unsupported, whatever else it shares with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.text import content_words, language, names, numbers, sentences, stemmed, words
from rag.types import Evidence

SUPPORTED = 0.6  # least support of a sentence that is shown as it stands
# A name has this many words about it in the claim, which stand about it so far in the evidence;
# below this share of them missing nothing is held against it.
NEAR, FAR, MISPLACED = 3, 6, 0.5
_LETTERS = re.compile(r"[^\W\d_]+")
_MARK = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")
_NEGATIONS = frozenset(
    "not|no|never|none|neither|nor|without|cannot|can't|don't|doesn't|didn't|isn't|aren't|wasn't"
    "|weren't|won't|couldn't|hasn't|haven't|hadn't|unable|fails|failed|lacks"
    "|nicht|kein|keine|keinen|nie|ohne|ne|pas|jamais|sans|nunca|sin".split("|")
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of a draft, with its support in [0, 1] and the evidence that gives it."""

    text: str
    support: float
    cites: tuple[int, ...]

    @property
    def supported(self) -> bool:
        return self.support >= SUPPORTED and bool(self.cites)


@dataclass(frozen=True, slots=True)
class _Facts:
    words: frozenset[str]  # stemmed, those that carry content
    numbers: frozenset[str]
    letters: frozenset[str]  # runs of letters, lower-cased: what a name is looked up in
    order: tuple[str, ...]  # all words as they come, stemmed

    @classmethod
    def of(cls, text: str, code: str) -> _Facts:
        letters = frozenset(run.lower() for run in _LETTERS.findall(text))
        order = tuple(word if word in _NEGATIONS else stemmed(word, code) for word in words(text))
        return cls(content_words(text, code), numbers(text), letters, order)

    def negates(self, what: frozenset[str]) -> bool:
        """Is there a negation most of whose neighbours are in `what`?"""
        for place, word in enumerate(self.order):
            if word in _NEGATIONS:
                near = self.words.intersection(self.order[max(0, place - 3) : place + 4])
                if len(near & what) * 2 > len(near) or not near:
                    return True
        return False

    def around(self, word: str, reach: int) -> list[frozenset[str]]:
        """The content words around each place where `word` stands."""
        return [
            self.words.intersection(self.order[max(0, i - reach) : i + reach + 1]) - {word}
            for i, other in enumerate(self.order)
            if other == word
        ]


def ground(draft: str, evidence: Sequence[Evidence], question: str = "") -> list[Claim]:
    """The sentences of `draft` as claims, in order; marks like [1] in it are ignored.

    Words of the question count as given: repeating them is no claim of the answer.
    """
    plain = _MARK.sub("", draft).strip()
    code = language(plain)
    asked = _Facts.of(question, code)
    facts = [_Facts.of(item.quote, code) for item in evidence]
    claims = []
    for start, end in sentences(plain):
        text = plain[start:end]
        support, cited = _support(text, facts, asked, code)
        claims.append(Claim(text, support, tuple(evidence[i].n for i in cited)))
    return claims


def _support(
    text: str, evidence: Sequence[_Facts], asked: _Facts, code: str
) -> tuple[float, tuple[int, ...]]:
    """Support of one sentence and the indices of the one or two evidence sentences behind it."""
    claim = _Facts.of(text, code)
    new = claim.words - asked.words or claim.words
    if not new or not evidence:
        return 0.0, ()
    gains = [len(new & item.words) for item in evidence]
    first = max(
        range(len(evidence)), key=lambda i: (gains[i], len(claim.words & evidence[i].words))
    )
    if gains[first] == 0:
        return 0.0, ()
    cited = [first]
    left = new - evidence[first].words
    second = max(range(len(evidence)), key=lambda i: len(left & evidence[i].words))
    if len(left & evidence[second].words) > 0.2 * len(new):
        cited.append(second)
    held = frozenset().union(*(evidence[i].words for i in cited))
    support = len(new & held) / len(new)
    behind = [evidence[i] for i in cited]
    if _invented(text, claim, behind, asked):
        support = 0.0
    if claim.negates(claim.words) != any(item.negates(claim.words) for item in behind):
        support *= 0.5
    return support * _in_place(text, claim, behind), tuple(cited)


def _invented(text: str, claim: _Facts, evidence: Sequence[_Facts], asked: _Facts) -> bool:
    """Does it hold a number or a name that neither its evidence nor the question has?"""
    known_numbers = asked.numbers.union(*(item.numbers for item in evidence))
    known_letters = asked.letters.union(*(item.letters for item in evidence))
    return bool(claim.numbers - known_numbers) or not names(text) <= known_letters


def _in_place(text: str, claim: _Facts, evidence: Sequence[_Facts]) -> float:
    """How far names and numbers stand among the same words as in the evidence, 0.4 to 1.

    A sentence in which two names of the evidence changed places shares every word with it.
    """
    loose = 0.0
    for word in sorted(claim.words):
        if not word.isdigit() and word not in _proper(text):
            continue
        near = frozenset().union(*claim.around(word, NEAR))
        there = [len(near & other) for item in evidence for other in item.around(word, FAR)]
        if near and there:
            loose = max(loose, 1 - max(there) / len(near))
    return 1.0 if loose <= MISPLACED else 0.4 + 0.6 * (1 - loose)


def _proper(text: str) -> frozenset[str]:
    code = language(text)
    return frozenset(stemmed(name, code) for name in names(text))
