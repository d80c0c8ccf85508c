"""How close a sentence is to the question, by what the index knows of its words.

The tokens of a passage are compared with the question's where it is ranked (`rag.interaction`);
those of a sentence say how close that is. The closest sentence has the answer to .85 of the
development questions, and by cosines of embedded sentences to .67; and nothing has to be embedded
(benchmarks/LOG.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.evidence import Sentence
from rag.interaction import Signs, compared
from rag.types import Hit

if TYPE_CHECKING:
    from rag.embed import Embedder
    from rag.index.collection import Reader as Collection

Floats = NDArray[np.float32]
Places = NDArray[np.int32]  # start and end of each of t words: (t, 2)


def compare(
    question: str,
    hits: Sequence[Hit],
    found: Sequence[Sentence],
    embedder: Embedder,
    collection: Collection,
) -> Floats:
    """How close the sentences `found` in the `hits` are to the question, f32 (n,) in [-1, 1].

    Where the embedder is none whose words are compared, these are cosines of what it embeds.
    """
    query = embedder.query(question)
    if not embedder.compares_words or not len(query.words):
        vectors = embedder.encode([item.whole for item in found])
        return np.asarray(vectors @ query.vector, dtype=np.float32)
    close = np.zeros(len(found), np.float32)
    for number, hit in enumerate(hits):
        places, words = _tokens(hit, embedder, collection)
        each = compared(query, words) / query.known
        for i, item in enumerate(found):
            first, end = np.searchsorted(places[:, 0], (item.start, item.end))
            if item.hit == number and first < end:
                close[i] = each[:, first:end].max(axis=1).sum()
    return close


def _tokens(hit: Hit, embedder: Embedder, collection: Collection) -> tuple[Places, Signs]:
    """Where in its document the words of a hit are, and what they are like, in their order."""
    chunks = collection.chunks(hit.rows)
    stored = collection.words(np.asarray(hit.rows, dtype=np.int64))
    places, words = [], []
    for chunk, known in zip(chunks, stored, strict=True):
        start, end = chunk.chunk.start, chunk.chunk.end
        text = hit.text[start - hit.start : end - hit.start]
        spans = embedder.word_spans(text)
        if len(known) < len(spans):  # an index that knows nothing of words
            (embedded,) = embedder.encode_chunks([text])
            known = embedded.words
        count = min(len(known), len(spans))
        places.append(spans[:count] + start)
        words.append(known[len(known) - count :])  # the title and headings come before
    return np.concatenate(places), np.concatenate(words)
