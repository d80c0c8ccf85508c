"""What of the evidence is quoted, and how it reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answer.quote import OPENED, quoted, written
from rag.question.shape import Shape
from tests.rag.records import evidence

LISTED, BESIDE = evidence(
    "They found three:\n- Position bias.\n- Verbosity.\n- Self preference.",
    "More stands beside it.",
)
ROW = replace(evidence("Net sales | 10.5 | 9.8")[0], head="Item | Q2 2024 | Q2 2023")


def test_a_list_that_has_all_that_is_asked_for_needs_nothing_beside_it() -> None:
    assert quoted([LISTED, BESIDE], Shape("list", listed=True)) == [LISTED]
    assert quoted([LISTED, BESIDE], Shape("list", items=4, listed=True)) == [LISTED, BESIDE]
    assert quoted([LISTED, BESIDE], Shape("list")) == [LISTED, BESIDE]
    assert quoted([], Shape("list", listed=True)) == []


def test_beside_the_best_less_is_enough() -> None:
    best, far, near = evidence("First.", "Second.", "Third.")
    far, near = (replace(item, score=0.45 * best.score) for item in (far, near))
    assert quoted([best, far, near], Shape("fact")) == [best, far]
    far = replace(far, start=5000, end=5007)
    assert quoted([best, far, near], Shape("fact")) == [best, near]
    assert quoted([best, replace(far, start=best.start, document="d2")], Shape("fact")) == [best]


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (None, "Item: Net sales, Q2 2024: 10.5, Q2 2023: 9.8"),
        ((12, 16), "Item: Net sales, Q2 2024: 10.5"),
        ((19, 22), "Item: Net sales, Q2 2023: 9.8"),
        ((0, 9), "Item: Net sales, Q2 2024: 10.5, Q2 2023: 9.8"),  # its name holds for all cells
    ],
)
def test_a_row_is_told_under_its_head_and_of_times_the_one_that_answers(
    span: tuple[int, int] | None, told: str
) -> None:
    assert written([replace(ROW, span=span)]) == f"{told} {OPENED}1]"


def test_each_document_that_is_asked_the_same_has_a_line_with_its_name() -> None:
    of_each = [replace(LISTED, of="a.pdf"), replace(BESIDE, of="b.pdf")]
    assert written(of_each) == (
        f"a.pdf: They found three: Position bias; Verbosity; Self preference. {OPENED}1]\n"
        f"b.pdf: More stands beside it. {OPENED}2]"
    )
    assert written([]) == ""
