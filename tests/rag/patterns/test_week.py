"""Days of the week by their names, between two of them, and by one word."""

from __future__ import annotations

import pytest

from rag.patterns.week import by_day, days

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Owen unlocks on Mondays.", {MON}),
        ("Das Konzert ist am Samstagabend.", {SAT}),
        ("Sonntagnachmittags gibt es Kuchen.", {SUN}),
        ("Sonnabends ist zu, Mittwoch nicht.", {SAT, WED}),
        ("Der Montagabendkurs fällt aus.", set()),
        ("Le lundi et le jeudi", {MON, THU}),
        ("Condor flies to Santo Domingo.", set()),
        ("El domingo está cerrado.", {SUN}),
        ("Di 9–12 Uhr", {TUE}),
        ("So do we.", set()),
        ("from Friday to Monday", {FRI, SAT, SUN, MON}),
        ("Freitagabend bis Sonntagmorgen", {FRI, SAT, SUN}),
        ("星期三上课", {WED}),
        ("两周一次", set()),
    ],
)
def test_the_days_that_a_text_names(text: str, found: set[int]) -> None:
    assert days(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Owen unlocks at weekends.", {SAT, SUN}),
        ("Owen unlocks on weekdays.", {MON, TUE, WED, THU, FRI}),
        # what stands before holds on other days, unless it names them
        ("It opens at 9, at weekends at 10.", set()),
        ("It opens on Mondays, and at weekends.", {MON, SAT, SUN}),
        ("We were there on the weekend of 4 July.", set()),
    ],
)
def test_days_by_one_word(text: str, found: set[int]) -> None:
    assert days(by_day(text)) == found
