"""A sentence that says "closed on Saturdays" is preferred to the opening hours beside it, which
tell nothing of the day or month that one asks about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.evidence import Sentence
from rag.networks.reading import Span
from rag.patterns.opening_hours import asks_open, place, without_times
from rag.patterns.periods import months
from rag.patterns.standing import placed
from rag.patterns.week import days
from rag.text import content_words
from rag.types import Hit

BESIDE = 2  # sentences between opening hours and what is said of closing


def tells_closed(question: str, text: str, hit: Hit) -> bool:
    """Is asked when it is open at a time at which, by `text`, it is closed, and is that said of
    what is asked about: does its passage `hit` have half of the words for it?"""
    if not (asks_open(question) and place(question, text)):
        return False
    asked = _thing(question)
    return 2 * len(asked & content_words(placed(hit), "en")) >= len(asked)


def pairs(
    question: str, found: Sequence[Sentence], scores: NDArray[np.float32]
) -> list[tuple[int, int]]:
    """Pairs of sentences, by index: opening hours, and what is said beside them of closing at the
    time of the question."""
    if not asks_open(question):
        return []
    closed = [i for i, item in enumerate(found) if place(question, item.text)]
    chosen = []
    for i in closed:
        beside = [
            j
            for j in range(max(0, i - BESIDE), min(len(found), i + BESIDE + 1))
            if j not in closed and found[j].hit == found[i].hit and _is_hours(found[j])
        ]
        if beside:
            chosen.append((max(beside, key=lambda j: float(scores[j])), i))
    return chosen


def marked(
    question: str, hits: Sequence[Hit], found: Sequence[Sentence], spans: Sequence[Span | None]
) -> list[Span | None]:
    """The spans, one for each sentence: in one that tells that it is closed, what tells it."""
    if not asks_open(question):
        return list(spans)
    moved: list[Span | None] = []
    for item, span in zip(found, spans, strict=True):
        own = item.start - hits[item.hit].start
        there = place(question, item.text)
        moved.append(Span(own + there[0], own + there[1], 0.0) if there else span)
    return moved


def _is_hours(item: Sentence) -> bool:
    return bool(days(item.text) or months(item.text))


def _thing(question: str) -> frozenset[str]:
    """The words for what is asked about, but for those of its times."""
    told = without_times(question).split()
    return content_words(" ".join(w for w in told if not (days(w) or months(f"in {w}"))), "en")
