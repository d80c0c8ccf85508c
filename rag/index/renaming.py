"""Giving a collection another name: another folder, since its name is a hash of that, and another
line in its manifest.

The manifest with the new name is put in force first, then the folder is renamed: the moment at
which the collection has its new name. Until then its earlier manifest tells the name that the
folder is named after, so that it is found under that one whenever this is stopped.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from rag.errors import CollectionError
from rag.index import generations
from rag.index.manifest import check_name, in_force, key_of
from rag.index.reader import Collection
from rag.index.tidy import KEEP, sweep


def rename(root: Path, name: str, new: str, *, keep: int = KEEP) -> None:
    """Gives a collection another name. Open readers may go on reading; what a rollback leads to
    stays. `keep` is how many generations stay on disk.

    Raises:
        UsageError: `new` can't be a name.
        CollectionNotFound: there is none of that name.
        CollectionError: there is one of the new name; or a writer is at work on either.
        CollectionDamaged: what is published can't be relied on.
        StorageError: the folder can't be written.
    """
    root = Path(root)
    folder, target = root / key_of(name), root / key_of(check_name(new))
    Collection.open(root, name).close()  # raises where it can't be
    with ExitStack() as held:
        for one in sorted({name, new}):
            held.enter_context(generations.lock(root, key_of(one), one))
        held.enter_context(generations.storage(folder))
        if generations.stored(target) or (target / "CURRENT").exists():
            raise CollectionError(f"There is a collection {new!r} already. Choose another name.")
        shutil.rmtree(target, ignore_errors=True)  # a first writer was killed, and left it
        generations.settle(folder)
        # Nothing else changes, so a rollback still undoes what it would have undone.
        generations.publish(folder, replace(in_force(folder), collection=new).to_json())
        folder.rename(target)
        generations.sync_folder(root)
        generations.checkpoint("collection-renamed")
        sweep(target, keep, files=False)
