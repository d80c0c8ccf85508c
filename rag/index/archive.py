"""A collection in one file, every byte of it checked when it is written and when it is read.

A zip file: `segments/…`, `files/…`, and `backup.json` with the manifest and the SHA-256 of every
other member. What is restored is published like any other change: a restore that is killed changes
nothing, and one that took the place of a collection can be rolled back.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
import uuid
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from rag import lazy_re
from rag.errors import CollectionDamaged, CollectionError, StorageError, UsageError
from rag.index import generations
from rag.index.manifest import Manifest, StoredFile, check_name, key_of, load
from rag.index.originals import in_use
from rag.index.reader import Collection
from rag.index.tidy import KEEP, sweep
from rag.paths import at_home

_TABLE = "backup.json"
_VERSION = 1
_BLOCK = 1 << 20
_LARGEST_TABLE = 1 << 30  # bytes
_DENSE = (".faiss",)  # numbers that hardly get smaller
_MEMBER = lazy_re.compile(r"segments/[0-9a-f]{16}/([a-z]+/)?[a-z]+\.[a-z0-9]+|files/[0-9a-f]{64}")

# What reading a zip file with flipped bytes may raise.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, OverflowError, EOFError,
    ValueError, KeyError, TypeError, AttributeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds. `bytes` is the size of the file."""

    path: str
    collection: str
    documents: int
    chunks: int
    created: str  # when the content was published, ISO 8601, UTC
    bytes: int


def backup(root: Path, name: str, target: Path, *, overwrite: bool = False) -> Backup:
    """Writes the generation in force into one file, and reads it back before it counts.

    Raises:
        CollectionError: there is no such collection, a writer is at work, or a file is damaged.
        StorageError: `target` is there already and `overwrite` is not set, or can't be written.
    """
    target, folder = at_home(target), Path(root) / key_of(name)
    if generations.current(folder) is None:
        Collection.open(Path(root), name)  # says which there are
    if (folder_there := target.is_dir()) or (target.exists() and not overwrite):
        remedy = "Name a file in it" if folder_there else "Choose another name, or say --overwrite"
        raise StorageError(f"{target} is there already. {remedy}.")
    if not target.absolute().parent.is_dir():
        raise StorageError(f"There is no folder {target.absolute().parent}. Make it first.")
    with ExitStack() as held:
        with suppress(StorageError):  # read-only: whoever can't take the lock disturbs nobody
            held.enter_context(generations.lock(Path(root), key_of(name), name))
        while True:
            number = generations.current(folder)
            try:
                return _made(target, folder, replace(load(folder, number or 0), collection=name))
            except (FileNotFoundError, CollectionDamaged) as error:
                if generations.current(folder) != number:
                    continue  # somebody else has published and tidied up
                if isinstance(error, CollectionDamaged):
                    raise
                raise _missing(error.filename) from None


def _made(target: Path, folder: Path, manifest: Manifest) -> Backup:
    with generations.storage(target):
        temporary = target.with_name(target.name + ".tmp")
        try:
            with temporary.open("wb") as stream:
                _write(stream, folder, manifest)
                stream.flush()
                os.fsync(stream.fileno())
            found = verify(temporary)
            temporary.replace(target)
            generations.sync_folder(target.absolute().parent)
        finally:
            temporary.unlink(missing_ok=True)
    return replace(found, path=str(target))


def _write(stream: BinaryIO, folder: Path, manifest: Manifest) -> None:
    wanted = {
        f"segments/{entry.id}/{name}": stored.sha256
        for entry in manifest.segments
        for name, stored in entry.files.items()
    }
    originals = sorted(in_use(folder, manifest))
    wanted |= {f"files/{key}": key for key in originals if (folder / "files" / key).is_file()}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, sha256 in wanted.items():
            info = zipfile.ZipInfo(name)
            packed = not name.endswith(_DENSE)
            info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            path = folder / name
            with _source(path) as source, archive.open(info, "w", force_zip64=True) as member:
                if _copy(source, member) != sha256:
                    what = "damaged: its checksum does not match"
                    raise CollectionDamaged(f"{path} is {what}. {generations.REMEDY}")
            generations.checkpoint("member-written")
        content = {"version": _VERSION, "manifest": manifest.to_json(), "members": wanted}
        archive.writestr(_TABLE, json.dumps({**content, "checksum": generations.checksum(content)}))


