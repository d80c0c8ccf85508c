"""Numbered headings that answer in which version something was changed."""

from __future__ import annotations

import numpy as np
import pytest

from rag.evidence import split
from rag.scoring.sections import answering, headings, settle
from rag.types import Block
from tests.rag.records import hit

PARTS = (
    "Version 3.2 (2025-02-17)",
    "- Klarna removed",
    "Version 3.1 (2024-11-05)",
    "- Apple Pay added",
    "- The wishlist was removed",
    "Version 3.0",
    "- New design",
)
TEXT = "\n\n".join(PARTS)
HEADINGS = [
    Block(TEXT.index(part), TEXT.index(part) + len(part), "heading", 2)
    for part in PARTS
    if part.startswith("Version")
]
FOUND = split([hit(TEXT)], {"d1": HEADINGS})


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("In which version was the wishlist removed?", (PARTS[2], PARTS[4])),
        ("In which version was Klarna removed?", (PARTS[0], PARTS[1])),
        ("In which version was something removed?", None),  # in two of them
        ("In which version was dark mode introduced?", None),
        ("In which chapter was the wishlist removed?", None),
        ("When was the wishlist removed?", None),
    ],
)
def test_the_heading_above_what_is_asked_answers(
    question: str, told: tuple[str, str] | None
) -> None:
    answer = answering(question, FOUND, headings(question, FOUND))
    assert (answer and tuple(FOUND[i].text for i in answer)) == told


def test_it_has_the_score_of_the_best_heading() -> None:
    scores = np.linspace(0.9, 0.1, len(FOUND), dtype=np.float32)
    settle("In which version was the wishlist removed?", FOUND, scores)
    assert FOUND[int(scores.argmax())].text == PARTS[2]
    assert scores.max() == pytest.approx(0.9)
    before = scores.copy()
    settle("When was the wishlist removed?", FOUND, scores)
    assert (scores == before).all()
