import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.patterns.when import day_of, in_english, moment, months_in, moved, spelled, units


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the meeting on 9 July 2024", [{"9", "july", "2024"}]),
        ("on July 9, 2024", [{"9", "july", "2024"}]),
        ("on the 9th of July and on August 1st", [{"9", "july"}, {"1", "august"}]),
        ("in Q2 2024 and in 2023", [{"q2", "2024"}, {"2023"}]),
        ("in the second quarter of 2024", [{"q2", "2024"}]),
        ("on 2024-07-09", [{"9", "july", "2024"}]),
        ("am 3. März 1873", [{"3", "märz", "1873"}]),
        ("You may come in May", [{"may"}]),
        ("the minutes of 14 may 2024", [{"14", "may", "2024"}]),
        ("room 12 of 30", []),
        ("am 14.05.2024 und am 1. 6. 2024", [{"14", "may", "2024"}, {"1", "june", "2024"}]),
        ("14/05/2024 or 05/14/2024", [{"14", "may", "2024"}] * 2),
        ("04/05/2024", [{"2024"}]),
        ("minutes_2024-05-14_final", [{"14", "may", "2024"}]),
        ("2024-05-14-2", [{"14", "may", "2024"}]),
        ("version 1.2.3.2024", [{"2024"}]),
        ("31.13.2024", [{"2024"}]),
        ("the invoice of 12 Dec 2024", [{"12", "dec", "2024"}]),
        ("Dec. 31", [{"dec", "31"}]),
        ("an APR of 24.9%, APR 24.9%", []),
        ("Chapter 2 Jan Novak", []),
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
        ("Protokoll 14.05.2024", "2024-05-14"),
        ("protokoll vom 3. märz 2024", "2024-03-03"),
        ("invoice 12 dec 2024", "2024-12-12"),
        ("july 9th, 2024", "2024-07-09"),
    ],
)
def test_the_day_of_a_name(text: str, day: str) -> None:
    assert day_of(text) == day


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("am 14. Mai 2024", "am 14. May 2024"),
        ("12 Dez. 2024", "12 December 2024"),
        ("Q2 und im Juni", "Q2 und im June"),
        ("Frau Mär und ein Jul", "Frau Mär und ein Jul"),
        ("自2023年3月1日", "自 1 March 2023 "),
        ("4月18日（星期五）", " 18 April  （星期五）"),
        ("2024年7月", "  July 2024 "),
        ("蓝石2024版", "蓝石 2024 版"),
        ("3月15号", " 15 March  "),
        ("2024年3月15号线开通", "  March 2024 15号线开通"),
        ("3个月5日，13月40日，7月", "3个月5日，13月40日，7月"),
    ],
)
def test_months_have_one_name(text: str, told: str) -> None:
    assert in_english(text) == told


def test_a_month_is_told_by_all_of_its_names() -> None:
    assert months_in("31.12.2023").split() == ["december", "dezember", "dec", "dez"]
    assert months_in("Sales of all shops") == ""


def test_the_latest_date_counts() -> None:
    assert moment("from 30 Jun 2023 to 31. Dezember 2023") == ("2023", 12, 31)
    assert moment("Q2 2023") == ("2023", 6, 0)
    assert moment("no date") == ("", 0, 0)


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    assert all(units(spelled(text)))
