"""Sentences of another time, and of the contrary of what is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.evidence import Sentence
from rag.patterns.standing import Standing
from rag.scoring.contrary import is_contrary, of_other_times
from rag.types import Hit
from tests.rag.records import hit


def contrary(question: str, text: str, under: str = "", of: Hit | None = None) -> bool:
    sentence = Sentence(0, 0, len(text), text, stands=Standing(under))
    return is_contrary(question, sentence, of or hit(text))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What did the cake sale in April make?", "The cake sale in January made 318 euros."),
        ("Wer hat im Jahr 2021 gemietet?", "Im Jahr 2024 mietete Herr Lang den Saal."),
        ("When was Ann Lee born?", "Ann Lee has been head of the school since 2019."),
        ("Wer hat den Antrag abgelehnt?", "Der Vorstand hat den Antrag angenommen."),
        ("Who has the key to freezer C?", "Freezer A: sera only, key with Marek"),
        ("À combien s'élèvent les dépenses de 2022 ?", "Les dépenses de 2023 s'élèvent à 20 €."),
        ("À quelle heure ouvre-t-elle le samedi ?", "Elle ouvre du lundi au vendredi à 9 h."),
        ("¿Cuánto pagué en junio?", "En marzo: 30 euros"),
        ("A che ora apre la domenica?", "È aperta dal martedì al sabato, dalle 9 alle 18."),
    ],
)
def test_another_time_what_is_not_told_and_the_contrary(question: str, text: str) -> None:
    assert contrary(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Quel est le loyer en 2024 ?", "Le loyer est de 900 € à compter du 1er mai 2023."),
        ("À quelle heure ouvre-t-elle le mardi ?", "Elle ouvre du lundi au vendredi à 9 h."),
        ("Combien de visiteurs en 2021 ?", "Près de 1500 visiteurs sont venus."),
        ("Quand ai-je payé la facture de mars ?", "La facture est payée le 4 avril."),
        ("Combien coûte la piscine en août ?", "Du 2 juillet au 8 septembre, elle coûte 4 €."),
        ("¿Cuánto cuesta el martes?", "De lunes a sábado cuesta 5 euros."),
        ("Wie weit ist es zum Mars?", "Mars 2020 flog im Juli."),
        ("Quel est le tarif en 2024 ?", "Le tarif est de 1500 à 1800 euros."),
        ("¿Cuál es el precio en 2024?", "El precio es de 1500 a 1800 euros."),
        ("Which airline flies to Santo Domingo?", "Condor flies there on Mondays and Fridays."),
    ],
)
def test_a_time_that_reaches_over_what_is_asked_for_is_none_other(question: str, text: str) -> None:
    assert not contrary(question, text)


def test_a_passage_of_other_years_is_none_of_the_year_of_a_question() -> None:
    question, text = "¿Cuánto era la renta en 2019?", "La renta es de 900 euros."
    passage = hit(f"{text} El contrato dura desde el 1 de febrero de 2024.")
    assert contrary(question, text, of=passage)
    assert not contrary(question, text)
    assert not contrary("¿Cuánto es la renta en 2026?", text, of=passage)


def test_what_stands_above_tells_the_time_as_well() -> None:
    question, text = (
        "What did the sale in April 2024 make?",
        "The sale made 3 euros more than in 2023.",
    )
    assert contrary(question, text)
    assert not contrary(question, text, under="Minutes of 9 April 2024")
    assert not contrary(question, text, of=replace(hit(text), path="/notes/2024-04-09.txt"))


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("When does the lease that began in 2020 end?", "It ends on 31 December 2025.", False),
        ("When are the results of the June exam due?", "Results are due on 20 August.", False),
        ("Wann wurde die Rechnung vom März bezahlt?", "Sie wurde am 4. April bezahlt.", False),
        ("When was the invoice of March paid?", "The April invoice was paid on 4 May.", True),
        ("When was the March meeting held?", "The meeting was held on 4 April.", True),
        ("Who paid the invoice of March?", "It was paid on 4 April by Ann Lee.", True),
    ],
)
def test_when_something_happens_to_a_thing_of_a_time(question: str, text: str, other: bool) -> None:
    assert contrary(question, text) is other


def test_the_title_tells_of_which_time_a_thing_is() -> None:
    question, text = "When was the call of 2024 published?", "It was published on 13 January 2025."
    assert contrary(question, text, under="Call for proposals of 2025")
    assert not contrary(question, text, under="Call for proposals")


@pytest.mark.parametrize(
    "question",
    ["Was Ann Lee born in 1950?", "Why did the sale in April make a loss?"],
)
def test_whether_and_why_is_answered_by_it_as_well(question: str) -> None:
    assert not contrary(question, "The sale in January made 318 euros.")


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("Wurde der Antrag angenommen?", "Der Antrag wurde abgelehnt.", False),
        ("Ist das Bad offen?", "Das Bad ist geschlossen.", False),
        ("Gibt es jemand, der den Antrag angenommen hat?", "Er wurde abgelehnt.", False),
        ("反对票多吗？", "支持票多。", False),
        ("Wer hat den Antrag angenommen?", "Der Rat hat ihn abgelehnt.", True),
        ("Ist bekannt, wer den Antrag angenommen hat?", "Der Rat hat ihn abgelehnt.", True),
    ],
)
def test_whether_is_asked_in_other_languages_as_well(question: str, text: str, other: bool) -> None:
    assert contrary(question, text) is other


def test_another_ordinal_above_is_none_of_the_sentence() -> None:
    under = "Fixtures of the 1st team"
    assert not contrary("When is the last fixture?", "Ulm | 7 April", under=under)
    assert not contrary("Who scored for the 1st team?", "The second goal was Ben's.", under=under)


def other_times(question: str, *texts: str) -> list[bool]:
    found, start = [], 0
    for text in texts:
        found.append(Sentence(0, start, start + len(text), text))
        start += len(text) + 1
    return of_other_times(question, found, [hit("\n".join(texts))])


def test_what_is_of_another_time_gives_way_to_what_is_of_that_time() -> None:
    open_, closed = "Dienstag bis Freitag ist von 10 bis 18 Uhr offen.", "Samstags ist geschlossen."
    assert other_times("Wann ist am Samstag offen?", open_, closed) == [True, False]
    assert other_times("Wann ist am Samstag offen?", open_, "Der Hof ist klein.") == [False, False]
    assert other_times("Wann ist offen?", open_, closed) == [False, False]
    assert other_times("Is it open on Saturday?", "Monday: open", "Saturday: closed") == [
        False,
        False,
    ]
    may, april = "In May 2024 she sold 3 boats.", "In April 2023 she sold 5 boats."
    assert other_times("How many did she sell in April?", may, april) == [True, False]
    assert other_times("How many did she sell in 2023?", may, april) == [True, False]


@pytest.mark.parametrize(
    ("row", "head", "other"),
    [
        ("EU | 9 | 15", "Zone | Up to 1 kg | 1 to 5 kg", True),
        ("EU | 9 | 24", "Zone | Up to 1 kg | 5 to 15 kg", False),
        ("5 to 10 kg | 24", "Weight | Price", True),
        ("EU | 24", "Zone | Price", False),
    ],
)
def test_a_row_of_other_ranges_tells_nothing(row: str, head: str, other: bool) -> None:
    sentence = Sentence(0, 0, len(row), row, head)
    assert is_contrary("What is shipping to the EU for 12 kg?", sentence, hit(row)) is other
