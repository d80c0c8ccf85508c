"""Who stands in for an office, and who is called by another name."""

from __future__ import annotations

import pytest

from rag.patterns.people import is_of_other_office, is_of_other_person


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("Who is the treasurer?", "Ada Lind is deputy treasurer.", True),
        ("Wer ist Kassenwart?", "Stellvertretender Kassenwart ist Jo Lind.", True),
        ("Who is the deputy treasurer?", "Ada Lind is deputy treasurer.", False),
        ("Who is the treasurer?", "Jo is treasurer, Ada Lind deputy treasurer.", False),
        ("Who is the captain?", "Ada Lind is deputy treasurer.", False),
        ("Who was treasurer before?", "The former treasurer is Jo Lind.", False),
        ("Which clause of the old edition went?", "former clause 8, of the 2019 edition", False),
        ("Wer war damals Kassenwart?", "Ehemaliger Kassenwart: Jo Lind", False),
    ],
)
def test_who_only_stands_in_for_an_office_does_not_hold_it(
    question: str, text: str, other: bool
) -> None:
    assert is_of_other_office(question, text) is other


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("Which languages does Dr. Lind speak?", "Dr. Sommer speaks Polish.", True),
        ("Wann ist Frau Kern da?", "Herr Lang ist montags da.", True),
        ("When is Dr. Albers open?", "Day | Dr. Sommer | Dr. Weiss\nFriday | 8:00 | 9:00", True),
        ("Which languages does Dr. Lind speak?", "Dr. Sommer and Ada Lind speak Polish.", False),
        ("Which languages does Dr. Lind speak?", "She speaks Polish.", False),
        ("Which languages does Dr. Ada Lind speak?", "Dr. Lind speaks Polish.", False),
        ("Which languages does Dr. Lind speak?", "Dr. Ada Lind speaks Polish.", False),
        ("Who speaks Polish?", "Dr. Sommer speaks Polish.", False),
        ("Who signs letters when Mrs Hall is away?", "Mr Todd signs all letters.", False),
        ("Wer vertritt Frau Weber?", "Sie wird von Herrn Nolte vertreten.", False),
        ("Wann kommt Dr. Weiss?", "Dr. Weiß kommt am Montag.", False),
        ("Wann kommt Frau Mueller?", "Frau Müller kommt am Montag.", False),
        ("Wie ist Frau Webers Nummer?", "Frau Weber hat die Nummer 12.", False),
        ("Wann kommt Herr Bäder?", "Herr Bader kommt am Montag.", True),
        ("Wann kommt Herr Bäder?", "Herr Baeder kommt am Montag.", False),
        ("Wann kommt Frau Muller?", "Frau Müller kommt am Montag.", False),
    ],
)
def test_what_one_doctor_does_another_may_not(question: str, text: str, other: bool) -> None:
    assert is_of_other_person(question, text) is other
