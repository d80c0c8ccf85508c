"""A segment: an immutable part of a collection that joins chunks, vectors and terms row by row."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.index import generations, lexical, vectors
from rag.index.chunks import ChunkBuilder, Chunks
from rag.index.lexical import Lexical, LexicalBuilder
from rag.index.manifest import SegmentEntry, StoredFile
from rag.index.scope import condition
from rag.index.tokens import BITS, TokenBuilder, Tokens
from rag.index.vectors import Floats, Rows, Vectors
from rag.interaction import Embedded, Signs, no_words
from rag.text import language, terms
from rag.types import Chunk, Document, DocumentInfo, Scope

CHUNKS, VECTORS, LEXICAL = "chunks.sqlite", "vectors.faiss", "lexical"
CODES = "codes.faiss"  # only where there are many vectors
DOCUMENTS = "documents.jsonl"  # what is told of each document, once more: for mending only
_COPY_ROWS = 16_384  # vectors held in memory while segments merge


def text_hash(text: str) -> bytes:
    """Identifies the exact text that was embedded."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Segment:
    """A segment opened for reading, with the documents that a manifest declares dead."""

    def __init__(
        self, folder: Path, entry: SegmentEntry, dead: Collection[str] = (), verify: bool = True
    ) -> None:
        if verify:
            for name, stored in entry.files.items():
                if name != DOCUMENTS:
                    stored.check(folder / name)
        self.folder = folder
        self.entry = entry
        self.vectors = Vectors(folder / VECTORS, folder / CODES)
        self._tokens: Tokens | None = None
        if BITS in entry.files:
            self._tokens = Tokens(folder, self.vectors.dimension)
        self.lexical = Lexical(folder / LEXICAL)
        self.chunks = Chunks(folder / CHUNKS)
        self.dead: set[int] = set()
        self.alive: NDArray[np.bool_] | None = None
        if dead:
            self.bury(dead)

    def __len__(self) -> int:
        return len(self.vectors)

    def bury(self, ids: Collection[str]) -> None:
        """Declares documents dead, by id."""
        mask = np.ones(len(self), dtype=bool) if self.alive is None else self.alive.copy()
        for number in [n for key in ids for n in self.chunks.find("id", key)]:
            ((_, first, count),) = self.chunks.select("number = ?", (number,))
            mask[first : first + count] = False
            self.dead.add(number)
        self.alive = mask

    def find(self, column: str, value: str) -> list[int]:
        """Numbers of the living documents by `id`, `path`, `name` or `sha256`."""
        return [number for number in self.chunks.find(column, value) if number not in self.dead]

    def living(self) -> list[int]:
        """Numbers of the living documents."""
        return [n for n in range(self.chunks.numbers) if n not in self.dead]

    def within(self, scope: Scope) -> list[tuple[int, int, int]]:
        """(number, first row, rows) of the living documents that a scope admits.

        Raises:
            UsageError: a date is not an ISO date.
        """
        return [
            found for found in self.chunks.select(*condition(scope)) if found[0] not in self.dead
        ]

    def living_rows(self) -> int:
        return len(self) if self.alive is None else int(np.count_nonzero(self.alive))

    def numbers_of(self, rows: Rows) -> Rows:
        """The document numbers of some rows, int64 (m,)."""
        numbers, first = self._starts
        found: Rows = numbers[np.searchsorted(first, rows, side="right") - 1]
        return found

    @cached_property
    def _starts(self) -> Rows:
        """Number and first row of each document that has chunks, int64 (2, documents)."""
        found = self.chunks.select("chunks > 0 ORDER BY first")
        return np.array([start[:2] for start in found], np.int64).reshape(-1, 2).T.copy()

    def words(self, row: int) -> Signs:
        """What the words of a chunk are like; none where it is not known."""
        return no_words() if self._tokens is None else self._tokens.of(row)

    def known(self, hashes: Sequence[bytes]) -> dict[bytes, Embedded]:
        """What was embedded here, by hash."""
        found = self.chunks.known(hashes)
        vectors = self.vectors.rows(np.fromiter(found.values(), np.int64, len(found)))
        return {
            key: Embedded(vector, np.array(self.words(row)))
            for (key, row), vector in zip(found.items(), vectors, strict=True)
        }

    def close(self) -> None:
        self.chunks.close()
        self.vectors.close()
        self._tokens = None
        self.lexical.close()


