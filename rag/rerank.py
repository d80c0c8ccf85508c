"""Hits in a new order: by the best sentence that each of them holds, or by a cross-encoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rag.calibration import log_odds
from rag.evidence import Sentence
from rag.fusion import min_max
from rag.types import Hit

# What the fused score, in [0, 1], is worth in logits of a sentence's score; 1 to 8 do alike.
RETRIEVED = 2.0
DEPTH = 3  # times as many hits are put to a cross-encoder as are wanted
CROSSED = 0.5  # what a cross-encoder counts beside the fused score


def by_sentences(
    hits: Sequence[Hit], found: Sequence[Sentence], scores: NDArray[np.float32]
) -> list[Hit]:
    """The hits, best first, with new scores in [0, 1]; `scores` f32 (n,) are its sentences'.

    A cross-encoder's blend without another model: the sentences of the hits were read anyway.
    """
    logits = log_odds(scores, 1e-6)
    best = np.full(len(hits), np.log(1e-6))
    for item, logit in zip(found, logits, strict=True):
        best[item.hit] = max(best[item.hit], logit)
    blended = [
        float(1 / (1 + np.exp(-(logit + RETRIEVED * (hit.score - 1)))))
        for hit, logit in zip(hits, best, strict=True)
    ]
    order = sorted(range(len(hits)), key=lambda i: -blended[i])
    return [replace(hits[i], score=blended[i]) for i in order]


def by_cross_encoder(hits: Sequence[Hit], fit: NDArray[np.float32]) -> list[Hit]:
    """The hits, best first; `fit` f32 (n,) is what a cross-encoder says of each.

    Blended with the fused score, since a model that was trained on other texts than these is wrong
    where words are rare and terms are right.
    """
    blended = CROSSED * min_max(fit) + (1 - CROSSED) * np.asarray([hit.score for hit in hits])
    order = sorted(range(len(hits)), key=lambda i: -float(blended[i]))
    return [replace(hits[i], score=float(blended[i])) for i in order]
