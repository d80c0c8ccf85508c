"""What ingest tells of itself: what became of each file, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.types import DocumentInfo

What = Literal["added", "changed", "unchanged", "moved", "removed", "failed", "skipped"]
Stage = Literal["reading", "embedding", "storing", "done"]

# In what is told of a document: where the link to it stands, and its drive is mounted.
LINKED, DRIVE = "linked from", "drive at"


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read, and why."""

    path: str
    error: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file. `note` is a warning, a reason, or where its twin is."""

    path: str
    what: What
    document: str | None = None
    chunks: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What an ingest did. `documents` and `chunks` are totals of the collection."""

    collection: str
    outcomes: tuple[Outcome, ...]
    documents: int
    chunks: int
    seconds: float  # from when the models were loaded
    cancelled: bool = False

    @property
    def added(self) -> int:
        return self.count("added")

    @property
    def changed(self) -> int:
        return self.count("changed")

    @property
    def unchanged(self) -> int:
        return self.count("unchanged")

    @property
    def moved(self) -> int:
        return self.count("moved")

    @property
    def removed(self) -> int:
        return self.count("removed")

    @property
    def failed(self) -> tuple[Failure, ...]:
        return tuple(Failure(o.path, o.note) for o in self.outcomes if o.what == "failed")

    def count(self, what: What) -> int:
        """How many files became that."""
        return sum(outcome.what == what for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingest is. `chunks_total` counts the files read so far."""

    stage: Stage
    files: int
    files_total: int
    chunks: int
    chunks_total: int
    rate: float  # chunks per second
    seconds_left: float | None  # None until there is something to go by
    current: str


@dataclass(frozen=True, slots=True)
class Status:
    """What a collection holds."""

    collection: str
    documents: tuple[DocumentInfo, ...]
    chunks: int
    folders: tuple[str, ...]  # kept in step by sync
    updated: str  # ISO 8601, UTC
    embedder: str
    behind: tuple[str, ...] = ()  # paths in the folders that are not as the collection has them


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document came from, and where its original can be opened now."""

    document: DocumentInfo
    original: str | None  # path of the file, or of the kept copy; None where both are gone
    changed: bool  # the file at its path is no longer the one that was read
    twins: tuple[str, ...]  # paths of documents with the same content


@dataclass(frozen=True, slots=True)
class Check:
    """One check of `footnote doctor`. `remedy` is the command that mends what was found."""

    name: str
    state: Literal["ok", "warning", "failed", "mended"]
    found: str
    remedy: str
    collection: str | None = None
