"""Footnote: ask your documents, get answers with footnotes.

    from rag import Pipeline
    with Pipeline.open("default") as pipeline:
        print(pipeline.ask("When was the harbour built?").text)

Names are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

# While the threads of torch (GNU OpenMP) wait for each other they spin, on cores that others need:
# beside two busy programs a second reading took 4 s instead of 1 to 2, and alone no less time for
# it (benchmarks/LOG.md). Read when torch is loaded, so it has to be there before.
if "OMP_WAIT_POLICY" not in os.environ:
    os.environ.setdefault("GOMP_SPINCOUNT", "3000")

_HOME = {
    "Answer": "rag.types",
    "Citation": "rag.types",
    "Coverage": "rag.types",
    "Done": "rag.types",
    "Evidence": "rag.types",
    "FootnoteError": "rag.errors",
    "Found": "rag.types",
    "Hit": "rag.types",
    "Message": "rag.types",
    "Models": "rag.models",
    "Pipeline": "rag.pipeline",
    "Reasoning": "rag.types",
    "Result": "rag.question.run",
    "Scope": "rag.types",
    "Settings": "rag.settings",
    "Token": "rag.types",
}

__all__ = [
    "Answer",
    "Citation",
    "Coverage",
    "Done",
    "Evidence",
    "FootnoteError",
    "Found",
    "Hit",
    "Message",
    "Models",
    "Pipeline",
    "Reasoning",
    "Result",
    "Scope",
    "Settings",
    "Token",
]

if TYPE_CHECKING:
    from rag.errors import FootnoteError
    from rag.models import Models
    from rag.pipeline import Pipeline
    from rag.question.run import Result
    from rag.settings import Settings
    from rag.types import (
        Answer,
        Citation,
        Coverage,
        Done,
        Evidence,
        Found,
        Hit,
        Message,
        Reasoning,
        Scope,
        Token,
    )


if not TYPE_CHECKING:  # to whom every name would be there

    def __getattr__(name: str) -> Any:
        if name not in _HOME:
            raise AttributeError(f"module 'rag' has no attribute {name!r}")
        return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
