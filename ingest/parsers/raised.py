"""Raised figures: powers and marks of notes. Put on the line, 10 and a raised 6 would be 106."""

from __future__ import annotations

import re

# Marks, signs and commas between them; what says more ("[1]", "st", "n") stays on the line.
_FIGURES = re.compile(r"[\s(+\-−–]*[0-9][0-9\s,;()+\-−–]*")
RAISED = str.maketrans("0123456789+-−–()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁽⁾")


def raised(text: str) -> str:
    """A text that stands above the line, in characters that do so themselves if it is figures."""
    return text.translate(RAISED) if _FIGURES.fullmatch(text) else text
