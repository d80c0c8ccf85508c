"""How `footnote eval` asks: one question after another, of a temporary collection if need be."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.kept import Kept, run_of
from rag.commands.console import note
from rag.wording import count

if TYPE_CHECKING:
    from rag.evaluate import Outcome, Question
    from rag.evaluation.datasets import Passage
    from rag.pipeline import Pipeline

Measure = Callable[["Pipeline", "Question"], "Outcome"]

_EVERY = 5.0  # seconds between two lines of progress


def one_by_one(
    measure: Measure, pipeline: Pipeline, asked: Sequence[Question], label: str, kept: Kept
) -> list[Outcome]:
    """What `measure` finds, with progress; after Ctrl-C that of the questions asked by then.

    What is `kept` of an earlier run of the same kind is not asked again.

    Raises:
        KeyboardInterrupt: none was asked by then.
    """
    from rag.evaluate import answered

    answers = measure is answered
    run = run_of(pipeline, "answers" if answers else "rankings")
    known = [kept.get(run, item) for item in asked]
    left = known.count(None)
    if left < len(asked):
        note(f"{len(asked) - left:,} of {len(asked):,} were asked before: {kept.file} has them.")
    outcomes: list[Outcome] = []
    try:
        if left:
            _load(pipeline, answers)
        show = _progress(label, len(asked), left)
        for item, before in zip(asked, known, strict=True):
            outcomes.append(before or measure(pipeline, item))
            if before is None:
                kept.add(run, outcomes[-1])
                show()
    except KeyboardInterrupt:
        if not outcomes:
            raise
    return outcomes


def _load(pipeline: Pipeline, answers: bool) -> None:
    """Loads the models that questions will need, before any question's time is taken; one that is
    missing is told before an hour of asking."""
    models, settings = pipeline.models, pipeline.settings
    models.embedder.encode_query("warm up")
    _ = models.reader, models.reranker
    if answers and settings.effort != "fast":
        _ = models.second_reader
    writes = settings.mode == "write" or settings.think or models.writes_well
    if answers and writes and settings.mode != "quote":
        _ = models.generator


@contextmanager
def indexed(passages: Mapping[str, Passage]) -> Iterator[Pipeline]:
    """A pipeline over a collection made of `passages`, gone afterwards."""
    from ingest.pipeline import add
    from ingest.show import shown
    from rag.models import Models
    from rag.pipeline import Pipeline
    from rag.settings import Settings

    with tempfile.TemporaryDirectory(prefix="footnote-eval-") as scratch:
        files = Path(scratch, "documents")
        files.mkdir()
        for name, passage in passages.items():
            (files / name).write_text(passage.content, encoding="utf-8")
        settings = Settings.load(index_root=str(Path(scratch, "indexes")), originals="refer")
        models = Models(settings)
        note(f"Indexing {count(len(passages), 'passage')} …")
        with shown() as progress:
            report = add(
                [files], collection="eval", settings=settings, embedder=models.embedder,
                progress=progress,
            )  # fmt: skip
        if report.failed:
            first = report.failed[0]
            lost = count(len(report.failed), "passage")
            note(f"Not indexed: {lost}, first {Path(first.path).name}: {first.error}")
        with Pipeline.open("eval", models=models) as pipeline:
            del models  # whoever asks next under other settings loads others
            yield pipeline


@contextmanager
def changed(pipeline: Pipeline, changes: Mapping[str, str]) -> Iterator[Pipeline]:
    """The collection of that name under other settings, with models of its own: those of the first
    run remember what they have read, and would be faster. They are given up; both may not fit."""
    from rag.models import Models
    from rag.pipeline import Pipeline as Opened

    settings = pipeline.settings.replace(**changes)
    pipeline.models = Models(pipeline.settings)
    with Opened.open(pipeline.collection.name, settings=settings) as other:
        yield other


def _progress(label: str, of: int, left: int) -> Callable[[], None]:
    """A counter on standard error, called after each question that is asked: how many of all were
    asked, and how long the rest will take. What was asked before may stand anywhere in between."""
    from ingest.show import duration

    begun = last = time.monotonic()
    asked = 0

    def show() -> None:
        nonlocal last, asked
        asked += 1
        if time.monotonic() - last > _EVERY:
            last = time.monotonic()
            each = (last - begun) / asked
            done, rest = of - left + asked, duration(each * (left - asked))
            note(f"{label}: {done:,} of {of:,} questions, {each:.1f} s each, {rest} left")

    return show
