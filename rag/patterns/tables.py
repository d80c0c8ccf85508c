"""Rows of tables: which cell answers a question that names a row and a column?

A reader trained on prose can't tell which number of a row belongs to which head, and a row taken by
itself shares few words with a question about it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from rag import lazy_re
from rag.patterns.heads import BAR, is_period
from rag.patterns.labels import codes
from rag.patterns.when import day_of, is_within, moment, months_in
from rag.text import ITEM, terms

# How long a time is, which says nothing of when it is.
LENGTHS = frozenset(terms("three six nine twelve months weeks quarters years fiscal ended", "en"))
AKIN = 5  # letters that two stems have to share
# A line that begins with its label: "E4: The float switch is wet."
_ENTRY = lazy_re.compile(rf"(?:{ITEM})?(?P<label>[^:.!?|\n]{{1,40}}):\s+(?P<said>\S)")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table with the name of each of its columns.

    `cells` are offsets in `text`, one or more; `heads` has as many names, the first "" where the
    head lacks that of the rows themselves.
    """

    text: str
    cells: tuple[tuple[int, int], ...]
    heads: tuple[str, ...]

    @classmethod
    def of(cls, text: str, head: str) -> Row | None:
        """None where the row has not as many cells as the head, nor one more."""
        cells, start = [], 0
        for part in text.split(BAR):
            cells.append((start, start + len(part)))
            start += len(part) + len(BAR)
        heads = head.split(BAR)
        if len(cells) == len(heads) + 1:
            heads = ["", *heads]
        return cls(text, tuple(cells), tuple(heads)) if len(cells) == len(heads) else None

    @property
    def texts(self) -> tuple[str, ...]:
        """What stands in each cell."""
        return tuple(self.text[start:end] for start, end in self.cells)

    def at(self, offset: int) -> int:
        """Which cell an offset of the row is in."""
        return next((i for i, (_, end) in enumerate(self.cells) if offset < end), 0)


def cell(row: str, head: str, asked: Mapping[str, float]) -> tuple[int, int, float] | None:
    """Where in `row` the answer stands, and how well row, head and question explain each other.

    `asked` has the question's terms with their weights. Found are the cell below a head that the
    question names, in a row that it names, and the name of the row whose cell it gives. Where only
    the row is named, and all columns are of different times, it is the cell of the latest. None
    where else only one of both is named: then the row is as good as any other.
    """
    told = Row.of(row, head)
    if told is None or len(told.cells) < 2:
        return None
    texts, over = told.texts, told.heads
    said = [
        held(text, asked) | ranged(f"{name} {text}", asked.keys())
        for text, name in zip(texts, over, strict=True)
    ]
    named = [_asked_for(name, asked) for name in over]
    everything = frozenset().union(*said, *named)
    explained = sum(asked[term] for term in everything) / (sum(asked.values()) or 1.0)
    at = next((i for i, terms in enumerate(said) if terms), 0)  # a number may stand before the name
    label = said[at]
    columns = [0.0 if i == at else sum(asked[t] for t in n - label) for i, n in enumerate(named)]
    values = frozenset().union(*said[1:]) - said[0]
    if label and max(columns) > 0:
        column = columns.index(max(columns))
        if _are_times(over) and (of_time := _of_time(over, asked)):
            column = of_time
        # "Training steps" is not what a question about training in general asks for.
        explained *= _share(label, texts[at]) * _share(named[column], over[column])
    elif said[0] and _are_times(over):
        column = _latest(over)  # "Gross margin" of a report is that of its own time
        explained *= _share(label, texts[0])
    elif not said[0] and values and any(any(c.isdigit() for c in value) for value in values):
        column = 0
    else:
        return None
    return (*told.cells[column], explained)


def is_blank(row: str, head: str, asked: Mapping[str, float]) -> bool:
    """Does a row that the question names have nothing in the only column that it names?"""
    told = Row.of(row, head)
    texts = told.texts if told else ()
    if told is None or len(texts) < 2 or all(map(_says, texts)):
        return False
    label = held(texts[0], asked)
    named = [sum(asked[t] for t in _asked_for(name, asked) - label) for name in told.heads[1:]]
    best = [i for i, weight in enumerate(named, 1) if weight == max(named) > 0]
    return bool(label) and len(best) == 1 and not _says(texts[best[0]])


def _says(text: str) -> bool:
    """Is anything in a cell, but for dashes and the like?"""
    return any(map(str.isalnum, text))


# The columns of a journey, and how a question calls its ends.
_WAYS = (("to", "nach"), ("from", "von"))
_WAY = lazy_re.compile(
    r"\b(?P<way>to|from|nach|von)\s+(?:the\s+)?(?P<place>(?-i:[A-ZÀ-Þ])[\w-]+)", re.I
)
# It is as far there as back.
_FAR = lazy_re.compile(
    r"\bhow\s+(?:far|long)\b|\b(?:distance|miles|km|kilomet\w+|entfernung)\b|\bwie\s+(?:weit|lange?)\b",
    re.IGNORECASE,
)


def is_of_other_way(question: str, row: str, head: str) -> bool:
    """Does a row of journeys lead from where one asks for the way to, or the other way round?"""
    told = Row.of(row, head) if head else None
    return told is not None and leads_other_way(question, told.texts, told.heads)


