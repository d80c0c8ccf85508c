"""Answers as JSON and back, so that a stored answer is drawn by the code that draws a live one."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from rag.types import Answer, Citation, Coverage, Evidence, Scope


def dump_answer(answer: Answer) -> str:
    """`answer` as one JSON object."""
    return json.dumps({**asdict(answer), "timings": dict(answer.timings)}, ensure_ascii=False)


def load_answer(stored: str) -> Answer:
    """The inverse of `dump_answer`."""
    found: dict[str, Any] = json.loads(stored)
    found["citations"] = tuple(Citation(**item) for item in found["citations"])
    found["evidence"] = tuple(_evidence(item) for item in found["evidence"])
    found["narrowed"] = tuple(found.get("narrowed", ()))
    found["coverage"] = Coverage(**found["coverage"])
    return Answer(**found)


def dump_scope(scope: Scope) -> str:
    """`scope` as one JSON object."""
    return json.dumps(asdict(scope), ensure_ascii=False)


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
