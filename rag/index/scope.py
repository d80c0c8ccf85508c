"""A scope as an SQL condition over the documents of a segment."""

from __future__ import annotations

import json
import os
from datetime import date, datetime, timedelta

from rag.errors import UsageError
from rag.types import Scope


def condition(scope: Scope) -> tuple[str, list[object]]:
    """SQL over `documents` and its values; the dates are days of the local time zone.

    Raises:
        UsageError: a date is not an ISO date.
    """
    parts: list[str] = []
    values: list[object] = []
    if scope.documents:
        parts.append("id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(scope.documents))
    if scope.types:
        parts.append("type IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(scope.types))
    if scope.folder:
        folder = os.path.abspath(scope.folder)  # noqa: PTH100 - a Path has no surrogates to keep
        inside = (folder.rstrip(os.sep) + os.sep).encode("utf-8", "surrogatepass")
        parts.append("(path >= ? AND path < ? OR path = ?)")
        values += [inside, inside[:-1] + bytes([inside[-1] + 1]), inside[:-1]]
    if scope.since:
        parts.append("modified_ns >= ?")
        values.append(_midnight(scope.since, 0))
    if scope.until:
        parts.append("modified_ns < ?")
        values.append(_midnight(scope.until, 1))
    return " AND ".join(parts) or "1", values


def _midnight(text: str, days_later: int) -> int:
    try:
        day = date.fromisoformat(text) + timedelta(days=days_later)
        return int(datetime(day.year, day.month, day.day).timestamp()) * 1_000_000_000
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"{text!r} is not a date; write it as 2026-01-31.") from None