def leads_other_way(question: str, cells: Sequence[str], heads: Sequence[str]) -> bool:
    """As `is_of_other_way`, of the cells of a row and the names of its columns."""
    asked = None if _FAR.search(question) else _WAY.search(question)
    if asked is None:
        return False
    named = [name.strip().lower() for name in heads]
    ends = [cells[named.index(way)].lower() for ways in _WAYS for way in ways if way in named]
    place, to = asked["place"].lower(), asked["way"].lower() in _WAYS[0]
    if len(ends) != len(_WAYS):
        return False
    own, other = ends if to else ends[::-1]
    return place in other and place not in own


def of_times(head: str) -> bool:
    """Are all columns of a table, but for the first, of different times?"""
    return _are_times(head.split(BAR))


def _are_times(over: Sequence[str]) -> bool:
    return all(map(is_period, over[1:]))


def timed(row: str, head: str, asked: Mapping[str, float]) -> tuple[int, int] | None:
    """The cell of a row of times that answers: of the time that is asked for, or of the latest."""
    told = Row.of(row, head)
    if told is None or len(told.cells) < 2 or not _are_times(told.heads):
        return None
    column = _of_time(told.heads, asked)
    return told.cells[column] if column else None


def _of_time(over: Sequence[str], asked: Mapping[str, float]) -> int | None:
    """The column of the time that is asked for, or of the latest; None where that is not certain:
    of two columns of 2023 one is not sooner meant, of two of nine months the latest is."""
    named = [_asked_for(name, asked) for name in over]
    told = [sum(asked[term] for term in terms) for terms in named[1:]]
    if not max(told):
        return _latest(over)
    best = [i for i, weight in enumerate(told, 1) if weight == max(told)]
    when = [moment(over[i]) for i in best]
    dated = any(named[i] - LENGTHS for i in best)
    return best[when.index(max(when))] if len(set(when)) == 1 or not dated else None


def _latest(over: Sequence[str]) -> int:
    """The first column of the latest time, of a head whose columns are all of a time."""
    when = [moment(name) for name in over[1:]]
    return 1 + when.index(max(when))


def _share(held: frozenset[str], text: str) -> float:
    own = frozenset(terms(text))
    if any(map(str.isdigit, held - own)):  # of a range, one number says as much as both
        own = frozenset(term for term in own if not term.isdigit()) | held
    return len(held) / max(len(own), 1)


def readable(row: str, head: str, at: int | None = None) -> str:
    """The row as a person reads it: `Model: base, Layers: 6`; as it is where the head fits not.

    With `at`, an offset in the row, only its name and the cell there.
    """
    told = Row.of(row, head)
    if told is None:
        return row
    names = (name.strip().rstrip(":") for name in told.heads)
    named = list(zip(names, map(str.strip, told.texts), strict=True))
    if at is not None:
        here = told.at(at)
        named = [named[0], *([named[here]] if here else [])]
    return ", ".join(f"{name}: {text}" if name else text for name, text in named if text)


def rows_told(rows: str, head: str) -> str:
    """Rows as a person reads them, one after another."""
    return "; ".join(readable(row, head) for row in rows.splitlines() if row.strip())


def held(text: str, asked: Mapping[str, float]) -> frozenset[str]:
    """The terms of the question that a text has; the column "Supplier" is of who supplies."""
    own = frozenset(terms(text))
    return frozenset(term for term in asked if any(akin(term, other) for other in own))


def ranged(text: str, asked: Set[str]) -> frozenset[str]:
    """The numbers of what a question asks for that a text has in a range, as the 3 of week 3."""
    if not any(len(term) == 1 or any(map(str.isdigit, term)) for term in asked):
        return frozenset()  # most questions: no sentence has to be looked through
    told = ((kind, number) for kind, number in codes(text) if number in asked)
    return frozenset(number for kind, number in told if asked & frozenset(terms(kind)))


def _asked_for(head: str, asked: Mapping[str, float]) -> frozenset[str]:
    """The terms of the question that a head has; "31.12.2023" is of "December", and it of that."""
    days = (day for day in asked if day[:1].isdigit() and day_of(day))
    of_days = frozenset(day for day in days if is_within(moment(day), moment(head)))
    joined = re.sub(r"(?<=\b\w)-(?=\w)", "", head)  # "E-mail" is "email"
    return held(f"{head} {joined} {months_in(head)}", asked) | of_days


def akin(one: str, other: str) -> bool:
    """Are two stems the same, or does one begin with the other, and that long enough?"""
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) >= AKIN and long.startswith(short))


def entry(text: str, asked: Mapping[str, float]) -> tuple[int, int, float] | None:
    """Where a line such as "E4: The float switch is wet." answers, and how well its label explains
    the question; None where it has no label, or one that the question does not name."""
    match = _ENTRY.match(text)
    label = frozenset(terms(match["label"])) if match else frozenset()
    if not match or not label or not label <= asked.keys():
        return None
    explained = sum(asked[term] for term in label) / (sum(asked.values()) or 1.0)
    return match.start("said"), len(text.rstrip(" .;")), explained
