"""Heads of tables: what stands above each column, and the labels that name groups of rows.

Parsers write a table as lines of cells with " | " between them, its head first; a chunk that begins
inside a table has the head as its last heading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag import lazy_re
from rag.patterns.figures import is_amount
from rag.patterns.spanned import belongs, filled
from rag.patterns.when import DATE, spelled

BAR = " | "
MOST_HEADS = 3  # rows
LONGEST_LABEL = 80  # characters
CAPTION = 400  # characters above a table where the unit of its figures is told
_UNIT = lazy_re.compile(
    r"\(\s*(?:[\w$€£]+\s+){0,4}?in\s+(hundreds|thousands|millions|billions)\b", re.I
)
# What is counted otherwise: "(in millions, except per share amounts)".
_OTHERWISE = lazy_re.compile(
    r"%|\b(?:per|shares?|rates?|ratios?|percent\w*|number)\b", re.IGNORECASE
)
_VALUE = lazy_re.compile(r"\d[\d.,]*\s+[^\W\d]")
_OPTION = lazy_re.compile(r"--?[a-zA-Z][\w-]*(?:[ ,=][^|]*)? \| ")
_TOTAL = lazy_re.compile(r"\W*(?:sub)?total\b", re.IGNORECASE)
_OF_PERIODS = lazy_re.compile(
    r"\b(?:three|six|nine|twelve|months?|weeks?|quarters?|years?|ended|ending|fiscal|as|of|at"
    r"|change|percent\w*|year-over-year|quarter-over-\s?quarter|\d{1,2})\b",
    re.IGNORECASE,
)
# "Three Months Ended September 30, 2022": over how long, until which day, of which year.
_TIME = r"(?P<day>[^\W\d_]{3,9}\.?\s+\d{1,2},\s*)?(?:19|20)\d\d"
_UNTIL = lazy_re.compile(_TIME)
_OVER = lazy_re.compile(rf"(?P<long>.*\b(?:ended|ending)\s+){_TIME}", re.IGNORECASE)


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
    after: str | None = None  # the group after the next row
    unit, width = "", 0
    for n, (start, end) in enumerate(spans):
        row = text[start:end]
        if BAR not in row:
            if inside and _goes_on(text, spans, n, width):
                # The label of one row may be wrapped: "Adjustments included in" above "net income".
                wrapped = text[spans[n + 1][0]].islower()
                begun = True
                if _names(row, rows):
                    group, after = row, group if wrapped else row
            else:
                inside, begun, rows, group, after = False, False, [], None, None
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
            begun, width = True, row.count(BAR) + 1
            of = "" if _OTHERWISE.search(f"{group} {row}") else unit
            found.append(_head(rows, len(row.split(BAR)), group, of) if rows else "")
            group = after = "" if _TOTAL.match(row) else after
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
    spans = len(upper) < len(lower) and all(map(is_period, upper)) and _spread(upper, len(lower))
    if spans and _are_names(lower[1:]) and not _is_data(row):
        return True  # what stands in each of several times: "Amount | % of Revenue"
    first, *cells = lower
    named = is_period(first) or first.endswith(":") or first[:1] in ("", "(")
    times = (*upper[1:], *cells)
    return named and bool(cells) and all(not time or is_period(time) for time in times)


def _are_names(cells: Sequence[str]) -> bool:
    return all(any(map(str.isalpha, cell)) for cell in cells)


def _bare(cell: str) -> str:
    """A cell without the dash that stands for an empty one."""
    return cell.strip().strip("–—-").strip() if len(cell.strip()) < 2 else cell.strip()


def _is_data(row: str) -> bool:
    """Is a row one of amounts, of a name and a value ("Capacity | 40 cups"), or of an option
    ("-c, --check | checks only"), and so no head?"""
    if _OPTION.match(row):
        return True
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


def _names(line: str, rows: Sequence[str]) -> bool:
    """Does a line within a table name rows? One without a colon, where the columns are not all of
    times as in a statement, may be the rest of a label: "worktop," above "20 mm thick"."""
    of_times = bool(rows) and all(map(is_period, rows[-1].split(BAR)[1:]))
    return line.endswith(":") or (of_times and not line[:1].islower())


def _goes_on(text: str, spans: Sequence[tuple[int, int]], n: int, width: int) -> bool:
    """Does a table, whose last row had `width` cells, go on below a line without cells?

    Below one without a colon it does with a row of as many amounts.
    """
    start, end = spans[n]
    if end - start > LONGEST_LABEL or n + 1 == len(spans):
        return False
    before = text[spans[n - 1][1] : start] if n else ""
    after = text[end : spans[n + 1][0]]
    below = text[slice(*spans[n + 1])]
    if before.count("\n") > 1 or after.count("\n") > 1 or BAR not in below:
        return False
    values = [cell for cell in below.split(BAR)[1:] if not is_period(cell)]
    goes_on = width in (0, below.count(BAR) + 1) and bool(values)
    goes_on = goes_on and not any(map(str.isalpha, "".join(values)))
    return text[start:end].endswith(":") or (goes_on and text[end - 1] not in ".!?")


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
    named = _stretched([" ".join(" ".join(p).split()) for p in zip(*fitting, strict=True)])
    first = (named[0] if group is None else group).rstrip(":")
    if unit and unit not in first.lower():
        first = f"{first}, {unit}" if first else unit.capitalize()
    return BAR.join([first, *named[1:]])


def _spread(names: Sequence[str], width: int) -> list[str]:
    if len(names) == width:
        return list(names)
    fits = len(names) > 1 and (width - 1) % len(names) == 0
    return ["", *(n for n in names for _ in range((width - 1) // len(names)))] if fits else []


def _stretched(names: Sequence[str]) -> list[str]:
    """Names of columns, where one has what stands above two of them: of "2022 | Three Months Ended
    September 30, 2021" both are of three months."""
    found = list(names)
    for i, name in enumerate(names):
        own = _UNTIL.fullmatch(name)
        beside = (*names[i + 1 : i + 2], *names[max(i - 1, 0) : i]) if own else ()
        if own and (over := next(filter(None, map(_OVER.fullmatch, beside)), None)):
            day = "" if own["day"] else over["day"] or ""
            found[i] = f"{over['long']}{day}{name}"
    return found


def is_period(name: str) -> bool:
    """Is a head a date or a stretch of time, or how that changed?"""
    told = _OF_PERIODS.sub(" ", DATE.sub(" ", spelled(name)))
    return bool(re.search(r"[^\W\d]|(?:19|20)\d\d", name)) and not re.search(r"[^\W_]", told)
