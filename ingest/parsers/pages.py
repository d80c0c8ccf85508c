"""Word from a parser to its pool: which page it is at, so that a crash costs that page only.

The pool starts the clock of a page anew with each word, and after a crash or a hang has the file
read again without the page that did it. Outside a worker nothing listens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

_listener: Callable[[int | None], None] | None = None
_lost: Mapping[int, str] = {}


class PageLost(ValueError):
    """A page on which an earlier attempt at this file ended."""


def listen(listener: Callable[[int | None], None] | None, lost: Mapping[int, str]) -> None:
    """Who is told, and which pages are not to be tried again, with the reason."""
    global _listener, _lost
    _listener, _lost = listener, lost


def begin(number: int) -> None:
    """Page `number` (from 1) is read now.

    Raises:
        PageLost: it is to be left out; the message says why.
    """
    if number in _lost:
        raise PageLost(_lost[number])
    if _listener is not None:
        _listener(number)


def end() -> None:
    """All pages are read; what comes now is no page's fault."""
    if _listener is not None:
        _listener(None)
