"""Which collections there are under an index root."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from rag.errors import CollectionError, CollectionNotFound, StorageError, UsageError
from rag.index import generations
from rag.index.manifest import check_name, key_of, load


@dataclass(frozen=True, slots=True)
class CollectionInfo:
    """What a list of collections shows. `problem` says why one can't be opened."""

    name: str
    documents: int
    chunks: int
    bytes: int  # on disk
    updated: str  # ISO 8601, UTC
    embedder: str
    problem: str | None = None


def collections(root: Path) -> list[CollectionInfo]:
    """The collections under `root`, by name; none where there is no such folder.

    Raises:
        StorageError: the folder can't be read.
    """
    found = [_described(folder) for folder in folders(Path(root))]
    return sorted(filter(None, found), key=lambda info: info.name)


def folders(root: Path) -> list[Path]:
    """What lies under `root`, but for what is hidden; nothing where there is no such folder.

    Raises:
        StorageError: it can't be read.
    """
    try:
        found = sorted(root.iterdir()) if root.is_dir() else []
    except OSError as error:
        raise StorageError(
            f"{root} can't be read: {error.strerror}. Give yourself the right to, or choose "
            "another folder with --index-root."
        ) from None
    return [folder for folder in found if not folder.name.startswith(".")]


def sole(root: Path, otherwise: str) -> str:
    """The name of the only collection under `root`; `otherwise` where it is one of several, or
    where there is none."""
    if generations.current(Path(root) / key_of(otherwise)) is not None:
        return otherwise
    found = collections(root)
    return found[0].name if len(found) == 1 else otherwise


def name_of(folder: Path) -> str:
    """The name of the collection in a folder, also where its manifests are damaged or of another
    format: the one that the folder is named after, if any of them still tells it."""
    newest = ""
    for name in _names(folder):  # as a rule the first one tells, and no other is read
        if key_of(name) == folder.name:
            return name
        newest = newest or name
    return newest or folder.name


def _names(folder: Path) -> Iterator[str]:
    for suffix in (".json", ".copy"):
        numbers: list[int] = []
        with suppress(OSError):  # the folder can't be read
            numbers = generations.numbers(folder, suffix)
        for number in reversed(numbers):
            path = folder / "generations" / f"{number}{suffix}"
            with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, UsageError):
                yield check_name(json.loads(path.read_bytes())["collection"])


def folder_of(root: Path, name: str) -> Path:
    """The folder of a collection, also of one that can't be opened and is known by its folder."""
    folder = Path(root) / key_of(name)
    if folder.is_dir():
        return folder
    others = (other for other in folders(Path(root)) if (other / "CURRENT").is_file())
    return next((other for other in others if name in (other.name, name_of(other))), folder)


def _described(folder: Path) -> CollectionInfo | None:
    try:
        begun = (folder / "CURRENT").is_file() or generations.numbers(folder)
        return _describe(folder) if begun else None
    except OSError as error:  # one that can't be read hides no other
        if not folder.exists():  # it was deleted at this moment
            return None
        problem = f"{folder} can't be read: {error.strerror}."
        return CollectionInfo(name_of(folder), 0, 0, 0, "", "", problem=problem)


def _describe(folder: Path) -> CollectionInfo:
    size = size_of(folder)
    try:
        number = generations.current(folder)
        if number is None:
            raise CollectionNotFound(not_found(folder.parent, name_of(folder)))
        manifest = load(folder, number)
    except (CollectionError, StorageError, FileNotFoundError) as error:
        return CollectionInfo(name_of(folder), 0, 0, size, "", "", problem=str(error))
    return CollectionInfo(
        name=name_of(folder),
        documents=manifest.documents,
        chunks=manifest.chunks,
        bytes=size,
        updated=manifest.created,
        embedder=str(manifest.embedder.get("name", "")),
    )


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder; 0 where there is none."""
    return sum(_size(path) for path in folder.rglob("*"))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:  # a writer tidied it up
        return 0


def not_found(root: Path, name: str) -> str:
    """What to say where there is no such collection: which ones there are."""
    if generations.numbers(root / key_of(name)):
        return (
            f"The collection {name!r} under {root} can't be opened: nothing says which of its "
            f"generations is in force. `footnote doctor --collection {quote(name)} --fix` mends it."
        )
    names = [info.name for info in collections(root)]
    if names:
        return f"There is no collection {name!r} under {root}. There are: {', '.join(names)}."
    return (
        f"There is no collection {name!r} under {root}, nor any other. Make one with "
        f"`footnote ingest add PATH --collection {quote(name)}`."
    )
