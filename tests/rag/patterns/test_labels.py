import pytest

from rag.patterns import labels


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("When is the invoice due?", "Invoice date: 30 April 2025", True),
        ("When is the invoice due?", "Due date: 14 May 2025", False),
        ("When is the next appointment?", "Date of letter: 11 March", True),
        ("When was the invoice written?", "Invoice date: 30 April 2025", False),
        ("When is the invoice due?", "It is due on 14 May, whatever its date.", False),
        ("Wann ist die Rechnung fällig?", "Rechnungsdatum: 30. April", True),
        ("When was the rehearsal of 4 May 2024?", "Next rehearsal: 11 May, 18:00.", True),
        ("Wann endete die Probe am 4. Mai 2024?", "Nächste Probe: 11. Mai, 18 Uhr.", True),
        ("When is the next rehearsal after 4 May 2024?", "Next rehearsal: 11 May.", False),
        ("When is the rehearsal?", "Next rehearsal: 11 May, 18:00.", False),
        ("Where is the rehearsal of 11 May?", "Next rehearsal: Sunday 11 May, chapel.", False),
        ("When is the meeting in 2024?", "Next meeting: 22 October 2024.", False),
        ("Wo ist die Probe am 11. Mai?", "Nächste Probe: 11. Mai 2024, Aula.", False),
    ],
)
def test_a_date_that_is_labelled_as_another(question: str, text: str, other: bool) -> None:
    assert labels.is_of_other_date(question, text) is other


def test_codes_of_the_same_kind_are_told_apart() -> None:
    asked = labels.codes("What does E2 mean on the VX-90 in Q2 2024?")
    assert asked == {("e", "2"), ("vx", "90")}
    assert labels.is_of_other_code(asked, "E1 | no water")
    assert not labels.is_of_other_code(asked, "E1 and E2 | no water")
    assert not labels.is_of_other_code(asked, "The filter is clogged in 3 of 4 cases.")
    assert not labels.is_of_other_code(frozenset(), "E1 | no water")


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("When was version 2.2 released?", "Version 2.1 was released in March.", True),
        ("When was version 2.2 released?", "Version 2.2 was released in October.", False),
        ("When was version 2.2 released?", "Version 2.2.1 was released in May.", True),
        ("When was version 2.2 released?", "It was released in October.", False),
        ("Who works in room 14?", "Anna works in room 12, Ben in room 14.", False),
        ("Wer arbeitet in Zimmer 14?", "Anna arbeitet in Zimmer 12.", True),
        ("What is on in week 3?", "Week 1 to 4 | Endurance", False),
        ("What is on in week 3?", "Weeks 5–8 | Strength", True),
        ("What is on in week 3?", "Week: Weeks 5 to 8, Sessions per week: 3", True),
        ("What was it in week 30?", "It fell from 3 in week 4 to 402 in week 12.", True),
        ("Who works in room 14?", "Rooms 12, 13 and 14 are Anna's.", False),
        ("Who has the key to freezer B?", "Freezer A: sera only, key with Marek", True),
        ("Who has the key to freezer B?", "Freezers A and B: key with Marek", False),
        ("When will order 4480 arrive?", "Order 4471 should arrive on 24 April.", True),
        ("When will order 4480 arrive?", "Order no. 4480 should arrive on 2 May.", False),
        ("Wer hat den Schlüssel zu Schrank B?", "Schrank A: Marek", True),
        ("What is type 1 mediated by?", "Type I is mediated by IgE.", False),
        ("How much are 20 pieces in May 2024?", "It was 30 pieces in May 2023.", False),
        ("Does it weigh about 12 kg?", "It weighs about 15 kg.", False),
        ("What is the form I have to send called?", "Form C goes to the office.", False),
        ("Which is the room I booked?", "Room C is yours.", False),
        ("What is the fare in zone B?", "A ticket for zone A to C is 4 pounds.", False),
        ("What is the fare in zone B?", "Zone A–C: 4 pounds", False),
        ("What is the fare in zone B?", "Zone C to D: 4 pounds", True),
        ("Which room seats 12?", "The Oak Room seats 40 in rows or 12 around a table.", False),
        ("Which family bought 4 tickets?", "They bought 2 adult and 4 child tickets.", False),
        ("Who ate 5 eggs?", "Tom ate 2 apples and 5 eggs.", False),
        ("Wie heißen die 3 Hunde?", "Die 12 Katzen und die Hunde Rex und Max", False),
        ("Quels sont les 3 formateurs ?", "Pour les 12 élèves il y a Léa.", False),
        ("What can I do on Monday 5 May?", "Monday 9 - 17 open", False),
        ("What is the limit in Article 5?", "Subject to Article 3, it is 500 euros.", False),
        ("What is in room 20?", "Room 3 and 20 chairs", True),
        ("Who is in room 7?", "Room 5 a 12 seat hall", True),
        ("Wann kommt der Ableser in Haus 14?", "In Haus 16 kommt er am 6. Juli.", True),
        ("Wann kommt der Ableser in Haus 14?", "Haus 14: 6. Juli, Haus 16: 13. Juli", False),
        ("Who left plus 3 guests?", "They left plus 4 guests.", False),
        ("E2是什么故障？", "E1：干烧，请断电", True),
        ("RMB500以内有什么？", "套餐A只要RMB480元", False),
        ("热水器E2是什么故障？", "显示E2时：漏电", False),
        ("三（4）班由谁带队？", "三（1）班由王老师带队，三（2）班由何老师带队。", True),
        ("三（2）班由谁带队？", "三（1）班由王老师带队，三（2）班由何老师带队。", False),
    ],
)
def test_what_is_numbered_is_told_from_its_like(question: str, text: str, other: bool) -> None:
    assert labels.is_of_other_code(labels.codes(question), text) is other


