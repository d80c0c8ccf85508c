"""Everything that can be checked of a collection on disk: what `footnote doctor` finds.

Opening a collection checks what makes an answer wrong and can be checked at once. This hashes
every byte and reads every row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rag.errors import CollectionError, StorageError, UsageError
from rag.index import generations
from rag.index.chunks import Chunks
from rag.index.integrity import faults
from rag.index.manifest import Manifest, SegmentEntry, check_name, key_of, load
from rag.index.segment import CHUNKS
from rag.index.tidy import history
from rag.types import DocumentInfo

# What is checked, and what that means where nothing is found.
CHECKS: Mapping[str, str] = {
    "generation": "CURRENT names a generation whose manifest and its copy are whole",
    "name": "the folder is the one that the name leads to",
    "checksums": "every byte of every segment is as it was written",
    "database": "SQLite finds its pages and indexes in order",
    "rows": "chunks, vectors and terms are as many; none is orphaned",
    "vectors": "every vector is finite, of length 1, of the right dimension",
    "tokens": "what the words of chunks are like is there for each chunk, in order",
    "terms": "the lists of terms lead to rows that are there",
    "spans": "chunks, blocks, pages and boxes lie inside their texts",
    "documents": "no id and no path occurs twice",
    "counts": "the manifest tells as many documents and chunks as there are",
    "originals": "the files that are kept are as they were added",
    "history": "what a rollback leads to is whole",
    "leftovers": "no writer left anything behind",
}

# Those that a segment has to be whole for.
_OF_WHOLE = frozenset(
    {"database", "rows", "vectors", "tokens", "terms", "spans", "documents", "counts"}
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    `serious` where answers may be wrong or missing. `segment` is the one whose documents have to
    be restored, `file` a damaged original.
    """

    check: str
    what: str
    serious: bool = True
    segment: str | None = None
    file: Path | None = None


def examine(folder: Path) -> list[Finding]:
    """What is wrong with the collection in `folder`; [] where all is well."""
    try:
        number = generations.current(folder)
        if number is None or not (folder / "CURRENT").is_file():
            return [
                Finding("generation", f"{folder} has no CURRENT: which generation is in force?")
            ]
        manifest = load(folder, number)
    except (CollectionError, StorageError, OSError) as error:
        return [Finding("generation", _sentence(error))]
    found = [*_copy(folder, number), *_name(folder, manifest)]
    damaged = set()
    for entry in manifest.segments:
        for finding in _segment(folder, manifest, entry):
            damaged.add(entry.id)
            found.append(finding)
    whole = [entry for entry in manifest.segments if entry.id not in damaged]
    infos = list(living(folder, manifest, whole))
    found += _documents(folder, manifest, whole, infos)
    if not damaged:
        found += _counts(manifest, infos)
    return [*found, *_originals(folder), *_history(folder, damaged), *_leftovers(folder)]


def unexamined(findings: Sequence[Finding]) -> frozenset[str]:
    """The checks that could not be made of all there is, since what they look at is damaged."""
    failed = {finding.check for finding in findings if finding.serious}
    if "generation" in failed:
        return frozenset(CHECKS) - {"generation"}
    return _OF_WHOLE if "checksums" in failed else frozenset()


def living(folder: Path, manifest: Manifest, entries: list[SegmentEntry]) -> Iterator[DocumentInfo]:
    """The documents that live in some whole segments."""
    for entry in entries:
        dead = set(manifest.deleted.get(entry.id, ()))
        with closing(Chunks(folder / "segments" / entry.id / CHUNKS)) as store:
            yield from (info for info in store.infos() if info.id not in dead)


def _copy(folder: Path, number: int) -> Iterator[Finding]:
    if not generations.has_copy(folder, number):
        what = f"The second copy of the manifest of {folder.name} is damaged or missing."
        yield Finding("generation", what, serious=False)


