"""From a question to hits: dense and lexical candidates, fused, the best compared word by word,
neighbours merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag import compounds
from rag.fusion import closer, convex
from rag.interaction import Query, closeness
from rag.text import language, query_terms
from rag.types import HIDDEN, Hit, Scope

Floats = NDArray[np.float32]

if TYPE_CHECKING:
    from rag.index.bm25 import Matches
    from rag.index.collection import Collection, StoredChunk

# What the dense weight is worth where the embedder was trained on other languages than those of
# the question: of German and Chinese questions of twelve XQuAD articles the first passage is then
# right for .91 and .95, not .89 and .91 (benchmarks/LOG.md).
FOREIGN = 0.6
# What the terms of neighbouring chunks count: nDCG@10 of BM25 on SciFact's training claims is .703
# with it and .694 without; single-chunk documents don't change.
CONTEXT = 0.5
LONGEST_RUN = 3  # chunks in a hit: neighbours of neighbours would make it the whole document
CANDIDATES = 50  # taken from either ranking; more changes no result in the first ten
# So many of the best are compared word by word, and so much this counts beside the fused score: for
# a question, which one sentence answers, and for a claim, which a whole abstract bears on
# (benchmarks/LOG.md).
COMPARED, CLOSE, CLOSE_TO_CLAIM = 20, 0.65, 0.4
_CLAIM_END = (".", "。", "!", "！")


@dataclass(frozen=True, slots=True)
class _Ranked:
    row: int
    score: float
    dense: float
    lexical: float


def retrieve(
    collection: Collection,
    question: str,
    query: Query,
    *,
    k: int,
    dense_weight: float,
    scope: Scope | None = None,
    only: NDArray[np.bool_] | None = None,
    spoken: Sequence[str] = (),
) -> list[Hit]:
    """The `k` best hits, best first; neighbouring chunks among them come as one hit.

    `query` is the question as the embedder sees it; `spoken` are the languages that the embedder
    knows, empty where they are all or unknown. `only`, bool (rows,), narrows further than `scope`.
    Scores are in [0, 1], relative to the candidates of this question.
    """
    if is_foreign(question, collection.languages, spoken):
        dense_weight *= FOREIGN
    allowed = collection.allowed(scope or Scope())
    if only is not None:
        allowed = only if allowed is None else only & allowed
    ranked = _rank(collection, question, query, max(2 * k, CANDIDATES), dense_weight, allowed)
    runs = _best_runs(collection, ranked, k)
    chunks = {chunk.row: chunk for chunk in collection.chunks([i.row for run in runs for i in run])}
    return [_hit(collection, run, chunks) for run in runs]


def is_foreign(question: str, documents: Sequence[str], spoken: Sequence[str]) -> bool:
    """Is a question, or all that it is put to, in a language that the embedder does not know?"""
    if not spoken:
        return False
    return language(question) not in spoken or not set(documents or spoken) & set(spoken)


def is_claim(question: str) -> bool:
    """Is it a sentence that states something?"""
    return question.rstrip().endswith(_CLAIM_END)


def _rank(
    collection: Collection,
    question: str,
    query: Query,
    candidates: int,
    dense_weight: float,
    allowed: NDArray[np.bool_] | None,
) -> Iterator[_Ranked]:
    """The candidates of both rankings, best first."""
    terms = query_terms(question, collection.languages)
    terms += compounds.parts(question, collection)
    matches = collection.matches(list(dict.fromkeys(terms)))
    dense_rows, _ = collection.dense(query.vector, candidates, allowed)
    lexical_rows, _ = matches.best(candidates, allowed)
    rows = np.union1d(dense_rows, lexical_rows)
    if rows.size == 0:
        return
    dense = collection.dense_scores(query.vector, rows)
    lexical = in_context(collection, matches, rows)
    fused = convex(dense, lexical, dense_weight)
    best = np.argsort(-fused, kind="stable")[:COMPARED]
    near = closeness(query, collection.words(rows[best]))
    weight = (
        (CLOSE_TO_CLAIM if is_claim(question) else CLOSE) * min(1.0, 2 * dense_weight) * query.known
    )
    fused = closer(fused, best, near, weight)
    for i in np.argsort(-fused, kind="stable"):
        yield _Ranked(int(rows[i]), float(fused[i]), float(dense[i]), float(lexical[i]))


def in_context(collection: Collection, matches: Matches, rows: NDArray[np.int64]) -> Floats:
    """BM25 of some rows, half of it with the terms that only their neighbours have, f32 (m,).

    A question may be about a document whose chunks each hold a part of its terms. Each term counts
    once, with the best of the three scores that chunk and neighbours have for it.
    """
    near = np.unique(np.concatenate([rows - 1, rows, rows + 1]))
    near = near[(near >= 0) & (near < collection.rows)]
    each = matches.table(near)
    follows = collection.joined(near)
    best = each.copy()
    best[:, 1:] = np.where(follows[1:], np.maximum(best[:, 1:], each[:, :-1]), best[:, 1:])
    best[:, :-1] = np.where(follows[1:], np.maximum(best[:, :-1], each[:, 1:]), best[:, :-1])
    at = np.searchsorted(near, rows)
    own, best = each[:, at], best[:, at]
    blended = (1 - CONTEXT) * own.sum(axis=0) + CONTEXT * best.sum(axis=0)
    return np.asarray(blended, dtype=np.float32)


def _best_runs(collection: Collection, ranked: Iterable[_Ranked], k: int) -> list[list[_Ranked]]:
    """Take ranked chunks, best first, until they make `k` runs of neighbours in a document,
    each of at most `LONGEST_RUN`.

    Runs come in the order of their best chunk, each in the order of its document.
    """
    runs: dict[int, list[_Ranked]] = {}  # row to the run that it is part of
    first: list[list[_Ranked]] = []
    for item in ranked:
        near = [
            runs[row]
            for row in (item.row - 1, item.row + 1)
            if row in runs
            and len(runs[row]) < LONGEST_RUN
            and _belong_together(collection, row, item.row)
        ]
        if not near:
            if len(first) == k:
                break
            first.append(joined := [item])
            runs[item.row] = joined
            continue
        joined, *rest = near
        joined.append(item)
        runs[item.row] = joined
        for other in (run for run in rest if len(joined) + len(run) <= LONGEST_RUN):
            first = [run for run in first if run is not other]
            joined.extend(other)
            runs.update({member.row: joined for member in other})
    return first


def _belong_together(collection: Collection, one: int, other: int) -> bool:
    """Of one document, and both seen by its readers or both hidden from them."""
    a, b = collection.chunk(one), collection.chunk(other)
    return a.document == b.document and (HIDDEN in a.chunk.headings) == (HIDDEN in b.chunk.headings)


def _hit(collection: Collection, run: list[_Ranked], chunks: Mapping[int, StoredChunk]) -> Hit:
    """Neighbouring chunks as one hit, with the scores and headings of the best."""
    best = max(run, key=lambda item: item.score)
    first = chunks[min(item.row for item in run)]
    last = chunks[max(item.row for item in run)]
    about = collection.document(first.document)
    start, end = first.chunk.start, last.chunk.end
    return Hit(
        document=about.id,
        path=about.path,
        title=about.title,
        page=first.chunk.page,
        start=start,
        end=end,
        text=collection.text(about.id, start, end),
        headings=chunks[best.row].chunk.headings,
        score=best.score,
        dense=best.dense,
        lexical=best.lexical,
        pages=tuple(
            (number, at)
            for number, at in collection.page_starts(about.id)
            if at < end and number >= (first.chunk.page or 0)
        ),
        rows=tuple(sorted(item.row for item in run)),
    )
