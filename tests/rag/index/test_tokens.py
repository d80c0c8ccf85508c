from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index.collection import Collection, Writer
from rag.index.tokens import BITS, FIRST, TokenBuilder, Tokens
from rag.interaction import Embedded
from tests.rag.index.toys import EMBEDDER, chunks_of, document, embedded, put, vectors_of, words_of


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, counts: list[int], dimension: int, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("tokens")
    random = np.random.default_rng(seed)
    rows = [random.integers(0, 256, (n, -(-dimension // 8))).astype(np.uint8) for n in counts]
    builder = TokenBuilder(folder, dimension)
    for number, row in enumerate(rows):
        builder.add(row)
        assert builder.of(number).tolist() == row.tolist()
        assert builder.of(0).tolist() == rows[0].tolist()
    builder.finish()
    if not sum(counts):
        assert not list(folder.iterdir())
        return
    tokens = Tokens(folder, dimension)
    assert len(tokens) == len(rows)
    assert [tokens.of(i).tolist() for i in range(len(rows))] == [row.tolist() for row in rows]


def test_files_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    builder = TokenBuilder(tmp_path, 16)
    builder.add(np.zeros((3, 2), np.uint8))
    builder.finish()
    with pytest.raises(ValueError, match="6 bytes"):
        Tokens(tmp_path, 32)
    (tmp_path / BITS).write_bytes(b"12345")
    with pytest.raises(ValueError, match="5 bytes"):
        Tokens(tmp_path, 16)
    (tmp_path / FIRST).unlink()
    with pytest.raises(FileNotFoundError):
        Tokens(tmp_path, 16)


def test_segments_with_and_without_words_merge(tmp_path: Path) -> None:
    """As those of an earlier version do, which have none."""
    old = document("old", "alpha beta\ngamma")
    with Writer(tmp_path, "c", embedder=EMBEDDER) as writer:
        texts = ["alpha beta", "gamma"]
        writer.add(old, chunks_of(old.text), texts, [Embedded(v) for v in vectors_of(texts)])
        writer.publish()
        assert not list(tmp_path.rglob(BITS))
        put(writer, document("new", "delta epsilon"))
        writer.publish()
        writer.publish(compact=True)
    with Collection.open(tmp_path, "c", fingerprint=EMBEDDER) as opened:
        assert len(opened.segments) == 1
        rows = np.arange(opened.rows)
        known = {
            opened.text(c.document, c.chunk.start, c.chunk.end): words
            for c, words in zip(opened.chunks(rows), opened.words(rows), strict=True)
        }
    assert [len(known[text]) for text in texts] == [0, 0]
    assert known["delta epsilon"].tolist() == words_of("delta epsilon").tolist()


def test_a_text_that_is_known_keeps_its_words(tmp_path: Path) -> None:
    with Writer(tmp_path, "c", embedder=EMBEDDER) as writer:
        put(writer, document("a", "one two three\nfour"))
        in_memory = writer.known(["one two three", "four", "five"])
        writer.publish()
        stored = writer.known(["one two three", "four", "five"])
    for found in (in_memory, stored):
        assert set(found) == {"one two three", "four"}
        for text, expected in zip(found, embedded(list(found)), strict=True):
            assert found[text].words.tolist() == expected.words.tolist()
