"""What telephone numbers, addresses for mail and accounts look like."""

from __future__ import annotations

import pytest

from rag.patterns.contact import form_of_contact


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        ("What is Ann's phone number?", "Ann Lee, 0171 5550286", True),
        ("Wie lautet die Telefonnummer?", "Tel.: (030) 123-4567", True),
        ("phone number of the porter", "Call 112 in an emergency", True),
        ("What is Ann's phone number?", "Ann Lee was elected on 2024-10-02 at 16:00.", False),
        ("What is Ann's phone number?", "Date: 17.03.2025, 85,000 euros", False),
        ("What is Ann's phone number?", "Ann Lee, minutes 2023-2024", False),
        ("What is the e-mail address of Ann Lee?", "Ann Lee <ann@lee.example>", True),
        ("Welche E-Mail-Adresse hat Ann Lee?", "Ann Lee schrieb am Montag.", False),
        ("What is the website of the firm?", "More at www.firm.example", True),
        ("What is the website of the firm?", "The firm has buses. They are red.", False),
        ("What is the IBAN of the club?", "DE12 3456 7890 1234 5678 90", True),
        ("What is the IBAN of the club?", "The fee of the club is 24 euros in 2025.", False),
        ("电话号码是多少？", "电话：010 5550 2861", True),
    ],
)
def test_a_line_has_one_or_has_none(question: str, text: str, told: bool) -> None:
    form = form_of_contact(question)
    assert form is not None
    assert (form.search(text) is not None) is told


@pytest.mark.parametrize(
    "question",
    [
        "Which phone does Ann use?",
        "Who answered the e-mail?",
        "Bis wann muss ich die Kontonummer mitteilen?",
        "Was kostet die Rufnummernmitnahme?",
    ],
)
def test_other_questions_ask_for_none(question: str) -> None:
    assert form_of_contact(question) is None
