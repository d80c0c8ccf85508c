"""The first for the second."""

from __future__ import annotations

import pytest

from rag.patterns.ranks import is_of_other_rank


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("Who won the second prize?", "The first prize went to Ann Lee.", True),
        ("What is the last line of defence?", "Skin is the first line of defence.", True),
        ("What fell in the 11th century?", "It fell in the 12th century.", True),
        ("What fell in the 11th century?", "It fell in the 10th or 11th century.", False),
        ("Who was the first president?", "She took office on the 14th of March.", False),
        ("Who sits on the 3rd floor?", "Floor 3: Ann Lee, first aid: Ben Ray.", False),
        ("How long does it last?", "The first session takes two hours.", False),
        ("What was the first speed?", "It reads 5 MB per second.", False),
        ("Who is the first contact?", "Ann Lee; tell third parties nothing.", False),
        ("Who wrote the first book?", "Ann Lee, who sold it second-hand.", False),
        ("Who pays the first instalment?", "Ann Lee, two-thirds of it.", False),
        ("When is the last payment?", "First payment 3 May\nLast payment 4 June", False),
        ("Who came on the second Monday?", "First two Mondays: Ann Lee, Ben Ray.", False),
        ("Who is asked second?", "Turn first to Ann Lee, then to Ben Ray.", False),
        ("Who came third?", "first | second | third\n80 m | Ann Lee | Ben Ray | Jo", False),
        ("Wer ist 1. Vorsitzender?", "Anwesend: Bernd Kolb (2. Vorsitzender)", True),
        ("Wer ist der erste Vorsitzende?", "Bernd Kolb (2. Vorsitzender)", True),
        ("Wer ist erster Vorsitzender?", "Uli Lang (1. Vorsitzender), Bernd Kolb", False),
        ("Was zahlt das dritte Kind?", "Das zweite Kind zahlt 20 €, das dritte nichts.", False),
        ("Was zahlt das dritte Kind?", "Das zweite Kind zahlt 20 €.", True),
        ("Was zahlt das zweite Kind?", "Das erste Kind zahlt 20 €, jedes weitere 10 €.", False),
        ("Was zahlt das 2. Kind?", "Für das 1. Kind 20 €, Geschwister die Hälfte.", False),
        ("Wann ist die erste Miete da?", "Laut § 4. Miete und Strom sind monatlich da.", False),
        ("Was gilt ab dem 4. Lebensjahr?", "Es gilt ab dem 3. Lebensjahr.", False),
        ("Was ist am 3. Mai?", "Am 2. Mai ist frei, am 4. April auch.", False),
        ("Wer wohnt im 3. Stock?", "1. Protokoll\n2. Stock und Dach: vertagt", False),
    ],
)
def test_another_rank_is_of_another_thing(question: str, text: str, other: bool) -> None:
    assert is_of_other_rank(question, text) is other
