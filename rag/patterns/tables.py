"""Rows of tables: which cell answers a question that names a row and a column?

A reader trained on prose can't tell which number of a row belongs to which head, and a row taken by
itself shares few words with a question about it. Parsers write a table as lines of cells with
" | " between them, its head first; a chunk that begins inside a table has the head as its last
heading.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.patterns.figures import is_amount
from rag.patterns.spanned import belongs, filled
from rag.patterns.when import DATE, day_of, is_within, moment, months_in, spelled
from rag.text import ITEM, terms

BAR = " | "
MOST_HEADS = 3  # rows
LONGEST_LABEL = 80  # characters
CAPTION = 400  # characters above a table where the unit of its figures is told
AKIN = 5  # letters that two stems have to share
_UNIT = re.compile(r"\(\s*(?:[\w$€£]+\s+){0,4}?in\s+(hundreds|thousands|millions|billions)\b", re.I)
# What is counted otherwise: "(in millions, except per share amounts)".
_OTHERWISE = re.compile(r"%|\b(?:per|shares?|rates?|ratios?|percent\w*|number)\b", re.IGNORECASE)
_VALUE = re.compile(r"\d[\d.,]*\s+[^\W\d]")
_TOTAL = re.compile(r"\W*(?:sub)?total\b", re.IGNORECASE)
_OF_PERIODS = re.compile(
    r"\b(?:three|six|nine|twelve|months?|weeks?|quarters?|years?|ended|ending|fiscal|as|of|at"
    r"|change|\d{1,2})\b",
    re.IGNORECASE,
)
_ENTRY = re.compile(rf"(?:{ITEM})?(?P<label>[^:.!?|\n]{{1,40}}):\s+(?P<said>\S)")


def heads(text: str, spans: Sequence[tuple[int, int]], headings: Sequence[str]) -> list[str]:
    """For each sentence of `text` the head of the table it is a row of; "" for prose and heads.

    `headings` are those of the chunk: the last one is the head where the chunk begins in a table.
    Rows of nothing but dates below the first row belong to the head, and so does one of names below
    what spans columns. Each column's name is what stands above it, and that of the first is the
    label of the group ("Operating expenses:") up to its total.
    """
    found: list[str] = []
    rows = _rows(headings[-1]) if headings and BAR in headings[-1] else []
    inside, begun = bool(rows), bool(rows)
    group: str | None = None  # None for that of the head itself
    unit = ""
    for n, (start, end) in enumerate(spans):
        row = text[start:end]
        if BAR not in row:
            if inside and _is_group(text, spans, n):
                begun, group = True, row
            else:
                inside, begun, rows, group = False, False, [], None
            found.append("")
        elif not inside:
            inside, rows = True, [] if _is_data(row) else [row]
            unit = _unit(text[max(0, start - CAPTION) : start])
            found.append("")
        elif row in rows:
            found.append("")
        elif rows and not begun and len(rows) < MOST_HEADS and continues(rows[0], row):
            rows.append(row)
            found.append("")
        else:
            begun = True
            of = "" if _OTHERWISE.search(f"{group} {row}") else unit
            found.append(_head(rows, len(row.split(BAR)), group, of) if rows else "")
            group = "" if _TOTAL.match(row) else group
    return found


def _rows(heading: str) -> list[str]:
    """The rows of a head that a chunk has as its last heading, joined by " / "."""
    first, *more = heading.split(" / ")
    whole = BAR in first and all(is_below(first, row) for row in more)
    return [first, *more] if whole else [heading]


def is_below(head: str, row: str) -> bool:
    """Is a row, where it can't be one of data, a part of the head above it?"""
    return continues(head, row) or all(map(is_period, row.split(BAR)))


def continues(head: str, row: str) -> bool:
    """Does a row name columns that the head spans, or their times where it tells times, too?"""
    upper, lower = ([*map(_bare, line.split(BAR))] for line in (head, row))
    if belongs(upper, lower):
        return True
    first, *cells = lower
    named = is_period(first) or first.endswith(":") or first[:1] in ("", "(")
    times = (*upper[1:], *cells)
    return named and bool(cells) and all(not time or is_period(time) for time in times)


