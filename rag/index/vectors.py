"""The vectors of one segment: FAISS indexes in two files.

Inner product over vectors of length 1 is cosine similarity. `vectors.faiss` holds them as they
are, memory-mapped: it gives vectors back and has the last word on every score. A segment of many
rows has `codes.faiss` beside it: two components in four bits each (product quantisation, Jégou et
al. 2011), laid out so that a processor compares sixteen rows at once (fast scan, André et al.
2015). A search goes through the codes of all rows, a sixteenth of the bytes; what it proposes is
scored again exactly.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import faiss as _faiss
import numpy as np
from numpy.typing import NDArray

faiss: Any = _faiss  # its stubs describe the C++ side only

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

LARGE = 8_192  # rows; segments from here on get codes
_PART = 2  # components that share a code
_BITS = 4
_SAMPLE = 65_536  # rows that the codes are learnt from; FAISS takes fewer of them
_PROPOSED = 4  # rows scored again for each that is wanted: see docs/scale.md for what that finds
_LEAST = 200  # rows scored again, however few are wanted
_SEED = 1234

# Up to this many allowed rows are scored one by one: exact whatever the kind of index, and
# cheaper than a pass over all rows with a selector.
FEW_ROWS = 4096
_WRITE_BLOCK = 1 << 20
_BLOCK_ROWS = 16_384


def write(path: Path, parts: Iterable[Floats], dimension: int) -> None:
    """Writes an index of all rows of `parts`, each float32 of shape (n, dimension)."""
    index = faiss.IndexFlatIP(dimension)
    for part in parts:
        if len(part):
            index.add(np.ascontiguousarray(part, dtype=np.float32))
    _save(index, path)


def write_codes(path: Path, source: Path) -> bool:
    """Writes the codes of the vectors in `source`; False where they are too few for it to pay.

    Vectors of an odd dimension get none: they are searched as they are.
    """
    vectors = Vectors(source)
    n, dimension = len(vectors), vectors.dimension
    if n < LARGE or dimension % _PART:
        return False
    # An inverted file of a single list: unlike plain codes, it can leave rows out of a search.
    index = faiss.IndexIVFPQFastScan(
        faiss.IndexFlatIP(dimension),
        dimension,
        1,
        dimension // _PART,
        _BITS,
        faiss.METRIC_INNER_PRODUCT,
    )
    index.by_residual = False
    index.cp.seed = index.pq.cp.seed = _SEED
    sample = np.random.default_rng(_SEED).choice(n, min(n, _SAMPLE), replace=False)
    index.train(vectors.rows(np.sort(sample)))
    for at in range(0, n, _BLOCK_ROWS):
        index.add(vectors.rows(np.arange(at, min(at + _BLOCK_ROWS, n))))
    _save(index, path)
    return True


def _save(index: Any, path: Path) -> None:
    with path.open("wb") as stream:
        faiss.write_index(index, faiss.PyCallbackIOWriter(stream.write, _WRITE_BLOCK))


class Vectors:
    """The vectors of a segment opened for reading. Safe to use from several threads.

    `codes` is the path of the codes, if there may be some.

    Raises:
        FileNotFoundError: it is not there (any more).
    """

    def __init__(self, path: Path, codes: Path | None = None) -> None:
        self._index: Any = _opened(path, faiss.IO_FLAG_MMAP_IFC)
        self._codes: Any = None
        if codes is not None and codes.is_file():
            self._codes = _opened(codes)

    def close(self) -> None:
        """Lets go of the files; nothing can be read afterwards."""
        self._index = self._codes = None

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def rows(self, rows: Rows) -> Floats:
        """The vectors of some rows, float32 (m, d)."""
        if not len(rows):
            return np.zeros((0, self.dimension), dtype=np.float32)
        found: Floats = self._index.reconstruct_batch(np.ascontiguousarray(rows, dtype=np.int64))
        return found

    def scores(self, vector: Floats, rows: Rows) -> Floats:
        """Similarity of `vector` (d,) to some rows, float32 (m,)."""
        return self.rows(rows) @ vector

    @property
    def coded(self) -> int | None:
        """Rows that have a code; None where there are no codes."""
        return None if self._codes is None else int(self._codes.ntotal)

    def search(
        self, vector: Floats, k: int, allowed: NDArray[np.bool_] | None
    ) -> tuple[Rows, Floats]:
        """The `k` most similar rows among those allowed, best first, with their similarity."""
        count = len(self) if allowed is None else int(np.count_nonzero(allowed))
        if allowed is not None and count <= max(k, FEW_ROWS):
            rows = np.flatnonzero(allowed)
            return best(rows, self.scores(vector, rows), k)
        if not min(k, count):
            return best(np.zeros(0, np.int64), np.zeros(0, np.float32), 0)
        parameters = None if allowed is None else faiss.SearchParameters(**_selector(allowed))
        return best(*_found(self._index, vector, min(k, count), parameters), k)

    def proposed(
        self, vector: Floats, k: int, allowed: NDArray[np.bool_] | None
    ) -> tuple[Rows, Floats]:
        """Rows among which the `k` most similar are, but for one now and then.

        Their similarities are those of their codes, or exact where there are none.
        """
        count = len(self) if allowed is None else int(np.count_nonzero(allowed))
        if self._codes is None or (allowed is not None and count <= max(k, FEW_ROWS)):
            return self.search(vector, k, allowed)
        parameters = faiss.SearchParametersIVF(nprobe=1, **_selector(allowed))
        rows, scores = _found(self._codes, vector, min(proposals(k), count), parameters)
        return (rows, scores) if len(rows) >= min(k, count) else self.search(vector, k, allowed)


def proposals(k: int) -> int:
    """How many rows are scored again where `k` are wanted."""
    return max(_PROPOSED * k, _LEAST)


def _opened(path: Path, flags: int = 0) -> Any:
    try:
        return faiss.read_index(str(path), flags)
    except RuntimeError as error:
        if not path.exists():  # a writer has just tidied up; FAISS has but one kind of error
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path)) from error
        raise


def _selector(allowed: NDArray[np.bool_] | None) -> dict[str, Any]:
    if allowed is None:
        return {}
    return {"sel": faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))}


def _found(index: Any, vector: Floats, k: int, parameters: Any) -> tuple[Rows, Floats]:
    # One query never profits from FAISS's threads, which compete with those of torch.
    # The setting belongs to the calling thread, and is torch's as well where torch came first.
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        scores, rows = index.search(vector[None, :], k, params=parameters)
    finally:
        faiss.omp_set_num_threads(threads)
    real = rows[0] >= 0
    return rows[0][real], scores[0][real]


def best(rows: Rows, scores: Floats, k: int) -> tuple[Rows, Floats]:
    """The `k` highest scores with their rows, best first, ties by row."""
    if len(rows) > k > 0:
        # A tie at the boundary is kept whole, so that the lowest row wins whatever the split.
        lowest = np.partition(scores, len(scores) - k)[len(scores) - k]
        kept = scores >= lowest
        rows, scores = rows[kept], scores[kept]
    order = np.lexsort((rows, -scores))[:k]
    return rows[order].astype(np.int64, copy=False), scores[order].astype(np.float32, copy=False)
