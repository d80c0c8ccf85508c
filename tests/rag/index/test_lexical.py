"""BM25 over segments is BM25 over the living documents, however they are spread."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import bm25s
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.index.bm25 import BM25
from rag.index.lexical import Lexical, LexicalBuilder, merge

WORDS = st.sampled_from(["ant", "bee", "cat", "dog", "eel", "größe", "検索", "a\ud800"])
ROWS = st.lists(st.lists(WORDS, max_size=8), min_size=1, max_size=12)


def build(folder: Path, rows: Sequence[Sequence[str]]) -> Lexical:
    builder = LexicalBuilder()
    for row in rows:
        builder.add(row)
    builder.write(folder)
    return Lexical(folder)


def spread(folder: Path, rows: Sequence[Sequence[str]], cuts: Sequence[int]) -> list[Lexical]:
    edges = [0, *sorted(min(cut, len(rows)) for cut in cuts), len(rows)]
    return [build(folder / f"part{i}", rows[a:b]) for i, (a, b) in enumerate(pairwise(edges))]


@given(rows=ROWS, query=st.lists(WORDS, max_size=5), cuts=st.lists(st.integers(0, 12), max_size=3))
@settings(max_examples=60, deadline=None)
def test_scores_are_those_of_bm25s(
    rows: list[list[str]], query: list[str], cuts: list[int]
) -> None:
    reference = bm25s.BM25(method="lucene", k1=0.9, b=0.4)
    reference.index([*rows, ["filler"]], show_progress=False)
    known = [word for word in query if word in reference.vocab_dict]
    expected = reference.get_scores(known) if known else np.zeros(len(rows) + 1, np.float32)
    with TemporaryDirectory() as folder:
        parts = spread(Path(folder), [*rows, ["filler"]], cuts)
        ranking = BM25(parts, [None] * len(parts))
        assert np.allclose(ranking.matches(query).scores(), expected, atol=1e-5)
        some = np.arange(len(rows) + 1)[::2]
        assert np.allclose(ranking.matches(query).table(some).sum(axis=0), expected[::2], atol=1e-5)


@given(
    rows=ROWS,
    query=st.lists(WORDS, max_size=5),
    cuts=st.lists(st.integers(0, 12), max_size=3),
    data=st.data(),
)
@settings(max_examples=60, deadline=None)
def test_deletions_and_merges_leave_the_scores_of_the_living(
    rows: list[list[str]], query: list[str], cuts: list[int], data: st.DataObject
) -> None:
    keep = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    with TemporaryDirectory() as name:
        folder = Path(name)
        parts = spread(folder, rows, cuts)
        ends = np.cumsum([len(part) for part in parts])[:-1]
        alive: list[NDArray[np.bool_]] = np.split(np.array(keep, dtype=bool), ends)
        fresh = build(folder / "fresh", [row for row, kept in zip(rows, keep, strict=True) if kept])
        merge(folder / "merged", list(zip(parts, alive, strict=True)))
        expected = BM25([fresh], [None]).matches(query).scores()
        scores = BM25(parts, alive).matches(query).scores()
        assert np.array_equal(scores[keep], expected)
        assert not scores[~np.array(keep, dtype=bool)].any()
        assert files(folder / "merged") == files(folder / "fresh")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@given(rows=ROWS, letters=st.sampled_from(["a", "an", "b", "c", "g", "検", "z", ""]))
@settings(max_examples=60, deadline=None)
def test_terms_are_found_by_how_they_begin(rows: list[list[str]], letters: str) -> None:
    words = sorted({w for row in rows for w in row if w.startswith(letters)})
    with TemporaryDirectory() as folder:
        found = build(Path(folder) / "terms", rows).beginning(letters)
    assert sorted(found) == words
