"""Regular expressions that are compiled by the first use of them.

A question meets two in five of the 540 that are read at a start, and of most languages none;
compiling them all took .4 s of it.
"""

from __future__ import annotations

import re
from typing import cast

_NAMES = (
    "findall", "finditer", "flags", "fullmatch", "groupindex", "groups", "match", "search", "split",
    "sub", "subn",
)  # fmt: skip


class _Waiting:
    """A pattern that isn't compiled yet."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._asked = flags

    def __getattr__(self, name: str) -> object:
        """What a compiled pattern has; whatever is asked next is found without coming here.

        Raises re.error where the pattern is none.
        """
        if name not in _NAMES:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._asked)
        self.__dict__.update({each: getattr(compiled, each) for each in _NAMES})
        return getattr(compiled, name)


def compile(pattern: str, flags: int = 0) -> re.Pattern[str]:  # noqa: A001
    """`re.compile`, put off until the pattern is first used.

    What it gives has the methods and attributes of a pattern, so `re.sub(pattern, ...)` and
    `isinstance(pattern, re.Pattern)` alone don't know it: use `pattern.sub(...)`.
    """
    return cast("re.Pattern[str]", _Waiting(pattern, flags))
