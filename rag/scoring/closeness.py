"""How close a sentence is to the question, by what the index knows of its words.

The tokens of a passage are compared with the question's where it is ranked (`rag.interaction`);
those of a sentence say how close that is. The closest sentence has the answer to .85 of the
development questions, and by cosines of embedded sentences to .67; and nothing has to be embedded
(benchmarks/LOG.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.evidence import Sentence
from rag.interaction import Signs, compared
from rag.types import Hit

if TYPE_CHECKING:
    from rag.embed import Embedder
    from rag.index.collection import Collection

Floats = NDArray[np.float32]


def compare(
    question: str,
    hits: Sequence[Hit],
    found: Sequence[Sentence],
    embedder: Embedder,
    collection: Collection,
) -> Floats:
    """How close the sentences `found` in the `hits` are to the question, f32 (n,) in [-1, 1].

    The words of the title and the headings above a sentence count as its own, and so does what
    opens a table or a list for its rows and items: a question names what it is about, which a
    sentence about it need not.
    Where the embedder is none whose words are compared, these are cosines of what it embeds.
    """
    query = embedder.query(question)
    if not embedder.compares_words or not len(query.words):
        vectors = embedder.encode([item.whole for item in found])
        return np.asarray(vectors @ query.vector, dtype=np.float32)
    close = np.zeros(len(found), np.float32)
    for number, hit in enumerate(hits):
        within = [(i, item) for i, item in enumerate(found) if item.hit == number]
        for chunk in _chunks(hit, embedder, collection):
            each = compared(query, chunk.words) / query.known
            for i, item in within:
                own = chunk.columns(item.start, item.end)
                if own.size:
                    opened = chunk.opening(item.head or item.stands.lead)
                    close[i] = max(close[i], each[:, [*opened, *own]].max(axis=1).sum())
    return close


@dataclass(frozen=True, slots=True, eq=False)
class _Chunk:
    """The words of a chunk: so many of the title and the headings above it, then its own, which
    start in its document at `starts` int32 (t,)."""

    start: int
    text: str
    words: Signs
    above: int
    starts: NDArray[np.int32]

    def columns(self, start: int, end: int) -> NDArray[np.intp]:
        """Which words lie between two places of the document."""
        first, last = np.searchsorted(self.starts, (start, end))
        return np.arange(first, last) + self.above

    def opening(self, text: str) -> list[int]:
        """Which words stand above a sentence: those of the title and the headings, and where a
        head or a line opens it, which is in the chunk, its `text`."""
        at = self.text.find(text) if text else -1
        within = self.columns(self.start + at, self.start + at + len(text)) if at >= 0 else ()
        return [*range(self.above), *within]


def _chunks(hit: Hit, embedder: Embedder, collection: Collection) -> Iterator[_Chunk]:
    known = collection.words(np.asarray(hit.rows, dtype=np.int64))
    for stored, words in zip(collection.chunks(hit.rows), known, strict=True):
        start, end = stored.chunk.start, stored.chunk.end
        text = hit.text[start - hit.start : end - hit.start]
        starts = start + embedder.word_spans(text)[:, 0]
        if len(words) < len(starts):  # an index that knows nothing of words
            (embedded,) = embedder.encode_chunks([text])
            words, starts = embedded.words, starts[: len(embedded.words)]
        yield _Chunk(start, text, words, len(words) - len(starts), starts)
