import pytest

from rag.evidence import split
from rag.scoring.formal_places import places
from rag.types import Hit

LETTER = "The crane is repaired in May.\n\nKind regards,\nAda Lind"
INVOICE = "Invoice 2023-117\n\nRepair of the crane: 300 crowns"


def told(question: str, text: str, title: str) -> list[str]:
    hit = Hit("d", "a.txt", title, None, 7, 7 + len(text), text, (title,), 1.0, 1.0, 1.0)
    found = split([hit])
    spots = places(question, [hit], found)
    return [item.text[slice(*at)] for item, at in zip(found, spots, strict=True) if at]


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Who signed the letter about the crane?", LETTER, ["Ada Lind"]),
        ("Who signed the letter?", LETTER, ["Ada Lind"]),
        ("Who signed the letter about the regatta?", LETTER, []),
        ("Who signed the letter about the regatta of the rowers?", LETTER, []),
        ("Who repaired the crane?", LETTER, []),
        ("invoice number of the crane's repair", INVOICE, ["2023-117"]),
        ("invoice number of the regatta", INVOICE, []),
        ("Wie ist die Rechnungsnummer?", INVOICE, ["2023-117"]),
    ],
)
def test_only_a_paper_on_what_is_asked_about_tells(
    question: str, text: str, expected: list[str]
) -> None:
    assert told(question, text, "Harbour of Brennau") == expected
