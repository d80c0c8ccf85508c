"""Of the amounts that a sentence tells side by side, the one for what is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evidence import Sentence, split
from rag.networks.reading import Span
from rag.scoring.side_by_side import of_what_is_asked
from tests.rag.records import hit

BEFORE = "The harbour opens in spring. "


def answered(question: str, sentence: str, marked: str) -> str:
    """What is marked of a sentence in the middle of a passage, where the reader marks `marked`."""
    passage = hit(f"{BEFORE}{sentence} Dogs are welcome.", start=1000)
    found = split([passage])
    at = passage.text.index(marked)
    mark = Span(at, at + len(marked), 3.0)
    spans = [mark if item.text == sentence else None for item in found]
    moved = of_what_is_asked(question, [passage], found, spans)
    assert [span is None for span in moved] == [span is None for span in spans]
    (span,) = filter(None, moved)
    assert span.score == 3.0
    return passage.text[span.start : span.end]


DEPOSITS = "A deposit of £50 is due for a kayak, £120 for a sailing boat."
KEYS = "Kasia unlocks on Tuesdays, Owen on Thursdays."


@pytest.mark.parametrize(
    ("question", "sentence", "marked", "told"),
    [
        ("How much is the deposit for a sailing boat?", DEPOSITS, "£50", "£120"),
        ("How much is the deposit for a kayak?", DEPOSITS, "£50", "£50"),
        ("How much is the deposit for a kayak?", DEPOSITS, "£120", "£50"),
        ("How much is the deposit?", DEPOSITS, "£50", "£50"),  # for what, is not said
        ("When does Owen unlock?", KEYS, "Tuesdays", "Thursdays"),
        ("Who unlocks on Thursdays?", KEYS, "Kasia", "Owen"),
        (
            "Was kostet eine Karte für Kinder?",
            "Die Karte kostet 8 Euro für Erwachsene, 3 Euro für Kinder.",
            "8 Euro",
            "3 Euro",
        ),
        # what is marked is no amount
        ("What is due for a sailing boat?", DEPOSITS, "A deposit", "A deposit"),
    ],
)
def test_the_amount_of_what_is_asked(question: str, sentence: str, marked: str, told: str) -> None:
    assert answered(question, sentence, marked) == told


def test_the_cell_of_a_row_stays() -> None:
    passage = hit(DEPOSITS)
    row = Sentence(0, 0, len(DEPOSITS), DEPOSITS, head="Boat | Deposit")
    span = Span(DEPOSITS.index("£50"), DEPOSITS.index("£50") + 3, 1.0)
    question = "How much is the deposit for a sailing boat?"
    assert of_what_is_asked(question, [passage], [row], [span]) == [span]


@given(
    st.lists(st.sampled_from((*DEPOSITS.split(), "and", "£7,", "£8;", "Ann", "is")), max_size=30),
    st.integers(0, 200),
)
def test_a_span_stays_in_its_sentence(words: list[str], start: int) -> None:
    text = " ".join(words)
    passage = hit(text, start=70)
    found = split([passage])
    spans = [Span(min(start, len(i.text) - 1) + i.start - 70, i.end - 70, 0.5) for i in found]
    moved = of_what_is_asked("How much is it for a boat?", [passage], found, spans)
    assert len(moved) == len(found)
    for item, span in zip(found, moved, strict=True):
        assert span
        assert item.start <= 70 + span.start < 70 + span.end <= item.end
