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
        ("电话号码是多少？", "联系电话:13800138000", True),
        ("What is the phone number of the clinic?", "Call 1-800-555-0199 at any time.", True),
        ("What is the phone number of the clinic?", "Clinic: (555) 123-4567", True),
        ("What is the phone number of the clinic?", "Clinic, 555.123.4567", True),
        ("What is Ann's phone number?", "Ann Lee | 4411", True),
        ("What is Ann's phone number?", "Ann Lee | 4,411.00", False),
        ("Quel est le numéro de téléphone ?", "Ann Lee, 22 33 44 55", True),
        ("¿Cuál es el número de teléfono?", "Teléfono: 912345678", True),
        ("What is the website of the firm?", "Visit firm.example for the news.", True),
        ("What is my account number?", "Account number: 10045", True),
    ],
)
def test_a_line_has_one_or_has_none(question: str, text: str, told: bool) -> None:
    form = form_of_contact(question)
    assert form is not None
    assert (form.search(text) is not None) is told


@pytest.mark.parametrize(
    "question",
    [
        "Do you have the phone number of the clinic?",
        "Can you tell me Ann's e-mail address?",
        "Is there a phone number of the clinic?",
        "Which phone number has the clinic?",
        "Was ist die Telefonnummer?",
        "Welche Telefonnummer hat Ann?",
    ],
)
def test_a_number_is_asked_for_politely_as_well(question: str) -> None:
    assert form_of_contact(question) is not None


@pytest.mark.parametrize(
    "question",
    [
        "Which phone does Ann use?",
        "Who answered the e-mail?",
        "Bis wann muss ich die Kontonummer mitteilen?",
        "Was kostet die Rufnummernmitnahme?",
        "Can I change my e-mail address?",
        "Is a phone number required?",
        "What must I do to change my account number?",
        "Which form changes my account number?",
        "Which colours has the website of the firm?",
        "Kann ich meine E-Mail-Adresse ändern?",
        "Muss ich eine Telefonnummer angeben?",
        "Was muss ich tun, wenn sich meine Kontonummer ändert?",
        "Puis-je changer mon adresse e-mail ?",
        "可以更改电子邮件地址吗？",
    ],
)
def test_other_questions_ask_for_none(question: str) -> None:
    assert form_of_contact(question) is None
