"""Reading a collection: one generation, pinned, whatever a writer publishes meanwhile."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rag.errors import CollectionDamaged, CollectionNotFound
from rag.index import generations
from rag.index.bm25 import BM25, Matches
from rag.index.documents import Documents
from rag.index.listing import not_found
from rag.index.manifest import Manifest, check_fit, key_of, load
from rag.index.segment import Segment
from rag.index.vectors import Floats, Rows, best, proposals
from rag.interaction import Signs
from rag.types import Chunk, Scope

Mask = NDArray[np.bool_]
EXACT = 30_000  # chunks; up to here comparing with every vector takes less than 2 ms


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk with its place: global row, document id, and the how-manieth of its document."""

    row: int
    document: str
    position: int
    chunk: Chunk


class Collection(Documents):
    """A collection opened for reading. Thread-safe; use it as a context manager or `close` it.

    Rows are numbers of chunks, 0 to `rows - 1`, valid as long as it is open. Chunks of a document
    have consecutive rows. Deleted documents keep their rows but are never returned.
    """

    def __init__(self, folder: Path, manifest: Manifest, segments: Sequence[Segment]) -> None:
        super().__init__(folder, manifest, segments)
        self._offsets = np.cumsum([0, *map(len, segments)])
        self.rows = int(self._offsets[-1])
        self._bm25 = BM25([s.lexical for s in segments], [s.alive for s in segments])
        self._chunk = lru_cache(4096)(self._read_chunk)

    @classmethod
    def open(
        cls,
        root: Path,
        name: str,
        *,
        fingerprint: Mapping[str, Any] | None = None,
        verify: bool = True,
        without: Container[str] = (),
    ) -> Self:
        """Opens the generation in force. `fingerprint` is that of the embedder to be used.

        The segments in `without`, which are damaged, are left out with their documents.

        Raises:
            CollectionNotFound: no such collection; says which ones there are.
            CollectionMismatch: made with another embedder or format.
            CollectionDamaged: a file is missing or differs from its checksum.
        """
        folder = Path(root) / key_of(name)
        while True:
            number = generations.current(folder)
            if number is None:
                raise CollectionNotFound(not_found(Path(root), name))
            try:
                return cls._pin(folder, name, number, fingerprint, verify, without)
            except (FileNotFoundError, CollectionDamaged) as error:
                if generations.current(folder) != number:
                    continue  # a writer published and tidied up in between
                if isinstance(error, CollectionDamaged):
                    raise
                raise CollectionDamaged(
                    f"{error.filename} of collection {name!r} is missing. {generations.REMEDY}"
                ) from None

    @classmethod
    def _pin(
        cls,
        folder: Path,
        name: str,
        number: int,
        fingerprint: Mapping[str, Any] | None,
        verify: bool,
        without: Container[str],
    ) -> Self:
        # The folder is named after it; while it is being renamed, the manifest may not be.
        manifest = replace(load(folder, number), collection=name)
        if fingerprint is not None:
            check_fit(manifest, fingerprint)
        segments: list[Segment] = []
        try:
            for entry in (e for e in manifest.segments if e.id not in without):
                dead = manifest.deleted.get(entry.id, ())
                segments.append(Segment(folder / "segments" / entry.id, entry, dead, verify))
        except BaseException:
            for segment in segments:
                segment.close()
            raise
        if without:
            documents = sum(len(segment.living()) for segment in segments)
            chunks = sum(segment.living_rows() for segment in segments)
            entries = tuple(segment.entry for segment in segments)
            manifest = replace(manifest, segments=entries, documents=documents, chunks=chunks)
        return cls(folder, manifest, segments)

    # --- the collection ---

    @property
    def name(self) -> str:
        return self.manifest.collection

    @property
    def generation(self) -> int:
        return self.manifest.generation

    @property
    def counts(self) -> tuple[int, int]:
        """Documents and chunks."""
        return self.manifest.documents, self.manifest.chunks

    @property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes of the languages of the documents."""
        return self.manifest.languages()

    def check_fit(self, fingerprint: Mapping[str, Any]) -> None:
        """Refuses an embedder whose vectors do not fit.

        Raises:
            CollectionMismatch: names both embedders and the remedy.
        """
        check_fit(self.manifest, fingerprint)

    def stale(self) -> bool:
        """Whether another generation is in force by now, be it of a new collection of this name."""
        gone = (not segment.folder.is_dir() for segment in self.segments)
        return generations.current(self.folder) != self.generation or any(gone)

    def close(self) -> None:
        for segment in self.segments:
            segment.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # --- searching ---

    def dense(self, vector: Floats, k: int, allowed: Mask | None = None) -> tuple[Rows, Floats]:
        """The `k` rows most similar to `vector` (d,), best first, with their similarities.

        Exact in collections of up to `EXACT` chunks.
        """
        exact = self.rows <= EXACT
        found = [
            (rows + offset, scores)
            for i, (segment, offset) in enumerate(zip(self.segments, self._offsets, strict=False))
            for search in [segment.vectors.search if exact else segment.vectors.proposed]
            for rows, scores in [search(vector, k, self._mask(i, allowed))]
        ]
        rows = np.concatenate([np.zeros(0, np.int64), *(rows for rows, _ in found)])
        scores = np.concatenate([np.zeros(0, np.float32), *(scores for _, scores in found)])
        if not exact:
            rows, _ = best(rows, scores, proposals(k))
            scores = self.dense_scores(vector, rows)
        return best(rows, scores, k)

    def dense_scores(self, vector: Floats, rows: Rows) -> Floats:
        """Similarity of `vector` (d,) to some rows, float32 (m,)."""
        return self.vectors(rows) @ vector

    def lexical(
        self, terms: Sequence[str], k: int, allowed: Mask | None = None
    ) -> tuple[Rows, Floats]:
        """The `k` rows with the highest BM25 score above 0, best first, with their scores."""
        return self.matches(terms).best(k, allowed)

    def matches(self, terms: Sequence[str]) -> Matches:
        """Where some terms occur, and what each adds to the BM25 scores there."""
        return self._bm25.matches(terms)

    def rarity(self, terms: Sequence[str]) -> dict[str, float]:
        """The inverse document frequency of each term that the collection has."""
        return self._bm25.rarity(terms)

    def vectors(self, rows: Rows) -> Floats:
        """The vectors of some rows, float32 (m, d)."""
        rows = np.asarray(rows, dtype=np.int64)
        dimension = int(self.manifest.embedder.get("dimension", 0))
        found = np.zeros((len(rows), dimension), dtype=np.float32)
        owner = self._owner(rows)
        for i in np.unique(owner):
            here = owner == i
            found[here] = self.segments[i].vectors.rows(rows[here] - self._offsets[i])
        return found

    def words(self, rows: Rows) -> list[Signs]:
        """What the words of the chunks of some rows are like (`rag.interaction`)."""
        owners = zip(self._owner(rows).tolist(), rows.tolist(), strict=True)
        return [self.segments[i].words(row - int(self._offsets[i])) for i, row in owners]

    def allowed(self, scope: Scope) -> Mask | None:
        """Which rows a scope admits, bool (rows,); None where it narrows nothing.

        Raises:
            UsageError: a date is not an ISO date.
        """
        if not scope:
            return None
        mask = np.zeros(self.rows, dtype=bool)
        for segment, offset in zip(self.segments, self._offsets, strict=False):
            for _, first, count in segment.within(scope):
                mask[offset + first : offset + first + count] = True
        return mask

    # --- chunks ---

    def chunk(self, row: int) -> StoredChunk:
        """The chunk of a row."""
        return self._chunk(int(row))

    def chunks(self, rows: Sequence[int] | Rows) -> list[StoredChunk]:
        """The chunks of some rows, in their order."""
        wanted = np.asarray(rows, dtype=np.int64)
        owner = self._owner(wanted)
        found: dict[int, StoredChunk] = {}
        for i in np.unique(owner).tolist():
            offset = int(self._offsets[i])
            local = (wanted[owner == i] - offset).tolist()
            for row, (number, first, chunk) in self.segments[i].chunks.rows(local).items():
                document = self._info((i, number)).id
                found[row + offset] = StoredChunk(row + offset, document, row - first, chunk)
        return [found[row] for row in wanted.tolist()]

    def joined(self, rows: Rows) -> NDArray[np.bool_]:
        """Is each of some ascending rows the next chunk of the document of the one before it?"""
        same = (np.diff(rows) == 1) & (np.diff(self._numbers(rows), axis=1) == 0).all(axis=0)
        return np.concatenate([np.zeros(min(len(rows), 1), dtype=bool), same])

    def counts_by_document(self, rows: Rows) -> dict[str, int]:
        """How many of some rows are chunks of each document, by its id."""
        places, counts = np.unique(self._numbers(rows), axis=1, return_counts=True)
        ids = [self._info((i, number)).id for i, number in places.T.tolist()]
        return dict(zip(ids, counts.tolist(), strict=True))

    def neighbours(self, row: int, before: int = 1, after: int = 1) -> list[StoredChunk]:
        """The chunks around a row within its document, the row's own among them, in order."""
        centre = self.chunk(row)
        last = centre.row - centre.position + self.document(centre.document).chunks - 1
        first = centre.row - min(before, centre.position)
        return self.chunks(np.arange(first, min(centre.row + after, last) + 1))

    # --- within ---

    def _numbers(self, rows: Rows) -> Rows:
        """Segment and number of the document of each row, int64 (2, m)."""
        owner = self._owner(rows)
        number = np.zeros(len(rows), dtype=np.int64)
        for i in np.unique(owner).tolist():
            here = owner == i
            number[here] = self.segments[i].numbers_of(rows[here] - self._offsets[i])
        return np.stack([owner, number])

    def _read_chunk(self, row: int) -> StoredChunk:
        return self.chunks([row])[0]

    def _mask(self, i: int, allowed: Mask | None) -> Mask | None:
        alive = self.segments[i].alive
        if allowed is None:
            return alive
        part = allowed[self._offsets[i] : self._offsets[i + 1]]
        return part if alive is None else part & alive

    def _owner(self, rows: Rows) -> NDArray[np.intp]:
        return np.searchsorted(self._offsets, rows, side="right") - 1
