"""Fusing a dense and a lexical ranking: pure arithmetic over scores.

Both rules are here because both were measured (see `benchmarks/LOG.md`): a convex combination of
normalised scores with a tuned weight beats reciprocal rank fusion, as Bruch, Gai and Ingber found
("An Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS 2023, section 4).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
NEAR = 0.5  # cosine of the best from which the dense ranking has its whole weight


def min_max(scores: Scores) -> Scores:
    """Scores f32 (n,) moved to [0, 1]: the best is 1, the worst 0; all 1 when they are equal."""
    if scores.size == 0:
        return scores
    low, high = float(scores.min()), float(scores.max())
    if high <= low:
        return np.ones_like(scores)
    return ((scores - low) / (high - low)).astype(np.float32)


def convex(dense: Scores, lexical: Scores, weight: float) -> Scores:
    """`weight` x dense + (1 - weight) x lexical after min-max; f32 (n,) of the same rows.

    A lexical column of zeros says nothing, so dense alone decides then. `dense` are cosines: where
    even the best is not near the question, as with "What does E7 mean?", min-max would make much
    of little, so the weight falls with it.
    """
    if lexical.size == 0 or float(lexical.max()) <= 0.0:
        return min_max(dense)
    near = min(1.0, max(0.0, float(dense.max())) / NEAR)
    weight = weight * near / (weight * near + 1.0 - weight) if weight < 1.0 else 1.0
    return (weight * min_max(dense) + (1.0 - weight) * min_max(lexical)).astype(np.float32)


def closer(fused: Scores, rows: NDArray[np.intp], closeness: Scores, weight: float) -> Scores:
    """Fused scores f32 (n,) with a share of `weight` for how close the best of them are.

    `rows` are the places of these, `closeness` f32 (m,) what `rag.interaction` says of each; where
    it is not known (NaN), a fused score stands as it is. The others stay behind the best, and in
    their order.
    """
    found: Scores = ((1.0 - weight) * fused).astype(np.float32)
    share = fused[rows].copy()
    known = np.isfinite(closeness)
    share[known] = min_max(closeness[known])
    found[rows] += weight * share
    return found


def reciprocal_rank(rankings: Sequence[Sequence[int]], constant: int = 60) -> dict[int, float]:
    """Reciprocal rank fusion: sum over rankings of 1 / (constant + rank), rank from 1.

    Cormack, Clarke and Buettcher, "Reciprocal Rank Fusion outperforms Condorcet and individual
    Rank Learning Methods", SIGIR 2009, page 758, where 60 is the constant.
    """
    fused: dict[int, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            fused[item] = fused.get(item, 0.0) + 1.0 / (constant + rank)
    return fused
