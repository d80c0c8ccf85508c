"""The words that rules share."""

from __future__ import annotations

import pytest

from rag.vocabulary import DAYS, MONTHS, NUMBERS, across, any_of, up_to


@pytest.mark.parametrize("code", MONTHS)
def test_a_year_has_twelve_months_and_a_week_seven_days(code: str) -> None:
    assert len(set(MONTHS[code])) == 12
    assert len(set(DAYS[code])) == 7


@pytest.mark.parametrize("code", NUMBERS)
def test_numbers_begin_with_two(code: str) -> None:
    assert len(up_to(2, code)) == 1
    assert len(set(up_to(12, code))) == 11


def test_names_stand_beside_each_other_once() -> None:
    months = across(MONTHS, "en", "de")
    assert months[0] == ("january", "januar", "jänner")
    assert months[3] == ("april",)


def test_a_pattern_has_each_name_once_and_not_those_left_out() -> None:
    assert any_of(("mars", "april", "april", "mai"), but=("mars",)) == "april|mai"
