"""Rows of a table that a question picks: "Which boats lie at the north quay?", "Which boat has the
most oars?"

A reader points at one cell of one row. Where the question names a column, or the table by what it
is called, and all else that it says stands in the cells of several rows, these are the answer;
where it asks for the most of another column, it is the row with the largest figure there. Only of a
table that was read to its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from rag import lazy_re
from rag.networks.reading import Span
from rag.patterns.figures import figures
from rag.patterns.heads import BAR
from rag.patterns.tables import akin, leads_other_way
from rag.patterns.when import in_english, units
from rag.scoring.select import piece
from rag.text import language, stemmed, stop_words, words
from rag.types import Evidence

if TYPE_CHECKING:
    from rag.index.collection import Collection
    from rag.scoring.signals import Signals

_SIGNS = lazy_re.compile(r"[\W_]+")  # a file may be called "repairs_2025"
MOST = 12  # rows that are told
_BEHIND = 300  # characters behind a table in which it could go on
_WHICH = lazy_re.compile(
    r"^\W*(?:which|what|welche[rsnm]?|quel(?:le)?s?|qu[eé]|qual[ei]?)\s+(?P<things>[^\W\d_]+)",
    re.IGNORECASE,
)
_EXTREME = lazy_re.compile(
    r"\b(?:most|highest|largest|biggest|greatest|meisten|höchsten?|größten?"
    r"|(?P<least>least|fewest|lowest|smallest|wenigsten|niedrigsten?|kleinsten?))"
    r"\s+(?P<what>[^\W\d_]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Table:
    """The sentences that are its rows, by index, their cells and the names of its columns."""

    rows: tuple[int, ...]
    cells: tuple[tuple[str, ...], ...]
    heads: tuple[str, ...]
    under: str  # title and headings above it
    codes: frozenset[str]  # the languages that its words may be of

    def column(self, name: str) -> int | None:
        """The only column called by a word."""
        found = [i for i, head in enumerate(self.heads) if self._holds(head, name)]
        return found[0] if len(found) == 1 else None

    def own(self, things: str) -> int | None:
        """The column that tells the rows apart, where the table itself is called by a word: that of
        the names or numbers of "repairs", which have no column "Repair"."""
        called = _SIGNS.sub(" ", self.under)
        if not self._holds(called, things) or any(self._holds(h, things) for h in self.heads):
            return None
        columns = enumerate(zip(*self.cells, strict=True))
        apart = (i for i, cells in columns if len({*cells}) == len(cells) and not _are_dates(cells))
        return next(apart, None)

    def picks(self, n: int, wanted: Sequence[str], column: int) -> bool:
        """Does row `n` have all wanted words, in a cell beside the `column` that is asked for, in
        the name of one, or above the table, and a cell at least one?"""
        beside = BAR.join(cell for i, cell in enumerate(self.cells[n]) if i != column)
        inside = [word for word in wanted if self._holds(beside, word)]
        return bool(inside) and self.is_of([word for word in wanted if word not in inside])

    def is_of(self, wanted: Sequence[str]) -> bool:
        """Do the names of its columns, or what stands above it, have all wanted words?"""
        around = f"{BAR.join(self.heads)} {self.under}"
        return all(self._holds(around, word) for word in wanted)

    def extreme(self, what: str, *, least: bool) -> list[int]:
        """The row with the largest or least figure of a column; none where two have it, or where
        a cell has no figure."""
        column = self.column(what)
        found = [figures(row[column], "en") for row in self.cells] if column is not None else []
        values = [next(iter(one)).value for one in found if len(one) == 1]
        known = [value for value in values if value is not None]
        if len(known) < len(self.rows) or len(known) < 2:
            return []
        best = min(known) if least else max(known)
        return [known.index(best)] if known.count(best) == 1 else []

    def _holds(self, text: str, word: str) -> bool:
        there = words(text)
        return any(
            akin(stemmed(word.lower(), code), stemmed(other, code))
            for code in self.codes
            for other in there
        )


def picked(question: str, signals: Signals, collection: Collection) -> tuple[Evidence, ...]:
    """The rows that answer `question` together, the cell that it asks for as the span of each."""
    asked = _WHICH.match(question)
    if not asked:
        return ()
    code = language(question)
    extreme = _EXTREME.search(question)
    without = words(f"{asked['things']} {extreme[0] if extreme else ''}")
    ignored = {*without, *stop_words(code), *stop_words("en")}
    wanted = [word for word in words(in_english(question)) if word not in ignored]
    for table in _tables(signals, collection, frozenset({code, "en", *collection.languages})):
        column = table.column(asked["things"])
        if column is None and not extreme:
            column = table.own(asked["things"])
        if column is None:
            continue
        if extreme and not table.is_of(wanted):
            continue
        if extreme:
            rows = table.extreme(extreme["what"], least=bool(extreme["least"]))
        else:
            rows = [n for n in range(len(table.rows)) if table.picks(n, wanted, column)]
            rows = [n for n in rows if not leads_other_way(question, table.cells[n], table.heads)]
        if len(rows) == 1 if extreme else 1 < len(rows) <= min(MOST, len(table.rows) - 1):
            return tuple(_row(k, table.rows[n], column, signals) for k, n in enumerate(rows, 1))
    return ()


def _tables(signals: Signals, collection: Collection, codes: frozenset[str]) -> Iterator[_Table]:
    """The tables of the passages that are there from head to end, that with the best row first."""
    found = signals.found
    groups = groupby(range(len(found)), key=lambda i: (found[i].hit, found[i].head))
    tables = [tuple(rows) for (_, head), rows in groups if head]
    for rows in sorted(tables, key=lambda rows: -max(signals.scores[i] for i in rows)):
        first, last, above = found[rows[0]], found[rows[-1]], found[max(rows[0] - 1, 0)]
        document = signals.hits[first.hit].document
        behind = collection.text(document, last.end, last.end + _BEHIND).strip().split("\n")[0]
        heads = tuple(first.head.split(BAR))
        cells = tuple(tuple(in_english(found[i].text).split(BAR)) for i in rows)
        is_whole = above.opens and above.hit == first.hit and BAR not in behind
        if is_whole and all(len(row) == len(heads) for row in cells):
            yield _Table(rows, cells, heads, first.stands.under, codes)


def _are_dates(cells: Sequence[str]) -> bool:
    return all(units(cell) for cell in cells)


def _row(k: int, i: int, column: int, signals: Signals) -> Evidence:
    item = signals.found[i]
    *before, cell = item.text.split(BAR)[: column + 1]
    start = item.start - signals.hits[item.hit].start + sum(len(c) + len(BAR) for c in before)
    span = Span(start, start + len(cell.rstrip()), 0.0)
    return piece(k, signals.hits, signals.found, (i, i, i), signals.scores, span)
