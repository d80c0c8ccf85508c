"""Small documents with vectors that follow from their text, for the tests of the index."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.index.collection import Collection, Writer
from rag.interaction import Embedded, signs
from rag.types import Block, Chunk, Document, Parsed, Source

DIMENSION = 16
EMBEDDER = {
    "name": "toy",
    "weights": "0" * 64,
    "dimension": DIMENSION,
    "max_tokens": 64,
    "prompts": {"query": ""},
}


def vector_of(text: str) -> NDArray[np.float32]:
    """A vector of length 1 that is a function of the text."""
    seed = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    vector = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
    return vector / np.linalg.norm(vector)


def embedded(texts: Sequence[str]) -> list[Embedded]:
    """Vectors, and as many tokens as there are words, which follow from the text as well."""
    made = zip(texts, vectors_of(texts), strict=True)
    return [Embedded(vector, words_of(text)) for text, vector in made]


def words_of(text: str) -> NDArray[np.uint8]:
    """Signs of the words of a text; of one that begins with "?" nothing is known."""
    states = vectors_of([] if text.startswith("?") else text.split())
    return signs(states > 0)


def vectors_of(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.array([vector_of(text) for text in texts], np.float32).reshape(-1, DIMENSION)


def document(
    key: str, text: str, path: str | None = None, kind: str = "text", modified_ns: int = 1
) -> Document:
    """A document of one paragraph per line."""
    source = Source(
        path=path or f"/docs/{key}.txt",
        sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        bytes=len(text),
        modified_ns=modified_ns,
        type=kind,
        parser="test/1",
    )
    blocks = tuple(Block(c.start, c.end, "paragraph") for c in chunks_of(text))
    return Document(key, source, f"Title {key}", "2026-01-01T00:00:00Z", Parsed(text, blocks))


def chunks_of(text: str) -> list[Chunk]:
    """A chunk per line."""
    found, start = [], 0
    for line in text.split("\n"):
        if line:
            found.append(Chunk(start, start + len(line), None, ("Head", line[:3])))
        start += len(line) + 1
    return found


def put(writer: Writer, made: Document) -> None:
    chunks = chunks_of(made.text)
    texts = [made.text[c.start : c.end] for c in chunks]
    writer.add(made, chunks, texts, embedded(texts))


def fill(root: Path, name: str, contents: dict[str, str]) -> None:
    """Publishes documents: key → text."""
    with Writer(root, name, embedder=EMBEDDER) as writer:
        for key, text in contents.items():
            put(writer, document(key, text))
        writer.publish()


def contents(opened: Collection) -> dict[str, str]:
    """key → text of all documents, each checked against its chunks and vectors."""
    found = {info.id: opened.text(info.id) for info in opened.documents()}
    lines = [(key, line) for key, text in found.items() for line in text.split("\n") if line]
    assert opened.counts == (len(found), len(lines))
    rows, scores = opened.dense(vector_of("anything"), opened.rows + 1)
    assert len(rows) == len(lines)
    stored = opened.chunks(rows)
    slices = [opened.text(c.document, c.chunk.start, c.chunk.end) for c in stored]
    assert sorted(zip((c.document for c in stored), slices, strict=True)) == sorted(lines)
    assert np.array_equal(opened.vectors(rows), vectors_of(slices))
    for words, text in zip(opened.words(rows), slices, strict=True):
        assert words.tolist() == words_of(text).tolist()
    assert np.allclose(scores, opened.dense_scores(vector_of("anything"), rows), atol=1e-6)
    return found


def damage(path: Path, at: int = -1) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(bytes(data))
