"""Columns that hold what a question asks for, though it does not name them.

"How much is a service?" wants the column "Price", not "Minutes", and "How long does it take?" the
other way round. A reader of prose takes any of the figures of the row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag import lazy_re
from rag.patterns.ranges import column
from rag.patterns.tables import cell_at, cells_of, heads_over, held, timed

_PRICE = lazy_re.compile(
    r"[£€$¥]|\b(?:gbp|eur|usd|chf|euros?|dollars?|pounds?|prices?|costs?|fees?|charges?"
    r"|retail|preise?|kosten|gebühr\w*|prix|tarifs?|precios?|importe)\b",
    re.IGNORECASE,
)
_TIME = (
    r"time|duration|min|mins|minutes?|h|hrs?|hours?|days?|weeks?|months?|years?"
    r"|dauer|zeit|minuten?|stunden?|tage?|wochen?|durée|heures?|jours?|tiempo|duración"
    r"|horas?|días?"
)
_LENGTH = r"length|distance|km|miles|länge|strecke|entfernung|distanz|longueur|distancia|longitud"
# What asks for a measure, and how columns of it are called.
_MEASURES = (
    (  # of journeys, and of what is to be done
        lazy_re.compile(
            r"^(?!.*\bhow\b).*\b(?:when|what\s+time)\b.*\b(?:leaves?|departs?|sets?\s+off)\b"
            r"|\bwann\b.*\bab\W*$",
            re.IGNORECASE,
        ),
        lazy_re.compile(
            r"^\W*(?:dep|departs?|departures?|leaves|ab|abfahrt|abflug)\b", re.IGNORECASE
        ),
    ),
    (
        lazy_re.compile(
            r"^(?!.*\bhow\b).*\b(?:when|what\s+time)\b.*\b(?:arrives?|lands?|gets?\s+(?:in|to))\b"
            r"|\bwann\b.*\ban\W*$",
            re.IGNORECASE,
        ),
        lazy_re.compile(r"^\W*(?:arr|arrives?|arrivals?|an|ankunft)\b", re.IGNORECASE),
    ),
    (
        lazy_re.compile(
            r"\b(?:until|till|by)\s+(?:when|what\s+(?:date|day))\b|\bbis\s+wann\b", re.I
        ),
        lazy_re.compile(
            r"^\W*(?:by|until|till|due|deadline|bis|frist|fällig)\b(?!.*[£€$¥(])", re.IGNORECASE
        ),
    ),
    (
        lazy_re.compile(
            r"\bhow\s+(?:much\b.{0,60}\bweighs?|heavy)\b|\bwie\s+schwer\b|\bwiegt\b", re.IGNORECASE
        ),
        lazy_re.compile(r"\b(?:weight|kg|gewicht|poids|peso)\b", re.IGNORECASE),
    ),
    (
        lazy_re.compile(
            r"\bhow\s+(?:far|long\s+(?:is|are|was|were))\b|\bwie\s+(?:weit|lang)\s", re.I
        ),
        lazy_re.compile(rf"\b(?:{_TIME}|{_LENGTH})\b", re.IGNORECASE),
    ),
    (
        lazy_re.compile(
            r"\bhow\s+(?:long|many\s+(?:minutes|hours|days|weeks|months))\b"
            r"|\bwie\s+lange?\b|\bcombien\s+de\s+temps\b|\bcuánto\s+(?:tiempo|dura)\b",
            re.IGNORECASE,
        ),
        lazy_re.compile(rf"\b(?:{_TIME})\b", re.IGNORECASE),
    ),
    (
        lazy_re.compile(
            r"\bhow\s+much\s+(?:is|are|was|were|for|to|does|do|did|will|would)\b"
            r"(?!.*\b(?:weighs?|hold|take|time)\b)"
            r"|\b(?:costs?|prices?|pric(?:ed|ey)|charged?|paid|pay|expensive)\b"
            r"|\b(?:kostet?e?n?|preise?|teuer|bezahl\w+|coûte\w*|prix|cuestan?|precios?)\b",
            re.IGNORECASE,
        ),
        _PRICE,
    ),
)
_FIGURE = lazy_re.compile(r"\W*\d[\d.,'’ ]*\W*")


def sought(
    question: str, row: str, head: str, asked: Mapping[str, float]
) -> tuple[int, int] | None:
    """The cell of a row that is of the amount or time, or has the measure, that is asked for."""
    return (
        ranged(question, row, head)
        or timed(row, head, asked)
        or measured(question, row, head, asked)
    )


def measured(
    question: str, row: str, head: str, asked: Mapping[str, float]
) -> tuple[int, int] | None:
    """The cell of `row` in the only column of what `question` asks for, "how much" or "how long".

    None where the question names a column itself, or where `row` has a figure in no other column:
    then nothing is to be told apart. `asked` has the terms of the question.
    """
    cells = cells_of(row)
    over = heads_over(cells, head)
    pattern = next((of for asks, of in _MEASURES if asks.search(question)), None)
    if pattern is None or over is None:
        return None
    fitting = [i for i, name in enumerate(over) if i and pattern.search(name)]
    if len(fitting) != 1 or not any(map(str.isdigit, row[slice(*cells[fitting[0]])])):
        return None
    at = fitting[0]
    others = [i for i in range(1, len(cells)) if i != at]
    told = [i for i in others if any(map(str.isdigit, row[slice(*cells[i])]))]
    if any(held(over[i], asked) for i in told):
        return None
    is_figure = (_FIGURE.fullmatch(row[slice(*cells[i])]) for i in others)
    return cells[at] if len(others) > 1 or any(is_figure) else None


def ranged(question: str, row: str, head: str) -> tuple[int, int] | None:
    """The cell of `row` below the range, "1 to 5 kg", in which an amount of `question` lies."""
    cells = cells_of(row)
    over = heads_over(cells, head)
    at = column(question, over[1:]) if over is not None else None
    return cells[at + 1] if at is not None else None


def is_price(row: str, head: str, at: int) -> bool:
    """Does the cell at an offset of `row` stand below the name of a price?"""
    cells = cells_of(row)
    over = heads_over(cells, head)
    return over is not None and _PRICE.search(over[cell_at(cells, at)]) is not None
