"""Hits in a new order: by what was read in them, or by a cross-encoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.evidence import squashed
from rag.fusion import min_max
from rag.scoring.calibration import load, log_odds
from rag.types import Hit

if TYPE_CHECKING:
    from rag.scoring.signals import Signals

FEATURES = (
    "fused",  # the fused score, in [0, 1]
    "sentence",  # logits of its best sentence's score
    "span",  # the reader's best span in it, against "no answer" in it
    "covered",  # share of the question's terms that it has, weighted by their rarity
)
READ = 8  # hits that are read at least, for an order
# Fused scores of the first two hits of a question that differ by less are as good as equal, as of
# one question in 26: what was read in them then tells which comes first.
TIE = 0.02
DEPTH = 3  # times as many hits are put to a cross-encoder as are wanted
CROSSED = 0.5  # what a cross-encoder counts beside the fused score


def by_reading(signals: Signals) -> list[Hit]:
    """The hits of `signals`, best first, with new scores in [0, 1].

    A cross-encoder's blend without another model: the hits were read anyway.
    """
    model = load("passage" if signals.known else "foreign passage", FEATURES)
    return _ordered(signals.hits, model(features(signals)))


def is_tied(hits: Sequence[Hit]) -> bool:
    """Are the first two as good as each other?"""
    return len(hits) > 1 and hits[0].score - hits[1].score < TIE


def untied(signals: Signals) -> list[Hit]:
    """The hits of `signals` as `by_reading` orders them, with the fused scores of their places."""
    ranked = by_reading(signals)
    return [replace(h, score=at.score) for h, at in zip(ranked, signals.hits, strict=True)]


def features(signals: Signals) -> NDArray[np.float32]:
    """One row for each hit, one column for each of `FEATURES`, less the best of it: f32 (hits, 4).

    What counts is by how much a hit is behind, so that a question without an answer teaches as
    much as one with an answer.
    """
    count = len(signals.hits)
    sentence, span, covered = np.full(count, 1e-6), np.full(count, -1.0), np.zeros(count)
    for i, (item, offered) in enumerate(zip(signals.found, signals.offered, strict=True)):
        sentence[item.hit] = max(sentence[item.hit], signals.scores[i])
        span[item.hit] = max([span[item.hit], *(squashed(s.score) for s in offered.spans)])
        covered[item.hit] = signals.covered[i]
    fused = [hit.score for hit in signals.hits]
    columns = (fused, log_odds(sentence, 1e-6), span, covered)
    rows = np.asarray(columns, dtype=np.float32).T
    behind: NDArray[np.float32] = rows - rows.max(axis=0, initial=-np.inf)
    return behind


def by_cross_encoder(hits: Sequence[Hit], fit: NDArray[np.float32]) -> list[Hit]:
    """The hits, best first; `fit` f32 (n,) is what a cross-encoder says of each.

    Blended with the fused score, since a model that was trained on other texts than these is wrong
    where words are rare and terms are right.
    """
    blended = CROSSED * min_max(fit) + (1 - CROSSED) * np.asarray([hit.score for hit in hits])
    return _ordered(hits, blended)


def _ordered(hits: Sequence[Hit], scores: NDArray[np.floating[Any]]) -> list[Hit]:
    """The hits with new scores, best first; equal ones stay as they are."""
    order = np.argsort(-scores, kind="stable")
    return [replace(hits[i], score=float(scores[i])) for i in order]
