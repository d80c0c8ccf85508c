"""Collections under an index root: open, write, list, rename, delete, roll back.

with Collection.open(root, "default") as opened: ...
with Writer(root, "default", embedder=fingerprint) as writer: ...; writer.publish()
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path

from rag.errors import CollectionNotFound
from rag.index import generations
from rag.index.listing import CollectionInfo, collections, folder_of
from rag.index.manifest import Manifest, key_of
from rag.index.reader import Collection, StoredChunk
from rag.index.renaming import rename
from rag.index.tidy import history, sweep_deleted
from rag.index.writer import Writer

__all__ = [
    "Collection",
    "CollectionInfo",
    "StoredChunk",
    "Writer",
    "collections",
    "delete",
    "past",
    "rename",
    "rollback",
]


def delete(root: Path, name: str) -> None:
    """Deletes a collection with its originals, also one that can't be opened. Open readers may go
    on reading.

    Raises:
        CollectionNotFound: there is none of that name.
        CollectionBusy: a writer is at work on it.
        StorageError: the folder can't be written.
    """
    root = Path(root)
    folder = folder_of(root, name)
    if not folder.is_dir():
        Collection.open(root, name)  # raises
    with generations.lock(root, folder.name, name), generations.storage(folder):
        doomed = root / f".deleted-{uuid.uuid4().hex[:8]}"
        folder.rename(doomed)  # gone for everybody at one moment
        generations.sync_folder(root)
        generations.checkpoint("collection-renamed")
        sweep_deleted(root)


def rollback(root: Path, name: str, *, to: int | None = None) -> int:
    """Puts the content of an earlier generation back, by default the one before; returns its new
    number. `past` lists those there are.

    Raises:
        CollectionNotFound: there is no such collection, or no such generation before this one.
        CollectionBusy: a writer is at work on it.
        CollectionDamaged: that generation is damaged.
    """
    root = Path(root)
    folder = root / key_of(name)
    if generations.current(folder) is None:
        Collection.open(root, name)  # raises
    with generations.lock(root, key_of(name), name), generations.storage(folder):
        now, *earlier = history(folder)
        found = [m for m in earlier if to in (None, m.generation)]
        if not found:
            kept = ", ".join(str(m.generation) for m in earlier) or "none"
            wanted = "no generation before this one" if to is None else f"no generation {to}"
            raise CollectionNotFound(
                f"Collection {name!r} has {wanted} to go back to; there are: {kept}."
            )
        for entry in found[0].segments:
            for file, stored in entry.files.items():
                stored.check(folder / "segments" / entry.id / file)
        # The old content gets a new number: numbers only grow, and a second rollback undoes this.
        before = replace(found[0], collection=name, parent=now.generation)
        return generations.publish(folder, before.to_json())


def past(root: Path, name: str) -> list[Manifest]:
    """The generations that are kept, newest first; the first is in force.

    Raises:
        CollectionNotFound: there is no such collection.
    """
    folder = Path(root) / key_of(name)
    if generations.current(folder) is None:
        Collection.open(root, name)  # raises
    return history(folder)
