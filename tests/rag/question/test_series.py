"""What is asked of each of several reports."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.series import of_each, otherwise


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("How have the net sales changed over time?", "What was the net sales?"),
        ("How has revenue from cheese fluctuated across quarters?",
         "What was the revenue from cheese?"),
        ("How did the gross margin change from Q1 to Q3 2024?", "What was the gross margin?"),
        ("Can any trends be identified in the ferry revenue over the reported periods?",
         "What was the ferry revenue?"),
        ("Has there been any change in operating expenses over these quarters? If so, why?",
         "What was the operating expenses?"),
        ("What was the tax rate in each quarter, and how does it compare across the periods?",
         "What was the tax rate?"),
        ("How does research and development spending compare to previous quarters?",
         "What was the research and development spending?"),
        ("What legal proceedings are disclosed in these 10-Qs?",
         "What legal proceedings are disclosed?"),
        ("What was the tax rate?", ""),
        ("How did the harbour change?", ""),
        ("Who built the harbour in 1873?", ""),
        ("What happened in the last quarter?", ""),
        ("What is the history of the harbour?", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_over_time_becomes_one_by_one(question: str, alone: str) -> None:
    assert of_each(question) == alone


@given(st.text(max_size=200))
def test_anything_may_be_asked(question: str) -> None:
    alone = of_each(question)
    assert alone == "" or alone.endswith("?")


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("What was the total net sales?", ["What was the total revenue?"]),
        ("What was the revenue from ferries?", ["What was the net sales from ferries?"]),
        ("What was the turnover?", ["What was the revenue?", "What was the net sales?"]),
        ("What was the profit?", ["What was the net income?"]),
        ("What was the inventory levels?", ["What was the inventories?"]),
        ("What was the net income?", ["What was the net profit?"]),
        ("What was the employee turnover?", []),
        ("What was the turnover among our staff?", []),
        ("What was the gross profit?", []),
        ("What was the sales tax?", []),
        ("Who is the head of sales?", []),
        ("What was the earnings per share?", []),
        ("What was the effective tax rate?", []),
    ],
)
def test_other_reports_call_it_otherwise(question: str, others: list[str]) -> None:
    assert otherwise(question) == others