class SegmentBuilder:
    """Writes a new segment. After an error its folder is worthless, and garbage."""

    def __init__(self, segments: Path, dimension: int) -> None:
        self.id = uuid.uuid4().hex[:16]
        self.folder = segments / self.id
        self.folder.mkdir(parents=True)
        self.ids: set[str] = set()
        self._dimension = dimension
        self._languages: set[str] = set()
        self._vectors: list[Floats] = []
        self._terms = LexicalBuilder()
        self._chunks = ChunkBuilder(self.folder / CHUNKS)
        self._tokens = TokenBuilder(self.folder, dimension)
        self._by_hash: dict[bytes, tuple[Floats, int]] = {}

    def __len__(self) -> int:
        return self._chunks.rows

    def add(
        self,
        document: Document,
        chunks: Sequence[Chunk],
        texts: Sequence[str],
        embedded: Sequence[Embedded],
    ) -> DocumentInfo:
        """Appends a document; `texts` are what was embedded of each chunk."""
        code = language(document.text)
        hashes = [text_hash(text) for text in texts]
        first = len(self)
        info = self._chunks.add(document, chunks, hashes)
        for text in texts:
            self._terms.add(terms(text, code))
        self._vectors.append(np.array([item.vector for item in embedded], np.float32))
        for row, (key, item) in enumerate(zip(hashes, embedded, strict=True), first):
            self._tokens.add(item.words)
            self._by_hash[key] = item.vector, row
        self._languages.add(code)
        self.ids.add(document.id)
        return info

    def known(self, hashes: Sequence[bytes]) -> dict[bytes, Embedded]:
        """As `Segment.known`."""
        found = {key: self._by_hash[key] for key in hashes if key in self._by_hash}
        return {key: Embedded(vector, self._tokens.of(row)) for key, (vector, row) in found.items()}

    def finish(self) -> SegmentEntry:
        """Completes the files and makes them durable."""
        self._chunks.finish()
        generations.checkpoint("chunks-written")
        vectors.write(self.folder / VECTORS, self._vectors, self._dimension)
        vectors.write_codes(self.folder / CODES, self.folder / VECTORS)
        self._tokens.finish()
        generations.checkpoint("vectors-written")
        self._terms.write(self.folder / LEXICAL)
        generations.checkpoint("terms-written")
        counts = self._chunks.documents, self._chunks.rows
        return _seal(self.folder, counts, self._languages)

    def abandon(self) -> None:
        self._chunks.abandon()
        self._tokens.abandon()


def check_added(
    document: Document,
    chunks: Sequence[Chunk],
    texts: Sequence[str],
    embedded: Sequence[Embedded],
) -> None:
    """Raises ValueError where these can't be added together."""
    if not len(chunks) == len(embedded) == len(texts):
        raise ValueError(f"{len(chunks)} chunks, {len(embedded)} vectors, {len(texts)} texts")
    if not all(np.isfinite(item.vector).all() for item in embedded):
        raise ValueError(f"a vector of {document.source.path} is not finite")


def known_in(
    stores: Sequence[Segment | SegmentBuilder], texts: Sequence[str]
) -> dict[str, Embedded]:
    """What is embedded in one of `stores` already, by text."""
    hashes = {text_hash(text): text for text in texts}
    found: dict[str, Embedded] = {}
    for store in stores:
        wanted = [h for h, text in hashes.items() if text not in found]
        found.update({hashes[h]: embedded for h, embedded in store.known(wanted).items()})
    return found


def holding(
    segments: Sequence[Segment], ids: Sequence[str], buried: Mapping[str, Collection[str]]
) -> list[tuple[Segment, list[int]]]:
    """The segments that hold living documents among `ids`, with the documents' numbers there.

    `buried` names, by segment, documents that died since it was opened.
    """
    found = []
    for segment in segments:
        living = [key for key in ids if key not in buried.get(segment.entry.id, ())]
        numbers = sorted(n for key in living for n in segment.find("id", key))
        if numbers:
            found.append((segment, numbers))
    return found


def merge(
    segments: Path,
    sources: Sequence[tuple[Segment, Sequence[int]]],
    dimension: int,
    relocated: Mapping[str, DocumentInfo] | None = None,
) -> SegmentEntry:
    """Writes some documents (ascending numbers) of several segments as a new one.

    `relocated` replaces what is told of documents, by id; their content stays.
    """
    folder = segments / uuid.uuid4().hex[:16]
    folder.mkdir(parents=True)
    store = ChunkBuilder(folder / CHUNKS)
    masks = []
    try:
        for source, numbers in sources:
            masks.append(_rows_of(source, numbers))
            store.copy(source.chunks.path, numbers)
        for info in (relocated or {}).values():
            store.relocate(info)
    except BaseException:
        store.abandon()
        raise
    store.finish()
    generations.checkpoint("merge-chunks-written")
    opened = [source for source, _ in sources]
    vectors.write(folder / VECTORS, _copied(opened, masks), dimension)
    vectors.write_codes(folder / CODES, folder / VECTORS)
    tokens = TokenBuilder(folder, dimension)
    for source, mask in zip(opened, masks, strict=True):
        for row in np.flatnonzero(mask).tolist():
            tokens.add(source.words(row))
    tokens.finish()
    lexical.merge(folder / LEXICAL, [(s.lexical, m) for s, m in zip(opened, masks, strict=True)])
    languages = {code for source in opened for code in source.entry.languages}
    generations.checkpoint("merge-written")
    return _seal(folder, (store.documents, store.rows), languages)


def _rows_of(source: Segment, numbers: Sequence[int]) -> NDArray[np.bool_]:
    mask = np.zeros(len(source), dtype=bool)
    chosen = set(numbers)
    for number, first, count in source.chunks.select():
        if number in chosen:
            mask[first : first + count] = True
    return mask


def _copied(sources: Sequence[Segment], masks: Sequence[NDArray[np.bool_]]) -> Iterator[Floats]:
    for source, mask in zip(sources, masks, strict=True):
        rows = np.flatnonzero(mask)
        for at in range(0, len(rows), _COPY_ROWS):
            yield source.vectors.rows(rows[at : at + _COPY_ROWS])


def _seal(folder: Path, counts: tuple[int, int], languages: Collection[str]) -> SegmentEntry:
    with closing(Chunks(folder / CHUNKS)) as store, (folder / DOCUMENTS).open("wb") as stream:
        stream.writelines(line.encode() + b"\n" for line in store.told())
    generations.sync_tree(folder)
    generations.sync_folder(folder.parent)
    files = {
        path.relative_to(folder).as_posix(): StoredFile.of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    generations.checkpoint("segment-written")
    return SegmentEntry(folder.name, *counts, tuple(sorted(languages)), files)
