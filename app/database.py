"""The SQLite file that conversations and judgements are kept in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import StorageError

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
"""
# Columns that came later: a file of an earlier version gets them when it is opened.
_ADDED = (
    ("turns", "plain", "integer not null default 0"),
    ("turns", "everywhere", "integer not null default 0"),
    ("judgements", "better", "text not null default ''"),
)


_VERSION = 1  # raised with each change of the above


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
            raise StorageError(f"Conversations can't be kept in {self.path}: {error}.") from None
        try:
            db.row_factory = lambda cursor, row: {
                column[0]: value for column, value in zip(cursor.description, row, strict=True)
            }
            db.execute("pragma foreign_keys = on")
            # Each time: the file may have been deleted or restored since, from an earlier version.
            if db.execute("pragma user_version").fetchone()["user_version"] < _VERSION:
                self._prepare(db)
            with db:
                db.execute("begin immediate")
                yield db
        except sqlite3.Error as error:
            raise StorageError(f"Conversations in {self.path} can't be used: {error}.") from None
        finally:
            db.close()

    def _prepare(self, db: sqlite3.Connection) -> None:
        db.execute("pragma journal_mode = wal")
        db.executescript(_SCHEMA)
        for table, column, kind in _ADDED:
            there = {row["name"] for row in db.execute(f"pragma table_info({table})")}
            if column not in there:
                db.execute(f"alter table {table} add column {column} {kind}")
        db.execute(f"pragma user_version = {_VERSION}")
