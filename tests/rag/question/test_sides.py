import pytest

from rag.question.shape import Shape
from rag.question.sides import about, interleaved, queries, questions, sides
from tests.rag.records import hit


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the difference between RLHF and DPO?", ("RLHF", "DPO")),
        ("Compare dense and sparse retrieval in terms of speed.", ("dense", "sparse retrieval")),
        ("Which is larger, BERT or GPT-2?", ("BERT", "GPT-2")),
        ("Which of BERT and GPT-2 is larger?", ("BERT", "GPT-2")),
        (
            "How does a cross-encoder differ from a bi-encoder in accuracy and speed?",
            ("cross-encoder", "bi-encoder"),
        ),
        (
            "Were Scott Derrickson and Ed Wood of the same nationality?",
            ("Scott Derrickson", "Ed Wood"),
        ),
        (
            "Which magazine was started first Arthur's Magazine or First for Women?",
            ("Arthur's Magazine", "First for Women"),
        ),
        ("What do E. B. White and Dan Masterson have in common?", ("E. B. White", "Dan Masterson")),
        ("Between Ann and Bob, who is older?", ("Ann", "Bob")),
        ("Is DistilBERT faster than BERT?", ("DistilBERT", "BERT")),
        ("Who built the harbour and the lighthouse?", ()),
        ("Does the barn have a loft and how many stalls does it have?", ()),
        ("Do goats and how do sheep get milked?", ()),
        ("What is the capital of France?", ()),
        ("What is the difference between it?", ()),
        ("Is it a gas or a liquid?", ()),
    ],
)
def test_what_is_compared_is_told(question: str, expected: tuple[str, ...]) -> None:
    assert sides(question) == expected
    assert Shape.of(question).sides == expected


def test_each_side_is_asked_for_without_the_other() -> None:
    asked = queries("What is the difference between RLHF and DPO?", ("RLHF", "DPO"))
    assert [("RLHF" in q, "DPO" in q) for q in asked] == [(True, False), (False, True)]
    asked = queries("Which is older, JavaScript or Java?", ("JavaScript", "Java"))
    assert asked == ["Which is older, JavaScript or ?", "Which is older, or Java?"]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Which firm had the higher revenue in May, Norrfrakt or Sunnmill?",
         ["What was the revenue of Norrfrakt in May?", "What was the revenue of Sunnmill in May?"]),
        ("Which has the longer warranty, the dishwasher or the bicycle?",
         ["What is the warranty of the dishwasher?", "What is the warranty of the bicycle?"]),
        ("Which river is longer, the Rhine or the Elbe?",
         ["How long is Rhine?", "How long is Elbe?"]),
        ("Which was built first, the harbour or the Leuchtturm?",
         ["When was the harbour built?", "When was Leuchtturm built?"]),
        ("Is the rent of the flat higher than the rent of the hall?",
         ["What is the rent of the flat?", "What is the rent of the hall?"]),
        ("Which is best, Ada or Otto?", ["Which is best, Ada or ?", "Which is best, or Otto?"]),
    ],
)  # fmt: skip
def test_what_is_compared_is_asked_of_each_side(question: str, asked: list[str]) -> None:
    assert questions(question, sides(question), explain=False) == asked


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        (
            "Which is higher, the deposit of 14A or of 14B?",
            ["How high is the deposit of 14A?", "How high is the deposit of 14B?"],
        ),
        (
            "Which deposit is higher, that of 14A or that of 14B?",
            ["How high is the deposit of 14A?", "How high is the deposit of 14B?"],
        ),
        (
            "Which deposit is higher, the one for the flat or the one for the workshop?",
            ["How high is the deposit for the flat?", "How high is the deposit for the workshop?"],
        ),
        (
            "Which is faster, the train to Bath or to Bonn?",
            ["How fast is the train to Bath?", "How fast is the train to Bonn?"],
        ),
    ],
)
def test_a_side_that_leaves_its_thing_unsaid_is_made_whole(question: str, asked: list[str]) -> None:
    assert questions(question, sides(question), explain=False) == asked


def test_rankings_are_taken_in_turn_and_nothing_comes_twice() -> None:
    one, two, three = hit("a" * 9), hit("b" * 9, start=20), hit("c" * 9, start=40)
    overlapping = hit("a" * 5, start=5)
    assert interleaved([[one, two], [overlapping, three]], 5) == [one, two, three]
    assert interleaved([[one, two], [three]], 2) == [one, three]
    assert interleaved([[], []], 3) == []


def test_texts_are_told_apart_by_what_only_one_side_has() -> None:
    texts = ["The base model is small.", "The big model is slow.", "Nothing of the kind."]
    assert about(("base model", "big model"), texts) == [[0], [1]]
