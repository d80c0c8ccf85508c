"""Times of day, also in languages that the reader does not know."""

from __future__ import annotations

import pytest

from rag.patterns.clock import FORM, TIME, asks_time, clocks


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Le jeudi 20 juin 2024 à 14 h 15 avec elle", ["14 h 15"]),
        ("au moins 48 heures à l'avance", []),
        ("De 10h à 19h30, nocturne jusqu'à 22h", ["10h à 19h30", "22h"]),
        ("Samedi | 8h30–12h", ["8h30–12h"]),
        ("Sale a las 8:15 y vuelve a las 18:00", ["a las 8:15", "a las 18:00"]),
        ("Dalle 9 alle 18.30", ["alle 18.30"]),
        ("Um 18.30 Uhr, bis 20 Uhr 15", ["18.30 Uhr", "20 Uhr 15"]),
        ("周日上午10点至下午5点，两个小时", ["上午10点至下午5点"]),
        ("上午八時半至下午四時", ["上午八時半至下午四時"]),
        ("晚上7点半", ["晚上7点半"]),
    ],
)
def test_times_of_day(text: str, told: list[str]) -> None:
    assert [match[0] for match in TIME.finditer(text)] == told


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("De 9 à 12, le soir aussi", True),
        ("Elle est fermée le lundi.", True),
        ("周一闭馆", True),
        ("Annulez 48 heures à l'avance.", False),
        ("Le 3 juin, pour 20 euros et 12 personnes", False),
        ("Cuesta 5,50 € por alumno", False),
    ],
)
def test_what_may_answer_at_what_time(text: str, answers: bool) -> None:
    assert (FORM.search(text) is not None) is answers


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("À quelle heure ouvre-t-elle ?", True),
        ("¿A qué hora sale?", True),
        ("A che ora apre?", True),
        ("Um wie viel Uhr beginnt es?", True),
        ("图书馆几点开门？", True),
        ("图书馆什么时候开门？", False),
        ("Quand ouvre-t-elle ?", False),
    ],
)
def test_what_asks_for_a_time_of_day(question: str, asks: bool) -> None:
    assert asks_time(question) is asks


def test_times_of_day_are_one_however_they_are_written() -> None:
    assert clocks("3 pm") == clocks("15:00") == clocks("15 Uhr") == {900}
    assert clocks("from 12.30 p.m. to 12 am") == {750, 0}
    assert clocks("9:05 bis 10.15 Uhr") == {545, 615}
    assert not clocks("3 boats, 15.00 euros, 1:2:3, 2024")
