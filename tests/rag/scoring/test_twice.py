"""A second reading: when, of what, and what it changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.models import Models
from rag.pipeline import Pipeline
from rag.question.run import Run
from rag.scoring import confidence
from rag.scoring.signals import Signals, measure, read
from rag.scoring.twice import MOST, SECOND, readings, settled
from rag.settings import Settings
from rag.types import Hit

QUESTION = "Who built the harbour of Brennau?"


def measured(*how: Any, twice: bool | None = None) -> Signals:
    """What counts in the end."""
    *_, (signals, _) = readings(*how, twice=twice)
    return signals


@pytest.fixture(scope="module")
def run() -> Run:
    return Run.of(QUESTION)


def test_never_and_always(pipeline: Pipeline, models: Models, run: Run) -> None:
    hits = pipeline.search(QUESTION, k=4).hits
    once = measure(run, hits, models, pipeline.collection)
    unsure = Settings(effort="fast", threshold=1 - 1e-4)
    never = measured(run, hits, models, pipeline.collection, unsure)
    assert nulls(never) == nulls(once)
    for effort, wanted in (("best", None), ("fast", True)):
        asked = Settings(effort=effort)
        again = measured(run, hits, models, pipeline.collection, asked, twice=wanted)
        pairs = zip(nulls(once), nulls(again), strict=True)
        changed = {i for i, (before, after) in enumerate(pairs) if before != after}
        assert hits.index(once.top) in changed == again.basis.twice
        assert len(changed) <= MOST
        assert hits.index(again.top) in changed
    never = measured(run, hits, models, pipeline.collection, Settings(effort="best"), twice=False)
    assert nulls(never) == nulls(once)


def test_what_is_far_from_the_threshold_is_read_once(
    pipeline: Pipeline, models: Models, run: Run
) -> None:
    hits = pipeline.search(QUESTION, k=4).hits
    once = measure(run, hits, models, pipeline.collection)
    sure = confidence.answerable(QUESTION, once)
    for threshold, again in ((sure, True), (1e-4, False), (1 - 1e-4, False)):
        twice = measured(run, hits, models, pipeline.collection, Settings(threshold=threshold))
        assert bool(twice.basis.twice) is again
        assert (read_of(twice) <= read_of(once)) is not again


def test_where_the_first_passage_answers_beyond_doubt_no_other_is_read(
    pipeline: Pipeline, models: Models, run: Run
) -> None:
    hits = pipeline.search(QUESTION, k=4).hits
    once = measure(run, hits, models, pipeline.collection)
    alone = measured(run, hits, models, pipeline.collection, Settings(threshold=1e-4))
    assert read_of(alone) == {(0, once.basis.readings[0].null)}
    assert alone.leading == once.leading
    answers = [signals.best[int(signals.scores.argmax())] for signals in (alone, once)]
    assert len({(answer.start, answer.end) for answer in answers if answer}) == 1
    assert alone.hits == once.hits  # what is said of all of them still is
    assert np.array_equal(alone.basis.close, once.basis.close)


@pytest.mark.parametrize(
    ("question", "settings", "twice"),
    [
        (QUESTION, Settings(threshold=1 - 1e-4), None),  # doubted
        (QUESTION, Settings(threshold=1e-4, effort="best"), None),
        (QUESTION, Settings(threshold=1e-4), False),
        ("Which animals live on the island of Hirta?", Settings(threshold=1e-4), None),  # a list
        ("Why do ferries sail to the island of Hirta?", Settings(threshold=1e-4), None),
        ("Wer baute den Hafen von Brennau?", Settings(threshold=1e-4), None),
    ],
)
def test_otherwise_all_are_read(
    pipeline: Pipeline, models: Models, question: str, settings: Settings, twice: bool | None
) -> None:
    hits = pipeline.search(question, k=4).hits
    all_read = measured(Run.of(question), hits, models, pipeline.collection, settings, twice=twice)
    assert len(hits) > 1
    assert len(read_of(all_read)) == len(hits)


def test_what_no_span_answers_is_read_once(pipeline: Pipeline, models: Models) -> None:
    question = "Why do ferries sail to the island of Hirta?"
    hits = pipeline.search(question, k=4).hits
    run = Run.of(question)
    assert run.kind == "explain"
    once = measure(run, hits, models, pipeline.collection)
    for effort in ("balanced", "best"):
        asked = Settings(effort=effort, threshold=confidence.answerable(question, once))
        again = measured(run, hits, models, pipeline.collection, asked)
        assert nulls(again) == nulls(once)


def test_what_both_readers_say_counts(pipeline: Pipeline, models: Models, run: Run) -> None:
    hits = pipeline.search(QUESTION, k=4).hits
    once = measure(run, hits, models, pipeline.collection)
    twice = measured(run, hits, models, pipeline.collection, models.settings, twice=True)
    number = hits.index(once.top)
    second = models.second_reader
    assert second is not None
    (other,) = read(second, QUESTION, [once.top])
    expected = (1 - SECOND) * once.basis.readings[number].null + SECOND * other.null
    assert twice.basis.readings[number].null == pytest.approx(expected, abs=1e-3)


def test_the_best_sentence_is_one_that_was_read_twice(
    pipeline: Pipeline, models: Models, run: Run
) -> None:
    hits = pipeline.search(QUESTION, k=4).hits
    once = measure(run, hits, models, pipeline.collection)
    doubted = replace(once, scores=np.where(of(once, once.top), 0.01, 0.02))
    assert doubted.top != once.top
    number = hits.index(once.top)
    again = settled(doubted, frozenset({number}))
    assert again.top == once.top
    kept = of(once, once.top)
    assert np.allclose(again.scores[kept], doubted.scores[kept])
    assert np.array_equal(settled(once, frozenset()).scores, once.scores)


def test_what_another_passage_seems_to_say_is_no_reason_to_trust(
    pipeline: Pipeline, models: Models, run: Run
) -> None:
    hits = pipeline.search(QUESTION, k=4).hits
    once = measure(run, hits, models, pipeline.collection)
    best = {
        hits[item.hit]: max((s.score for s in offered.spans), default=-20.0)
        for item, offered in zip(once.found, once.offered, strict=True)
        if item.hit == hits.index(once.top)
    }
    assert once.reader >= best[once.top]
    elsewhere = replace(once, scores=np.where(of(once, once.top), 0.0, once.scores))
    assert elsewhere.reader < once.reader


def test_an_order_of_passages_needs_no_second_reading(
    library: str, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwanted(_: Models) -> None:
        raise AssertionError("read twice")

    monkeypatch.setattr(Models, "second_reader", property(unwanted))
    monkeypatch.setattr(models, "settings", replace(models.settings, effort="best"))
    with Pipeline.open(library, models=models) as opened:
        with pytest.raises(AssertionError, match="read twice"):
            opened.ask(QUESTION)
        assert opened.search(QUESTION, k=2, rerank=True).hits


def test_a_question_in_another_language_is_read_once(pipeline: Pipeline, models: Models) -> None:
    question = "Wie hoch ist der Leuchtturm von Brennau?"
    hits = pipeline.search(question, k=4).hits
    run = Run.of(question)
    once = measure(run, hits, models, pipeline.collection)
    assert nulls(
        measured(run, hits, models, pipeline.collection, models.settings, twice=True)
    ) == nulls(once)


def nulls(signals: Signals) -> list[float]:
    """What tells a reading from another one."""
    return [reading.null for reading in signals.basis.readings]


def read_of(signals: Signals) -> set[tuple[int, float]]:
    """Which passages were read, and what tells their readings from others."""
    readings = enumerate(signals.basis.readings)
    return {(i, reading.null) for i, reading in readings if len(reading.offsets)}


def of(signals: Signals, hit: Hit) -> NDArray[np.bool_]:
    """Which sentences stand in this passage?"""
    return np.asarray([signals.hits[item.hit] == hit for item in signals.found], dtype=bool)
