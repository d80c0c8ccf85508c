"""Whether the three stores of one segment make sense, in themselves and together.

Checksums tell that a file is what was written; this tells that what was written can be used. All
rows are read, so it takes as long as reading the segment once.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from rag.errors import CollectionError
from rag.index.chunks import Chunks
from rag.index.lexical import Lexical
from rag.index.segment import CHUNKS, CODES, LEXICAL, VECTORS
from rag.index.tokens import BITS, Tokens
from rag.index.vectors import Vectors

_BLOCK = 16_384  # rows looked at together
_LENGTH = 1e-2  # by which the length of a vector may differ from 1: bfloat16 has 8 bits
_BOX = 8  # bytes of a packed character box


def faults(folder: Path, dimension: int) -> Iterator[tuple[str, str]]:
    """(check, what is wrong) for a segment in `folder`; nothing where all is well.

    The checks are "database", "rows", "vectors", "tokens", "terms" and "spans".
    """
    checks: tuple[tuple[str, Callable[[Path, int], Iterator[str]]], ...] = (
        ("database", _database),
        ("rows", _rows),
        ("vectors", _vectors),
        ("tokens", _tokens),
        ("terms", _terms),
        ("spans", _spans),
    )
    for name, check in checks:
        try:
            for what in check(folder, dimension):
                yield name, what
        # A file that is not what its name says makes FAISS raise RuntimeError, NumPy ValueError.
        except (CollectionError, OSError, RuntimeError, ValueError, sqlite3.Error) as error:
            yield name, f"{folder.name} can't be read: {error}"


def _connect(folder: Path) -> sqlite3.Connection:
    uri = (folder / CHUNKS).resolve().as_uri()
    return sqlite3.connect(f"{uri}?mode=ro&immutable=1", uri=True)


def _database(folder: Path, dimension: int) -> Iterator[str]:
    with closing(_connect(folder)) as db:
        for (told,) in db.execute("PRAGMA integrity_check(3)"):
            if told != "ok":
                yield f"{folder.name}/{CHUNKS}: {' '.join(told.split())}"


def _rows(folder: Path, dimension: int) -> Iterator[str]:
    with closing(_connect(folder)) as db:
        chunks = db.execute("SELECT count(*), max(row) + 1 FROM chunks").fetchone()
        told = db.execute("SELECT sum(chunks) FROM documents").fetchone()[0] or 0
        orphans = db.execute(
            "SELECT count(*) FROM chunks WHERE document NOT IN (SELECT number FROM documents)"
        ).fetchone()[0]
    vectors = Vectors(folder / VECTORS, folder / CODES)
    counts = {
        "chunks": chunks[0],
        "chunks told of by documents": told,
        "vectors": len(vectors),
        "codes of vectors": len(vectors) if vectors.coded is None else vectors.coded,
        "rows of terms": len(Lexical(folder / LEXICAL)),
    }
    if len(set(counts.values())) > 1 or (chunks[1] or 0) != chunks[0]:
        listed = ", ".join(f"{n:,} {name}" for name, n in counts.items())
        yield f"{folder.name} has {listed}, which should be as many."
    if orphans:
        yield f"{folder.name} has {orphans:,} chunks without a document."


def _vectors(folder: Path, dimension: int) -> Iterator[str]:
    vectors = Vectors(folder / VECTORS)
    if len(vectors) and vectors.dimension != dimension:
        yield f"{folder.name} has vectors of dimension {vectors.dimension}, not {dimension}."
    bad = 0
    for at in range(0, len(vectors), _BLOCK):
        rows = vectors.rows(np.arange(at, min(at + _BLOCK, len(vectors))))
        # A text without any token may have no direction: all zeros is allowed.
        lengths = np.linalg.norm(rows, axis=1)
        bad += int(np.count_nonzero(~((np.abs(lengths - 1) < _LENGTH) | (lengths == 0))))
    if bad:
        yield f"{folder.name} has {bad:,} vectors that are not of length 1."


def _tokens(folder: Path, dimension: int) -> Iterator[str]:
    if not (folder / BITS).is_file():
        return
    tokens, rows = Tokens(folder, dimension), len(Vectors(folder / VECTORS))
    if len(tokens) != rows:
        yield f"{folder.name} has tokens of {len(tokens):,} chunks and {rows:,} vectors."
    elif (np.diff(tokens.first) < 0).any():
        yield f"{folder.name} has tokens out of order."


def _terms(folder: Path, dimension: int) -> Iterator[str]:
    lexical = Lexical(folder / LEXICAL)
    starts = lexical.starts.astype(np.int64)
    if len(lexical.rows) != len(lexical.counts) or (
        len(starts) and starts[-1] != len(lexical.rows)
    ):
        yield f"{folder.name} has lists of terms that do not fit together."
        return
    if (np.diff(starts) < 0).any():
        yield f"{folder.name} has lists of terms out of order."
    if len(lexical.rows) and int(lexical.rows.max()) >= len(lexical):
        yield f"{folder.name} has terms of rows that are not there."


def _spans(folder: Path, dimension: int) -> Iterator[str]:
    """Chunks, blocks and pages must lie in the text, in order; a box belongs to a character."""
    with closing(Chunks(folder / CHUNKS)) as store, closing(_connect(folder)) as db:
        infos = store.infos()
        for number, (info, (_, first, count)) in enumerate(
            zip(infos, store.select("1 ORDER BY number"), strict=True)
        ):
            length = sum(
                len(piece.decode("utf-8", "surrogatepass"))
                for (piece,) in db.execute("SELECT text FROM texts WHERE document = ?", (number,))
            )
            wrong = [
                *([f"{length:,} characters"] if length != info.characters else []),
                *_bad_chunks(db, number, first, count, length),
                *_bad_blocks(store, number, length),
                *_bad_pages(db, number, length),
            ]
            if wrong:
                yield f"{info.path} ({info.id}) has {', '.join(wrong)} that do not fit its text."


def _bad_chunks(
    db: sqlite3.Connection, number: int, first: int, count: int, length: int
) -> Iterator[str]:
    query = 'SELECT document, start, "end" FROM chunks WHERE row >= ? AND row < ? ORDER BY row'
    found = db.execute(query, (first, first + count)).fetchall()
    last = 0
    bad = count - len(found)
    for document, start, end in found:
        bad += document != number or not last <= start < end <= length
        last = end
    if bad:
        yield f"{bad:,} chunks"


def _bad_blocks(store: Chunks, number: int, length: int) -> Iterator[str]:
    bad = last = 0
    for block in store.blocks(number):
        bad += not last <= block.start <= block.end <= length
        last = block.end
    if bad:
        yield f"{bad:,} blocks"


def _bad_pages(db: sqlite3.Connection, number: int, length: int) -> Iterator[str]:
    query = 'SELECT start, "end", boxes FROM pages WHERE document = ? ORDER BY number'
    bad = last = 0
    for start, end, boxes in db.execute(query, (number,)):
        bad += not last <= start <= end <= length or (
            boxes is not None and len(zlib.decompress(boxes)) != _BOX * (end - start)
        )
        last = end
    if bad:
        yield f"{bad:,} pages"
