"""Rows of cells to blocks of text: what spreadsheets and CSV files have in common.

Rows are "cell | cell", as in all tables, below a header row where there is one. Long tables come in
blocks, each of which begins with the header; chunks inside a block carry it as a heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ingest.parsers.build import Builder

MOST_COLUMNS = 1_000  # of a row; cells beyond are left out with a warning
MOST_CELLS = 3_000_000  # of a file
_BLOCK = 200  # rows
_NUMBER = re.compile(r"[-+(]?[$€£¥]?\s?[\d.,\s]*\d\s?[%€)]?")


class Grid:
    """Takes rows one by one and gives tables to a builder, one for each run without an empty row.

    `most_cells` counts over all sheets of a file. `rows` says how many had text so far.
    """

    def __init__(self, builder: Builder, *, most_cells: int = MOST_CELLS) -> None:
        self._builder = builder
        self._left = most_cells
        self._wide = 0
        self._cut = False
        self.rows = 0

    def table(self, rows: Iterable[Sequence[str]]) -> None:
        """Adds the rows of a sheet; empty ones separate tables."""
        header: list[str] = []
        run: list[list[str]] = []
        above: list[list[str]] = []  # the block before
        alone: list[str] = []  # rows of one cell above a table
        empty = 0
        begun = False  # whether a row has been, below the header if there is one
        written = True  # whether the header has been
        for cells in self._within(rows):
            if not cells:
                empty += 1
                continue
            if empty and begun:
                self._write(header, run)
                header = header if empty == 1 and _goes_on(header, run or above, cells) else []
                run, begun = [], False
            empty = 0
            if not begun and not header and sum(map(bool, cells)) == 1:
                alone.append("".join(cells))
            elif not begun and not header and _is_header(cells):
                alone = self._write_alone(alone)
                header, written = cells, False
            else:
                alone = self._write_alone(alone)
                run.append(cells)
                begun = written = True
                if len(run) >= _BLOCK:
                    self._write(header, run)
                    above, run = run, []
        self._write_alone(alone)
        self._write(header, run, begun=written)

    def _write_alone(self, lines: list[str]) -> list[str]:
        if len(lines) > 3:
            self._builder.add("list", "\n".join(f"- {line}" for line in lines))
        else:
            for line in lines:
                self._builder.add("paragraph", line)
        return []

    def warnings(self) -> list[str]:
        """What was left out."""
        found = []
        if self._wide:
            found.append(f"cells beyond column {MOST_COLUMNS:,} of {self._wide} rows were left out")
        if self._cut:
            found.append("the file has too many cells; its last rows were left out. Split it")
        return found

    def _within(self, rows: Iterable[Sequence[str]]) -> Iterator[list[str]]:
        for row in rows:
            if self._left <= 0:
                self._cut = True
                return
            last = next((i for i in range(len(row) - 1, -1, -1) if row[i]), -1) + 1
            if last > MOST_COLUMNS:
                self._wide += 1
            cells = [" ".join(cell.split()) for cell in row[: min(last, MOST_COLUMNS)]]
            self._left -= max(len(cells), 1)
            self.rows += bool(cells)
            yield cells

    def _write(
        self, header: Sequence[str], run: Sequence[Sequence[str]], *, begun: bool = True
    ) -> None:
        """Writes a block; a header without rows only where no block of its table has `begun`."""
        if begun and not run:
            return
        rows = [header, *run] if header else run
        self._builder.add_table([*row, *[""] * (len(header) - len(row))] for row in rows)


def _is_header(cells: Sequence[str]) -> bool:
    """A row of names: no numbers, hardly any gap, none twice."""
    named = [cell for cell in cells if cell]
    return (
        len(named) >= 2
        and len(named) >= len(cells) - 1
        and len(set(named)) == len(named)
        and not any(_NUMBER.fullmatch(cell) and not _is_year(cell) for cell in named)
        and max(map(len, named)) <= 80
    )


def _goes_on(header: Sequence[str], above: Sequence[Sequence[str]], cells: Sequence[str]) -> bool:
    """Whether a row below an empty one belongs to the table above: as wide, and no other heads."""
    return len(cells) == len(header) and (not _is_header(cells) or all(map(_is_header, above)))


def _is_year(cell: str) -> bool:
    return len(cell) == 4 and cell[:2] in ("19", "20") and cell.isdigit()
