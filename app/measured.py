"""How `footnote eval` asks: one question after another, of a temporary collection if need be."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rag.commands.console import note

if TYPE_CHECKING:
    from rag.evaluate import Outcome, Question
    from rag.evaluation.datasets import Passage
    from rag.pipeline import Pipeline

Measure = Callable[["Pipeline", "Question"], "Outcome"]


def one_by_one(
    measure: Measure, pipeline: Pipeline, asked: Sequence[Question], label: str
) -> list[Outcome]:
    """What `measure` finds, with progress; after Ctrl-C that of the questions asked by then.

    Raises:
        KeyboardInterrupt: none was asked by then.
    """
    outcomes: list[Outcome] = []
    try:
        for first in asked[:1]:
            measure(pipeline, first)  # models are loaded by their first question
        with _progress(label, len(asked)) as show:
            for item in asked:
                outcomes.append(measure(pipeline, item))
                show(len(outcomes))
    except KeyboardInterrupt:
        if not outcomes:
            raise
    return outcomes


@contextmanager
def indexed(passages: Mapping[str, Passage]) -> Iterator[Pipeline]:
    """A pipeline over a collection made of `passages`, gone afterwards."""
    from ingest.pipeline import add
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
        note(f"Indexing {len(passages):,} passages …")
        report = add([files], collection="eval", settings=settings, embedder=models.embedder)
        if report.failed:
            first = report.failed[0]
            note(
                f"{len(report.failed)} passages were not indexed, first {first.path}: {first.error}"
            )
        with Pipeline.open("eval", models=models) as pipeline:
            yield pipeline


@contextmanager
def changed(pipeline: Pipeline, changes: Mapping[str, str]) -> Iterator[Pipeline]:
    """The same collection under other settings, with models of its own."""
    from rag.models import Models
    from rag.pipeline import Pipeline as Opened

    settings = pipeline.settings.replace(**changes)
    with Opened.open(pipeline.collection.name, models=Models(settings)) as other:
        yield other


@contextmanager
def _progress(label: str, of: int) -> Iterator[Callable[[int], None]]:
    """A counter on standard error, with rate."""
    begun = last = time.monotonic()

    def show(done: int) -> None:
        nonlocal last
        if time.monotonic() - last > 5:
            last = time.monotonic()
            note(f"{label}: {done:,} of {of:,} questions, {done / (last - begun):.1f}/s")

    yield show
