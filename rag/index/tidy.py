"""Which files no generation needs any more."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from rag.errors import CollectionError
from rag.index import generations
from rag.index.manifest import Manifest, in_force, load
from rag.index.originals import in_use

KEEP = 2  # generations that stay: the one in force, and the one that a rollback leads to


def sweep(folder: Path, keep: int = KEEP, files: bool = True) -> None:
    """Deletes what neither the generation in force nor the `keep` - 1 before it need.

    `files=False` leaves the originals alone, which saves looking at every document.
    """
    kept = history(folder, keep)
    if not kept and generations.current(folder) is not None:
        return
    segments = {entry.id for manifest in kept for entry in manifest.segments}
    originals = _originals(folder, kept) if files else None
    generations.collect(folder, {m.generation for m in kept}, segments, originals)


def sweep_deleted(root: Path) -> None:
    """Deletes what is left of collections whose deletion was stopped."""
    for leftover in root.glob(".deleted-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def settle_name(folder: Path, name: str) -> None:
    """Where a renaming was stopped, puts a manifest in force that tells the name that the folder
    is named after: the one that told it may go."""
    with suppress(FileNotFoundError):  # its manifest is missing: opening it says so
        manifest = in_force(folder)
        if manifest.collection != name:
            generations.publish(folder, replace(manifest, collection=name).to_json())


def history(folder: Path, longest: int = 1_000_000) -> list[Manifest]:
    """The generation in force and those that rollbacks lead to, newest first; [] where none is."""
    number = generations.current(folder)
    found: list[Manifest] = []
    while number is not None and len(found) < longest:
        try:
            manifest = load(folder, number)
        except (FileNotFoundError, CollectionError):
            if not found:
                raise
            break
        found.append(manifest)
        number = manifest.parent
    return found


def _originals(folder: Path, kept: list[Manifest]) -> set[str] | None:
    """Hashes of the originals that are needed; None where that can't be told."""
    try:
        return set().union(*(in_use(folder, manifest) for manifest in kept))
    except CollectionError:  # a damaged segment may need any of them
        return None
