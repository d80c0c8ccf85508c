"""Days as people write them."""

from __future__ import annotations

from datetime import date


def in_words(day: date) -> str:
    """ "Tuesday, 15 July 2025"."""
    return f"{day:%A}, {day.day} {day:%B} {day.year}"
