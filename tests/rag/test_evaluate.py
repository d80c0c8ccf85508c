import math
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from rag.evaluate import (
    Outcome,
    Question,
    answered,
    contains,
    f1,
    ndcg,
    normalised,
    recall,
    refusals,
    retrieval,
    summary,
)
from rag.pipeline import Pipeline
from rag.types import Answer, Coverage


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
    assert contains("It is in sys.argv[2]. [1][2]", "sys.argv[2]")
    assert not contains("It is there. [1][2]", "2")


def test_ndcg_by_hand() -> None:
    relevant = {"a": 1, "b": 1}
    assert ndcg(["a", "b"], relevant, 10) == pytest.approx(1)
    reached = 1 + 1 / math.log2(4)
    assert ndcg(["a", "x", "b"], relevant, 10) == pytest.approx(reached / (1 + 1 / math.log2(3)))
    assert ndcg(["x"], relevant, 10) == 0
    assert ndcg(["x", "a"], relevant, 1) == 0


def test_recall_counts_the_relevant_only() -> None:
    assert recall(["a", "x"], {"a": 1, "b": 2, "c": 0}, 10) == 0.5


def outcome(confidence: float, *, found: bool, impossible: bool, cited: float = 1.0) -> Outcome:
    answer = Answer(
        question="q", found=found, text="x", short=None, mode="quote", confidence=confidence,
        citations=(), evidence=(), coverage=Coverage(1, 1), timings={},
    )  # fmt: skip
    asked = Question("q", () if impossible else ("x",), {"a": 1}, impossible)
    judged = {"f1": 1.0, "cited": cited} if found and not impossible else {}
    return Outcome(asked, answer, ("a",), **judged)


def test_refusals_by_hand() -> None:
    found = refusals(
        [
            outcome(0.9, found=True, impossible=False),
            outcome(0.3, found=False, impossible=False),
            outcome(0.2, found=False, impossible=True),
            outcome(0.1, found=False, impossible=True),
            outcome(0.8, found=True, impossible=True),
        ]
    )
    assert found["answered"] == 0.5
    assert found["refused_unanswerable"] == pytest.approx(0.6667)
    assert found["refusal_precision"] == pytest.approx(0.6667)
    assert found["refused_at_90"] == pytest.approx(0.6667)  # below .3, which keeps both


def test_refusals_need_both_kinds_of_question() -> None:
    found = refusals([outcome(0.9, found=True, impossible=False)])
    assert (found["refusal_precision"], found["refused_at_90"]) == (None, None)


def test_citation_recall_is_a_mean_over_what_was_answered() -> None:
    asked = [outcome(0.9, found=True, impossible=False, cited=c) for c in (1.0, 0.5)]
    assert summary([*asked, outcome(0.9, found=True, impossible=True)])["citation_recall"] == 0.75


class Answering:
    """A pipeline that finds nothing and answers without a short form."""

    def search(self, question: str, **options: object) -> SimpleNamespace:
        return SimpleNamespace(hits=())

    def ask(self, question: str) -> Answer:
        answer = outcome(0.9, found=True, impossible=False).answer
        assert answer is not None
        return replace(answer, text="The weir was rebuilt [1] in oak. [2][3]")


def test_marks_are_no_words_of_an_answer() -> None:
    asked = Question("How?", ("The weir was rebuilt in oak.",))
    found = answered(cast(Pipeline, Answering()), asked)
    assert (found.exact, found.f1, found.contains) == (1.0, 1.0, 1.0)


def test_hits_are_told_for_the_answerable_too_where_others_are_asked() -> None:
    found, lost = (Outcome(Question("q", ("x",), {"a": 1}), None, r) for r in (("a",), ("b",)))
    impossible = Outcome(Question("q", (), {"a": 1}, impossible=True), None, ("a",))
    told = summary([found, lost, impossible])
    assert (told["hit@1"], told["hit@1_answerable"]) == (0.6667, 0.5)
    assert summary([found, lost])["hit@1_answerable"] is None  # it is hit@1


def test_what_is_marked_as_spam_gains_nothing() -> None:
    assert ndcg(["spam", "a"], {"a": 1, "spam": -1}, 10) == pytest.approx(1 / math.log2(3))


def test_long_documents_leave_room_for_ten() -> None:
    paths = [*["long.pdf"] * 40, *(f"{i}.txt" for i in range(20))]

    class Searching(Answering):
        def search(self, question: str, **options: object) -> SimpleNamespace:
            hits = [SimpleNamespace(path=path) for path in paths]
            return SimpleNamespace(hits=hits[: cast(int, options["k"])])

    found = retrieval(cast(Pipeline, Searching()), Question("q", (), {"8.txt": 1}))
    assert found.ranking == ("long.pdf", *(f"{i}.txt" for i in range(9)))
