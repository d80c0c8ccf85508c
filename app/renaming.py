"""Renaming a collection with what the app keeps of it: conversations, uploads and choices.

A note beside them says which renaming is under way, so that one that was stopped is finished by
the next, or when the app starts.
"""

from __future__ import annotations

import json
import uuid
from contextlib import AbstractContextManager
from pathlib import Path

from app import database, preferences
from app.database import APP_FOLDER, Database
from app.preferences import Preferences
from rag.index import collection, generations
from rag.index.manifest import check_name, key_of


def rename(root: Path, name: str, new: str, keep: int) -> None:
    """Gives a collection another name; `keep` is how many of its generations stay on disk.

    Raises:
        As `rag.index.collection.rename`, and StorageError where the app's files can't be written.
    """
    note = _note(root)
    if not note.parent.is_dir():
        collection.rename(root, name, new, keep=keep)
        return
    with _alone(root, name):
        _finish(root)
        # A new collection of the old name gets a folder of its own for uploads: those of this one
        # stay where its documents say that they are.
        folders = {check_name(new): uploads(root, name), name: uuid.uuid4().hex[:16]}
        told = [name, new, folders, _inode(root / key_of(name))]
        with generations.storage(note):
            generations.replace_file(note, json.dumps(told).encode())
        try:
            collection.rename(root, name, new, keep=keep)
        finally:
            _finish(root)


def finish(root: Path) -> None:
    """Lets what the app keeps follow a collection that was renamed, where that was under way.

    Raises:
        CollectionBusy: another process is at it, and will finish it.
        StorageError: it can't be written.
    """
    if _note(root).is_file():
        with _alone(root, "renaming"):
            _finish(root)


def _alone(root: Path, name: str) -> AbstractContextManager[None]:
    """The right to write the note: what another process is renaming seems not to be renamed."""
    return generations.lock(root, "renaming", name)


def _finish(root: Path) -> None:
    note = _note(root)
    if not note.is_file():
        return
    with generations.storage(note):
        try:
            name, new, folders, inode = json.loads(note.read_bytes())
        except ValueError:
            name, new, folders, inode = "", "", {}, None
        there = [generations.current(root / key_of(one)) is not None for one in (name, new)]
        # There may be a new collection of the old name by now.
        same = there == [True, True] and _inode(root / key_of(new)) == inode
        if same or there == [False, True]:
            with _database(root).open() as db:
                db.executemany("insert or replace into uploads values (?, ?)", folders.items())
                db.execute(
                    "update conversations set collection = ? where collection = ?", (new, name)
                )
            Preferences(preferences.kept_in(root)).follow(name, new)
        generations.checkpoint("followed")
        note.unlink()


def _inode(folder: Path) -> int | None:
    """What stays of a folder that is renamed; None where there is none."""
    try:
        return folder.stat().st_ino
    except OSError:
        return None


def uploads(root: Path, name: str) -> str:
    """The name of the folder in which what was uploaded to a collection lies.

    Raises:
        StorageError: it can't be told; says why.
    """
    file = _database(root)
    if not file.path.is_file():
        return key_of(name)
    with file.read() as db:
        # A read-only drive may hold a file of an earlier version.
        if not db.execute("select 1 from sqlite_master where name = 'uploads'").fetchone():
            return key_of(name)
        found = db.execute("select folder from uploads where collection = ?", (name,)).fetchone()
    return str(found["folder"]) if found else key_of(name)


def _database(root: Path) -> Database:
    return Database(database.kept_in(root))


def _note(root: Path) -> Path:
    return root / APP_FOLDER / "renaming.json"
