"""The SQLite file that conversations and judgements are kept in."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from rag.errors import StorageError
from rag.index.generations import STORAGE_CODES

_SCHEMA = """
create table if not exists conversations (
    id text primary key, collection text not null, name text not null,
    created text not null, updated text not null
);
create table if not exists turns (
    id text primary key,
    conversation text not null references conversations (id) on delete cascade,
    number integer not null, question text not null, scope text not null, asked text not null,
    answer text, error text, job text, plain integer not null default 0,
    everywhere integer not null default 0,
    unique (conversation, number)
);
create table if not exists judgements (
    turn text primary key references turns (id) on delete cascade,
    good integer not null, reason text not null, judged text not null,
    better text not null default ''
);
create table if not exists earlier (
    turn text not null references turns (id) on delete cascade,
    answer text not null, good integer not null, reason text not null, better text not null
);
create table if not exists uploads (collection text primary key, folder text not null);
"""
# Columns that came later: a file of an earlier version gets them when it is opened.
_ADDED = (
    ("turns", "plain", "integer not null default 0"),
    ("turns", "everywhere", "integer not null default 0"),
    ("judgements", "better", "text not null default ''"),
)


APP_FOLDER = ".app"  # under the index root; the dot keeps it out of the list of collections
_VERSION = 2  # raised with each change of the above

# What a full drive, a read-only one, or a folder of somebody else leads to.
_CLOSED = (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT)
_REMEDY = "Make room or make it writable; in the shell `footnote ask` needs neither."


def kept_in(root: Path) -> Path:
    """The file of an index root."""
    return root / APP_FOLDER / "conversations.sqlite"


class Database:
    """Opens a connection for each call, so that jobs and pages can use it at the same time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A transaction; rows come as dicts.

        Raises:
            StorageError: the file can't be used; says why.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self.path, timeout=30)
        except (OSError, sqlite3.Error) as error:
            raise self._failed(error) from None
        try:
            db.row_factory = _as_dict
            db.execute("pragma foreign_keys = on")
            # Each time: the file may have been deleted or restored since, from an earlier version.
            if db.execute("pragma user_version").fetchone()["user_version"] < _VERSION:
                self._prepare(db)
            with db:
                db.execute("begin immediate")
                yield db
        except sqlite3.Error as error:
            raise self._failed(error) from None
        finally:
            db.close()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """As `open`, for whoever changes nothing: what was kept is seen on a full or read-only
        drive, too.

        Raises:
            StorageError: as `open`.
        """
        with ExitStack() as held:
            try:
                db = held.enter_context(self.open())
            except StorageError as error:
                if not _is_closed(error.__context__):
                    raise
                db = held.enter_context(self._looked_at())
            yield db

    # --- whole collections ---

    def upload_folder(self, collection: str) -> str | None:
        """The name of the folder for its uploads; None for one that was never renamed."""
        with self.read() as db:
            # A read-only drive may hold a file of an earlier version.
            if not db.execute("select 1 from sqlite_master where name = 'uploads'").fetchone():
                return None
            asked = "select folder from uploads where collection = ?"
            found = db.execute(asked, (collection,)).fetchone()
        return str(found["folder"]) if found else None

    def hand_over(self, collection: str, new: str, folders: Mapping[str, str]) -> None:
        """Gives the conversations with a collection to the one that it has become; `folders` are
        those for uploads from now on, by collection."""
        with self.open() as db:
            db.executemany("insert or replace into uploads values (?, ?)", folders.items())
            handed = "update conversations set collection = ? where collection = ?"
            db.execute(handed, (new, collection))

    # --- within ---

    @contextmanager
    def _looked_at(self) -> Iterator[sqlite3.Connection]:
        """The file as it is on the disk, with nothing written beside it; empty where it is none."""
        there = self.path.is_file()
        try:
            with ExitStack() as held:
                place = self._to_look_at(held) if there else ":memory:"
                db = held.enter_context(closing(sqlite3.connect(place, uri=True)))
                db.row_factory = _as_dict
                if not there:
                    db.executescript(_SCHEMA)
                yield db
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def _to_look_at(self, held: ExitStack) -> str:
        """The address of the file; or of a copy of it, where the last changes are still in the
        log beside it, which SQLite can't take in without writing."""
        log = self.path.with_name(f"{self.path.name}-wal")
        with suppress(OSError):  # no log, or no room for a copy: then what is in the file
            if log.stat().st_size:
                folder = held.enter_context(TemporaryDirectory(prefix="footnote-"))
                for path in (self.path, log):
                    shutil.copyfile(path, Path(folder, path.name))
                return Path(folder, self.path.name).as_uri()
        return f"{self.path.absolute().as_uri()}?immutable=1"

    def _failed(self, error: OSError | sqlite3.Error) -> StorageError:
        why = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        remedy = f" {_REMEDY}" if _is_closed(error) else ""
        return StorageError(f"Conversations can't be kept in {self.path}: {why}.{remedy}")

    def _prepare(self, db: sqlite3.Connection) -> None:
        db.execute("pragma journal_mode = wal")
        db.executescript(_SCHEMA)
        for table, column, kind in _ADDED:
            there = {row["name"] for row in db.execute(f"pragma table_info({table})")}
            if column not in there:
                db.execute(f"alter table {table} add column {column} {kind}")
        db.execute(f"pragma user_version = {_VERSION}")


def _as_dict(cursor: sqlite3.Cursor, row: tuple[object, ...]) -> dict[str, object]:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


def _is_closed(error: BaseException | None) -> bool:
    """Is it the drive that can't be written, and not the file that is damaged or in use?"""
    if isinstance(error, OSError):
        return error.errno in _CLOSED
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in STORAGE_CODES
