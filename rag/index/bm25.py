"""BM25 over the terms of all segments of a collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from rag.index.lexical import Lexical
from rag.index.vectors import Floats, Rows, best

# Saturation and length normalisation: Anserini's defaults for short passages, and here too better
# than 1.5 and 0.75 on questions and on claims (benchmarks/LOG.md).
K1 = 0.9
B = 0.4
_GROUP = 64  # rows whose highest score stands for them while the best are looked for


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """Where the terms of a question occur among `count` rows.

    `rows`, uint32 (p,), holds one run for each distinct term that occurs, ascending; `parts`, f32
    (p,), is what the term adds to the score of each, and run t is `starts[t]` to `starts[t + 1]`.
    """

    count: int
    rows: NDArray[np.uint32]
    parts: Floats
    starts: tuple[int, ...]

    def scores(self) -> Floats:
        """The score of every row, f32 (count,); 0 where no term is shared or the row is dead."""
        scores = np.zeros(self.count, dtype=np.float32)
        np.add.at(scores, self.rows, self.parts)
        return scores

    def best(self, k: int, allowed: NDArray[np.bool_] | None = None) -> tuple[Rows, Floats]:
        """The `k` rows with the highest scores above 0, best first, with their scores."""
        scores = self.scores()
        if allowed is not None:
            scores *= allowed
        rows = np.flatnonzero(scores >= _at_least(scores, k))
        return best(rows, scores[rows], k)

    def table(self, wanted: Rows) -> Floats:
        """What each term adds to the scores of some rows, f32 (t, m); their sum is the score."""
        found = np.zeros((len(self.starts) - 1, len(wanted)), dtype=np.float32)
        needles = wanted.astype(np.uint32)  # of one type, or all rows would be converted
        for column, (start, end) in zip(found, pairwise(self.starts), strict=True):
            rows = self.rows[start:end]
            at = np.minimum(np.searchsorted(rows, needles), len(rows) - 1)
            np.multiply(self.parts[start:end][at], rows[at] == needles, out=column)
        return found


class BM25:
    """BM25 (Lucene's) over the living rows of several segments, in global row numbers."""

    def __init__(
        self, segments: Sequence[Lexical], alive: Sequence[NDArray[np.bool_] | None]
    ) -> None:
        self._segments = segments
        self._offsets = np.cumsum([0, *map(len, segments)], dtype=np.uint32)
        lengths = np.concatenate([np.zeros(0, np.uint32), *(s.lengths for s in segments)])
        self._alive = _joined(segments, alive)
        living = lengths if self._alive is None else lengths[self._alive]
        self._count = len(living)
        mean = int(living.sum(dtype=np.int64)) / max(self._count, 1)
        self._norms = (K1 * (1 - B + B * lengths / max(mean, 1e-9))).astype(np.float32)

    def matches(self, terms: Sequence[str]) -> Matches:
        """Where some terms occur, each counted as often as it is given."""
        runs = [
            (times, postings)
            for term, times in Counter(terms).items()
            for postings in [[segment.postings(term) for segment in self._segments]]
            if any(len(rows) for rows, _ in postings)
        ]
        sizes = [sum(len(rows) for rows, _ in postings) for _, postings in runs]
        starts = [0, *accumulate(sizes)]
        rows = np.empty(starts[-1], dtype=np.uint32)
        parts = np.empty(starts[-1], dtype=np.float32)
        at = 0
        for _, postings in runs:
            for offset, (local, counts) in zip(self._offsets, postings, strict=False):
                here = slice(at, at := at + len(local))
                np.add(local, offset, out=rows[here])
                parts[here] = counts
        alive = None if self._alive is None else self._alive[rows]
        frequencies = sizes if alive is None else _sums(alive, starts)
        weights = [
            times * self._rarity(frequency)
            for (times, _), frequency in zip(runs, frequencies, strict=True)
        ]
        norms = self._norms.take(rows)
        norms += parts
        parts *= np.repeat(np.array(weights, dtype=np.float32), sizes)
        parts /= norms
        if alive is not None:
            parts *= alive
        return Matches(int(self._offsets[-1]), rows, parts, tuple(starts))

    def rarity(self, terms: Sequence[str]) -> dict[str, float]:
        """The inverse document frequency of each term that occurs; dead rows count here."""
        found = {term: sum(len(s.postings(term)[0]) for s in self._segments) for term in terms}
        return {term: self._rarity(frequency) for term, frequency in found.items() if frequency}

    def _rarity(self, frequency: int) -> float:
        return float(np.log1p((max(self._count - frequency, 0) + 0.5) / (frequency + 0.5)))


def _at_least(scores: Floats, k: int) -> float:
    """A score above 0 that at least `k` rows reach, where so many have one.

    The k-th highest of the maxima of groups: a sixty-fourth of the numbers to go through.
    """
    lowest = float(np.finfo(np.float32).tiny)
    groups = len(scores) // _GROUP
    if not 0 < k <= groups:
        return lowest
    # Rows that are `groups` apart make a group, so that the maxima are taken side by side.
    tops = scores[: groups * _GROUP].reshape(_GROUP, groups).max(axis=0)
    return max(float(np.partition(tops, groups - k)[groups - k]), lowest)


def _sums(flags: NDArray[np.bool_], starts: Sequence[int]) -> list[int]:
    """How many are true in each run."""
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(flags)])
    found: list[int] = np.diff(before[list(starts)]).tolist()
    return found


def _joined(
    segments: Sequence[Lexical], alive: Sequence[NDArray[np.bool_] | None]
) -> NDArray[np.bool_] | None:
    """Which rows of all are alive; None where all of them are."""
    if all(part is None for part in alive):
        return None
    pairs = zip(segments, alive, strict=True)
    return np.concatenate([np.ones(len(s), bool) if a is None else a for s, a in pairs])
