"""The vectors of one segment: FAISS indexes in two files, memory-mapped for reading.

Inner product over vectors of length 1 is cosine similarity. `vectors.faiss` holds them as they
are: it is searched row by row, gives vectors back, and has the last word on every score. A segment
of many rows has `nearest.faiss` beside it: rows by the nearest of some thousand centroids (an
inverted file, Sivic & Zisserman 2003; Jégou et al. 2011) in 8 bits a component, of which a search
reads only the lists nearest to the question. What it proposes is scored again exactly.
"""

from __future__ import annotations

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

LARGE = 30_000  # rows; segments from here on get an inverted file
_LISTS = 2.0  # lists for each square root of rows
_PROBES = 128  # lists read for a question: see docs/scale.md for what that finds
_PER_LIST = 40  # rows for each list that the centroids are learnt from
_ROUNDS = 8  # of k-means; more change no result in the first ten
_PROPOSED = 4  # rows scored again for each that is wanted
_SEED = 1234
# Up to this many allowed rows a filter is applied row by row: lists would hold too few of them.
FILTERED = 100_000

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


def write_nearest(path: Path, source: Path) -> bool:
    """Writes an inverted file of the vectors in `source`; False where they are too few for one."""
    vectors = Vectors(source)
    n = len(vectors)
    if n < LARGE:
        return False
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    lists = int(_LISTS * n**0.5)
    centroids = faiss.IndexFlatIP(vectors.dimension)
    index = faiss.IndexIVFScalarQuantizer(
        centroids,
        vectors.dimension,
        lists,
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
    )
    index.cp.niter = _ROUNDS
    index.cp.seed = _SEED
    index.cp.max_points_per_centroid = _PER_LIST
    sample = np.random.default_rng(_SEED).choice(n, min(n, lists * _PER_LIST), replace=False)
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

    `nearest` is the path of the inverted file, if there may be one.
    """

    def __init__(self, path: Path, nearest: Path | None = None) -> None:
        self._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        self._nearest: Any = None
        if nearest is not None and nearest.is_file():
            self._nearest = faiss.read_index(str(nearest), faiss.IO_FLAG_MMAP_IFC)

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
    def indexed(self) -> int | None:
        """Rows of the inverted file; None where there is none."""
        return None if self._nearest is None else int(self._nearest.ntotal)

    def search(
        self, vector: Floats, k: int, allowed: NDArray[np.bool_] | None, exact: bool = True
    ) -> tuple[Rows, Floats]:
        """The `k` most similar rows among those allowed, best first, with their similarity.

        Without `exact` a row may be missed now and then; the similarities are exact either way.
        """
        count = len(self) if allowed is None else int(np.count_nonzero(allowed))
        if allowed is not None and count <= max(k, FEW_ROWS):
            rows = np.flatnonzero(allowed)
            return best(rows, self.scores(vector, rows), k)
        k = min(k, count)
        if k == 0:
            return best(np.zeros(0, np.int64), np.zeros(0, np.float32), 0)
        # One query never profits from FAISS's threads, which compete with those of torch.
        # The setting belongs to the calling thread, so it is made here.
        faiss.omp_set_num_threads(1)
        if not exact and self._nearest is not None and (allowed is None or count > FILTERED):
            parameters = faiss.SearchParametersIVF(nprobe=_PROBES, **_selector(allowed))
            rows, _ = _found(self._nearest, vector, _PROPOSED * k, parameters)
            if len(rows) >= k:
                return best(rows, self.scores(vector, rows), k)
        parameters = None if allowed is None else faiss.SearchParameters(**_selector(allowed))
        rows, scores = _found(self._index, vector, k, parameters)
        return best(rows, scores, k)


def _selector(allowed: NDArray[np.bool_] | None) -> dict[str, Any]:
    if allowed is None:
        return {}
    return {"sel": faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))}


def _found(index: Any, vector: Floats, k: int, parameters: Any) -> tuple[Rows, Floats]:
    scores, rows = index.search(vector[None, :], k, params=parameters)
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
