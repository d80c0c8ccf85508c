"""Amounts of questions in ranges of texts."""

from __future__ import annotations

import pytest

from rag.patterns.ranges import is_outside, within


@pytest.mark.parametrize(
    ("question", "text", "figures", "outside"),
    [
        ("My child weighs 17 kg, how much?", "15 to 20 kg | 7.5 ml", {"17"}, False),
        ("My child weighs 17 kg, how much?", "6 - 9 kg | 3 ml", set(), True),
        ("How much may a 10-year-old have?", "Children 8 to 11 years: 250 mg", {"10"}, False),
        ("How much may a 4-year-old have?", "Children 8–11 years: 250 mg", set(), True),
        ("Wie viel für ein Kind von 7,5 kg?", "6 bis 9 kg | 3 ml", {"7,5"}, False),
        ("Was kostet ein Paket von 4 kg?", "0-2 kg | 5 €\n2-5 kg | 7 €", {"4"}, False),
        ("What is the fee for 3000 euros?", "1,000 to 5,000 euros | 2%", {"3000"}, False),
        ("What is the fee for 3000 Euro?", "10.000 bis 50.000 Euro | 2%", set(), True),
        ("Is it open at 8 pm?", "9am to 11pm", set(), False),
        ("Is it refunded after 14 days?", "14 days | refund in 3 to 5 days", set(), False),
        ("How much for 17 kg?", "15 to 20 ml", set(), False),
        ("Who is on call in week 17?", "15 to 20 kg", set(), False),
        ("What costs 15 to 30 kg?", "40 to 50 kg", set(), False),
        ("What was there in 2018?", "2015 to 2020", set(), False),
        ("What for 72 kg?", "up to 60 kg | S", set(), True),
        ("What for 72 kg?", "up to 80 kg | M", {"72"}, False),
        ("What for 95 kg?", "over 80 kg | L", {"95"}, False),
        ("What for 95 kg?", "60 to 80 kg | M", set(), True),
        ("What is on in week 3?", "Week 1 to 4 | Endurance", {"3"}, False),
        ("What is on in week 30?", "Week 1 to 4 | Endurance", set(), False),
    ],
)
def test_an_amount_in_a_range(question: str, text: str, figures: set[str], outside: bool) -> None:
    assert within(question, text) == figures
    assert is_outside(question, text) is outside
