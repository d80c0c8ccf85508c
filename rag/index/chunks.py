"""The documents and chunks of one segment, in SQLite.

Chunks of a document have consecutive rows; `row` is the row in the FAISS index. The text of a
chunk is not stored: it is a slice of its document's text, which is kept in pieces so that reading
a passage of a long document costs no more than one of a short document. Text is a blob because
paths and damaged files may hold surrogates, which SQLite's own text can't.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path, PurePath
from typing import Any

from rag.errors import CollectionDamaged
from rag.index.boxes import pack, unpack
from rag.index.generations import REMEDY
from rag.types import Block, Chunk, Document, DocumentInfo, Page

PIECE = 16_384  # characters of text per stored piece

_SCHEMA = """
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, path BLOB NOT NULL, name BLOB NOT NULL,
    type TEXT NOT NULL, sha256 TEXT NOT NULL, modified_ns INTEGER NOT NULL,
    first INTEGER NOT NULL, chunks INTEGER NOT NULL, info TEXT NOT NULL, blocks BLOB NOT NULL);
CREATE INDEX documents_path ON documents (path);
CREATE INDEX documents_name ON documents (name);
CREATE INDEX documents_sha256 ON documents (sha256);
CREATE TABLE chunks (
    row INTEGER PRIMARY KEY, document INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, page INTEGER,
    headings TEXT NOT NULL, hash BLOB NOT NULL);
CREATE INDEX chunks_hash ON chunks (hash);
CREATE TABLE texts (
    document INTEGER NOT NULL, piece INTEGER NOT NULL, text BLOB NOT NULL,
    UNIQUE (document, piece));
CREATE TABLE pages (
    document INTEGER NOT NULL, number INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    width REAL NOT NULL, height REAL NOT NULL, boxes BLOB, UNIQUE (document, number));