def test_flats_and_classes_are_codes_whose_letter_comes_last() -> None:
    asked = labels.codes("Who lives in flat 3c?")
    assert asked == {("", "3c")}
    assert labels.is_of_other_code(asked, "Flat 4b | Ada Lind")
    assert not labels.is_of_other_code(asked, "The flats 3c and 4b have a balcony.")
    assert not labels.codes("at 3 am, 5kg of 2,5a and v1.3b")


@pytest.mark.parametrize(
    ("question", "text", "number"),
    [
        ("What is the invoice number of the boatyard?", "Invoice 2023-117", "2023-117"),
        ("Rechnungsnummer der Werft", "Rechnung Nr. W-4471", "W-4471"),
        ("customer number?", "Kundennummer: 88-12", "88-12"),
        ("customer number?", "Invoice 2023-117", None),
        ("What did the invoice of the boatyard say?", "Invoice 2023-117", None),
        ("invoice number?", "Invoice 2023-117 was paid late.", None),
        ("invoice number?", "Invoice of the boatyard", None),
    ],
)
def test_the_number_that_a_paper_bears(question: str, text: str, number: str | None) -> None:
    found = labels.number_in(question, text)
    assert (found and text[slice(*found)]) == number


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("What is the invoice number?", "Customer number: 20871", True),
        ("Wie ist die Vertragsnummer?", "Kundennummer: 20871", True),
        ("What is the client number?", "Customer number: 20871", False),
        ("What is the phone number?", "Customer number: 20871", False),
        ("What is the invoice number?", "The customer has a number.", False),
    ],
)
def test_the_number_of_another_thing(question: str, text: str, other: bool) -> None:
    assert labels.is_of_other_number(question, text) is other


def test_weeks_are_numbered_too() -> None:
    asked = labels.codes("Who is on call in week 32?")
    assert labels.is_of_other_code(asked, "Week: 31, Primary: Ada Lind")
    assert not labels.is_of_other_code(asked, "Week: 32, Primary: Ada Lind")
