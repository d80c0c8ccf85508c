"""What a span reader made of a passage, and the best spans in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

MAX_SPAN_TOKENS = 30

_PAIRS = {"(": ")", "[": "]", "{": "}", "“": "”", "«": "»", "「": "」", "『": "』"}
_CLOSERS = {close: opener for opener, close in _PAIRS.items()}
_STARTERS = frozenset("-−–+#@~<>=§°_/\\")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a passage: character offsets, and start + end logit - null logit."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What the reader made of one passage.

    starts, ends: f32 (t,), one logit for each token of the passage (none of the question's).
    offsets: int32 (t, 2), the characters of `passage` that each token covers.
    null: start + end logit of the no-answer position.
    """

    passage: str
    null: float
    starts: NDArray[np.float32]
    ends: NDArray[np.float32]
    offsets: NDArray[np.int32]

    @classmethod
    def none(cls, passage: str) -> Reading:
        """That of a passage which was not read: it has no spans."""
        empty = np.zeros(0, np.float32)
        return cls(passage, 0.0, empty, empty, np.zeros((0, 2), np.int32))

    def behind(self, start: int) -> Reading:
        """What was made of `passage[start:]`, with the offsets of that."""
        kept = self.offsets[:, 0] >= start
        return Reading(
            self.passage[start:],
            self.null,
            self.starts[kept],
            self.ends[kept],
            self.offsets[kept] - start,
        )

    def blended(self, other: Reading, share: float) -> Reading:
        """The same tokens with the logits of two readers of one passage: `share` of `other`'s.

        A token starts there what the other's token with its first character starts, and ends what
        the one with its last ends. What the other has not read, it takes for no answer.
        """
        if not len(other.offsets):
            return self
        begins, ends = other.offsets[:, 0], other.offsets[:, 1]
        first = np.searchsorted(ends, self.offsets[:, 0], side="right")
        last = np.searchsorted(begins, self.offsets[:, 1] - 1, side="right") - 1
        unread = self.offsets[:, 1] > ends[-1]
        starts = other.starts[np.minimum(first, len(ends) - 1)]
        stops = other.ends[np.maximum(last, 0)]
        starts = np.where(unread, other.starts.min(), starts)
        stops = np.where(unread, other.ends.min(), stops)
        return Reading(
            self.passage,
            (1 - share) * self.null + share * other.null,
            ((1 - share) * self.starts + share * starts).astype(np.float32),
            ((1 - share) * self.ends + share * stops).astype(np.float32),
            self.offsets,
        )

    def best(
        self, start: int = 0, end: int | None = None, max_tokens: int = MAX_SPAN_TOKENS
    ) -> Span | None:
        """The best span lying inside `passage[start:end]`, or None where no word lies."""
        stop = len(self.passage) if end is None else end
        inside = (self.offsets[:, 0] >= start) & (self.offsets[:, 1] <= stop)
        found = self._best_of(inside, max_tokens, 1)
        return found[0] if found else None

    def spans(self, k: int, max_tokens: int = MAX_SPAN_TOKENS) -> list[Span]:
        """The k best spans that do not overlap, best first."""
        return self._best_of(np.ones(len(self.offsets), dtype=bool), max_tokens, k)

    def candidates(
        self, stretches: Sequence[tuple[int, int]], k: int, max_tokens: int = MAX_SPAN_TOKENS
    ) -> list[list[Span]]:
        """For each stretch (start, end) of the passage, its k best spans; they may overlap."""
        return [list(spans) for spans in _candidates(self, tuple(stretches), k, max_tokens)]

    def _distinct(
        self, first: NDArray[np.intp], scores: NDArray[np.float32], best: NDArray[np.intp]
    ) -> list[Span]:
        spans: dict[tuple[int, int], Span] = {}
        for row, width in zip(*np.unravel_index(best, scores.shape), strict=True):
            if np.isfinite(score := float(scores[row, width])):
                i, j = int(first[row]), int(first[row] + width)
                edges = _trim(self.passage, int(self.offsets[i, 0]), int(self.offsets[j, 1]))
                spans.setdefault(edges, Span(*edges, score))
        return list(spans.values())

    def _best_of(self, allowed: NDArray[np.bool_], max_tokens: int, k: int) -> list[Span]:
        first, scores = self._span_scores(allowed, max_tokens)
        last = first[:, None] + np.arange(scores.shape[1])[None, :]
        chosen: list[Span] = []
        while len(first) and len(chosen) < k and np.isfinite(top := float(scores.max())):
            row, width = np.unravel_index(int(np.argmax(scores)), scores.shape)
            i, j = int(first[row]), int(first[row] + width)
            start, end = int(self.offsets[i, 0]), int(self.offsets[j, 1])
            chosen.append(Span(*_trim(self.passage, start, end), top))
            scores[(first[:, None] <= j) & (last >= i)] = -np.inf
        return chosen

    def _span_scores(
        self, allowed: NDArray[np.bool_], max_tokens: int
    ) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """First tokens (n,) and the scores f32 (n, max_tokens) of spans that start there.

        Column w is the span of w + 1 tokens; -inf where it leaves the allowed tokens. A span
        starts at a word, so that nothing is left empty when its edges are trimmed.
        """
        t, width = len(self.offsets), max(max_tokens, 1)
        words = [any(map(_is_word, self.passage[a:b])) for a, b in self.offsets.tolist()]
        first = np.flatnonzero(allowed & np.asarray(words, dtype=bool))
        last = first[:, None] + np.arange(width)[None, :]
        reach = np.minimum(last, max(t - 1, 0))
        ends = np.where(allowed[reach] & (last < t), self.ends[reach], -np.inf)
        scores = self.starts[first, None] + ends - np.float32(self.null)
        return first, scores.astype(np.float32)


