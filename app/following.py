"""What the app keeps of a collection, conversations, uploads and choices, follows it: when it is
renamed, and when it is deleted.

A note beside them says which renaming or deletion is under way, so that one that was stopped is
finished by the next, or by the app.
"""

from __future__ import annotations

import json
import shutil
import uuid
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

from app import database, preferences
from app.database import APP_FOLDER, Database
from app.preferences import Preferences
from app.store import Store
from rag.errors import StorageError
from rag.index import collection, generations
from rag.index.listing import folder_of
from rag.index.manifest import check_name, key_of
from rag.index.tidy import sweep_deleted


def rename(root: Path, name: str, new: str, keep: int) -> None:
    """Gives a collection another name; `keep` is how many of its generations stay on disk.

    Raises:
        As `rag.index.collection.rename`, and StorageError where the app's files can't be written.
    """
    if not _note(root).parent.is_dir():
        collection.rename(root, name, new, keep=keep)
        return
    with _alone(root, name):
        _finish(root)
        # A new collection of the old name gets a folder of its own for uploads: those of this one
        # stay where its documents say that they are.
        folders = {check_name(new): uploads(root, name).name, name: uuid.uuid4().hex[:16]}
        _write(root, [name, new, folders, _inode(root / key_of(name))])
        try:
            collection.rename(root, name, new, keep=keep)
        finally:
            _finish(root)


def delete(root: Path, name: str) -> None:
    """Deletes a collection, also one that is damaged, and what the app keeps of it.

    Raises:
        As `rag.index.collection.delete`, and StorageError where the app's files can't be written.
    """
    folder = folder_of(root, name)
    if not (_note(root).parent.is_dir() and folder.is_dir()):
        collection.delete(root, name)
        return
    with _alone(root, name):
        _finish(root)
        with suppress(StorageError):  # on a full drive, deleting is what makes room
            _write(root, [name, "", {}, _inode(folder)])
        try:
            collection.delete(root, name)
            _write(root, [name, "", {}, None])  # from now on a folder there is another collection
        finally:
            _finish(root)


def forget(root: Path, name: str) -> None:
    """Deletes what the app keeps of a collection.

    Raises:
        StorageError: it can't be told or written.
    """
    folder = uploads(root, name)
    Store(database.kept_in(root)).delete_all(name)
    Preferences(preferences.kept_in(root)).forget(name)
    shutil.rmtree(folder, ignore_errors=True)


def finish(root: Path) -> None:
    """Lets what the app keeps follow a collection that was renamed or deleted, where that was
    under way.

    Raises:
        CollectionBusy: another process is at it, and will finish it.
        StorageError: it can't be written.
    """
    if _note(root).is_file():
        with _alone(root, "renaming"):
            _finish(root)


def kept(root: Path, name: str) -> tuple[int, int]:
    """How many conversations and uploaded files the app keeps of a collection.

    Raises:
        StorageError: it can't be told; says why.
    """
    file = database.kept_in(root)
    if not file.is_file():
        return 0, 0
    files = sum(path.is_file() for path in uploads(root, name).rglob("*"))
    return len(Store(file).conversations(name)), files


def uploads(root: Path, name: str) -> Path:
    """The folder in which what was uploaded to a collection lies.

    Raises:
        StorageError: it can't be told; says why.
    """
    file = _database(root)
    folder = file.upload_folder(name) if file.path.is_file() else None
    return root / APP_FOLDER / "uploads" / (folder or key_of(name))


def _alone(root: Path, name: str) -> AbstractContextManager[None]:
    """The right to write the note: what another process is renaming seems not to be renamed."""
    return generations.lock(root, "renaming", name)


def _write(root: Path, told: list[Any]) -> None:
    note = _note(root)
    with generations.storage(note):
        generations.replace_file(note, json.dumps(told).encode())


def _finish(root: Path) -> None:
    note = _note(root)
    if not note.is_file():
        return
    with generations.storage(note):
        try:
            name, new, folders, inode = json.loads(note.read_bytes())
        except ValueError:
            name, new, folders, inode = "", "", {}, None
        if name and not new:
            if inode is None or _inode(folder_of(root, name)) != inode:
                forget(root, name)
                sweep_deleted(root)
        elif name and _is_renamed(root, name, new, inode):
            _database(root).hand_over(name, new, folders)
            Preferences(preferences.kept_in(root)).follow(name, new)
        generations.checkpoint("followed")
        note.unlink()


def _is_renamed(root: Path, name: str, new: str, inode: int | None) -> bool:
    there = [generations.current(root / key_of(one)) is not None for one in (name, new)]
    # There may be a new collection of the old name by now.
    same = there == [True, True] and _inode(root / key_of(new)) == inode
    return same or there == [False, True]


def _inode(folder: Path) -> int | None:
    """What stays of a folder that is renamed; None where there is none."""
    try:
        return folder.stat().st_ino
    except OSError:
        return None


def _database(root: Path) -> Database:
    return Database(database.kept_in(root))


def _note(root: Path) -> Path:
    return root / APP_FOLDER / "renaming.json"
