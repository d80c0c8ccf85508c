"""Which new files are documents that are gone from their places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ingest.discover import Candidate, is_mounted, may_be_there
from ingest.parsers.clean import title_of
from ingest.records import DRIVE, LINKED
from ingest.store import placed
from rag.index import generations
from rag.types import DocumentInfo


def moves(
    gone: Sequence[DocumentInfo], new: Sequence[Candidate]
) -> Iterator[tuple[DocumentInfo, DocumentInfo]]:
    """Which of the documents that are gone are new files by now.

    What is on a drive that is away may be one on another drive, or on this one mounted elsewhere;
    here it would be a copy.
    """
    by_content: dict[str, list[DocumentInfo]] = {}
    for info in reversed(gone):
        by_content.setdefault(info.sha256, []).append(info)
    sizes = {info.bytes for info in gone}
    for candidate in new:
        if candidate.size not in sizes:
            continue
        same = by_content.get(content_hash(candidate.path), [])
        if may_be := [info for info in same if candidate.drive or not is_unplugged(info)]:
            before = _named_alike(may_be, candidate.path)
            same.remove(before)
            yield before, _as_moved(before, candidate)


def _named_alike(same: Sequence[DocumentInfo], path: Path) -> DocumentInfo:
    """Of several documents with the content of a new file the one that it most likely was."""
    return next((info for info in same if Path(info.path).name == path.name), same[-1])


def _as_moved(before: DocumentInfo, candidate: Candidate) -> DocumentInfo:
    named_after_file = before.title == title_of(Path(before.path))
    # The ending tells kinds of text apart: under another one the file is read anew.
    same_kind = Path(before.path).suffix.lower() == candidate.path.suffix.lower()
    return replace(
        before,
        path=str(candidate.path),
        parser=before.parser if same_kind else "",
        modified_ns=candidate.modified_ns,
        title=title_of(candidate.path) if named_after_file else before.title,
        metadata=placed(before.metadata, candidate.link or standing_link(before), candidate.drive),
    )


def standing_link(info: DocumentInfo) -> str:
    """Where the link by which a document came stands; "" where it is no more."""
    link = info.metadata.get(LINKED, "")
    return link if link and may_be_there(Path(link)) else ""


def is_unplugged(info: DocumentInfo) -> bool:
    """Was a document on a drive of which none is mounted at that place now?"""
    drive = info.metadata.get(DRIVE, "")
    return bool(drive) and not is_mounted(Path(drive))


def content_hash(path: Path) -> str:
    """SHA-256 of a file; "" where it can't be read."""
    try:
        return generations.sha256_of(path)
    except OSError:
        return ""  # it will be reported when it is read