# Asked again of the readings of a question that did not change when one passage was read again.
@lru_cache(maxsize=64)
def _candidates(
    reading: Reading, stretches: tuple[tuple[int, int], ...], k: int, max_tokens: int
) -> list[list[Span]]:
    offsets = reading.offsets
    first, scores = reading._span_scores(np.ones(len(offsets), dtype=bool), max_tokens)
    last = np.minimum(
        first[:, None] + np.arange(scores.shape[1])[None, :], max(len(offsets) - 1, 0)
    )
    begins, ends = offsets[first, 0], offsets[last, 1]
    found: list[list[Span]] = []
    for start, stop in stretches:
        rows = np.flatnonzero((begins >= start) & (begins < stop))
        inside = np.where(ends[rows] <= stop, scores[rows], -np.inf)
        best = np.argsort(-inside, axis=None, kind="stable")[:k]
        found.append(reading._distinct(first[rows], inside, best))
    return found


def _is_word(character: str) -> bool:
    """Can an answer start here? Letters, digits, currency and signs can; commas cannot."""
    return (
        character.isalnum()
        or character in _STARTERS
        or unicodedata.category(character) in ("Sc", "Sm", "So", "Mn", "Mc")
    )


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Drop white space and punctuation at the edges that does not belong to the answer."""
    while start < end and not _is_word(text[start]):
        if _PAIRS.get(text[start], "\0") in text[start + 1 : end]:
            break
        start += 1
    while start < end and _is_loose_end(text, start, end):
        end -= 1
    return start, end


def _is_loose_end(text: str, start: int, end: int) -> bool:
    last = text[end - 1]
    if last.isspace() or last in ",;:!?\"'…、。，；：！？’‘":
        return True
    if last in _CLOSERS:
        return _CLOSERS[last] not in text[start : end - 1]
    if last in _PAIRS:
        return True
    # The dot of "U.S." belongs to it, the dot of "in 1973." does not.
    return last == "." and "." not in text[start : end - 1].rsplit(maxsplit=1)[-1]
