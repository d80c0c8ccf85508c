"""Generations on disk: which one is in force, how the next takes its place, what may go.

    <folder>/
      CURRENT                 number of the generation in force
      generations/<n>.json    its manifest, canonical JSON that carries its own checksum
      generations/<n>.copy    the same once more, since nothing else tells what is in force
      segments/<id>/          immutable parts that manifests name
      files/<sha256>          immutable originals

A writer makes segments, makes them durable, writes the manifest and replaces CURRENT last. Killed
at any moment, it leaves the old generation or the new one. What no kept generation names is
garbage, collected after publishing and by the next writer. Nothing here knows what a segment is.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from sqlite3 import SQLITE_CANTOPEN, SQLITE_FULL, SQLITE_IOERR, SQLITE_READONLY, OperationalError
from typing import Any

from rag.errors import CollectionBusy, CollectionDamaged, StorageError

REMEDY = "Mend it with `footnote doctor --fix`."

# What SQLite says where the drive is full, read-only or broken.
STORAGE_CODES = (SQLITE_FULL, SQLITE_IOERR, SQLITE_READONLY, SQLITE_CANTOPEN)
_CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
on_checkpoint: Callable[[str], None] | None = None  # tests kill or fail the writer here


def checkpoint(step: str) -> None:
    """Marks a named step of writing."""
    if on_checkpoint is not None:
        on_checkpoint(step)


# --- files that survive -----------------------------------------------------------------------


@contextmanager
def storage(path: Path) -> Iterator[None]:
    """Turns errors of the disk into a StorageError that names the path and the remedy.

    Raises:
        StorageError: the disk is full or `path` can't be written.
    """
    try:
        yield
    except (OSError, OperationalError) as error:
        if isinstance(error, OSError):
            reason, closed = error.strerror or str(error), error.errno in _CLOSED
            remedy = "Free space" if error.errno in _FULL else "Mend that"
        elif (code := error.sqlite_errorcode & 0xFF) in STORAGE_CODES:
            reason, closed, remedy = str(error), code == SQLITE_READONLY, "Free space"
        else:
            raise
        raise StorageError(
            f"{path} can't be written: {reason}. {'Make it writable' if closed else remedy} or "
            "choose another folder with --index-root; what was published before is unharmed."
        ) from error


def sync_file(path: Path) -> None:
    """Returns once the content of a file is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Returns once the names in a folder are on the disk."""
    if os.name != "nt":  # Windows has no handle for a folder and needs none
        sync_file(path)


def sync_tree(folder: Path) -> None:
    """`sync_file` for every file below a folder, `sync_folder` for every folder."""
    for parent, _, names in os.walk(folder):
        for name in names:
            sync_file(Path(parent, name))
        sync_folder(Path(parent))


def replace_file(path: Path, data: bytes) -> None:
    """Writes a file so that its old or its new content is found, never a part."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def lock(root: Path, key: str, name: str) -> Iterator[None]:
    """Holds the right to write a collection, for at most one process and one thread at a time.

    The lock file lies beside the collection, so that deleting the collection keeps it.

    Raises:
        CollectionBusy: another writer holds it.
    """
    from filelock import FileLock, Timeout

    path = root / ".locks" / key
    with storage(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        held = FileLock(path, is_singleton=False)
        try:
            held.acquire(timeout=0)
        except Timeout:
            raise CollectionBusy(
                f"Collection {name!r} is being written to already. Wait for that to end."
            ) from None
    try:
        yield
    finally:
        held.release()


def current(folder: Path) -> int | None:
    """Number of the generation in force; None where nothing was ever published.

    The only one there is needs no CURRENT: the first writer, which may be killed, sets it last.

    Raises:
        CollectionDamaged: CURRENT holds no number.
        StorageError: it can't be read.
    """
    path = folder / "CURRENT"
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        found = numbers(folder)
        return found[0] if len(found) == 1 and found == stored(folder) else None
    except OSError as error:
        raise StorageError(f"{path} can't be read: {error.strerror}.") from None
    if not text.strip().isdigit():
        raise CollectionDamaged(f"{path} is damaged: it holds no generation number. {REMEDY}")
    return int(text)


def read(folder: Path, number: int) -> dict[str, Any]:
    """The manifest of a generation.

    Raises:
        FileNotFoundError: there is no such generation.
        CollectionDamaged: it does not match its checksum.
    """
    return _read(_manifest(folder, number))


def _read(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
        claimed = content.pop("checksum")
    except (ValueError, KeyError, AttributeError, TypeError):
        raise CollectionDamaged(f"{path} is damaged: it is not a manifest. {REMEDY}") from None
    if claimed != checksum(content):
        raise CollectionDamaged(f"{path} is damaged: its checksum does not match. {REMEDY}")
    return content


def has_copy(folder: Path, number: int) -> bool:
    """Whether the second copy of a manifest is whole and the same."""
    try:
        return _read(_copy(folder, number)) == read(folder, number)
    except (OSError, CollectionDamaged):
        return False


def publish(folder: Path, content: Mapping[str, Any]) -> int:
    """Makes `content` the generation in force and returns its number, given by this function.

    The segments that it names must already be durable.
    """
    generations = folder / "generations"
    generations.mkdir(exist_ok=True)
    number = max([0, *numbers(folder)]) + 1
    numbered = {**content, "generation": number}
    document = {**numbered, "checksum": checksum(numbered)}
    checkpoint("before-manifest")
    replace_file(_copy(folder, number), _canonical(document) + b"\n")
    replace_file(_manifest(folder, number), _canonical(document) + b"\n")
    sync_folder(folder)
    checkpoint("manifest-written")
    _set_current(folder, number)
    checkpoint("current-replaced")
    return number


def _set_current(folder: Path, number: int) -> None:
    """Puts another generation in force."""
    replace_file(folder / "CURRENT", b"%d\n" % number)


def numbers(folder: Path, suffix: str = ".json") -> list[int]:
    """Numbers of the generations there are, in force or not."""
    with suppress(FileNotFoundError):  # the collection was deleted at this moment
        found = [path.stem for path in (folder / "generations").glob(f"*{suffix}")]
        return sorted(int(stem) for stem in found if stem.isdigit())
    return []


def stored(folder: Path) -> list[int]:
    """Numbers of the generations of which there is a manifest or its copy."""
    return sorted({*numbers(folder), *numbers(folder, ".copy")})


def recover(folder: Path) -> int:
    """Puts the newest generation of which a manifest is whole in force; returns its number.

    Raises:
        CollectionDamaged: none is.
    """
    for number in reversed(stored(folder)):
        for path in (_manifest(folder, number), _copy(folder, number)):
            try:
                _read(path)
            except (OSError, CollectionDamaged):
                continue
            for other in {_manifest(folder, number), _copy(folder, number)} - {path}:
                replace_file(other, path.read_bytes())
            _set_current(folder, number)
            return number
    remedy = "Restore a backup under another --name."
    raise CollectionDamaged(f"{folder} has no manifest that is whole. {remedy}")


def settle(folder: Path) -> int | None:
    """As `current` for whoever may write; where CURRENT is gone, what `recover` puts in force.

    Raises:
        CollectionDamaged: there are generations, and none is whole.
    """
    number = current(folder)
    return recover(folder) if stored(folder) and not (folder / "CURRENT").is_file() else number


def collect(
    folder: Path,
    generations: Collection[int],
    segments: Collection[str],
    files: Collection[str] | None = None,
) -> None:
    """Deletes what is not named here, and left-over temporary files. `files=None` keeps those.

    Best effort: what can't be deleted now (a reader on Windows holds it) goes another time.
    """
    for path in (folder / "generations").glob("*"):
        if path.suffix not in (".json", ".copy") or path.stem not in map(str, generations):
            _unlink(path)
    for path in (folder / "segments").glob("*"):
        if path.name not in segments:
            shutil.rmtree(path, ignore_errors=True)
            checkpoint("segment-deleted")
    if files is not None:
        for path in (folder / "files").glob("*"):
            if path.name not in files:
                _unlink(path)
    _unlink(folder / "CURRENT.tmp")


def _unlink(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _manifest(folder: Path, number: int) -> Path:
    return folder / "generations" / f"{number}.json"


def _copy(folder: Path, number: int) -> Path:
    return folder / "generations" / f"{number}.copy"


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")


def checksum(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of `content`, which a manifest or a table carries itself."""
    return hashlib.sha256(_canonical(content)).hexdigest()
