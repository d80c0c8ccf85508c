"""Which words of the evidence a text rests on: a soft alignment that can be drawn as a heat map.

Each word is the mean of the embedder's states of its tokens in their context; the similarities of
a row are centred and put through a softmax, so that a row tells where the word looks. It is drawn
as Bahdanau, Cho and Bengio drew their alignments (2015, arXiv:1409.0473, figure 3), but the
weights here are similarities and not what a decoder attended to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag import lazy_re

if TYPE_CHECKING:
    from rag.embed import Embedder

MOST_ROWS = 32
MOST_COLUMNS = 60
_SHARPNESS = 14.0  # of the softmax; cosines of words in context lie close together
_WORD = lazy_re.compile(r"[^\W_]+(?:['’.,\-][^\W_]+)*")


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """`weights` is f32 (len(rows), len(columns)); each row sums to 1."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    weights: NDArray[np.float32]


def align(embedder: Embedder, text: str, evidence: str) -> Alignment:
    """The words of `text` against those of `evidence`; both are cut where a map would be too big.

    Either may be empty; the map then has no rows or no columns.
    """
    rows, ours = _words(embedder, text, MOST_ROWS)
    columns, theirs = _words(embedder, evidence, MOST_COLUMNS)
    if not rows or not columns:
        return Alignment(rows, columns, np.zeros((len(rows), len(columns)), np.float32))
    near = ours @ theirs.T
    near -= near.mean(axis=0, keepdims=True)  # a word that is near to all tells nothing
    scaled = np.exp(_SHARPNESS * (near - near.max(axis=1, keepdims=True)))
    return Alignment(rows, columns, (scaled / scaled.sum(axis=1, keepdims=True)).astype(np.float32))


def _words(embedder: Embedder, text: str, most: int) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    spans, states = embedder.states(text)
    found, vectors = [], []
    for match in list(_WORD.finditer(text))[:most]:
        inside = _covering(spans, match.start(), match.end())
        if inside:
            found.append(match[0])
            vectors.append(states[inside].mean(axis=0))
    if not found:
        return (), np.zeros((0, states.shape[1] if states.ndim == 2 else 0), np.float32)
    stacked = np.stack(vectors)
    return tuple(found), stacked / np.maximum(np.linalg.norm(stacked, axis=1, keepdims=True), 1e-9)


def _covering(spans: Sequence[tuple[int, int]], start: int, end: int) -> list[int]:
    return [i for i, (first, last) in enumerate(spans) if first < end and last > start]
