"""Which of several numbered headings answers "In which version was the wishlist removed?"

The one above the sentence that tells it. A reader takes any of them, since each looks like an
answer, and what is told below shares no word with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag import lazy_re
from rag.evidence import Sentence
from rag.patterns.labels import codes
from rag.text import language, terms

LEAST = 0.5  # of the words of a question that a sentence below has to have
OTHER = 0.1  # what another heading keeps of its score
BESIDE = 0.8  # of the heading's score, what the sentence below it has
_WHICH = lazy_re.compile(
    r"\b(?:which|what|welche[mnrs]?|quelle?|qu[eé])\s+(?P<kind>[^\W\d_]{3,})", re.IGNORECASE
)


def headings(question: str, found: Sequence[Sentence]) -> list[int]:
    """The headings, by index, that bear a number of what `question` asks for, if several do."""
    asked = _WHICH.search(question)
    if not asked:
        return []
    kind = asked["kind"].lower()
    told = [i for i, item in enumerate(found) if item.stands.heading and _number(item, kind)]
    return told if len(told) > 1 else []


def _number(item: Sentence, kind: str) -> bool:
    return any(kind in (own, f"{own}s") for own, _ in codes(item.text))


def answering(
    question: str, found: Sequence[Sentence], among: Sequence[int]
) -> tuple[int, int] | None:
    """The heading above the sentence with most words of the question, and that sentence; None where
    none has enough of them, or where sentences below two headings have as many."""
    code = language(question)
    asked = frozenset(terms(_WHICH.sub(" ", question), code))
    held: dict[int, tuple[int, int]] = {}  # of each heading the most words, and the sentence
    for heading in among:
        for i in range(heading + 1, len(found)):
            if found[i].hit != found[heading].hit or found[i].stands.heading:
                break
            shared = len(asked & frozenset(terms(found[i].text, code)))
            held[heading] = max(held.get(heading, (0, 0)), (shared, -i))
    ranked = sorted(held, key=lambda heading: held[heading], reverse=True)
    if not ranked or held[ranked[0]][0] < LEAST * len(asked):
        return None
    if len(ranked) > 1 and held[ranked[1]][0] == held[ranked[0]][0]:
        return None
    return ranked[0], -held[ranked[0]][1]


def settle(question: str, found: Sequence[Sentence], scores: NDArray[np.float32]) -> None:
    """Give the heading that answers what the best of them has, and the sentence below it nearly as
    much, so that both are shown; the others keep little. `scores` f32 (sentences,) changes."""
    among = headings(question, found)
    told = answering(question, found, among)
    if told:
        top = scores[among].max()
        scores[among] *= OTHER
        scores[list(told)] = top, max(scores[told[1]], top * BESIDE)
