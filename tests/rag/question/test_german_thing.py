"""The noun that a German question is about, and whether the passages have a word for it."""

from __future__ import annotations

import pytest

from rag.question.german_thing import is_german, is_unheard_of, thing
from rag.types import Hit

TEXT = (
    "Das Hallenbad ist von 9 bis 18 Uhr geöffnet. Im Keller steht die Tonne für Restmüll. Die "
    "Jahresgebühr beträgt 98 Euro. Ihre Stromrechnung folgt dem Vertrag. Entkalkt wird monatlich. "
    "In der Kueche hilft Frau Loos."
)


def hit(text: str = TEXT, path: str = "/docs/notes.txt") -> Hit:
    return Hit("d", path, "Notizen", None, 0, len(text), text, (), 1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("Was kostet der Babyschwimmkurs?", "babyschwimmkurs"),
        ("Wie viel kostet eigentlich das neue Ruderboot?", "ruderboot"),
        ("Wann hat das Freibad auf?", "freibad"),
        ("Wann haben wir den Backofen gekauft?", "backofen"),
        ("Um wie viel Uhr ist die Chorprobe?", "chorprobe"),
        ("Wieviel Zimt kommt in den Kuchen?", "zimt"),
        ("Wie hoch ist die Kurtaxe auf Fehmarn?", "kurtaxe"),
        ("Wie hoch ist Paulas Kaution?", "kaution"),
        ("Wer unterrichtet Chemie?", "chemie"),
        ("Wer ist der Hausmeister?", "hausmeister"),
        ("Wer war der Hauptfeind der Normannen?", ""),  # told by another word
        ("Welche Institution wurde gegründet?", ""),
        ("Wie heißt die Ausdrucksmenge?", ""),
        ("Wie hoch ist der Preis?", ""),
        ("Wie viele Kilometer sind es?", ""),
        ("Wann ist Frau Loos da?", ""),
        ("Warum ist das Freibad zu?", ""),
        ("Wann ist es offen?", ""),
        ("When does the Freibad open?", ""),
    ],
)
def test_the_noun_that_a_question_is_about(question: str, noun: str) -> None:
    assert thing(question) == noun


@pytest.mark.parametrize(
    ("question", "unheard"),
    [
        ("Wann hat das Freibad auf?", True),
        ("Wann hat das Museum auf?", True),
        ("Was kostet die Sauna-Karte?", True),
        ("Was kostet die Schwimmtonne?", True),
        ("Wann hat das Hallenbad auf?", False),
        ("Wann ist das Bad zu?", False),  # within a compound
        ("Wie hoch ist die Müllgebühr?", False),  # by its parts
        ("Wie lange läuft der Stromvertrag?", False),
        ("Wie oft ist die Entkalkung nötig?", False),  # as a verb
        ("Wo ist die Küche?", False),  # its umlaut in two letters
        ("Wann werden die Tonnen geleert?", False),
        ("Wie hoch ist der Preis?", False),
    ],
)
def test_what_no_passage_has_a_word_for(question: str, unheard: bool) -> None:
    assert is_unheard_of(question, [hit()]) is unheard


def test_the_name_of_a_file_is_a_word_for_it_too() -> None:
    question = "Wann hat das Museum auf?"
    assert not is_unheard_of(question, [hit(), hit("Von 9 bis 17 Uhr", "/docs/Museum.html")])


@pytest.mark.parametrize(
    ("text", "german"),
    [
        (TEXT, True),
        ("Fach: Mathe, Lehrer: Herr Quandt", True),  # nothing tells
        ("The pool is open from nine.", False),
        ("La piscine est ouverte de neuf à dix-neuf heures.", False),
    ],
)
def test_a_table_is_in_german_beside_german(text: str, german: bool) -> None:
    assert is_german(text) is german
