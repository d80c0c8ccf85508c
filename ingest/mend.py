"""Mends a collection that `footnote doctor` found damaged, with what is left of it.

Whatever is mended is published like any other change: killed on the way, the next attempt begins
anew, and nothing that can still be read is deleted before what replaces it is in force.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.read import Parser
from ingest.rescue import Rescue, listed
from ingest.store import Embedding
from rag.errors import CollectionError, DocumentError
from rag.index import generations, originals
from rag.index.chunks import Chunks
from rag.index.collection import Writer
from rag.index.examine import Finding, examine, living
from rag.index.manifest import Manifest, SegmentEntry, StoredFile, check_fit, in_force, key_of
from rag.index.segment import CHUNKS, VECTORS
from rag.index.tidy import sweep
from rag.index.tokens import BITS, FIRST
from rag.settings import Settings
from rag.types import DocumentInfo

_STORE_FAULTS = frozenset({"database", "spans", "rows"})  # a chunk store can't be relied on
_VECTOR_FAULTS = frozenset({"vectors", "tokens", "rows"})


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of damaged documents. `lost` has (path, why) of each; of `untold` others nothing
    is known, not even the path; `folder` if it moved."""

    restored: int = 0
    lost: tuple[tuple[str, str], ...] = ()
    untold: int = 0
    folder: Path | None = None


def mend(
    root: Path,
    folder: Path,
    name: str,
    findings: Sequence[Finding],
    *,
    embedder: Callable[[], Embedding],
    settings: Settings,
    password: str | None = None,
) -> Mended:
    """Mends what `examine` found in a collection.

    Raises:
        CollectionError: another writer is at work, no manifest is left, or documents have to be
            embedded again and the embedder of the settings is another one.
        StorageError: the disk is full or can't be written.
    """
    if any(finding.check == "generation" for finding in findings):
        with generations.lock(root, folder.name, name), generations.storage(folder):
            generations.recover(folder)
        findings = examine(folder)
        name = in_force(folder).collection
    if any(finding.check == "name" for finding in findings):
        folder = _renamed(root, folder, name)
    faulty: dict[str, set[str]] = {}
    for finding in findings:
        if finding.segment:
            faulty.setdefault(finding.segment, set()).add(finding.check)
    done = Mended(folder=folder)
    if faulty:
        done = replace(_segments(root, name, faulty, embedder, settings, password), folder=folder)
    with generations.lock(root, folder.name, name), generations.storage(folder):
        _originals(folder, [finding.file for finding in findings if finding.file])
        _tidy(folder, {finding.check for finding in findings}, settings.keep_generations)
    return done


def _renamed(root: Path, folder: Path, name: str) -> Path:
    target = root / key_of(name)
    if target.exists():
        raise CollectionError(
            f"{folder} and {target} both hold a collection {name!r}. Move one of them away."
        )
    with generations.lock(root, target.name, name), generations.storage(folder):
        folder.rename(target)
        generations.sync_folder(root)
    return target


# --- segments -----------------------------------------------------------------------------------


def _segments(
    root: Path,
    name: str,
    faulty: dict[str, set[str]],
    embedder: Callable[[], Embedding],
    settings: Settings,
    password: str | None,
) -> Mended:
    """Writes the documents of damaged segments anew and publishes once they are all there."""
    from ingest.figures import reading

    folder = root / key_of(name)
    manifest = in_force(folder)

    def fitting() -> Embedding:
        check_fit(manifest, embedder().fingerprint())
        return embedder()

    restored, untold, lost = 0, 0, list[tuple[str, str]]()
    with (
        reading(settings) as parser,
        Writer(root, name, keep=settings.keep_generations, without=faulty) as writer,
    ):
        for entry in manifest.segments:
            if entry.id not in faulty:
                continue
            place = folder / "segments" / entry.id
            checks = faulty[entry.id]
            rescue = Rescue(
                place,
                writer,
                fitting,
                store_whole=_whole(place, entry.files[CHUNKS], CHUNKS)
                and not checks & _STORE_FAULTS,
                vectors_whole=not checks & _VECTOR_FAULTS
                and all(
                    _whole(place, entry.files[name], name)
                    for name in (VECTORS, BITS, FIRST)
                    if name in entry.files
                ),
            )
            for info in _living(place, manifest, entry.id):
                why = _restore(rescue, info, folder, parser, settings, password)
                restored += not why
                lost += [(info.path, why)] if why else []
            untold += _untold(place, manifest, entry)
            rescue.close()
        writer.publish()
    return Mended(restored, tuple(lost), untold)


