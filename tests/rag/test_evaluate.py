import math

import pytest

from rag.evaluate import contains, f1, ndcg, normalised, recall


def test_normalised_is_squads() -> None:
    assert normalised("The  Eiffel-Tower, (a) landmark!") == "eiffeltower landmark"


@pytest.mark.parametrize(
    ("predicted", "gold", "expected"),
    [
        ("the cat", "cat", 1.0),
        ("a black cat", "cat", 2 / 3),
        ("dog", "cat", 0.0),
        ("", "", 1.0),
        ("", "cat", 0.0),
        ("诺曼人", "诺曼", 0.8),
    ],
)
def test_f1(predicted: str, gold: str, expected: float) -> None:
    assert f1(predicted, gold) == pytest.approx(expected)


def test_contains_looks_for_whole_words_and_not_in_marks() -> None:
    assert contains("It has 12 layers. [3]", "12 layers")
    assert not contains("It has 12 layers. [3]", "3")
    assert not contains("It has 112 layers.", "12 layers")


def test_ndcg_by_hand() -> None:
    relevant = {"a": 1, "b": 1}
    assert ndcg(["a", "b"], relevant, 10) == pytest.approx(1)
    reached = 1 + 1 / math.log2(4)
    assert ndcg(["a", "x", "b"], relevant, 10) == pytest.approx(reached / (1 + 1 / math.log2(3)))
    assert ndcg(["x"], relevant, 10) == 0
    assert ndcg(["x", "a"], relevant, 1) == 0


def test_recall_counts_the_relevant_only() -> None:
    assert recall(["a", "x"], {"a": 1, "b": 2, "c": 0}, 10) == 0.5
