"""Which collections there are under an index root."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rag.errors import CollectionError, StorageError
from rag.index import generations
from rag.index.manifest import key_of, load


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
    """The collections under `root`, by name; none where there is no such folder."""
    root = Path(root)
    folders = sorted(root.iterdir()) if root.is_dir() else []
    found = [_described(folder) for folder in folders if not folder.name.startswith(".")]
    return sorted(filter(None, found), key=lambda info: info.name)


def sole(root: Path, otherwise: str) -> str:
    """The name of the only collection under `root`; `otherwise` where it is one of several, or
    where there is none."""
    if generations.current(Path(root) / key_of(otherwise)) is not None:
        return otherwise
    found = collections(root)
    return found[0].name if len(found) == 1 else otherwise


def _described(folder: Path) -> CollectionInfo | None:
    try:
        return _describe(folder) if (folder / "CURRENT").is_file() else None
    except OSError as error:  # one that can't be read hides no other
        problem = f"{folder} can't be read: {error.strerror}."
        return CollectionInfo(folder.name, 0, 0, 0, "", "", problem=problem)


def _describe(folder: Path) -> CollectionInfo:
    size = sum(_size(path) for path in folder.rglob("*"))
    try:
        manifest = load(folder, generations.current(folder) or 0)
    except (CollectionError, StorageError, FileNotFoundError) as error:
        return CollectionInfo(folder.name, 0, 0, size, "", "", problem=str(error))
    return CollectionInfo(
        name=manifest.collection,
        documents=manifest.documents,
        chunks=manifest.chunks,
        bytes=size,
        updated=manifest.created,
        embedder=str(manifest.embedder.get("name", "")),
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:  # a writer tidied it up
        return 0


def not_found(root: Path, name: str) -> str:
    """What to say where there is no such collection: which ones there are."""
    names = [info.name for info in collections(root)]
    if names:
        return f"There is no collection {name!r} under {root}. There are: {', '.join(names)}."
    return (
        f"There is no collection {name!r} under {root}, nor any other. Make one with "
        f"`footnote ingest add PATH --collection {name}`."
    )