def _restore(
    rescue: Rescue,
    info: DocumentInfo,
    folder: Path,
    parser: Parser,
    settings: Settings,
    password: str | None,
) -> str:
    """Adds one document again, from the best source that is left; why not, if that fails."""
    if rescue.from_store(info):
        return ""
    why = "its original is gone"
    for path in (folder / "files" / info.sha256, Path(info.path)):
        try:
            if path.is_file() and generations.sha256_of(path) == info.sha256:
                rescue.from_original(info, path, parser, settings, password)
                return ""
        except (DocumentError, OSError) as error:
            why = str(error)
    # The last resort: a store with a bad checksum of which these texts are provably unharmed.
    return "" if rescue.from_store(info, proven=True) else why


def _living(place: Path, manifest: Manifest, segment: str) -> Iterator[DocumentInfo]:
    dead = set(manifest.deleted.get(segment, ()))
    return (info for info in listed(place) if info.id not in dead)


def _untold(place: Path, manifest: Manifest, entry: SegmentEntry) -> int:
    """How many documents of a segment lived there without anything that tells which they were."""
    known = {info.id for info in listed(place)}
    dead = set(manifest.deleted.get(entry.id, ())) - known
    return max(entry.documents - len(known) - len(dead), 0)


def _whole(place: Path, stored: StoredFile, name: str) -> bool:
    try:
        stored.check(place / name, thorough=True)
    except (CollectionError, OSError):
        return False
    return True


# --- originals, counts, leftovers ---------------------------------------------------------------


def _originals(folder: Path, damaged: Sequence[Path]) -> None:
    """Replaces damaged originals by the files themselves, where these are still the same.

    Where none is, what is damaged stays: it may be all that is left of the file.
    """
    if not damaged:
        return
    manifest = in_force(folder)
    by_hash: dict[str, list[str]] = {}
    for info in living(folder, manifest, list(manifest.segments)):
        by_hash.setdefault(info.sha256, []).append(info.path)
    for path in damaged:
        for source in map(Path, by_hash.get(path.name, ())):
            try:
                if generations.sha256_of(source) != path.name:
                    continue
                with source.open("rb") as stream:
                    path.unlink(missing_ok=True)
                    kept = originals.keep(folder, stream, path.name)
            except OSError:
                continue
            if kept is not None:
                generations.sync_file(kept)
                break
    generations.sync_folder(folder / "files")


def _tidy(folder: Path, checks: set[str], keep: int) -> None:
    manifest = in_force(folder)
    wanted = manifest
    if "counts" in checks:
        infos = list(living(folder, manifest, list(manifest.segments)))
        chunks = sum(info.chunks for info in infos)
        wanted = replace(wanted, documents=len(infos), chunks=chunks)
    if "documents" in checks:
        wanted = replace(wanted, deleted=_known_dead(folder, manifest))
    if "history" in checks:
        wanted = replace(wanted, parent=None)
    if wanted != manifest:
        generations.publish(folder, wanted.to_json())
    sweep(folder, keep)


def _known_dead(folder: Path, manifest: Manifest) -> dict[str, tuple[str, ...]]:
    """The removed documents by segment, without those that the segment never held."""
    found = {}
    for segment, ids in manifest.deleted.items():
        with closing(Chunks(folder / "segments" / segment / CHUNKS)) as store:
            dead = tuple(key for key in ids if store.find("id", key))
        if dead:
            found[segment] = dead
    return found
