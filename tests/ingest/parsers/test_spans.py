"""Cells that span columns and rows."""

from __future__ import annotations

from ingest.parsers.grid import MOST_COLUMNS
from ingest.parsers.spans import Cell, laid_out


def test_only_labels_are_said_again() -> None:
    long = "A long remark. " * 9
    rows = [[Cell("2023", rows=2), Cell(long, rows=2), Cell("1")], [Cell("2")]]
    assert laid_out([rows]) == [["2023", long, "1"], ["2023", "", "2"]]


def test_no_cell_spans_two_groups_and_no_padding_is_wider_than_the_table() -> None:
    groups = [[[Cell("a", rows=9), Cell("b", 500)]], [[Cell("c"), Cell("d"), Cell("e")]]]
    assert laid_out(groups) == [["a", "b", ""], ["c", "d", "e"]]
    assert laid_out([[[Cell("Costs:", 5)], [Cell("x"), Cell("1")]]]) == [["Costs:"], ["x", "1"]]


def test_cells_that_span_all_too_much() -> None:
    hostile = [[Cell("x", 65_534, 65_534), Cell("y", 1, 65_534)] for _ in range(2_000)]
    lines = laid_out([hostile], most_cells=10_000)
    assert sum(map(len, lines)) < 10_000 + 2 * len(hostile) + 2 * MOST_COLUMNS
    assert sum(line.count("y") for line in lines) >= len(hostile)
