"""Rows of tables: which cell answers a question that names a row and a column?

A reader trained on prose can't tell which number of a row belongs to which head, and a row taken by
itself shares few words with a question about it. Parsers write a table as lines of cells with
" | " between them, its head first; a chunk that begins inside a table has the head as its last
heading.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.text import ITEM, terms

BAR = " | "
AKIN = 5  # letters that two stems have to share
_ENTRY = re.compile(rf"(?:{ITEM})?(?P<label>[^:.!?|\n]{{1,40}}):\s+(?P<said>\S)")


def heads(text: str, spans: Sequence[tuple[int, int]], headings: Sequence[str]) -> list[str]:
    """For each sentence of `text` the head of the table it is a row of; "" for prose and heads.

    `headings` are those of the chunk: the last one is the head where the chunk begins in a table.
    """
    found: list[str] = []
    head = headings[-1] if headings and BAR in headings[-1] else ""
    inside = bool(head)
    for start, end in spans:
        row = text[start:end]
        if BAR not in row:
            inside, head = False, ""
            found.append("")
        elif not inside:
            inside, head = True, row
            found.append("")
        else:
            found.append(head if row != head else "")
    return found


def cell(row: str, head: str, asked: Mapping[str, float]) -> tuple[int, int, float] | None:
    """Where in `row` the answer stands, and how well row, head and question explain each other.

    `asked` has the question's terms with their weights. Found are the cell below a head that the
    question names, in a row that it names, and the name of the row whose cell it gives. None where
    only one of both is named: then the row is as good as any other.
    """
    cells = _cells(row)
    over = _over(cells, head)
    if len(cells) < 2 or over is None:
        return None
    said = [_held(row[a:b], asked) for a, b in cells]
    named = [_held(text, asked) for text in over]
    everything = frozenset().union(*said, *named)
    explained = sum(asked[term] for term in everything) / (sum(asked.values()) or 1.0)
    label = said[0]
    columns = [sum(asked[t] for t in named[i] - label) for i in range(1, len(cells))]
    values = frozenset().union(*said[1:]) - label
    if label and max(columns) > 0:
        column = 1 + columns.index(max(columns))
        # "Training steps" is not what a question about training in general asks for.
        explained *= _share(label, row[slice(*cells[0])]) * _share(named[column], over[column])
    elif not label and values and any(any(c.isdigit() for c in value) for value in values):
        column = 0
    else:
        return None
    start, end = cells[column]
    return start, end, explained


def _share(held: frozenset[str], text: str) -> float:
    return len(held) / max(len(frozenset(terms(text))), 1)


def readable(row: str, head: str) -> str:
    """The row as a person reads it: `Model: base, Layers: 6`; as it is where the head fits not."""
    cells = _cells(row)
    over = _over(cells, head)
    if over is None:
        return row
    texts = [row[a:b].strip() for a, b in cells]
    named = zip((name.strip() for name in over), texts, strict=True)
    return ", ".join(f"{name}: {text}" if name else text for name, text in named if text)


def _cells(row: str) -> list[tuple[int, int]]:
    cells, start = [], 0
    for part in row.split(BAR):
        cells.append((start, start + len(part)))
        start += len(part) + len(BAR)
    return cells


def _over(cells: Sequence[tuple[int, int]], head: str) -> list[str] | None:
    """The head of each cell; a head may lack the first, empty one."""
    over = head.split(BAR)
    missing = len(cells) - len(over)
    return ["", *over][1 - missing :] if missing in (0, 1) else None


def _held(text: str, asked: Mapping[str, float]) -> frozenset[str]:
    """The terms of the question that a text has; the column "Supplier" is of who supplies."""
    own = frozenset(terms(text))
    return frozenset(
        term for term in asked if term in own or any(_akin(term, other) for other in own)
    )


def _akin(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= AKIN and long.startswith(short)


def entry(text: str, asked: Mapping[str, float]) -> tuple[int, int, float] | None:
    """Where a line such as "E4: The float switch is wet." answers, and how well its label explains
    the question; None where it has no label, or one that the question does not name."""
    match = _ENTRY.match(text)
    label = frozenset(terms(match["label"])) if match else frozenset()
    if match is None or not label or not label <= asked.keys():
        return None
    explained = sum(asked[term] for term in label) / (sum(asked.values()) or 1.0)
    return match.start("said"), len(text.rstrip(" .;")), explained
