"""When something happens to what is called by a time."""

from __future__ import annotations

import pytest

from rag.patterns.dated_things import asks_when_of, without_answer


@pytest.mark.parametrize(
    "question",
    [
        "When was the invoice of March paid?",
        "When was the March invoice paid?",
        "When does the contract of 2023 end?",
        "When does the lease that began in 2020 end?",
        "When was the bridge planned in 1990 opened?",
        "When does Monday's delivery arrive?",
        "What is the due date of the March invoice?",
        "Wann wurde die Rechnung vom März bezahlt?",
        "Bis wann muss die Rechnung für Mai bezahlt werden?",
        "Wann läuft die Versicherung, die 2020 begann, aus?",
    ],
)
def test_a_thing_may_be_called_by_a_time(question: str) -> None:
    assert asks_when_of(question)


@pytest.mark.parametrize(
    "question",
    [
        "When is the March meeting?",
        "When was the March meeting held?",
        "When does the June festival start?",
        "When were the ladders last inspected in 2018?",
        "When in May 2024 was it sold?",
        "When does the bureau open on Saturdays?",
        "When does the library open on the Saturday before Christmas?",
        "Wann wurde die Heizung 2025 gewartet?",
        "Wann war die Sitzung vom März?",
        "Who paid the invoice of March?",
    ],
)
def test_more_often_it_is_the_time_that_is_looked_at(question: str) -> None:
    assert not asks_when_of(question)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("The April invoice was paid on 4 May 2024.", "The April invoice was paid ."),
        ("The lease ends by Friday, 31 December 2025.", "The lease ends ."),
        ("Der Vertrag von 2021 endet zum 31.12.2025.", "Der Vertrag von 2021 endet ."),
        ("April | 4 May", "April | 4 May"),
    ],
)
def test_what_answers_is_told_from_what_a_thing_is_called(text: str, left: str) -> None:
    assert " ".join(without_answer(text).split()) == left
