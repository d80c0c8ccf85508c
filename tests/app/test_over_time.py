"""Figures of several reports, told from the answer that gives them."""

from __future__ import annotations

from dataclasses import replace

from app.over_time import points
from rag.types import Answer, Coverage, Evidence


def evidence(n: int, quote: str, said: str, of: str) -> Evidence:
    start = 100 + quote.index(said)
    return Evidence(
        n, "d", f"/reports/{of}", "Report", 1, 100, 100 + len(quote), quote, (), 0.9,
        span=(start, start + len(said)), of=of,
    )  # fmt: skip


def answer(*items: Evidence) -> Answer:
    return Answer(
        "How have sales changed over time?", True, "…", None, "quote", 0.9, (), items,
        Coverage(2, 2), {},
    )  # fmt: skip


SALES = (
    evidence(1, "Net sales | $ 82,959 | 1", "$ 82,959", "q1.pdf"),
    evidence(2, "Net sales | (117.5) | 2", "(117.5)", "q2.pdf"),
)


def test_each_figure_has_its_document_and_its_value() -> None:
    assert points(answer(*SALES)) == [
        ("q1.pdf", "$ 82,959", 82959.0), ("q2.pdf", "(117.5)", -117.5),
    ]  # fmt: skip


def test_words_ranges_and_single_figures_are_not_drawn() -> None:
    words = evidence(3, "Sales fell.", "fell", "q3.pdf")
    both = evidence(3, "It was 19% and 17%.", "19% and 17%", "q3.pdf")
    assert points(answer(SALES[0], words)) == []
    assert points(answer(SALES[0], both)) == []
    assert points(answer(*(replace(item, of="") for item in SALES))) == []
    assert points(replace(answer(*SALES), found=False)) == []
