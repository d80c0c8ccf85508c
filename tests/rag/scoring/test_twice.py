"""A second reading: when, of what, and what it changes."""

from __future__ import annotations

import pytest

from rag.models import Models
from rag.pipeline import Pipeline
from rag.question.run import Run
from rag.scoring import confidence
from rag.scoring.signals import Signals, measure, read
from rag.scoring.twice import MOST, SECOND, measured
from rag.settings import Settings

QUESTION = "Who built the harbour of Brennau?"


@pytest.fixture(scope="module")
def run() -> Run:
    return Run.of(QUESTION)


def test_never_and_always(pipeline: Pipeline, models: Models, run: Run) -> None:
    hits = pipeline.search(QUESTION, k=4).hits
    once = measure(run, hits, models, pipeline.collection)
    never = measured(run, hits, models, pipeline.collection, Settings(effort="fast"))
    assert nulls(never) == nulls(once)
    for effort, always in (("best", False), ("fast", True)):
        asked = Settings(effort=effort)
        twice = measured(run, hits, models, pipeline.collection, asked, always=always)
        pairs = zip(nulls(once), nulls(twice), strict=True)
        changed = [i for i, (before, after) in enumerate(pairs) if before != after]
        assert hits.index(once.top) in changed
        assert len(changed) <= MOST


def test_what_is_far_from_the_threshold_is_read_once(
    pipeline: Pipeline, models: Models, run: Run
) -> None:
    hits = pipeline.search(QUESTION, k=4).hits
    once = measure(run, hits, models, pipeline.collection)
    sure = confidence.answerable(QUESTION, once)
    for threshold, again in ((sure, True), (1e-4, False), (1 - 1e-4, False)):
        twice = measured(run, hits, models, pipeline.collection, Settings(threshold=threshold))
        assert (nulls(twice) != nulls(once)) is again


def test_what_both_readers_say_counts(pipeline: Pipeline, models: Models, run: Run) -> None:
    hits = pipeline.search(QUESTION, k=4).hits
    once = measure(run, hits, models, pipeline.collection)
    twice = measured(run, hits, models, pipeline.collection, models.settings, always=True)
    number = hits.index(once.top)
    second = models.second_reader
    assert second is not None
    (other,) = read(second, QUESTION, [once.top])
    expected = (1 - SECOND) * once.basis.readings[number].null + SECOND * other.null
    assert twice.basis.readings[number].null == pytest.approx(expected, abs=1e-3)


def test_a_question_in_another_language_is_read_once(pipeline: Pipeline, models: Models) -> None:
    question = "Wie hoch ist der Leuchtturm von Brennau?"
    hits = pipeline.search(question, k=4).hits
    run = Run.of(question)
    once = measure(run, hits, models, pipeline.collection)
    assert nulls(
        measured(run, hits, models, pipeline.collection, models.settings, always=True)
    ) == nulls(once)


def nulls(signals: Signals) -> list[float]:
    """What tells a reading from another one."""
    return [reading.null for reading in signals.basis.readings]
