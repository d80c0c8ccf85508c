import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import UsageError
from rag.question import LONGEST, checked, kind


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When was the transformer published?", "fact"),
        ("How many layers does the base model have?", "fact"),
        ("How does attention work?", "explain"),
        ("Why do models hallucinate?", "explain"),
        ("What is the difference between RLHF and DPO?", "explain"),
        ("Which three stages does InstructGPT have?", "list"),
        ("Name two kinds of attention.", "list"),
        ("Is DistilBERT faster than BERT?", "yesno"),
        ("Is it a gas or a liquid?", "fact"),
        ("What is this document about?", "summary"),
        ("Summarize the report", "summary"),
        ("Mixture of experts", "fact"),
        ("Wer war der Führer der Normannen?", "fact"),
    ],
)
def test_kind(question: str, expected: str) -> None:
    assert kind(question) == expected


@pytest.mark.parametrize("question", ["", "   ", "?!", "\x00\n"])
def test_an_empty_question_is_refused_with_a_remedy(question: str) -> None:
    with pytest.raises(UsageError, match="empty"):
        checked(question)


def test_a_question_too_long_is_refused() -> None:
    with pytest.raises(UsageError, match="2,001 characters"):
        checked("a" * (LONGEST + 1))


@given(st.text(min_size=1, max_size=100).filter(lambda s: any(c.isalnum() for c in s)))
def test_a_checked_question_is_one_printable_line(question: str) -> None:
    cleaned = checked(question)
    assert cleaned.isprintable()
    assert checked(cleaned) == cleaned
