"""Values of cells as a reader of the sheet sees them: dates, times, percentages."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

_FRACTION = re.compile(r"0(?:\.(0+))?(?:\\? )?%")
# What a number format shows as it stands, or not at all; a percent sign there multiplies nothing.
_LITERAL = re.compile(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]')
_WRITTEN_PERCENT = re.compile(r'[0#?](?:\\? )?(?:" ?%"|\\%)')


def shown(value: Any, form: str) -> str:
    """A value as a reader sees it, as far as its number format matters: dates and percentages."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float() if _WRITTEN_PERCENT.search(form):
            return f"{shown(value, '')}%"
        case int() | float() if "%" in _LITERAL.sub("", form):
            return _percent(value, form)
        case float():
            return f"{value:.15g}" if abs(value) < 1e15 else f"{value:.0f}"
        case dt.datetime():
            midnight = not (value.hour or value.minute or value.second)
            return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
        case dt.timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case _:
            return str(value)


def _percent(value: float, form: str) -> str:
    """A hundred times a value, rounded as a spreadsheet rounds: 12.5 is 13."""
    decimals = _FRACTION.search(form)
    with localcontext(rounding=ROUND_HALF_UP):
        hundredfold = Decimal(f"{value:.15g}") * 100
        return f"{hundredfold:.{len(decimals[1] or '') if decimals else 2}f}%"


def dated(number: float, form: str, *, from_1904: bool = False) -> str:
    """A number that stands for a day, a time or hours, as its number format `form` has it."""
    from openpyxl.styles.numbers import is_timedelta_format
    from openpyxl.utils import datetime as dates

    epoch = dates.CALENDAR_MAC_1904 if from_1904 else dates.CALENDAR_WINDOWS_1900
    try:
        return shown(dates.from_excel(number, epoch, timedelta=is_timedelta_format(form)), "")
    except (ValueError, OverflowError):
        return str(number)
