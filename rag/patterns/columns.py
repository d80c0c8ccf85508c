"""Columns that hold what a question asks for, though it does not name them.

"How much is a service?" wants the column "Price", not "Minutes", and "How long does it take?" the
other way round. A reader of prose takes any of the figures of the row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag import lazy_re
from rag.patterns.ranges import column
from rag.patterns.tables import Row, held, timed

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
    (  # when a journey begins
        lazy_re.compile(
            r"^(?!.*\bhow\b).*\b(?:when|what\s+time)\b.*\b(?:leaves?|departs?|sets?\s+off)\b"
            r"|\bwann\b.*\bab\W*$",
            re.IGNORECASE,
        ),
        lazy_re.compile(
            r"^\W*(?:dep|departs?|departures?|leaves|ab|abfahrt|abflug)\b", re.IGNORECASE
        ),
    ),
    (  # when it ends
        lazy_re.compile(
            r"^(?!.*\bhow\b).*\b(?:when|what\s+time)\b.*\b(?:arrives?|lands?|gets?\s+(?:in|to))\b"
            r"|\bwann\b.*\ban\W*$",
            re.IGNORECASE,
        ),
        lazy_re.compile(r"^\W*(?:arr|arrives?|arrivals?|an|ankunft)\b", re.IGNORECASE),
    ),
    (  # until when something is to be done
        lazy_re.compile(
            r"\b(?:until|till|by)\s+(?:when|what\s+(?:date|day))\b|\bbis\s+wann\b", re.I
        ),
        lazy_re.compile(
            r"^\W*(?:by|until|till|due|deadline|bis|frist|fällig)\b(?!.*[£€$¥(])", re.IGNORECASE
        ),
    ),
    (  # how heavy something is
        lazy_re.compile(
            r"\bhow\s+(?:much\b.{0,60}\bweighs?|heavy)\b|\bwie\s+schwer\b|\bwiegt\b", re.IGNORECASE
        ),
        lazy_re.compile(r"\b(?:weight|kg|gewicht|poids|peso)\b", re.IGNORECASE),
    ),
    (  # how far it is, of which "how long" may ask as well
        lazy_re.compile(
            r"\bhow\s+(?:far|long\s+(?:is|are|was|were))\b|\bwie\s+(?:weit|lang)\s", re.I
        ),
        lazy_re.compile(rf"\b(?:{_TIME}|{_LENGTH})\b", re.IGNORECASE),
    ),
    (  # how long it takes
        lazy_re.compile(
            r"\bhow\s+(?:long|many\s+(?:minutes|hours|days|weeks|months))\b"
            r"|\bwie\s+lange?\b|\bcombien\s+de\s+temps\b|\bcuánto\s+(?:tiempo|dura)\b",
            re.IGNORECASE,
        ),
        lazy_re.compile(rf"\b(?:{_TIME})\b", re.IGNORECASE),
    ),
    (  # what it costs
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
        _below_range(question, row, head)
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
    pattern = next((of for asks, of in _MEASURES if asks.search(question)), None)
    told = Row.of(row, head) if pattern else None
    if pattern is None or told is None:
        return None
    texts = told.texts
    fitting = [i for i, name in enumerate(told.heads) if i and pattern.search(name)]
    if len(fitting) != 1 or not any(map(str.isdigit, texts[fitting[0]])):
        return None
    at = fitting[0]
    others = [i for i in range(1, len(texts)) if i != at]
    with_figure = [i for i in others if any(map(str.isdigit, texts[i]))]
    if any(held(told.heads[i], asked) for i in with_figure):
        return None
    is_figure = (_FIGURE.fullmatch(texts[i]) for i in others)
    return told.cells[at] if len(others) > 1 or any(is_figure) else None


def _below_range(question: str, row: str, head: str) -> tuple[int, int] | None:
    """The cell of `row` below the range, "1 to 5 kg", in which an amount of `question` lies."""
    told = Row.of(row, head)
    at = column(question, told.heads[1:]) if told else None
    return told.cells[at + 1] if told and at is not None else None


def is_price(row: str, head: str, at: int) -> bool:
    """Does the cell at an offset of `row` stand below the name of a price?"""
    told = Row.of(row, head)
    return told is not None and _PRICE.search(told.heads[told.at(at)]) is not None
