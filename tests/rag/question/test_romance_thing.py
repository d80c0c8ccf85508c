"""The noun that a French, Spanish or Italian question is about, and whether passages have it."""

from __future__ import annotations

import pytest

from rag.question.romance_thing import is_unheard_of, thing
from rag.types import Hit

TEXT = (
    "La piscine est ouverte de 9 h à 18 h. L'hôtel de la mairie coûte 80 €. La direction reçoit le "
    "lundi. Trois clés sont remises à l'entrée, et deux œufs à Mme Roux. Le rendez-vous est à midi."
)


def hit(text: str = TEXT, path: str = "/docs/notes.txt") -> Hit:
    return Hit("d", path, "Notes", None, 0, len(text), text, (), 1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("Combien coûte le parking ?", "parking"),
        ("Combien coute l'abonnement au théâtre ?", "abonnement"),
        ("Quand ouvre la patinoire ?", "patinoire"),
        ("Quel jour la déchetterie est-elle fermée ?", "déchetterie"),
        ("A quelle heure est mon rendez-vous ?", "rendez-vous"),
        ("Où est-ce que je peux garer la voiture ?", ""),  # too far from the question word
        ("Combien d'œufs faut-il ?", "œufs"),
        ("Qui est la nouvelle secrétaire ?", "secrétaire"),
        ("Quel est le numéro de téléphone du plombier ?", "plombier"),
        ("Quel est le prix d'une place ?", "place"),
        ("Combien de temps dure le bail ?", ""),
        ("Qui était le fondateur ?", ""),  # told by another word
        ("Quand est né Victor Hugo ?", ""),
        ("Pourquoi la piscine est-elle fermée ?", ""),
        ("¿Cuánto cuesta el garaje?", "garaje"),
        ("¿Cuántas habitaciones tiene?", "habitaciones"),
        ("A que hora abre la piscina?", "piscina"),
        ("¿Quién es el director del colegio?", "director"),
        ("¿Cuál es el teléfono del fontanero?", "fontanero"),
        ("¿Cuánto dura el contrato?", ""),
        ("Quanto costa il parcheggio?", "parcheggio"),
        ("Quanto burro serve per la torta?", "burro"),
        ("Quando apre la palestra?", "palestra"),
        ("Chi è l'amministratore?", "amministratore"),
        ("Quanti anni dura?", ""),
        ("Combien de filles a-t-il ?", ""),  # "Il a trois enfants"
        ("¿Cuántos hijos tiene?", ""),
        ("Quanti figli ha?", ""),
        ("When does the patinoire open?", ""),
    ],
)
def test_the_noun_that_a_question_is_about(question: str, noun: str) -> None:
    assert thing(question) == noun


@pytest.mark.parametrize(
    ("question", "unheard"),
    [
        ("Combien coûte le parking ?", True),
        ("Qui est le maire ?", True),  # though there is a "mairie"
        ("Qui est le vice-directeur ?", True),
        ("Qui est la directrice ?", False),
        ("Combien coûte l'hôtel ?", False),
        ("Combien coute l'hotel ?", False),
        ("Où est la clé ?", False),
        ("Combien d'œufs faut-il ?", False),
        ("A quelle heure est mon rendez-vous ?", False),
        ("Quand ouvrent les piscines ?", False),
        ("¿Cuánto cuesta el garaje?", False),  # passages in another language may have another word
    ],
)
def test_what_no_passage_has_a_word_for(question: str, unheard: bool) -> None:
    assert is_unheard_of(question, [hit()], TEXT) is unheard


def test_the_name_of_a_file_is_a_word_for_it_too_and_a_row_tells_no_language() -> None:
    question, row = "Quand ouvre le musée ?", "Ouverture | 9h–12h"
    assert is_unheard_of(question, [hit(row)], row)
    assert not is_unheard_of(question, [hit(row, "/docs/musée.csv")], row)
