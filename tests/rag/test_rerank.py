"""Hits in the order of what was read in them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import evidence, rerank
from rag.networks.reading import Span
from rag.scoring.signals import Measured, Signals
from rag.scoring.spans import FEATURES as SPANS
from rag.scoring.spans import Candidates
from rag.types import Hit

TEXTS = (
    "The old bridge over the Lenne was built by Anna Falk. It is made of oak.",
    "A new bridge is planned. Nobody knows who will build it, or when.",
    "Ferries cross the river twice a day.",
)


def signals(
    fused: tuple[float, ...],
    scores: tuple[float, ...],
    spans: tuple[float, ...],
    known: bool = True,
) -> Signals:
    """Of three passages; scores and spans are those of all sentences of each."""
    hits = tuple(
        Hit("d", "/d.txt", "d", None, 0, len(text), text, (), score, score, 1.0)
        for text, score in zip(TEXTS, fused, strict=True)
    )
    found = tuple(evidence.split(hits))
    none = np.zeros((1, len(SPANS)), dtype=np.float32)
    return Signals(
        hits,
        found,
        tuple(Candidates((Span(0, 3, spans[item.hit]),), none) for item in found),
        (None,) * len(found),
        np.zeros((len(found), len(evidence.FEATURES)), dtype=np.float32),
        np.asarray([scores[item.hit] for item in found], dtype=np.float32),
        np.asarray([0.5] * len(found), dtype=np.float32),
        Measured((), none[:0, 0], none[:0, :3], {}, known, (), ()),
    )


@pytest.mark.parametrize("known", [True, False])
def test_what_was_read_can_change_the_order(known: bool) -> None:
    found = signals((0.8, 0.85, 0.2), (0.9, 0.05, 0.01), (6.0, -5.0, -9.0), known)
    ranked = rerank.by_reading(found)
    assert [hit.text for hit in ranked] == list(TEXTS)
    assert all(0 <= hit.score <= 1 for hit in ranked)


@given(
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
    st.lists(st.floats(-20, 20), min_size=3, max_size=3),
)
def test_nothing_is_lost_and_the_best_comes_first(
    fused: list[float], scores: list[float], spans: list[float]
) -> None:
    found = signals(tuple(fused), tuple(scores), tuple(spans))
    ranked = rerank.by_reading(found)
    assert sorted(hit.text for hit in ranked) == sorted(TEXTS)
    order = [hit.score for hit in ranked]
    assert order == sorted(order, reverse=True)


@given(st.lists(st.floats(0, 1, width=32), min_size=3, max_size=3))
def test_a_tie_is_told_by_what_was_read_and_keeps_the_scores_of_the_places(
    scores: list[float],
) -> None:
    fused = (0.81, 0.8, 0.2)
    found = signals(fused, tuple(scores), (0.0, 5.0, -9.0))
    assert rerank.is_tied(found.hits)
    assert not rerank.is_tied(found.hits[1:])
    assert not rerank.is_tied(found.hits[:1])
    ranked = rerank.untied(found)
    assert tuple(hit.score for hit in ranked) == fused
    assert [hit.text for hit in ranked] == [hit.text for hit in rerank.by_reading(found)]


def test_no_hits_are_no_error() -> None:
    nothing = signals((0.5,) * 3, (0.5,) * 3, (0.0,) * 3)
    empty = np.zeros(0, dtype=np.float32)
    assert (
        rerank.by_reading(
            replace(nothing, hits=(), found=(), offered=(), best=(), scores=empty, covered=empty)
        )
        == []
    )