def _bare(cell: str) -> str:
    """A cell without the dash that stands for an empty one."""
    return cell.strip().strip("–—-").strip() if len(cell.strip()) < 2 else cell.strip()


def _is_data(row: str) -> bool:
    """Is a row one of amounts, or of a name and a value ("Capacity | 40 cups"), and so no head?"""
    cells = [cell for cell in row.split(BAR)[1:] if not is_period(cell)]
    return any(is_amount(c) or (row.count(BAR) == 1 and _VALUE.match(c)) for c in cells)


def openings(texts: Sequence[str], over: Sequence[str]) -> list[bool]:
    """Which sentences are the head of a table or stand right above one or its rows, ending in a
    colon; `over` are their `heads`."""
    opens = [False] * len(texts)
    for i in reversed(range(len(texts) - 1)):
        if BAR in texts[i]:
            opens[i] = not over[i] and (bool(over[i + 1]) or (opens[i + 1] and BAR in texts[i + 1]))
        else:
            opens[i] = texts[i].endswith(":") and BAR in texts[i + 1]
    return opens


def _is_group(text: str, spans: Sequence[tuple[int, int]], n: int) -> bool:
    """Does a line within a table name the rows that follow it?"""
    start, end = spans[n]
    if not text[start:end].endswith(":") or end - start > LONGEST_LABEL or n + 1 == len(spans):
        return False
    before = text[spans[n - 1][1] : start] if n else ""
    after = text[end : spans[n + 1][0]]
    below = text[slice(*spans[n + 1])]
    return before.count("\n") < 2 and after.count("\n") < 2 and BAR in below


def _unit(above: str) -> str:
    """ "in millions", where the line above a table says so of its figures."""
    table = above.rfind(BAR)  # what stands above another table is of that one
    said = _UNIT.findall(above[above.find("\n", table) :] if table >= 0 else above)
    return f"in {said[-1].lower()}" if said else ""


def _head(rows: Sequence[str], width: int, group: str | None, unit: str) -> str:
    """The names of `width` columns from the rows of a head; the first row where none fits.

    What stands above several columns is the name of all of them: "Three Months Ended".
    """
    told = filled([[_bare(cell) for cell in row.split(BAR)] for row in rows])
    fitting = [names for row in told if (names := _spread(row, width))]
    if not fitting:
        return rows[0]
    named = [" ".join(" ".join(parts).split()) for parts in zip(*fitting, strict=True)]
    first = (named[0] if group is None else group).rstrip(":")
    if unit and unit not in first.lower():
        first = f"{first}, {unit}" if first else unit.capitalize()
    return BAR.join([first, *named[1:]])


