"""Raised figures: powers and marks of notes. Put on the line, 10 and a raised 6 would be 106."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Marks, signs and commas between them; what says more ("[1]", "st", "n") stays on the line.
_FIGURES = re.compile(r"[\s(+\-−–]*[0-9][0-9\s,;()+\-−–]*")
RAISED = str.maketrans("0123456789+-−–()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁽⁾")


def raised(text: str) -> str:
    """A text that stands above the line, in characters that do so themselves if it is figures."""
    return text.translate(RAISED) if _FIGURES.fullmatch(text) else text


def joined(pieces: Iterable[tuple[str, bool]]) -> str:
    """The pieces of a line as one text; each with whether it stands above the line, where it may
    go on in the next one."""
    parts: list[str] = []
    above = ""
    for text, is_above in pieces:
        if is_above:
            above += text
        elif text:
            parts += (raised(above), text)
            above = ""
    return "".join((*parts, raised(above)))
