"""The terms of one segment.

A segment keeps how often each term occurs in each row, not finished scores: frequencies are
global, so the score of a passage depends on the documents that are alive and not on how they are
spread over segments, which parts were merged, or what was deleted. (bm25s, which stores scores
per index and loads its vocabulary into a dict, is the reference in the tests.)

Files, all memory-mapped arrays of little-endian integers: the sorted vocabulary (`terms.bin` with
offsets `terms.u64`), per term a range (`starts.u64`) of `rows.u32` and `counts.u16`, and the number
of terms per row (`lengths.u32`). (Not .npy: `np.load` evaluates a header with `ast`, which fails
now and then in threads of Python 3.11.)
"""

from __future__ import annotations

import mmap
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

TERMS_KEPT = 4096  # of each segment: where their postings are

Postings = tuple[NDArray[np.uint32], NDArray[np.uint16]]  # rows ascending, occurrences
_NOTHING: Postings = (np.zeros(0, np.uint32), np.zeros(0, np.uint16))


class LexicalBuilder:
    """Collects the terms of rows in order, then writes a segment's files."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._rows: list[NDArray[np.uint32]] = []

    def add(self, terms: Iterable[str]) -> None:
        """Appends a row."""
        ids = self._ids
        found = [ids.setdefault(term, len(ids)) for term in terms]
        self._rows.append(np.array(found, dtype=np.uint32))

    def write(self, folder: Path) -> None:
        """Writes the files; the folder must not exist."""
        vocabulary = sorted((_encoded(term), number) for term, number in self._ids.items())
        rank = np.empty(len(vocabulary), dtype=np.uint64)
        rank[[number for _, number in vocabulary]] = np.arange(len(vocabulary), dtype=np.uint64)
        lengths = np.array([len(row) for row in self._rows], dtype=np.uint32)
        columns = rank[np.concatenate([np.zeros(0, np.uint32), *self._rows])]
        rows = np.repeat(np.arange(len(lengths), dtype=np.uint64), lengths)
        pairs, counts = np.unique((columns << np.uint64(32)) | rows, return_counts=True)
        used = np.bincount((pairs >> np.uint64(32)).astype(np.int64), minlength=len(vocabulary))
        _write(
            folder, [term for term, _ in vocabulary], used, pairs.astype(np.uint32), counts, lengths
        )


def merge(folder: Path, parts: Sequence[tuple[Lexical, NDArray[np.bool_]]]) -> None:
    """Writes the rows kept (a mask each) of several segments as one segment, in order.

    Every posting's place follows from counts per term, so nothing is sorted but the vocabulary.
    """
    kept_postings = [kept[lexical.rows] for lexical, kept in parts]
    used = [
        _counts_per_term(lexical, kept)
        for (lexical, _), kept in zip(parts, kept_postings, strict=True)
    ]
    found = [lexical.terms() for lexical, _ in parts]
    living = {
        t for terms, n in zip(found, used, strict=True) for t, c in zip(terms, n, strict=True) if c
    }
    vocabulary = sorted(living)
    number = {term: i for i, term in enumerate(vocabulary)}
    places = [np.array([number.get(t, 0) for t in terms], np.int64) for terms in found]
    totals = np.zeros(len(vocabulary), np.int64)
    for place, count in zip(places, used, strict=True):
        np.add.at(totals, place[count > 0], count[count > 0])
    next_free = np.cumsum(totals) - totals
    rows = np.empty(int(totals.sum()), np.uint32)
    counts = np.empty(len(rows), np.uint16)
    offset = 0
    for (lexical, kept), chosen, place, count in zip(
        parts, kept_postings, places, used, strict=True
    ):
        new_rows = (np.cumsum(kept) - 1 + offset).astype(np.uint32)
        begin = (
            np.repeat(next_free[place] - (np.cumsum(count) - count), count)
            if len(vocabulary)
            else 0
        )
        target = begin + np.arange(int(count.sum()))
        rows[target] = new_rows[lexical.rows[chosen]]
        counts[target] = lexical.counts[chosen]
        next_free[place[count > 0]] += count[count > 0]
        offset += int(np.count_nonzero(kept))
    lengths = np.concatenate([lexical.lengths[kept] for lexical, kept in parts])
    _write(folder, vocabulary, totals, rows, counts, lengths)


def _counts_per_term(lexical: Lexical, kept: NDArray[np.bool_]) -> NDArray[np.int64]:
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(kept, dtype=np.int64)])
    counts: NDArray[np.int64] = np.diff(before[lexical.starts.astype(np.int64)])
    return counts


def _write(
    folder: Path,
    vocabulary: Sequence[bytes],
    used: NDArray[Any],
    rows: NDArray[Any],
    counts: NDArray[Any],
    lengths: NDArray[Any],
) -> None:
    """`used` is the number of postings per term; postings are sorted by term, then row."""
    folder.mkdir()
    (folder / "terms.bin").write_bytes(b"".join(vocabulary))
    _save(folder / "terms.u64", np.cumsum([0, *map(len, vocabulary)]), "<u8")
    _save(folder / "starts.u64", np.concatenate([[0], np.cumsum(used)]), "<u8")
    _save(folder / "rows.u32", rows, "<u4")
    _save(folder / "counts.u16", np.minimum(counts, 65535), "<u2")
    _save(folder / "lengths.u32", lengths, "<u4")


def _encoded(term: str) -> bytes:
    return term.encode("utf-8", "surrogatepass")


def _save(path: Path, array: NDArray[Any], dtype: str) -> None:
    with path.open("wb") as stream:
        stream.write(np.ascontiguousarray(array.astype(dtype)).data)


class Lexical:
    """The terms of one segment, opened for reading."""

    def __init__(self, folder: Path) -> None:
        self._bytes = _map(folder / "terms.bin")
        self._offsets = _load(folder / "terms.u64", "<u8")
        self.starts = _load(folder / "starts.u64", "<u8")
        self.rows: NDArray[np.uint32] = _load(folder / "rows.u32", "<u4")
        self.counts: NDArray[np.uint16] = _load(folder / "counts.u16", "<u2")
        self.lengths: NDArray[np.uint32] = _load(folder / "lengths.u32", "<u4")
        # Terms of a question are wanted several times: for candidates, scores and rarity.
        self._postings = lru_cache(TERMS_KEPT)(self._find)

    def close(self) -> None:
        """Lets go of the files; nothing is found afterwards."""
        self._postings.cache_clear()
        self._bytes = b""
        for name in ("_offsets", "starts", "rows", "counts", "lengths"):
            setattr(self, name, getattr(self, name)[:0].copy())

    def __len__(self) -> int:
        return len(self.lengths)

    def terms(self) -> list[bytes]:
        """The vocabulary in UTF-8, sorted."""
        offsets = self._offsets.tolist()
        return [self._bytes[a:b] for a, b in pairwise(offsets)]

    def beginning(self, letters: str) -> list[str]:
        """The terms that begin with some letters, sorted."""
        every, start = range(len(self._offsets) - 1), _encoded(letters)
        first = bisect_left(every, start, key=self._term)
        last = bisect_left(every, True, first, key=lambda i: self._term(i)[: len(start)] > start)
        offsets = self._offsets[first : last + 1].tolist()
        return [str(self._bytes[a:b], "utf-8", "surrogatepass") for a, b in pairwise(offsets)]

    def postings(self, term: str) -> Postings:
        """The rows that hold a term, and how often each does."""
        return self._postings(term)

    def _find(self, term: str) -> Postings:
        wanted = _encoded(term)
        every = range(len(self._offsets) - 1)
        at = bisect_left(every, wanted, key=self._term)
        if at == len(every) or self._term(at) != wanted:
            return _NOTHING
        start, end = int(self.starts[at]), int(self.starts[at + 1])
        return self.rows[start:end], self.counts[start:end]

    def _term(self, i: int) -> bytes:
        start, end = self._offsets[i : i + 2].tolist()
        return self._bytes[start:end]


def _load(path: Path, dtype: str) -> NDArray[Any]:
    data = _map(path)
    return np.frombuffer(data, dtype) if len(data) else np.zeros(0, dtype)


def _map(path: Path) -> bytes | mmap.mmap:
    with path.open("rb") as stream:
        if path.stat().st_size == 0:
            return b""
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
