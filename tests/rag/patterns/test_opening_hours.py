"""Closed at the time at which one asks when it is open."""

from __future__ import annotations

import pytest

from rag.patterns.opening_hours import asks_open, place


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        ("When is it open on Saturday?", "Closed on Saturdays for cleaning.", True),
        ("When is it open on Saturday?", "Closed at weekends.", True),
        (
            "What are the hours on Sunday?",
            "Microscopy: daily 8–20 except Sundays",
            "except Sundays",
        ),
        (
            "Is it open on Sunday?",
            "Mon-Fri 8.30-18.30; Sat 9-12; closed Sundays.",
            "closed Sundays",
        ),
        ("When does it open on Sunday?", "Mon-Fri 9-5, Sunday: closed", "Sunday: closed"),
        ("When is it open in August?", "Closed in August and from Christmas on.", True),
        ("When is it open in July?", "Closed from June to August", True),
        ("Wann ist am Samstag geöffnet?", "Samstags geschlossen.", "Samstags geschlossen"),
        ("When is it open on Tuesday?", "Closed on Saturdays.", False),
        ("When is it open on Saturday?", "Open on Saturdays.", False),
        ("When is it open at the weekend?", "Closed on Saturdays.", False),
        ("When is it open on Saturday?", "Closed on Sundays, open on Saturdays 10-16.", False),
        ("Wann ist samstags offen?", "Sonntags geschlossen, samstags von 9 bis 12.", False),
        ("When does it open on Monday?", "Monday to Friday except public holidays", False),
        ("When is it open on Saturday?", "All except Elm Street lend on Saturday.", False),
        ("When is it open on Sunday?", "Closed on Saturdays, Sundays and in May.", True),
    ],
)
def test_what_is_closed_when_one_asks(question: str, text: str, said: bool | str) -> None:
    assert asks_open(question)
    found = place(question, text)
    assert bool(found) is bool(said)
    if found and isinstance(said, str):
        assert text[found[0] : found[1]] == said


def test_who_asks_for_no_day_or_for_something_else_asks_for_no_hours() -> None:
    assert not asks_open("When is the library open?")
    assert not asks_open("What does it cost on Saturdays?")
    assert not asks_open("What was the closing price of the shares on Friday?")
    assert not asks_open("What was the opening balance in March?")
    assert not asks_open("How many hours did Ann work on Friday?")


def test_long_texts_take_no_time() -> None:
    assert place("When is it open on Monday?", " " * 20_000 + "Monday" + " " * 20_000) is None
