"""What a generation consists of: the records behind `generations/<n>.json`."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag.errors import CollectionDamaged, CollectionMismatch, UsageError
from rag.index import generations

FORMAT = 1

# Small files are hashed whenever they are opened. Larger ones only when their size or time of
# modification is not what the writer noted, so that opening a million chunks stays under a
# second; `doctor` hashes everything.
ALWAYS_HASHED = 4 << 20

# What an embedder's fingerprint tells that does not change its vectors.
_INFORMATION = frozenset({"name", "revision", "dtype", "precision", "device", "libraries"})

_SHIPPED = "all-MiniLM-L6-v2"  # comes as a package, and its revision is told by its weights, too


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What a file of a segment must be."""

    sha256: str
    bytes: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path) -> StoredFile:
        status = path.stat()
        return cls(generations.sha256_of(path), status.st_size, status.st_mtime_ns)

    def check(self, path: Path, thorough: bool = False) -> None:
        """Compares a file with what it must be.

        Raises:
            CollectionDamaged: it is missing or differs.
        """
        try:
            status = path.stat()
        except FileNotFoundError:
            raise CollectionDamaged(f"{path} is missing. {generations.REMEDY}") from None
        same_time = status.st_mtime_ns == self.modified_ns
        hashed = thorough or not same_time or self.bytes <= ALWAYS_HASHED
        if status.st_size != self.bytes or (hashed and generations.sha256_of(path) != self.sha256):
            raise CollectionDamaged(
                f"{path} is damaged: its checksum does not match. {generations.REMEDY}"
            )


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment of a generation. `files` has paths relative to the segment's folder."""

    id: str
    documents: int
    chunks: int
    languages: tuple[str, ...]
    files: Mapping[str, StoredFile]


@dataclass(frozen=True, slots=True)
class Manifest:
    """A generation. `deleted` names documents, by segment, that are no more."""

    collection: str
    embedder: Mapping[str, Any]
    segments: tuple[SegmentEntry, ...] = ()
    deleted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    folders: tuple[str, ...] = ()  # kept in step by sync
    documents: int = 0
    chunks: int = 0
    created: str = ""
    parent: int | None = None
    generation: int = 0
    format: int = FORMAT

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any], folder: Path) -> Manifest:
        """Reads what `to_json` gave.

        Raises:
            CollectionMismatch: another version of Footnote wrote it, in a format unknown here.
        """
        if content.get("format") != FORMAT:
            raise CollectionMismatch(
                f"{folder} has index format {content.get('format')}; this Footnote reads format "
                f"{FORMAT}. Update Footnote, or index the files again under another --index-root."
            )
        segments = (
            SegmentEntry(
                id=entry["id"],
                documents=entry["documents"],
                chunks=entry["chunks"],
                languages=tuple(entry["languages"]),
                files={name: StoredFile(**stored) for name, stored in entry["files"].items()},
            )
            for entry in content["segments"]
        )
        deleted = {segment: tuple(ids) for segment, ids in content["deleted"].items()}
        rest = {
            "segments": tuple(segments),
            "deleted": deleted,
            "folders": tuple(content["folders"]),
        }
        return cls(**{**content, **rest})

    def successor(
        self,
        segments: Sequence[SegmentEntry],
        buried: Mapping[str, Collection[str]],
        folders: Collection[str],
        counts: tuple[int, int],
        parent: int | None,
    ) -> Manifest:
        """The next generation: of `segments`, with more documents dead, and `folders` synced.

        `parent` is the generation that a rollback will put back.
        """
        deleted = {}
        for entry in segments:
            dead = {*self.deleted.get(entry.id, ()), *buried.get(entry.id, ())}
            if dead:
                deleted[entry.id] = tuple(sorted(dead))
        return replace(
            self,
            segments=tuple(segments),
            deleted=deleted,
            folders=tuple(sorted(folders)),
            documents=counts[0],
            chunks=counts[1],
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            parent=parent,
        )

    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes of the languages of the documents, sorted."""
        return tuple(sorted({code for segment in self.segments for code in segment.languages}))


def load(folder: Path, number: int) -> Manifest:
    """The manifest of a generation. Raises as `generations.read` and `Manifest.from_json`."""
    return Manifest.from_json(generations.read(folder, number), folder)


def in_force(folder: Path) -> Manifest:
    """The manifest of the generation in force. Raises as `load`, FileNotFoundError where none is,
    and as `generations.current`."""
    return load(folder, generations.current(folder) or 0)


def key_of(name: str) -> str:
    """The folder of a collection: a hash, so that no name is ever a path."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def check_name(name: str) -> str:
    """A collection's name, or a UsageError where it can't be one."""
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise UsageError(f"{name!r} can't name a collection; use 1 to 200 printable characters.")
    return name


def check_fit(manifest: Manifest, fingerprint: Mapping[str, Any]) -> None:
    """Refuses an embedder whose vectors do not fit those of a collection.

    Raises:
        CollectionMismatch: names both embedders and the remedy.
    """
    made_with = manifest.embedder
    deciding = (set(made_with) | set(fingerprint)) - _INFORMATION
    different = sorted(
        key for key in deciding if made_with.get(key) != _plain(fingerprint.get(key))
    )
    if not different:
        return
    name, other = made_with.get("name", "unknown"), fingerprint.get("name", "unknown")
    if name == other:
        name, other = f"another version of {name}", f"{other} as it is now"
    weights = [str(of.get("weights"))[:12] for of in (made_with, fingerprint)]
    told = {"weights": f"weights: sha256 {weights[0]}… there, {weights[1]}… here"}
    differ = ", ".join(told.get(key, key) for key in different)
    made_by = made_with.get("name", "…")
    remedy = f"the folder {made_by}" if own_folder(made_with) else f"FOOTNOTE_EMBEDDER={made_by}"
    raise CollectionMismatch(
        f"Collection {manifest.collection!r} was made with the embedder {name}, not with {other} "
        f"(they differ in {differ}). Use that embedder ({remedy}), or "
        f"index the files again into another --collection."
    )


def own_folder(fingerprint: Mapping[str, Any]) -> bool:
    """Is it a folder of somebody's own, of neither a hub nor a package? Only its name is known."""
    revision, weights = fingerprint.get("revision"), str(fingerprint.get("weights"))
    return revision == weights[:12] and fingerprint.get("name") != _SHIPPED


def plain(fingerprint: Mapping[str, Any]) -> dict[str, Any]:
    """A fingerprint as it comes back from JSON."""
    return {key: _plain(value) for key, value in fingerprint.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
