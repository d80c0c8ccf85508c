"""Names in English questions that no passage has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.question.named_thing import is_unheard_of
from tests.rag.records import hit


@pytest.mark.parametrize(
    ("question", "unheard"),
    [
        ("When does the MOT of the Skoda expire?", True),
        ("When does the MOT of the Golf expire?", False),
        ("What is the tyre pressure of our Skoda?", True),
        ("When is the Skoda's MOT?", True),
        ("When does the MOT of the Golfs expire?", False),
        ("What is the Italian title of the invoice?", False),  # in Italian
        ("When does the MOT of the Aston Martin expire?", False),  # may be of another name
        ("When did Skoda write the invoice?", False),
        ("Does the MOT of the Skoda expire?", False),
        ("Wann läuft der TÜV des Skoda ab?", False),
        ("When is the end of the Easter holidays?", False),
        ("What time is the tour on the Monday?", False),
        ("Who is in charge of the Swiss army?", False),
        ("What is the fee for the Application?", False),
    ],
)
def test_a_thing_with_a_name_that_no_passage_has(question: str, unheard: bool) -> None:
    passage = replace(hit("The MOT expires on 19 September."), title="Invoice – VW Golf")
    assert is_unheard_of(question, [passage]) is unheard


def test_a_hyphen_is_no_other_name() -> None:
    passage = hit("The password of the Wi-Fi is hello.")
    assert not is_unheard_of("What is the password for the Wifi?", [passage])
