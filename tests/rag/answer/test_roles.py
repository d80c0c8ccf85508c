"""Who, when and how much: sentences of the same words that say another thing."""

from __future__ import annotations

import pytest

from rag.answer.verdict import verdict
from rag.question.shape import kind
from tests.rag.records import evidence


@pytest.mark.parametrize(
    ("question", "quote", "expected"),
    [
        ("Does Ben speak French?", "Ben speaks French.", "Yes"),
        ("Does Ben speak French?", "Ben spoke French.", None),
        ("Does the bank own the mill?", "The bank owned the mill.", None),
        ("Is the mill owned by the bank?", "The mill is owned by the bank.", "Yes"),
        ("Is the bridge built of stone?", "The bridge was built of stone.", "Yes"),
        (
            "Does the harbour have 3 cranes?",
            "The harbour has over 500 berths and 3 cranes.",
            "Yes",
        ),
        ("Does the harbour have 3 cranes?", "The harbour has over 3 cranes.", None),
        ("Is the flat furnished?", "The kitchen of the flat is furnished.", None),
        ("Is the flat furnished?", "The kitchen of the flat is not furnished.", None),
        ("Does the hotel have a pool?", "The house behind the hotel has a pool.", None),
        ("Is the flat furnished?", "In 2020, the flat is furnished.", "Yes"),
        ("Is the kitchen of the flat furnished?", "The kitchen of the flat is furnished.", "Yes"),
    ],
)
def test_what_is_over_or_is_another_amount_decides_nothing(
    question: str, quote: str, expected: str | None
) -> None:
    assert verdict(question, kind(question), evidence(quote)) == expected