def _name(folder: Path, manifest: Manifest) -> Iterator[Finding]:
    try:
        check_name(manifest.collection)
    except UsageError as error:
        yield Finding("name", str(error))
    if key_of(manifest.collection) != folder.name:
        yield Finding(
            "name",
            f"{folder} should be named {key_of(manifest.collection)}: it holds the collection "
            f"{manifest.collection!r}, which can't be found where it is.",
        )


def _segment(folder: Path, manifest: Manifest, entry: SegmentEntry) -> Iterator[Finding]:
    place = folder / "segments" / entry.id
    damaged = False
    for name, stored in entry.files.items():
        try:
            stored.check(place / name, thorough=True)
        except (CollectionError, OSError) as error:
            damaged = True
            yield Finding("checksums", _sentence(error), segment=entry.id)
    if not damaged:
        dimension = int(manifest.embedder.get("dimension", 0))
        for check, what in faults(place, dimension):
            yield Finding(check, what, segment=entry.id)


def _documents(
    folder: Path, manifest: Manifest, whole: list[SegmentEntry], infos: list[DocumentInfo]
) -> Iterator[Finding]:
    for name in ("id", "path"):
        counted = Counter(getattr(info, name) for info in infos)
        for value, n in counted.items():
            if n > 1:
                yield Finding("documents", f"{n} documents have the {name} {value}.")
    for entry in whole:
        dead = manifest.deleted.get(entry.id, ())
        with closing(Chunks(folder / "segments" / entry.id / CHUNKS)) as store:
            unknown = [key for key in dead if not store.find("id", key)]
        if unknown:
            what = f"{entry.id} never held {len(unknown)} documents that are said to be removed."
            yield Finding("documents", what, serious=False)


def _counts(manifest: Manifest, infos: list[DocumentInfo]) -> Iterator[Finding]:
    there = len(infos), sum(info.chunks for info in infos)
    if there != (manifest.documents, manifest.chunks):
        yield Finding(
            "counts",
            f"The manifest tells of {manifest.documents:,} documents and {manifest.chunks:,} "
            f"chunks; there are {there[0]:,} and {there[1]:,}.",
        )


def _originals(folder: Path) -> Iterator[Finding]:
    for path in sorted((folder / "files").glob("*")):
        if path.suffix == ".tmp":
            continue
        try:
            whole = generations.sha256_of(path) == path.name
        except OSError as error:
            yield Finding("originals", _sentence(error), file=path)
            continue
        if not whole:
            what = f"{path} is damaged: its checksum does not match its name."
            yield Finding("originals", what, file=path)


def _history(folder: Path, damaged: set[str]) -> Iterator[Finding]:
    """Generations that a rollback would lead to."""
    kept = history(folder)
    if kept and kept[-1].parent is not None:
        path = folder / "generations" / f"{kept[-1].parent}.json"
        if path.exists():
            what = f"{path} is damaged: a rollback can't lead there."
            yield Finding("history", what, serious=False)
    seen = {entry.id for entry in kept[0].segments} if kept else set()
    for manifest in kept[1:]:
        for entry in manifest.segments:
            if entry.id in seen:
                continue
            seen.add(entry.id)
            for name, stored in entry.files.items():
                try:
                    stored.check(folder / "segments" / entry.id / name, thorough=True)
                except (CollectionError, OSError) as error:
                    what = f"{_sentence(error)} Only generation {manifest.generation} needs it."
                    yield Finding("history", what, serious=False)


def _leftovers(folder: Path) -> Iterator[Finding]:
    """What a killed writer left behind; the next writer tidies it up."""
    named = {entry.id for manifest in history(folder) for entry in manifest.segments}
    left = [path for path in (folder / "segments").glob("*") if path.name not in named]
    left += [path for path in folder.glob("**/*.tmp") if path.is_file()]
    for path in left:
        what = f"{path} was left behind by a writer that was stopped."
        yield Finding("leftovers", what, serious=False)


def _sentence(error: Exception) -> str:
    """What is wrong, without the remedy for those who can't mend."""
    if isinstance(error, OSError):
        return f"{error.filename} can't be read: {error.strerror}."
    return str(error).replace(generations.REMEDY, "").strip()
