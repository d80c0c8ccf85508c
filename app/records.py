"""Answers as JSON and back, so that a stored answer is drawn by the code that draws a live one."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from rag.types import Answer, Citation, Coverage, Evidence, Scope


def dump_answer(answer: Answer) -> str:
    """`answer` as one JSON object, in ASCII: names of files may hold what SQLite does not take."""
    return json.dumps({**asdict(answer), "timings": dict(answer.timings)})


def load_answer(stored: str) -> Answer:
    """The inverse of `dump_answer`."""
    found: dict[str, Any] = json.loads(stored)
    found["citations"] = tuple(Citation(**item) for item in found["citations"])
    found["evidence"] = tuple(_evidence(item) for item in found["evidence"])
    found["narrowed"] = tuple(found.get("narrowed", ()))
    found["marks"] = tuple(map(tuple, found.get("marks", ())))
    found["coverage"] = Coverage(**found["coverage"])
    return Answer(**found)


def finder(words: str) -> Callable[[str, str | None], bool]:
    """Tells whether a question has `words`, or what a person reads of its stored answer.

    Case, spaces and the form of accents make no difference.
    """
    wanted = _folded(words)

    def has(question: str, answer: str | None) -> bool:
        found: dict[str, Any] = json.loads(answer) if answer else {"text": "", "citations": ()}
        cited = (f"{item['title']} {item['quote']}" for item in found["citations"])
        return wanted in _folded(" ".join([question, found["text"], *cited]))

    return has


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def dump_scope(scope: Scope) -> str:
    """`scope` as one JSON object, in ASCII as well."""
    return json.dumps(asdict(scope))


def load_scope(stored: str) -> Scope:
    """The inverse of `dump_scope`."""
    found: dict[str, Any] = json.loads(stored)
    for name in ("documents", "types"):
        found[name] = tuple(found[name])
    return Scope(**found)


def _evidence(item: dict[str, Any]) -> Evidence:
    span = item["span"]
    return Evidence(
        **{**item, "headings": tuple(item["headings"]), "span": tuple(span) if span else None}
    )
