"""Which part of a sentence decides, where it is told of several things or in several clauses."""

from __future__ import annotations

import pytest

from rag.answer.verdict import verdict
from rag.question.shape import kind
from tests.rag.records import evidence

FLAT = "Pets are allowed in the flat, but smoking is not."
BOTH = "Anna Weber and Ben Cole speak French."
HOUSE = "The house that Anna built has a garden."


@pytest.mark.parametrize(
    ("question", "quote", "expected"),
    [
        ("Does Anna Weber speak French?", BOTH, "Yes"),
        ("Does Ben Cole speak French?", BOTH, "Yes"),
        (
            "Does Anna Weber speak French?",
            "Anna Weber speaks German and Ben Cole speaks French.",
            None,
        ),
        ("Does Anna Weber speak French?", "Anna Weber, who speaks French, left Brennau.", "Yes"),
        ("Does Anna Weber speak French?", "Anna Weber has a brother who speaks French.", None),
        (
            "Did Vaswani build the model in 2017?",
            "In 2017, Hinton left and Vaswani built the model.",
            "Yes",
        ),
        (
            "Was the model trained on text?",
            "The model was trained not on images but on text.",
            None,
        ),
        ("Was the model trained on text?", "The model was trained on images and on text.", "Yes"),
        ("Is smoking allowed in the flat?", FLAT, "No"),
        ("Are pets allowed in the flat?", FLAT, None),
        ("Did Anna build the house?", HOUSE, "Yes"),
        ("Did Anna build the garden?", HOUSE, None),
        ("Is the mill open in winter?", "The shop that is in the mill is open in winter.", None),
        ("Is the shop open in winter?", "The shop, which is open in winter, sells flour.", "Yes"),
    ],
)
def test_a_clause_decides_for_what_it_is_told_of(
    question: str, quote: str, expected: str | None
) -> None:
    assert verdict(question, kind(question), evidence(quote)) == expected
