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
    ],
)
def test_what_is_numbered_is_told_from_its_like(question: str, text: str, other: bool) -> None:
    assert labels.is_of_other_code(labels.codes(question), text) is other
