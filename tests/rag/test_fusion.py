import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rag.fusion import closer, convex, min_max, reciprocal_rank

scores = arrays(np.float32, st.integers(1, 20), elements=st.floats(-100, 100, width=32))


@given(scores)
def test_min_max_keeps_the_order_and_stays_in_the_unit_interval(given_scores: np.ndarray) -> None:
    moved = min_max(given_scores)
    assert moved.min() >= 0
    assert moved.max() == 1
    for i in range(len(moved)):
        for j in range(len(moved)):
            if given_scores[i] > given_scores[j]:
                assert moved[i] >= moved[j]


@given(scores, st.floats(0, 1))
def test_convex_of_two_equal_rankings_is_that_ranking(dense: np.ndarray, weight: float) -> None:
    lexical = dense - dense.min() + 1
    fused = convex(dense, lexical, weight)
    assert fused[int(dense.argmax())] >= fused.max() - 1e-5


def test_convex_weighs_the_two() -> None:
    dense = np.array([0.9, 0.1, 0.5], dtype=np.float32)
    lexical = np.array([0.0, 10.0, 5.0], dtype=np.float32)
    assert convex(dense, lexical, 1.0).argmax() == 0
    assert convex(dense, lexical, 0.0).argmax() == 1
    np.testing.assert_allclose(convex(dense, lexical, 0.5), [0.5, 0.5, 0.5], atol=1e-6)


def test_dense_decides_where_no_term_is_shared() -> None:
    dense = np.array([0.2, 0.4], dtype=np.float32)
    assert convex(dense, np.zeros(2, dtype=np.float32), 0.1).tolist() == [0.0, 1.0]


def test_no_candidates() -> None:
    nothing = np.zeros(0, dtype=np.float32)
    assert convex(nothing, nothing, 0.5).size == 0


def test_reciprocal_rank_is_the_paper_s_sum() -> None:
    fused = reciprocal_rank([[7, 8], [8, 9]])
    assert fused == {7: 1 / 61, 8: 1 / 62 + 1 / 61, 9: 1 / 62}


def test_what_is_far_in_meaning_weighs_less() -> None:
    lexical = np.array([0.0, 10.0], dtype=np.float32)
    near = convex(np.array([0.8, 0.1], dtype=np.float32), lexical, 0.55)
    far = convex(np.array([0.2, 0.1], dtype=np.float32), lexical, 0.55)
    assert near.argmax() == 0
    assert far.argmax() == 1
    assert far.max() <= 1


def test_the_closest_of_the_best_come_first_and_the_others_stay_behind() -> None:
    fused = np.array([0.9, 0.8, 0.3, 0.2], dtype=np.float32)
    near = np.array([0.1, 0.6], dtype=np.float32)
    found = closer(fused, np.array([0, 1]), near, 0.4)
    np.testing.assert_allclose(found, [0.54, 0.88, 0.18, 0.12], atol=1e-6)
    assert closer(fused, np.array([0, 1]), near, 0.0).tolist() == fused.tolist()


def test_where_closeness_is_not_known_the_fused_score_stands() -> None:
    fused = np.array([0.9, 0.8, 0.7, 0.1], dtype=np.float32)
    near = np.array([np.nan, 0.2, 0.4], dtype=np.float32)
    found = closer(fused, np.array([0, 1, 2]), near, 0.4)
    np.testing.assert_allclose(found, [0.9, 0.48, 0.82, 0.06], atol=1e-6)
    unknown = np.full(3, np.nan, dtype=np.float32)
    assert closer(fused, np.array([0, 1, 2]), unknown, 0.4).argsort().tolist() == [3, 2, 1, 0]
