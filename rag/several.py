"""One question that is several: of two things compared, or of reports of different times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePath

import numpy as np

from rag.answer.compose import Basis
from rag.narrowing.narrow import Place
from rag.question import sides
from rag.question.run import Run
from rag.question.shape import Shape
from rag.scoring.select import select
from rag.scoring.signals import Signals
from rag.types import Coverage, Evidence

# What is found somewhere, and how sure that makes that there is an answer.
Read = Callable[[Run, Place], tuple[Signals, float]]
FACT = Shape("fact")


def of_sides(run: Run) -> list[Run]:
    """The question about each of two things alone, where no passage compares them."""
    alone = replace(run, shape=FACT)
    asked = sides.questions(run.question, run.shape.sides, run.kind == "explain")
    return [alone.asking(question) for question in asked]


def best_of_each(
    read: Read, asked: Sequence[tuple[Run, Place]]
) -> tuple[tuple[Evidence, ...], float]:
    """The best about each side, and how sure the less sure one is; no span answers for both."""
    found = [_best(read, run, place) for run, place in asked]
    told = tuple(
        replace(item, n=n, span=None) for n, (item, _, _) in enumerate(found, start=1) if item
    )
    return told, min((sure for _, sure, _ in found), default=1.0)


def over_time(read: Read, run: Run, place: Place, threshold: float) -> Basis | None:
    """The best of each of several reports, in the order of their times, if two or more answer.

    What is asked of them is what each can say: the sales, not how they changed.
    """
    about = replace(run, shape=FACT).asking(place.alone)
    each = [Place(replace(place.scope, documents=(d,)), place.rows) for d in place.each]
    told = [
        (replace(item, of=PurePath(item.path).name), sure, coverage)
        for item, sure, coverage in (_best(read, about, there) for there in each)
        if item and sure >= threshold
    ]
    if len(told) < 2:
        return None
    items = tuple(replace(item, n=n) for n, (item, _, _) in enumerate(told, start=1))
    shape = Shape("explain", sides=tuple(item.of for item in items))
    sure = min(sure for _, sure, _ in told)
    passages = Coverage(sum(coverage.passages for _, _, coverage in told), len(told))
    return Basis(run.question, shape, sure, items, passages, place.labels)


def _best(read: Read, run: Run, place: Place) -> tuple[Evidence | None, float, Coverage]:
    """The best sentence there, how sure it is that it answers, and how much was read."""
    measured, sure = read(run, place)
    says = [not item.stands.heading and not item.opens for item in measured.found]
    scores = measured.scores * np.asarray(says, dtype=np.float32)
    found = select(measured.hits, measured.found, scores, measured.best, k=1, shape=FACT)
    return next(iter(found), None), sure, measured.coverage
