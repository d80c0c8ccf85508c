"""Cells of tables that span columns and rows: each text below the head of its column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.parsers.grid import MOST_CELLS, MOST_COLUMNS

_LABEL = 80  # characters; a longer text is not said again in each row that its cell spans


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says and how many columns and rows it spans."""

    text: str
    columns: int = 1
    rows: int = 1
    in_head: bool = False  # names columns, so it is not said again in the rows below


def spanned(value: str, otherwise: int) -> int:
    """How many an attribute of a cell says that it spans; `otherwise` where that is no number."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else otherwise


def said_below(text: str) -> str:
    """What a cell says in further rows that it spans: its text where that is a label."""
    text = text.strip()
    return text if len(text) <= _LABEL else ""


def laid_out(
    groups: Iterable[Iterable[Sequence[Cell]]], *, most_cells: int = MOST_CELLS
) -> list[list[str]]:
    """Rows of cells in which each stands in its column; no cell spans rows of two groups.

    A cell that spans columns is followed by empty ones, one that spans rows stands in each of them
    as `said_below`. A row of a single cell stays one. Rows are at most MOST_COLUMNS wide, no wider
    than the cells they have to hold, and all together get at most `most_cells` more, and
    one row's.
    """
    lines: list[list[str]] = []
    left, width = most_cells, 0
    for group in groups:
        hanging: dict[int, tuple[int, str]] = {}  # column: rows to come, what is said in them
        for row in group:
            line: list[str] = []
            if len(row) == 1 and row[0].rows <= 1 and not hanging:
                lines.append([row[0].text])
                continue
            below: dict[int, tuple[int, str]] = {}
            for cell in row:
                _carry(line, hanging)
                at = len(line)
                columns = max(1, min(cell.columns, MOST_COLUMNS - at, left))
                line += [cell.text, *[""] * (columns - 1)]
                width = max(width, at + 1)
                if cell.rows > 1 and at < MOST_COLUMNS:
                    said = "" if cell.in_head else said_below(cell.text)
                    below |= dict.fromkeys(range(at, at + columns), (cell.rows - 1, ""))
                    below[at] = (cell.rows - 1, said)
            last = max(hanging, default=-1)
            line += [hanging.get(at, (0, ""))[1] for at in range(len(line), last + 1)]
            left -= max(0, len(line) - len(row))
            hanging = {at: (rows - 1, said) for at, (rows, said) in hanging.items() if rows > 1}
            hanging = hanging | below if left > 0 else {}
            lines.append(line)
    return [line[: max(width, 1)] for line in lines]


def _carry(line: list[str], hanging: dict[int, tuple[int, str]]) -> None:
    """Adds what stands in the next columns because of a row above."""
    while len(line) in hanging:
        line.append(hanging[len(line)][1])
