"""Small records for tests of single stages."""

from __future__ import annotations

from rag.types import Evidence, Hit


def evidence(*quotes: str) -> list[Evidence]:
    """Evidence from one document, numbered from 1, with falling scores."""
    found, start = [], 0
    for n, quote in enumerate(quotes, start=1):
        found.append(
            Evidence(
                n=n, document="d1", path="/notes/a.txt", title="A", page=None, start=start,
                end=start + len(quote), quote=quote, headings=(), score=1 - 0.1 * n,
            )
        )  # fmt: skip
        start += len(quote) + 1
    return found


def hit(text: str, *, start: int = 0, score: float = 1.0, dense: float = 0.5) -> Hit:
    return Hit(
        document="d1", path="/notes/a.txt", title="A", page=None, start=start,
        end=start + len(text), text=text, headings=(), score=score, dense=dense, lexical=1.0,
    )  # fmt: skip
