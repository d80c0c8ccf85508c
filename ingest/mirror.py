"""What has happened to a folder since it was last in step with a collection."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.discover import (
    Candidate,
    Found,
    discover,
    folder_of,
    is_gone,
    is_passed_over,
    may_be_there,
    resolved,
)
from ingest.moving import content_hash, is_unplugged, moves, standing_link
from ingest.parsers.detect import detect
from ingest.read import is_current
from ingest.records import DRIVE, LINKED, Outcome, Report
from ingest.store import placed
from rag.errors import (
    CollectionError,
    CollectionNotFound,
    DocumentError,
    UnsupportedDocument,
    UsageError,
)
from rag.index.collection import Collection
from rag.index.manifest import in_force, key_of
from rag.types import DocumentInfo


@dataclass(frozen=True, slots=True)
class Mirror:
    """`moved` is (as it was, as it is now); `vanished` documents have no file any more, `linked`
    ones another link to the same file, or another drive."""

    moved: tuple[tuple[DocumentInfo, DocumentInfo], ...]
    vanished: tuple[DocumentInfo, ...]
    linked: tuple[DocumentInfo, ...] = ()


def compare(
    folder: Path,
    found: Found,
    documents: Sequence[DocumentInfo],
    followed: Iterable[str] = (),
) -> Mirror:
    """Compares the files of a folder with the documents of a collection, by path and content.

    What lies where nobody looked has not vanished: uploads in an index root below the folder,
    folders that can't be read, and hidden files, which may have been added one by one, while
    they are there. Nor has what is behind a link that leads nowhere, as to a drive that is not
    connected; with the link itself it goes. Nor what lay on a drive where none is mounted now,
    be it one in the folder, or the folder itself with something else in its place.

    What is here now and was in a folder that is `followed`, but is there no more, was moved here;
    so was what lay on a drive that is mounted elsewhere by now.
    """
    here = {str(candidate.path) for candidate in found.files}
    known = {info.path for info in documents}
    unseen = [Path(problem.path) for problem in found.problems]  # who knows what is in there
    unseen += [place for place in found.excluded if place.is_relative_to(folder)]
    gone = [
        info
        for info in documents
        if info.path not in here
        and (place := _place(info, folder)) is not None
        and not any(place.is_relative_to(other) for other in unseen)
        and not (is_passed_over(place, folder) and may_be_there(place))
        and not (str(place) != info.path and _leads_nowhere(place, folder, found))
        and not _is_away(info, folder, found)
    ]
    lost = [Path(place) for place in followed if is_gone(Path(place))]
    known_gone = {info.id for info in gone}
    left = [
        info
        for info in documents
        if not (info.path in here or info.id in known_gone)
        and (_is_away(info, folder, found) or any(_place(info, other) for other in lost))
        and not may_be_there(Path(info.path))
    ]
    new = [candidate for candidate in found.files if str(candidate.path) not in known]
    moved = tuple(moves([*gone, *left], new))
    elsewhere = {before.id for before, _ in moved}
    vanished = tuple(info for info in gone if info.id not in elsewhere)
    return Mirror(moved, vanished, tuple(_linked_anew(folder, found, documents)))


def moved_here(found: Found, documents: Sequence[DocumentInfo]) -> Mirror:
    """What of a collection is gone from its place and is among some files now."""
    known = {info.path for info in documents}
    new = [candidate for candidate in found.files if str(candidate.path) not in known]
    sizes = {candidate.size for candidate in new}
    gone = [i for i in documents if i.bytes in sizes and not may_be_there(Path(i.path))]
    return Mirror(tuple(moves(gone, new)), ())


def rehearse(
    folder: Path, found: Found, collection: str, root: Path, check: Callable[[Mirror], None]
) -> Report:
    """What `sync` would do, as far as names, sizes, hashes and first bytes tell; nothing is parsed.

    `check` raises what keeps `sync` from doing it.
    """
    begun = time.monotonic()
    try:
        with Collection.open(root, collection) as opened:
            documents, counts = opened.documents(), opened.counts
            followed = opened.manifest.folders
    except CollectionNotFound:
        documents, counts, followed = [], (0, 0), ()
    mirror = compare(folder, found, documents, followed)
    check(mirror)
    outcomes = [Outcome(p.path, "failed", note=p.error) for p in found.problems]
    outcomes += [
        Outcome(now.path, "moved", now.id, now.chunks, f"was {before.path}")
        for before, now in mirror.moved
    ]
    outcomes += [Outcome(info.path, "removed", info.id) for info in mirror.vanished]
    moved = {now.path: now for _, now in mirror.moved}
    known = {info.path: info for info in documents} | moved
    outcomes += [
        _foreseen(candidate, known.get(str(candidate.path)))
        for candidate in found.files
        if str(candidate.path) not in moved
    ]
    return Report(collection, tuple(outcomes), *counts, time.monotonic() - begun)


def emptied(folder: Path, count: int) -> UsageError:
    """The error for a folder from which `count` documents came, and which holds none any more."""
    is_there = not is_gone(folder)
    what = "holds no document any more" if is_there else "is not a folder any more"
    moved = "" if is_there else " If it was moved, sync it where it is now."
    return UsageError(
        f"{folder} {what}; {count:,} of the collection came from there. "
        f"Connect the drive if that is why, or say --allow-empty to remove them.{moved}"
    )


def looked_at(given: str | Path, collection: str, root: Path) -> tuple[Path, Found]:
    """A folder that is to be mirrored, and what is in it; it may be gone if it is mirrored already.

    Raises:
        UsageError: `given` is no folder.
    """
    try:
        top = folder_of(given)
    except UsageError:
        top = resolved(given)
        if not is_gone(top) or str(top) not in _followed(root, collection):
            raise
        return top, Found()
    return top, discover([top], exclude=[root])


def in_step(folders: Iterable[str], documents: Sequence[DocumentInfo]) -> list[str]:
    """Those of some folders that are there, or of which there are documents."""
    return [
        folder
        for folder in folders
        if not is_gone(Path(folder)) or any(_place(info, Path(folder)) for info in documents)
    ]


def _followed(root: Path, collection: str) -> tuple[str, ...]:
    try:
        return in_force(root / key_of(collection)).folders
    except (CollectionError, OSError):
        return ()


def behind(folder: Path, collection: str, root: Path) -> list[str]:
    """Paths in which a folder is not as a collection has it, by what `sync` would do; the folder
    itself where that is gone or can't be looked into."""
    try:
        folder_of(folder)
    except UsageError:
        return [str(folder)]
    report = rehearse(folder, discover([folder], [root]), collection, root, lambda mirror: None)
    return [o.path for o in report.outcomes if o.what not in ("unchanged", "skipped")]


