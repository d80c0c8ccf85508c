"""Lines of two things, one of which is called by a part of the other's name."""

from __future__ import annotations

import pytest

from rag.evidence import split
from rag.scoring.variants import of_variants
from tests.rag.records import hit

TEXT = (
    "Pico: 150 lumen. Charging by USB-C takes 2.5 hours.\n"
    "Pico Plus: 320 lumen. Charging takes 4 hours.\n"
    "Note: both are splash-proof. Do not submerge."
)


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("How long does the Pico Plus take to charge?", [True, True, False, False, False, False]),
        ("How long does the Pico take to charge?", [False, False, True, True, False, False]),
        ("How long does the lantern take to charge?", [False] * 6),
        ("Which of both takes longer to charge?", [False] * 6),
    ],
)
def test_a_line_of_the_other_variant(question: str, others: list[bool]) -> None:
    passage = hit(TEXT)
    assert of_variants(question, [passage], split([passage])) == others


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How much is the course?", "Course: Pottery for beginners\nCourse fee: 40 euros"),
        ("When is the meeting?", "Meeting: Parents' council\nMeeting date: 5 May 2025"),
        ("Who leads the project?", "Project: Atlas\nProject Manager: Ada Lind"),
        ("Wann ist die Lieferung?", "Lieferung: ein Schrank\nDatum der Lieferung: 5. Mai"),
    ],
)
def test_what_is_told_of_a_thing_is_no_variant_of_it(question: str, text: str) -> None:
    passage = hit(text)
    assert not any(of_variants(question, [passage], split([passage])))


def test_labels_that_share_no_word_are_of_the_same_thing() -> None:
    passage = hit("Deposit: 500 euros.\nNotice: one month. The deposit is returned then.")
    question = "When is the deposit returned?"
    assert not any(of_variants(question, [passage], split([passage])))
