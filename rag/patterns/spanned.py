"""Heads of two rows, of which the upper one spans columns: "Fare" above "Adult" and "Child"."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def belongs(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Do the cells of a row name the columns below a head that spans some of them?

    Both are rows of cells, "" for an empty one. The row has no figures, nothing in its first
    column that the head does not say, and a name in each column that the head leaves empty.
    """
    if len(upper) != len(lower) or lower[0] not in ("", upper[0]):
        return False
    named = [name for name in lower[1:] if name]
    under = [i for i, name in enumerate(upper) if i and not name]
    plain = not any(character.isdigit() for name in named for character in name)
    return bool(under) and plain and all(lower[i] for i in under)


def filled(rows: Sequence[list[str]]) -> list[list[str]]:
    """The rows of a head with what spans columns in each of them, where a row below names them."""
    told = [list(row) for row in rows]
    for upper, lower in pairwise(told):
        for i in range(2, min(len(upper), len(lower))):
            if not upper[i] and lower[i] and lower[i - 1]:
                upper[i] = upper[i - 1]
    return told
