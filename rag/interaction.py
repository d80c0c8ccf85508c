"""Late interaction: a passage is close to a question where each word of that has one like it there.

Khattab and Zaharia 2020 (arXiv:2004.12832, section 3.3) compare the states of all tokens and add
up the best of each of the question's. Here they are those of the embedder as it is, without the
training for it, and a chunk keeps only their signs: 48 bytes for a token of 384 dimensions. Of
1,500 questions of SQuAD the right paragraph comes first for .86 instead of .80 (benchmarks/LOG.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rag import lazy_re
from rag.text import language, stop_words

Floats = NDArray[np.float32]
Signs = NDArray[np.uint8]

_WORD = lazy_re.compile(r"\w+")
STOP_WORD = 0.3  # what a token of one counts
NEAR_BY = 32  # tokens, about the length of a sentence
_AT_ONCE = 512  # tokens, whose components stay in the cache of a core: half as fast again


def no_words() -> Signs:
    """Those of a chunk of which nothing is known."""
    return np.zeros((0, 0), np.uint8)


def _no_states() -> Floats:
    return np.zeros((0, 0), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """A chunk as an embedder sees it.

    `vector` is f32 (d,) of length 1. `words` are the signs of the states of its words' tokens,
    uint8 (t, ceil(d / 8)); none where they are not known.
    """

    vector: Floats
    words: Signs = field(default_factory=no_words)


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """A question as an embedder sees it.

    `vector` is f32 (d,) of length 1. `words` f32 (t, d) are the states of its words' tokens, each
    as long as it counts; together they count 1, or less by the share of tokens that the embedder
    does not know; no rows where they are not to be compared.
    """

    vector: Floats
    words: Floats = field(default_factory=_no_states)

    @property
    def known(self) -> float:
        """The share of the question that its words tell, in [0, 1]."""
        return float(np.linalg.norm(self.words, axis=1).sum())


def signs(states: NDArray[np.bool_]) -> Signs:
    """Which of the components (t, d) are above 0, eight to a byte: uint8 (t, ceil(d / 8))."""
    return np.packbits(states, axis=1)


def weighted(question: str, spans: Sequence[tuple[int, int]], states: Floats) -> Floats:
    """The states f32 (t, d) of the tokens at `spans` as `Query.words`; what is no word is left out.

    Stop words count less: .3 ranks as well as nothing, and better than 1.
    """
    words = [match.span() for match in _WORD.finditer(question)]
    stops = stop_words(language(question))
    counts = np.zeros(len(spans), np.float32)
    for i, (start, end) in enumerate(spans):
        inside = (question[a:b].lower() for a, b in words if a <= start and end <= b)
        word = next(inside, None)
        counts[i] = 0.0 if word is None else STOP_WORD if word in stops else 1.0
    lengths = np.linalg.norm(states, axis=1) * max(float(counts.sum()), 1e-9)
    kept = counts > 0
    found: Floats = (states[kept] * (counts[kept] / lengths[kept])[:, None]).astype(np.float32)
    return found


def closeness(query: Query, chunks: Sequence[Signs]) -> Floats:
    """How close each chunk is, f32 (m,) in [-1, 1] x `query.known`; NaN where words are not
    known.

    Half of it is what the best of the whole chunk says, half what those of its best `NEAR_BY`
    neighbouring tokens do: words that stand together speak of one thing.
    """
    found = np.full(len(chunks), np.nan, np.float32)
    known = [i for i, words in enumerate(chunks) if len(words) and len(query.words)]
    if known:
        lengths = [len(chunks[i]) for i in known]
        near = compared(query, np.concatenate([chunks[i] for i in known]))
        # The tokens of each chunk in blocks of half as many as count as neighbours.
        starts = [np.arange(0, length, NEAR_BY // 2) for length in lengths]
        first = np.cumsum([0, *map(len, starts[:-1])])
        at = np.concatenate([s + a for s, a in zip(starts, np.cumsum([0, *lengths]), strict=False)])
        blocks = np.maximum.reduceat(near, at, axis=1)
        whole = np.maximum.reduceat(blocks, first, axis=1).sum(axis=0)
        together = blocks.sum(axis=0)
        two = np.maximum(blocks[:, :-1], blocks[:, 1:]).sum(axis=0)
        follows = np.ones(len(at) - 1, bool)
        follows[first[1:] - 1] = False
        together[:-1][follows] = two[follows]
        found[known] = (whole + np.maximum.reduceat(together, first)) / 2
    return found


def compared(query: Query, words: Signs) -> Floats:
    """Each word of a question f32 (t, d) with each of some signs (n, ceil(d / 8)): f32 (t, n), the
    cosines by what the word counts."""
    count, dimension = query.words.shape
    weights = query.words.T / np.float32(np.sqrt(dimension))
    # A set bit is 1, another one -1: twice the sum over set bits, less the sum over all.
    twice, all_of_it = np.ascontiguousarray(2 * weights), weights.sum(axis=0)
    found = np.empty((len(words), count), np.float32)
    components = np.empty((_AT_ONCE, dimension), np.float32)
    for at in range(0, len(words), _AT_ONCE):
        some = words[at : at + _AT_ONCE]
        components[: len(some)] = np.unpackbits(some, axis=1, count=dimension)
        np.matmul(components[: len(some)], twice, out=found[at : at + _AT_ONCE])
    found -= all_of_it
    return found.T
