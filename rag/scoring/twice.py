"""How much is read: one passage, all that were found, or that which seems to answer once more.

The best passage is read first. Where it answers a question for a fact beyond doubt, nothing else
is. The reader that ships is small, so that it can read all the others. Where it leaves in doubt
whether there is an answer, the language model reads the passage that matters, or two
(`rag.networks.lora`), and what both make of it counts: they err in different places. Figures in
`benchmarks/LOG.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from rag.scoring import confidence
from rag.scoring.calibration import log_odds
from rag.scoring.signals import Signals, measure, read, scored

if TYPE_CHECKING:
    from rag.index.collection import Collection
    from rag.models import Models
    from rag.question.run import Run
    from rag.read import Reader
    from rag.settings import Settings
    from rag.types import Hit

SECOND = 0.6  # what the larger reader's logits count beside those of the small one
# Passages that are read twice at most: the one with the best sentence, and another one where that
# has one as good, by so much in log-odds, or where the first has turned out to have no answer: its
# best span then has less than so much above "no answer", in logits.
MOST, NEAR = 2, 1.5
LITTLE = 1.0
# Log-odds below and above the threshold between which the first reading leaves a doubt.
DOUBT = (1.0, 2.0)
# Log-odds above the threshold from which what one reading found is told before a second begins: of
# 22 such answerable questions 18 are, and 12 drafts are withdrawn for 93 without an answer, not 44.
TOLD = 1.0
BEHIND = 0.999  # what a sentence that was read once has at most of the best that was read twice


def readings(
    run: Run,
    hits: Sequence[Hit],
    models: Models,
    collection: Collection,
    settings: Settings,
    *,
    twice: bool | None = None,
) -> Iterator[tuple[Signals, bool]]:
    """The signals of the sentences of `hits`, once they are read and, where `settings` want it,
    after a second reading; with each, whether another one follows.

    `twice` says whether there is to be one, if one can be had, whatever they want; all passages are
    read then.
    """
    simple = run.kind == "fact" and not (run.shape.listed or run.shape.sides)
    hurried = twice is None and simple and settings.effort != "best"
    enough = partial(_is_beyond_doubt, run, settings) if hurried else None
    first = measure(run, hits, models, collection, enough=enough)
    wanted = _is_wanted(run, first, settings) if twice is None else twice
    second = models.second_reader if first.found and first.known and wanted else None
    yield first, second is not None
    if second is not None:
        yield _again(run, hits, second, first), False


def _again(run: Run, hits: Sequence[Hit], second: Reader, first: Signals) -> Signals:
    """What follows where the passages that matter are read by `second` as well."""
    signals, told = first, list(first.basis.readings)
    unread = set(range(len(hits)))
    while len(hits) - len(unread) < MOST and (number := _contender(signals, unread)) is not None:
        unread.remove(number)
        with run.timed("read again"):
            other = read(second, run.question, [hits[number]])[0]
        told[number] = told[number].blended(other, SECOND)
        basis = replace(first.basis, readings=tuple(told))
        with run.timed("sentences"):
            signals = scored(run, hits, first.found, basis)
    return settled(signals, frozenset(range(len(hits))) - unread)


def is_told(sure: float, settings: Settings) -> bool:
    """May what one reading found be told before a second one, which could withdraw it?"""
    return _above(sure, settings) >= TOLD


def settled(signals: Signals, twice: frozenset[int]) -> Signals:
    """The same with its best sentence in one of the hits that were read `twice`, if any was: the
    second reader doubts more, so that what it has not read would look better than it is."""
    scores = signals.scores
    again = np.asarray([item.hit in twice for item in signals.found], dtype=bool)
    if again.any():
        least = scores[again].max() * BEHIND
        scores = np.where(again, scores, np.minimum(scores, least)).astype(np.float32)
    return replace(signals, scores=scores, basis=replace(signals.basis, twice=twice))


def _contender(signals: Signals, unread: set[int]) -> int | None:
    """The hit that was read once and has the best sentence, or one that is hardly worse; where the
    one that was read twice has no answer, the next best."""
    best = max(signals.scores)
    doubted = len(unread) < len(signals.hits) and signals.reader < LITTLE
    found = [
        (score, item.hit)
        for item, score in zip(signals.found, signals.scores, strict=True)
        if item.hit in unread and (doubted or log_odds(best) - log_odds(score) < NEAR)
    ]
    return max(found)[1] if found else None


def _is_wanted(run: Run, first: Signals, settings: Settings) -> bool:
    if run.kind in confidence.SPANLESS:
        return False  # the second reader, taught to find spans, sees no answer there
    if settings.effort != "balanced":
        return settings.effort == "best"
    below, above = DOUBT
    return -below < _beyond(run, settings, first) < above


def _is_beyond_doubt(run: Run, settings: Settings, alone: Signals) -> bool:
    """Does the first passage answer so surely that no second reader would be asked?"""
    answers = alone.known and bool(alone.found) and alone.leading.hit == 0
    return answers and _beyond(run, settings, alone) >= DOUBT[1]


def _beyond(run: Run, settings: Settings, signals: Signals) -> float:
    """Log-odds of an answer above the threshold."""
    return _above(confidence.answerable(run.question, signals), settings)


def _above(sure: float, settings: Settings) -> float:
    return float(log_odds(sure) - log_odds(settings.threshold))
