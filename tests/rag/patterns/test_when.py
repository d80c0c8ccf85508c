import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.patterns.when import day_of, moved, spelled, units


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the meeting on 9 July 2024", [{"9", "july", "2024"}]),
        ("on July 9, 2024", [{"9", "july", "2024"}]),
        ("in Q2 2024 and in 2023", [{"q2", "2024"}, {"2023"}]),
        ("in the second quarter of 2024", [{"q2", "2024"}]),
        ("on 2024-07-09", [{"9", "july", "2024"}]),
        ("am 3. März 1873", [{"3", "märz", "1873"}]),
        ("You may come in May", [{"may"}]),
        ("the minutes of 14 may 2024", [{"14", "may", "2024"}]),
        ("room 12 of 30", []),
    ],
)
def test_what_stands_together_is_one_date(text: str, found: list[set[str]]) -> None:
    assert units(spelled(text)) == found


@pytest.mark.parametrize(
    ("question", "date", "then"),
    [
        ("Sales in Q3 2024?", "Q2", "Sales in Q2 2024?"),
        ("Sales in Q3 2024?", "2023", "Sales in Q3 2023?"),
        ("Sales in Q3 2024?", "Q1 2023", "Sales in Q1 2023?"),
        ("Who came in May 2020?", "June", "Who came in June 2020?"),
        ("Who came in 1850?", "May", "Who came in May 1850?"),
        ("Who came in 1850?", "1851", "Who came in 1851?"),
        ("Who came?", "1851", None),
    ],
)
def test_a_date_moves_within_what_it_says(question: str, date: str, then: str | None) -> None:
    assert moved(question, date) == then


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("minutes-2024-05-14.md", "2024-05-14"),
        ("minutes of the meeting 3 july 2024", "2024-07-03"),
        ("report q3 2024", ""),
        ("july 2024", ""),
    ],
)
def test_the_day_of_a_name(text: str, day: str) -> None:
    assert day_of(text) == day


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    assert all(units(spelled(text)))
