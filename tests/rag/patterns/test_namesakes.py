import pytest

from rag.patterns.namesakes import is_of_namesake

LETTER = "Re: Mr Arthur Lund, born 1948\nMr Lund takes 10 mg."


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("What does Margaret Lund take?", LETTER, True),
        ("What does Arthur Lund take?", LETTER, False),
        ("What does Arthur Berg take?", LETTER, False),
        ("What does Mrs Lund take?", LETTER, False),  # has no first name
        ("What does Margaret Lund take?", f"{LETTER} Mrs Lund helps.", False),
        ("What does Margaret Lund take?", f"{LETTER} M. Lund helps.", False),
        ("What does Margaret Lund take?", f"{LETTER} Margaret helps.", False),
        ("What does Margaret Lund's husband take?", LETTER, False),
        ("What does Margaret Lund take?", "The Lund family meets.", False),
        ("What does Margaret Lund take?", "Lund, A.: 10 mg", False),
        ("What does Margaret Lund take?", "Patient: Arthur Lund\nDose: 10 mg", True),
        ("What does Councillor Lund do?", "Cllr Lund speaks. Present: Cllr P. Lund", False),
        ("What does Bob Lund take?", "Patient: Robert Lund\nDose: 10 mg", False),
        ("What does Kate Lund take?", "Patient: Katherine Lund\nDose: 10 mg", False),
        ("What does Bob Lund take?", LETTER, True),
        ("What does Margaret Lund take?", f"MARGARET LUND\ncc: {LETTER}", False),
        ("What is the Notice Period?", "Terms:\nTrial Period: the notice period is 5.", False),
        ("How much does Google Drive hold?", "Tip: Open Drive to see that it is 15 GB.", False),
        ("When does the Mill Road surgery open?", "At 8, in Prince Albert Road.", False),
        ("What is in Lund Hall?", "The Town Hall has chairs.", False),  # nobody
    ],
)
def test_another_of_the_name(question: str, text: str, other: bool) -> None:
    assert is_of_namesake(question, text) is other