def _spread(names: Sequence[str], width: int) -> list[str]:
    if len(names) == width:
        return list(names)
    fits = len(names) > 1 and (width - 1) % len(names) == 0
    return ["", *(n for n in names for _ in range((width - 1) // len(names)))] if fits else []


def is_period(name: str) -> bool:
    """Is a head a date or a stretch of time, or how that changed?"""
    told = _OF_PERIODS.sub(" ", DATE.sub(" ", spelled(name)))
    return bool(re.search(r"[^\W\d]|(?:19|20)\d\d", name)) and not re.search(r"[^\W_]", told)


def cell(row: str, head: str, asked: Mapping[str, float]) -> tuple[int, int, float] | None:
    """Where in `row` the answer stands, and how well row, head and question explain each other.

    `asked` has the question's terms with their weights. Found are the cell below a head that the
    question names, in a row that it names, and the name of the row whose cell it gives. Where only
    the row is named, and all columns are of different times, it is the cell of the latest. None
    where else only one of both is named: then the row is as good as any other.
    """
    cells = cells_of(row)
    over = heads_over(cells, head)
    if len(cells) < 2 or over is None:
        return None
    said = [held(row[a:b], asked) for a, b in cells]
    named = [_asked_for(name, asked) for name in over]
    everything = frozenset().union(*said, *named)
    explained = sum(asked[term] for term in everything) / (sum(asked.values()) or 1.0)
    at = next((i for i, terms in enumerate(said) if terms), 0)  # a number may stand before the name
    label = said[at]
    columns = [0.0 if i == at else sum(asked[t] for t in n - label) for i, n in enumerate(named)]
    values = frozenset().union(*said[1:]) - said[0]
    if label and max(columns) > 0:
        column = columns.index(max(columns))
        # "Training steps" is not what a question about training in general asks for.
        explained *= _share(label, row[slice(*cells[at])]) * _share(named[column], over[column])
    elif said[0] and _are_times(over):
        column = _latest(over)  # "Gross margin" of a report is that of its own time
        explained *= _share(label, row[slice(*cells[0])])
    elif not said[0] and values and any(any(c.isdigit() for c in value) for value in values):
        column = 0
    else:
        return None
    return (*cells[column], explained)


def of_times(head: str) -> bool:
    """Are all columns of a table, but for the first, of different times?"""
    return _are_times(head.split(BAR))


def _are_times(over: Sequence[str]) -> bool:
    return all(map(is_period, over[1:]))


def timed(row: str, head: str, asked: Mapping[str, float]) -> tuple[int, int] | None:
    """The cell of a row of times that answers: of the time that is asked for, or of the latest."""
    cells = cells_of(row)
    over = heads_over(cells, head)
    if over is None or len(cells) < 2 or not _are_times(over):
        return None
    named = [sum(asked[term] for term in _asked_for(name, asked)) for name in over[1:]]
    if not max(named):
        return cells[_latest(over)]
    best = [i for i, weight in enumerate(named) if weight == max(named)]
    # Of two columns of 2023 one is not sooner meant, unless they are of the same time.
    return cells[1 + best[0]] if len({moment(over[1 + i]) for i in best}) == 1 else None


def _latest(over: Sequence[str]) -> int:
    """The first column of the latest time, of a head whose columns are all of a time."""
    when = [moment(name) for name in over[1:]]
    return 1 + when.index(max(when))


def _share(held: frozenset[str], text: str) -> float:
    return len(held) / max(len(frozenset(terms(text))), 1)


def readable(row: str, head: str, at: int | None = None) -> str:
    """The row as a person reads it: `Model: base, Layers: 6`; as it is where the head fits not.

    With `at`, an offset in the row, only its name and the cell there.
    """
    cells = cells_of(row)
    over = heads_over(cells, head)
    if over is None:
        return row
    texts = [row[a:b].strip() for a, b in cells]
    named = list(zip((name.strip().rstrip(":") for name in over), texts, strict=True))
    if at is not None:
        here = next((i for i, (_, end) in enumerate(cells) if at < end), 0)
        named = [named[0], *([named[here]] if here else [])]
    return ", ".join(f"{name}: {text}" if name else text for name, text in named if text)


def rows_told(rows: str, head: str) -> str:
    """Rows as a person reads them, one after another."""
    return "; ".join(readable(row, head) for row in rows.splitlines() if row.strip())


def cells_of(row: str) -> list[tuple[int, int]]:
    cells, start = [], 0
    for part in row.split(BAR):
        cells.append((start, start + len(part)))
        start += len(part) + len(BAR)
    return cells


def heads_over(cells: Sequence[tuple[int, int]], head: str) -> list[str] | None:
    """The head of each cell; a head may lack the first, empty one."""
    over = head.split(BAR)
    missing = len(cells) - len(over)
    return ["", *over][1 - missing :] if missing in (0, 1) else None


def held(text: str, asked: Mapping[str, float]) -> frozenset[str]:
    """The terms of the question that a text has; the column "Supplier" is of who supplies."""
    own = frozenset(terms(text))
    return frozenset(term for term in asked if any(akin(term, other) for other in own))


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
