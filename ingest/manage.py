"""What needs no model: removing and renaming documents, and saying what a collection holds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ingest.mirror import behind
from ingest.records import Origin, Outcome, Report, Status
from rag.errors import UsageError
from rag.index.collection import Collection, Writer
from rag.index.generations import sha256_of
from rag.settings import Settings
from rag.types import DocumentInfo


def remove(
    documents: str | Path | Sequence[str | Path],
    *,
    collection: str = "default",
    settings: Settings | None = None,
) -> Report:
    """Removes documents, each given by id, path or unique file name; all of them or none.

    Raises:
        DocumentNotFound: no such document; says which there are.
        UsageError: several documents have that name.
        CollectionError, StorageError: as `add`.
    """
    begun = time.monotonic()
    settings = settings or Settings.load()
    root = settings.root
    if isinstance(documents, str | Path):  # each character of it would be a document
        documents = [documents]
    with Writer(root, collection, keep=settings.keep_generations) as writer:
        with Collection.open(root, collection) as opened:
            infos = {info.id: info for info in map(opened.document, map(str, documents))}
        for info in infos.values():
            writer.remove(info.id)
        writer.publish()
        outcomes = tuple(Outcome(info.path, "removed", info.id) for info in infos.values())
        seconds = time.monotonic() - begun
        return Report(collection, outcomes, *writer.counts, seconds)


def rename(
    document: str, title: str, *, collection: str = "default", settings: Settings | None = None
) -> DocumentInfo:
    """Gives a document, told by id, path or unique file name, another title.

    It stays until the file changes and is read anew.

    Raises:
        UsageError: the title is empty.
        DocumentNotFound, CollectionError, StorageError: as `remove`.
    """
    title = " ".join(title.split())
    if not title:
        raise UsageError("A title needs at least one letter.")
    settings = settings or Settings.load()
    root = settings.root
    with Writer(root, collection, keep=settings.keep_generations) as writer:
        with Collection.open(root, collection) as opened:
            renamed = replace(opened.document(document), title=title)
        writer.relocate([renamed])
        writer.publish()
    return renamed


def status(collection: str = "default", *, settings: Settings | None = None) -> Status:
    """What a collection holds.

    Raises:
        CollectionNotFound: there is none; says which there are.
    """
    root = (settings or Settings.load()).root
    with Collection.open(root, collection) as opened:
        manifest = opened.manifest
        apart = [path for f in manifest.folders for path in behind(Path(f), collection, root)]
        return Status(
            collection=collection,
            documents=tuple(opened.documents()),
            chunks=manifest.chunks,
            folders=manifest.folders,
            updated=manifest.created,
            embedder=str(manifest.embedder.get("name", "")),
            behind=tuple(dict.fromkeys(apart)),
        )


def origin(
    document: str, collection: str = "default", *, settings: Settings | None = None
) -> Origin:
    """Where a document came from, given by id, path or unique file name.

    Raises:
        DocumentNotFound, UsageError, CollectionNotFound: as `remove`.
    """
    with Collection.open((settings or Settings.load()).root, collection) as opened:
        info = opened.document(document)
        original = opened.original(info.id)
        same = [other for other in opened.documents() if other.sha256 == info.sha256]
        return Origin(
            document=info,
            original=str(original) if original else None,
            changed=_is_other(info),
            twins=tuple(other.path for other in same if other.id != info.id),
        )


def _is_other(info: DocumentInfo) -> bool:
    """Whether a file with other content stands where a document was read."""
    path = Path(info.path)
    try:
        found = path.stat()
        if found.st_size != info.bytes:
            return True
        # A copy, a checkout or a synchronised drive gives a file another time and no more.
        return found.st_mtime_ns != info.modified_ns and sha256_of(path) != info.sha256
    except OSError:
        return False
