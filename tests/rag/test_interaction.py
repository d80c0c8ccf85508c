from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.interaction import NEAR_BY, STOP_WORD, Query, closeness, signs, weighted


@given(
    st.lists(st.integers(0, 6) | st.integers(0, 90), min_size=1, max_size=8),
    st.integers(0, 4),
    st.integers(1, 40),
    st.integers(0, 2**32 - 1),
)
def test_closeness_is_the_sum_of_the_best_products_with_signs_anywhere_and_near_by(
    lengths: list[int], asked: int, dimension: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    words = random.standard_normal((asked, dimension)).astype(np.float32)
    states = [random.standard_normal((n, dimension)).astype(np.float32) for n in lengths]
    found = closeness(Query(words[0] if asked else words, words), [signs(s > 0) for s in states])
    for near, chunk in zip(found, states, strict=True):
        if not asked or not len(chunk):
            assert np.isnan(near)
            continue
        ones = np.where(chunk > 0, 1.0, -1.0) / np.sqrt(dimension)
        products = words @ ones.T
        starts = range(0, max(len(chunk) - NEAR_BY // 2, 1), NEAR_BY // 2)
        best = max(products[:, i : i + NEAR_BY].max(axis=1).sum() for i in starts)
        whole = products.max(axis=1).sum()
        np.testing.assert_allclose(near, (whole + best) / 2, rtol=1e-4, atol=1e-4)


def test_words_that_stand_together_are_closer_than_the_same_scattered() -> None:
    random = np.random.default_rng(1)
    words = random.standard_normal((2, 384)).astype(np.float32)
    others = random.standard_normal((98, 384)).astype(np.float32)
    beside = signs(np.concatenate([others[:40], words, others[40:]]) > 0)
    apart = signs(np.concatenate([words[:1], others, words[1:]]) > 0)
    together, scattered = closeness(Query(words[0], words), [beside, apart])
    assert together > scattered


def test_no_chunks_are_close_to_nothing() -> None:
    words = np.ones((2, 8), np.float32)
    assert closeness(Query(words[0], words), []).shape == (0,)


def test_what_is_no_word_counts_nothing_and_a_stop_word_little() -> None:
    question = "Who mended the lamp?"
    spans = [(0, 3), (4, 8), (8, 10), (11, 14), (15, 19), (19, 20)]
    states = np.random.default_rng(0).standard_normal((6, 16)).astype(np.float32) * 5
    found = np.linalg.norm(weighted(question, spans, states), axis=1)
    whole = 3 + 2 * STOP_WORD  # "mend", "ed", "lamp"; "Who", "the"
    np.testing.assert_allclose(found, np.array([STOP_WORD, 1, 1, STOP_WORD, 1]) / whole, rtol=1e-5)


def test_a_question_of_marks_has_no_words() -> None:
    assert weighted("?!", [(0, 1), (1, 2)], np.ones((2, 8), np.float32)).shape == (0, 8)