"""


def describe(document: Document, chunks: int) -> DocumentInfo:
    """What the index tells of a document without its text."""
    source, parsed = document.source, document.parsed
    return DocumentInfo(
        id=document.id,
        path=source.path,
        title=document.title,
        type=source.type,
        sha256=source.sha256,
        bytes=source.bytes,
        modified_ns=source.modified_ns,
        added=document.added,
        parser=source.parser,
        pages=len(parsed.pages) or None,
        characters=len(parsed.text),
        chunks=chunks,
        metadata=dict(parsed.metadata),
        warnings=tuple(parsed.warnings),
    )


class ChunkBuilder:
    """Writes a new chunk store. Not usable after an error; the file is then worthless."""

    def __init__(self, path: Path) -> None:
        # No journal: the file counts only once it is finished, synced and named by a manifest.
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN; {_SCHEMA}")
        self.documents = 0
        self.rows = 0

    def add(
        self, document: Document, chunks: Sequence[Chunk], hashes: Sequence[bytes]
    ) -> DocumentInfo:
        """Appends a document and its chunks, which get the next rows."""
        info, number = describe(document, len(chunks)), self.documents
        blocks = [(b.start, b.end, b.kind, b.level) for b in document.parsed.blocks]
        self._db.execute(
            "INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (number, info.id, _blob(info.path), _blob(_name(info.path)), info.type, info.sha256,
             info.modified_ns, self.rows, len(chunks), _json(asdict(info)),
             zlib.compress(_json(blocks).encode())),
        )  # fmt: skip
        text = document.text
        pieces = range(0, len(text), PIECE)
        self._db.executemany(
            "INSERT INTO texts VALUES (?,?,?)",
            ((number, i, _blob(text[at : at + PIECE])) for i, at in enumerate(pieces)),
        )
        self._db.executemany(
            "INSERT INTO pages VALUES (?,?,?,?,?,?,?)",
            (
                (number, p.number, p.start, p.end, p.width, p.height, pack(p))
                for p in document.parsed.pages
            ),
        )
        self._db.executemany(
            "INSERT INTO chunks VALUES (?,?,?,?,?,?,?)",
            ((row, number, c.start, c.end, c.page, _json(c.headings), h)
             for row, (c, h) in enumerate(zip(chunks, hashes, strict=True), self.rows)),
        )  # fmt: skip
        self.documents += 1
        self.rows += len(chunks)
        return info

    def copy(self, source: Path, numbers: Sequence[int]) -> None:
        """Appends documents of another store, by their numbers there, in that order."""
        db = self._db
        db.execute("COMMIT")  # SQLite attaches only outside a transaction
        db.execute("ATTACH ? AS source", (str(source),))
        db.execute("CREATE TEMP TABLE moved (old INTEGER PRIMARY KEY, new INTEGER, shift INTEGER)")
        for old in numbers:
            first, count = db.execute(
                "SELECT first, chunks FROM source.documents WHERE number = ?", (old,)
            ).fetchone()
            db.execute("INSERT INTO moved VALUES (?,?,?)", (old, self.documents, self.rows - first))
            self.documents += 1
            self.rows += count
        db.executescript("""
            BEGIN;
            INSERT INTO main.documents SELECT new, id, path, name, type, sha256, modified_ns,
                first + shift, chunks, info, blocks
                FROM moved JOIN source.documents ON number = old;
            INSERT INTO main.chunks SELECT row + shift, new, start, "end", page, headings, hash
                FROM source.chunks JOIN moved ON document = old;
            INSERT INTO main.texts SELECT new, piece, text
                FROM moved JOIN source.texts ON document = old;
            INSERT INTO main.pages SELECT new, number, start, "end", width, height, boxes
                FROM moved JOIN source.pages ON document = old;
            DROP TABLE moved; COMMIT; DETACH source; BEGIN;""")

    def relocate(self, info: DocumentInfo) -> None:
        """Replaces what is told of a copied document: path, title, times."""
        self._db.execute(
            "UPDATE documents SET path = ?, name = ?, modified_ns = ?, info = ? WHERE id = ?",
            (
                _blob(info.path),
                _blob(_name(info.path)),
                info.modified_ns,
                _json(asdict(info)),
                info.id,
            ),
        )

    def finish(self) -> None:
        """Completes the file."""
        self._db.execute("COMMIT")
        self._db.close()

    def abandon(self) -> None:
        """Closes a file that nobody will want."""
        self._db.close()


class Chunks:
    """A chunk store opened for reading. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # immutable: a published file never changes, so no lock and no journal is looked for.
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        try:
            self._db = sqlite3.connect(uri, uri=True, check_same_thread=False)
        except sqlite3.OperationalError as error:
            raise CollectionDamaged(f"{path} can't be opened: {error}. {REMEDY}") from error
        self._lock = threading.Lock()
        self.numbers = self._query("SELECT count(*) FROM documents")[0][0]

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def told(self) -> Iterator[str]:
        """What is told of each document, in order, in ASCII: `info_of` reads it."""
        return (text for (text,) in self._query("SELECT info FROM documents ORDER BY number"))

    def infos(self, numbers: Iterable[int] | None = None) -> list[DocumentInfo]:
        """Documents by number, or all in order."""
        if numbers is None:
            return [info_of(text) for text in self.told()]
        query = "SELECT info FROM documents WHERE number = ?"
        return [info_of(self._query(query, (number,))[0][0]) for number in numbers]

    def find(self, column: str, value: str) -> list[int]:
        """Numbers of documents by `id`, `path`, `name` or `sha256`."""
        assert column in ("id", "path", "name", "sha256")
        if column in ("id", "sha256") and not value.isascii():
            return []
        wanted = _blob(value) if column in ("path", "name") else value
        query = f"SELECT number FROM documents WHERE {column} = ?"
        return [number for (number,) in self._query(query, (wanted,))]

    def find_prefix(self, prefix: str) -> list[int]:
        """Numbers of documents whose id begins so."""
        if not prefix.isascii():
            return []
        query = "SELECT number FROM documents WHERE id >= ? AND id < ?"
        return [n for (n,) in self._query(query, (prefix, prefix + "~"))]

    def select(
        self, condition: str = "1", values: Sequence[Any] = ()
    ) -> list[tuple[int, int, int]]:
        """(number, first row, rows) of the documents that fulfil an SQL condition."""
        return self._query(f"SELECT number, first, chunks FROM documents WHERE {condition}", values)

    def hashes(self) -> Iterator[tuple[str, str]]:
        """(document id, SHA-256 of its file) of every document."""
        return iter(self._query("SELECT id, sha256 FROM documents"))

    def rows(self, rows: Iterable[int]) -> dict[int, tuple[int, int, Chunk]]:
        """row → (document number, first row of the document, chunk)."""
        found = {}
        query = (
            'SELECT row, document, first, start, "end", page, headings FROM chunks '
            "JOIN documents ON number = document WHERE row IN"
        )
        for row, document, first, start, end, page, headings in self._among(query, rows):
            found[row] = (document, first, Chunk(start, end, page, tuple(json.loads(headings))))
        return found

    def known(self, hashes: Sequence[bytes]) -> dict[bytes, int]:
        """hash → a row with it, for those there are."""
        return dict(self._among("SELECT hash, row FROM chunks WHERE hash IN", hashes))

    def piece(self, number: int, piece: int) -> str:
        """A piece of a document's text; empty behind its end."""
        query = "SELECT text FROM texts WHERE document = ? AND piece = ?"
        found = self._query(query, (number, piece))
        return found[0][0].decode("utf-8", "surrogatepass") if found else ""

    def blocks(self, number: int) -> tuple[Block, ...]:
        found = self._query("SELECT blocks FROM documents WHERE number = ?", (number,))
        return tuple(Block(*fields) for fields in json.loads(zlib.decompress(found[0][0])))

    def pages(self, number: int, page: int | None = None) -> list[Page]:
        """A page of a document, or all of them."""
        query = 'SELECT number, start, "end", width, height, boxes FROM pages WHERE document = ?'
        if page is None:
            found = self._query(query + " ORDER BY number", (number,))
        else:
            found = self._query(query + " AND number = ?", (number, page))
        return [
            replace(Page(*fields), boxes=unpack(boxes, *fields[3:])) for *fields, boxes in found
        ]

    def page_starts(self, number: int) -> tuple[tuple[int, int], ...]:
        """Number and start of each page of a document, in order."""
        query = "SELECT number, start FROM pages WHERE document = ? ORDER BY number"
        return tuple((int(page), int(start)) for page, start in self._query(query, (number,)))

    def _among(self, query: str, values: Iterable[Any]) -> Iterator[Any]:
        """What a query that ends with IN finds for `values`; SQLite takes so many at a time."""
        for block in _blocks_of(list(values), 500):
            yield from self._query(f"{query} ({','.join('?' * len(block))})", block)

    def _query(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        try:
            with self._lock, closing(self._db.execute(query, values)) as cursor:
                return cursor.fetchall()
        except sqlite3.ProgrammingError:  # it was closed; nothing is wrong with the file
            raise
        except sqlite3.DatabaseError as error:
            raise CollectionDamaged(f"{self.path} is damaged: {error}. {REMEDY}") from error


def _name(path: str) -> str:
    return PurePath(path).name


def _blob(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def info_of(text: str) -> DocumentInfo:
    """The inverse of how a store writes down what is told of a document."""
    fields = json.loads(text)
    return DocumentInfo(**{**fields, "warnings": tuple(fields["warnings"])})


def _blocks_of(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (values[i : i + size] for i in range(0, len(values), size))
