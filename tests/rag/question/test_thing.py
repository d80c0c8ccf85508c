import pytest

from rag.question.thing import thing


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("How many calories does the curry have?", "calories"),
        ("What is the range of the e-bike?", "range"),
        ("Which architect drew the plans?", "architect"),
        ("What's Sabine's salary?", "salary"),
        ("What battery capacity does it have?", "capacity"),
        ("What is the name of the ship?", ""),
        ("In which year was it built?", ""),
        ("How many are there?", ""),
        ("Who built it?", ""),
    ],
)
def test_the_noun_of_what_is_asked_for(question: str, noun: str) -> None:
    assert thing(question) == noun