def _source(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise _missing(path) from None
    except OSError as error:
        raise StorageError(f"{path} can't be read: {error.strerror}.") from None


def _missing(path: Path) -> CollectionDamaged:
    return CollectionDamaged(f"{path} is missing. {generations.REMEDY}")


def verify(path: Path) -> Backup:
    """Reads a whole backup and compares every member with its checksum.

    Raises:
        CollectionDamaged: it is no backup, or not as it was written.
        StorageError: it can't be read.
    """
    with _opened(path) as (archive, manifest, members):
        for name, sha256 in members.items():
            with archive.open(name) as member:
                _compare(path, name, _copy(member, None), sha256)
        held = manifest.documents, manifest.chunks, manifest.created
        return Backup(str(path), manifest.collection, *held, path.stat().st_size)


def restore(
    root: Path,
    path: Path,
    *,
    name: str | None = None,
    overwrite: bool = False,
    keep: int = KEEP,
) -> Manifest:
    """Puts the content of a backup in force, under its own name or another; returns what it holds.

    Raises:
        CollectionError: there is a collection of that name and `overwrite` is not set; or a writer
            is at work on it.
        CollectionDamaged: the backup is not as it was written. Nothing is changed.
        StorageError: the disk is full or can't be written. Nothing is changed.
    """
    root, path = Path(root), at_home(path)
    with _opened(path) as (archive, manifest, members):
        name = check_name(name or manifest.collection)
        folder = root / key_of(name)
        with generations.lock(root, key_of(name), name), generations.storage(folder):
            now = generations.settle(folder)
            if now is not None and not overwrite:
                remedy = "Restore under another --name, or say --overwrite."
                raise CollectionError(f"There is a collection {name!r} already. {remedy}")
            made: list[Path] = []
            try:
                restored = _unpacked(archive, path, manifest, members, folder, made)
                generations.sync_folder(root)
                restored = replace(restored, collection=name, parent=now)
                number = generations.publish(folder, restored.to_json())
            except BaseException:
                if generations.current(folder) == now:  # else it is in force: stopped at the end
                    for place in made if now is not None else [folder]:
                        shutil.rmtree(place, ignore_errors=True)
                raise
            sweep(folder, keep)
    return replace(restored, generation=number)


def _unpacked(
    archive: zipfile.ZipFile,
    path: Path,
    manifest: Manifest,
    members: Mapping[str, str],
    folder: Path,
    made: list[Path],
) -> Manifest:
    """Unpacks all members, checked and durable. Segments get new ids: what is there is in use."""
    (folder / "files").mkdir(parents=True, exist_ok=True)
    (folder / "segments").mkdir(exist_ok=True)
    entries, new_ids = [], {}
    for entry in manifest.segments:
        new_ids[entry.id] = uuid.uuid4().hex[:16]
        place = folder / "segments" / new_ids[entry.id]
        made.append(place)
        files = {}
        for name in entry.files:
            member = f"segments/{entry.id}/{name}"
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            _extract(archive, path, member, members, place / name)
            status = (place / name).stat()
            files[name] = StoredFile(members[member], status.st_size, status.st_mtime_ns)
        generations.sync_tree(place)
        generations.checkpoint("segment-restored")
        entries.append(replace(entry, id=place.name, files=files))
    for member in members:
        target = folder / member
        if member.startswith("files/") and not target.exists():
            temporary = target.with_name(target.name + ".tmp")
            _extract(archive, path, member, members, temporary)
            generations.sync_file(temporary)
            temporary.replace(target)
    for place in (folder / "files", folder / "segments", folder):
        generations.sync_folder(place)
    deleted = {new_ids[segment]: ids for segment, ids in manifest.deleted.items()}
    return replace(manifest, segments=tuple(entries), deleted=deleted)


def _extract(
    archive: zipfile.ZipFile, path: Path, name: str, members: Mapping[str, str], target: Path
) -> None:
    if name not in members:
        raise CollectionDamaged(f"{path} is damaged: {name} is missing. Use another backup.")
    try:
        with archive.open(name) as member, target.open("wb") as stream:
            _compare(path, name, _copy(member, stream), members[name])
    except BaseException:
        target.unlink(missing_ok=True)
        raise


@contextmanager
def _opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest, dict[str, str]]]:
    """The archive, its manifest, and the SHA-256 of its members, whose names are checked."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = path.stat().st_size
            if any(not _as_written(info, size) for info in archive.infolist()):
                raise ValueError("a member is packed in a way that no backup is")
            if archive.getinfo(_TABLE).file_size > _LARGEST_TABLE:
                raise ValueError("its table is too large")
            content: dict[str, Any] = json.loads(archive.read(_TABLE))
            if content.pop("checksum", None) != generations.checksum(content):
                raise ValueError("its table does not match its checksum")
            if content["version"] != _VERSION:
                raise UsageError(f"{path} was made by a newer Footnote. Update Footnote.")
            members: dict[str, str] = content["members"]
            if odd := [name for name in members if not _MEMBER.fullmatch(name)]:
                raise ValueError(f"it holds {odd[0]!r}, which no backup does")
            yield archive, Manifest.from_json(content["manifest"], path), members
    except OSError as error:
        if error.filename is None:  # the archive sends its reader where there is nothing
            raise CollectionDamaged(f"{path} is damaged: {error}. Use another backup.") from None
        if Path(error.filename) != path:
            raise
        raise StorageError(f"{path} can't be read: {error.strerror}. Check the path.") from None
    except _DAMAGE as error:
        why = str(error).strip("'\"")
        raise CollectionDamaged(f"{path} is damaged: {why}. Use another backup.") from None


def _as_written(info: zipfile.ZipInfo, size: int) -> bool:
    known = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return known and not info.flag_bits & 1 and 0 <= info.header_offset < size  # 1: encrypted


def _compare(path: Path, name: str, found: str, wanted: str) -> None:
    if found != wanted:
        what = f"the checksum of {name} does not match"
        raise CollectionDamaged(f"{path} is damaged: {what}. Use another backup.")


def _copy(source: Any, target: Any) -> str:
    """Copies a stream, or only reads it, and returns the SHA-256 of what went through."""
    digest = hashlib.sha256()
    while block := source.read(_BLOCK):
        digest.update(block)
        if target is not None:
            target.write(block)
    return digest.hexdigest()