def _foreseen(candidate: Candidate, known: DocumentInfo | None) -> Outcome:
    path = str(candidate.path)
    same = known is not None and (
        (known.bytes, known.modified_ns) == (candidate.size, candidate.modified_ns)
        or (known.bytes == candidate.size and known.sha256 == content_hash(candidate.path))
    )
    if known is not None and same and is_current(known):
        return Outcome(path, "unchanged", known.id, known.chunks)
    try:
        detect(candidate.path)
    except DocumentError as error:
        skipped = isinstance(error, UnsupportedDocument) and not candidate.promising
        return Outcome(path, "skipped" if skipped else "failed", note=str(error))
    if known is None:
        return Outcome(path, "added")
    again = "same file, read anew by a newer parser" if same else ""
    return Outcome(path, "changed", known.id, known.chunks, again)


def _place(info: DocumentInfo, folder: Path) -> Path | None:
    """Where in a folder a document, or the link to it, was found; None for one from elsewhere."""
    places = (Path(info.path), Path(info.metadata.get(LINKED, "")))
    return next((place for place in places if place.is_relative_to(folder)), None)


def _linked_anew(
    folder: Path, found: Found, documents: Sequence[DocumentInfo]
) -> Iterator[DocumentInfo]:
    """Documents that came by one link of a folder, and are led to by another now, or whose drive
    is another."""
    here = {str(candidate.path): candidate for candidate in found.files}
    for info in documents:
        if (candidate := here.get(info.path)) is None:
            continue
        link = info.metadata.get(LINKED, "")
        if candidate.link and link and Path(link).is_relative_to(folder):
            link = candidate.link
        elif link:  # one in a folder that was moved or is gone would take the document along
            link = standing_link(info) or candidate.link
        metadata = placed(info.metadata, link, candidate.drive)
        if metadata != info.metadata:
            yield replace(info, metadata=metadata)


def _is_away(info: DocumentInfo, folder: Path, found: Found) -> bool:
    """Is a document on a drive that is not mounted, and not just gone?

    Where nothing was found in a folder that lies on the drive itself, that is another question.
    """
    drive = info.metadata.get(DRIVE, "")
    asked = found.files or folder in Path(drive).parents
    return bool(asked) and is_unplugged(info)


def _leads_nowhere(place: Path, folder: Path, found: Found) -> bool:
    """Is there a link on the way to a place that is broken, or to a folder without a document?"""
    for step in (*reversed(place.relative_to(folder).parents), place.relative_to(folder)):
        if (link := folder / step).is_symlink():
            within = any(c.link and Path(c.link).is_relative_to(link) for c in found.files)
            return not link.exists() or (link.is_dir() and not within)
    return False
