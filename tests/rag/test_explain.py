"""The heat map looks where a person would look."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.embed import Embedder
from rag.explain import MOST_COLUMNS, MOST_ROWS, align


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder.load("all-MiniLM-L6-v2", precision="float32", offline=True)


def test_words_look_at_their_like(embedder: Embedder) -> None:
    found = align(embedder, "Who built the harbour?", "The port was constructed by Ada Finch.")
    assert found.rows == ("Who", "built", "the", "harbour")
    best = {row: found.columns[i] for row, i in zip(found.rows, found.weights.argmax(1))}  # noqa: B905
    assert best["built"] == "constructed"
    assert best["harbour"] == "port"
    assert np.allclose(found.weights.sum(axis=1), 1, atol=1e-5)


@settings(max_examples=10, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_texts_make_a_map(embedder: Embedder, text: str, evidence: str) -> None:
    found = align(embedder, text, evidence)
    assert found.weights.shape == (len(found.rows), len(found.columns))
    assert np.isfinite(found.weights).all()


def test_long_texts_are_cut(embedder: Embedder) -> None:
    found = align(embedder, "word " * 500, "other " * 500)
    assert found.weights.shape == (MOST_ROWS, MOST_COLUMNS)
