"""Ingest: files in, a published collection out. The only writer of an index.

    from ingest import add
    report = add(["~/papers"], collection="papers")

Names are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOME = {
    "Failure": "ingest.records",
    "Outcome": "ingest.records",
    "Progress": "ingest.records",
    "Report": "ingest.records",
    "Status": "ingest.records",
    "add": "ingest.pipeline",
    "remove": "ingest.manage",
    "status": "ingest.manage",
    "sync": "ingest.pipeline",
}

__all__ = ["Failure", "Outcome", "Progress", "Report", "Status", "add", "remove", "status", "sync"]

if TYPE_CHECKING:
    from ingest.manage import remove, status
    from ingest.pipeline import add, sync
    from ingest.records import Failure, Outcome, Progress, Report, Status


if not TYPE_CHECKING:  # to whom every name would be there

    def __getattr__(name: str) -> Any:
        if name not in _HOME:
            raise AttributeError(f"module 'ingest' has no attribute {name!r}")
        return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
