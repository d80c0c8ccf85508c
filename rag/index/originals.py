"""The files that documents were made from, kept by hash."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from rag.index import generations
from rag.index.chunks import Chunks
from rag.index.manifest import Manifest
from rag.index.segment import CHUNKS


def keep(folder: Path, source: BinaryIO, sha256: str) -> Path | None:
    """Copies an open file into a collection; None where it is not what `sha256` says.

    The copy is not durable yet.
    """
    target = folder / "files" / sha256
    if target.is_file() and target.stat().st_size == os.fstat(source.fileno()).st_size:
        return target
    temporary = target.with_name(sha256 + ".tmp")
    with temporary.open("wb") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)
    if generations.sha256_of(temporary) != sha256:
        temporary.unlink()
        return None
    return temporary.replace(target)


def in_use(folder: Path, manifest: Manifest) -> set[str]:
    """Hashes of the files of all living documents of a generation.

    Raises:
        CollectionDamaged: a segment can't tell which documents it holds.
    """
    found: set[str] = set()
    for entry in manifest.segments:
        dead = set(manifest.deleted.get(entry.id, ()))
        with closing(Chunks(folder / "segments" / entry.id / CHUNKS)) as store:
            found.update(sha256 for document, sha256 in store.hashes() if document not in dead)
    return found
