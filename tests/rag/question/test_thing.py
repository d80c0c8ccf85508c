import pytest

from rag.pipeline import Pipeline
from rag.question.thing import is_unheard_of, thing


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
        ("What grows in the garden?", ""),
        ("What changed in version 2?", ""),
        ("What went wrong with the pump?", ""),
        ("What exactly is covered?", ""),
        ("What is the oldest of the buildings?", ""),
        ("What is the interest of the loan?", "interest"),
        ("How much is a tubeless conversion?", "conversion"),
        ("How much does the brake bleed cost", "bleed"),
        ("How much is it for two?", ""),
        ("How much fat does a portion have?", "fat"),
        ("How much is left?", ""),
        ("How much did it cost?", ""),
        ("How much money do we have?", ""),
        ("How much longer is the north trail?", ""),
        ("How much cheaper is a single?", ""),
        ("How much water is left?", "water"),
        ("How much butter does it need?", "butter"),
        ("How much energy does the boiler use?", ""),
        ("How much shall we pay?", ""),
        ("How much extra do we pay?", ""),
        ("Tell me how much Ada earns.", ""),
        ("What dose of ramipril does Ada take?", ""),
    ],
)
def test_the_noun_of_what_is_asked_for(question: str, noun: str) -> None:
    assert thing(question) == noun


@pytest.mark.parametrize(
    ("question", "unheard"),
    [
        ("How many calories does Halden cheese have?", True),
        ("What is the circumference of the harbour of Brennau?", True),
        ("How many ferries sail to the island?", False),
        ("What is the name of the harbour?", False),
        ("Which colours does the flag have?", False),  # a list may be of what nobody calls so
        ("Why are there no calories in it?", False),
        ("Wie hoch ist der Umfang des Hafens?", False),
    ],
)
def test_what_no_document_mentions(pipeline: Pipeline, question: str, unheard: bool) -> None:
    assert is_unheard_of(question, pipeline.collection) is unheard
