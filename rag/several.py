"""One answer from several questions: parts of one, things compared, reports of several times.

`rag.parts` takes a question apart. Each part is read by the pipeline, by a function that it gives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag import lazy_re
from rag.answer.compose import Basis
from rag.answer.quote import quoted
from rag.narrowing.narrow import Place
from rag.parts import FACT
from rag.patterns.heads import BAR
from rag.question import series
from rag.question.run import Run
from rag.question.shape import Shape
from rag.scoring.explaining import fitting, is_short, points_on
from rag.scoring.select import select
from rag.scoring.signals import Signals
from rag.types import Coverage, Evidence

if TYPE_CHECKING:
    from rag.embed import Embedder

# How the pipeline reads: for a question and where it is asked, what is measured of the sentences
# there, and how sure that makes that there is an answer. The last argument says whether it is read
# twice: None where the first reading is to tell.
Read = Callable[[Run, Place, bool | None], tuple[Signals, float]]
# What another sentence needs of the score, and of the question's words, of the best to answer.
AS_GOOD = 0.4
NEAR = 0.1  # less sure is good enough in the document that is spoken of
SETTLED = 0.8  # as sure as that of each report, its other names are not tried
MORE = 2  # sentences beside the best that each of several reports explains it by
_EXPLAINED = Shape("explain")
_ANNOUNCED = lazy_re.compile(
    r"\bas follows\b|\bthe following (?:table|chart|figure)s?\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, eq=False)
class _Best:
    """The best sentence somewhere, how sure it is that it answers, how much was read for it; and
    what says `more` about it."""

    item: Evidence | None
    sure: float
    read: Coverage
    place: Place
    more: tuple[Evidence, ...] = ()


def answered(
    read: Read, asked: Sequence[tuple[Run, Place, Place]], question: str, threshold: float
) -> Basis | None:
    """The best about each part, and which parts have no answer; None where none has, or none is
    `asked`.

    Each part comes with its own place and with that of the whole question. Where a part names no
    document, that of the whole question or of the part before is as good, unless another answers
    better.
    """
    found: list[tuple[str, _Best]] = []
    for run, own, whole in asked:
        best = _best(read, run, own)
        near = own.within(whole) if whole.scope.documents else _beside(own, found, threshold)
        if near is not own:
            there = _best(read, run, near)
            best = there if there.item and there.sure >= best.sure - NEAR else best
        found.append((run.question, best))
    told = [best for _, best in found if best.item and best.sure >= threshold]
    without = tuple(part for part, best in found if best not in told)
    kept = [
        one
        for i, one in enumerate(told)
        if not any(_holds(other.item, one.item, j < i) for j, other in enumerate(told) if i != j)
    ]
    if not kept:
        return None
    labels = tuple(dict.fromkeys(label for best in kept for label in best.place.labels))
    basis = _together(question, kept, labels)
    if len(kept) < len(told):  # one sentence answers several: what is short about it is unknown
        return replace(basis, unanswered=without)
    shape = replace(basis.shape, kind="fact")
    return replace(basis, shape=shape, joined=True, unanswered=without)


def _beside(own: Place, found: Sequence[tuple[str, _Best]], threshold: float) -> Place:
    """The document of the part before, where a part names none itself."""
    before = found[-1][1] if found else None
    if own.scope.documents or not before or not before.item or before.sure < threshold:
        return own
    return replace(own, scope=replace(own.scope, documents=(before.item.document,)))


def _holds(other: Evidence | None, item: Evidence | None, first: bool) -> bool:
    """Is all that a piece of evidence says in another, which says more or comes `first`?"""
    if not other or not item or other.document != item.document:
        return False
    inside = other.start <= item.start and item.end <= other.end
    return inside and ((other.start, other.end) != (item.start, item.end) or first)


def best_of_each(
    read: Read, asked: Sequence[tuple[Run, Place]]
) -> tuple[tuple[Evidence, ...], float]:
    """The best about each side, and how sure the less sure one is; no span answers for both."""
    found = [_best(read, run, place) for run, place in asked]
    items = [(n, best.item) for n, best in enumerate(found, start=1)]
    told = tuple(replace(item, n=n, span=None) for n, item in items if item)
    return told, min((best.sure for best in found), default=1.0)


def of_rows(basis: Basis, rows: tuple[Evidence, ...]) -> Basis:
    """The answer that several rows of a table give together, each with its cell."""
    shape = Shape("fact", sides=tuple(row.quote for row in rows))
    return replace(basis, evidence=rows, shape=shape, joined=True)


def surest(
    read: Read, run: Run, place: Place, signals: Signals, sure: float
) -> tuple[Run, Signals, float]:
    """A question with what was read for it; where that leaves a doubt, with another name for what
    it asks for, if that leaves none."""
    if sure >= SETTLED:
        return run, signals, sure
    rest = place.named.rest
    for question, asked in zip_longest(_otherwise(run, run.question), _otherwise(run, rest)):
        there = replace(place, named=replace(place.named, rest=asked or rest))
        found, surer = read(run.asking(question), there, None)
        if surer >= SETTLED:
            return run.asking(question), found, surer
    return run, signals, sure


def _otherwise(run: Run, question: str) -> list[str]:
    """`question` with other names for what it asks for; none where the run is to be asked in its
    own words."""
    return [] if run.literal else series.otherwise(question)


def over_time(
    read: Read, embedder: Embedder, run: Run, place: Place, threshold: float
) -> Basis | None:
    """The best of each of several reports, in the order of their times, if two or more answer.

    What is asked of them is what each can say: the sales, not how they changed. Where reasons are
    asked for, or it is no figure but a sentence that answers, each says some more.
    """
    if not place.named.each:
        return None
    each = [Place(replace(place.scope, documents=(d,)), place.rows) for d in place.named.each]
    reasons = series.wants_reasons(run.question)
    found: list[_Best] = []
    # Sales are called revenue elsewhere; who reads the reports knows, who asks may not.
    for alone in (place.named.alone, *_otherwise(run, place.named.alone)):
        about = replace(run, shape=FACT).asking(alone)
        reported = [_reported(read, embedder, about, there, reasons) for there in each]
        found = max(found, reported, key=lambda all_: sum(best.sure for best in all_))
        if min(best.sure for best in found) >= SETTLED:
            break
    told = [best for best in found if best.item and best.sure >= threshold]
    return _together(run.question, told, place.labels) if len(told) > 1 else None


def _reported(read: Read, embedder: Embedder, run: Run, place: Place, reasons: bool) -> _Best:
    """What one report tells, under its name."""
    measured, sure = read(run, place, False)
    best = _of(measured, sure, place, told=True)
    if not best.item:
        return best
    more: tuple[Evidence, ...] = ()
    if reasons or not (best.item.head or any(map(str.isdigit, best.item.found or ""))):
        scores = fitting(replace(run, shape=_EXPLAINED), measured, embedder)
        more = _explaining(scores, measured, best.item)
    own, *others = (replace(item, of=PurePath(item.path).name) for item in (best.item, *more))
    return replace(best, item=own, more=tuple(others))


def _explaining(
    scores: NDArray[np.float32], measured: Signals, best: Evidence
) -> tuple[Evidence, ...]:
    """The sentences that explain what the best one says, as they are read."""
    scores = scores * np.asarray([_says_why(s.text) for s in measured.found], np.float32)
    found = select(
        measured.hits, measured.found, scores, measured.best, k=2 * MORE, shape=_EXPLAINED
    )
    beside = [
        replace(item, span=None)
        for item in quoted(found, _EXPLAINED)
        if item.score > 0 and (best.end <= item.start or item.end <= best.start)
    ]
    chosen = sorted(beside, key=lambda item: -item.score)[:MORE]
    return tuple(item for item in beside if item in chosen)


def _together(question: str, found: Sequence[_Best], labels: tuple[str, ...]) -> Basis:
    """One answer of the best that each of several questions has found."""
    best = [item for one in found if one.item for item in (one.item, *one.more)]
    items = tuple(replace(item, n=n) for n, item in enumerate(best, start=1))
    # As many sides as pieces of evidence, so that each of them is shown.
    shape = Shape("explain", sides=tuple(item.quote for item in items))
    passages = sum(one.read.passages for one in found)
    coverage = Coverage(passages, len({item.document for item in items}))
    return Basis(question, shape, min(one.sure for one in found), items, coverage, labels)


def _is_told(text: str, *, listed: bool) -> bool:
    """Does a sentence tell what something was, and not merely name what is told below it?"""
    text = text.rstrip("\"'”’»)）」")
    said = text.endswith((*".!?。！？",)) or ":" in text or BAR in text or listed
    return not text.endswith((":", "：")) and (said or any(map(str.isdigit, text)))


def _best(read: Read, run: Run, place: Place) -> _Best:
    """The best sentence there."""
    return _of(*read(run, place, None), place)


def _says_why(text: str) -> bool:
    """May a sentence explain anything? Labels, rows, asides and what announces a table may not."""
    aside = text.startswith("(") and text.rstrip(" .").endswith(")")
    return not (is_short(text) or aside or BAR in text or _ANNOUNCED.search(text))


def _of(measured: Signals, sure: float, place: Place, *, told: bool = False) -> _Best:
    """The best sentence that is no heading and says something itself; with `told` none that
    only names what is told, nor another where such a one is what the question is answered by."""
    words = measured.basis.shares[:, 0]
    scores = measured.scores * np.asarray(
        [not points_on(s.text) for s in measured.found], np.float32
    )
    fewest = AS_GOOD * float(words[scores.argmax()]) if told and len(words) else 0.0
    says = [
        not item.stands.heading
        and not item.opens
        and (not told or _is_told(item.text.rstrip(), listed=bool(item.stands.lead)))
        and own >= fewest
        for item, own in zip(measured.found, words, strict=True)
    ]
    least = AS_GOOD * float(scores.max(initial=0)) if told else 0.0
    scores = scores * np.asarray(says, dtype=np.float32)
    found = select(measured.hits, measured.found, scores, measured.best, k=1, shape=FACT)
    best = next((item for item in found if item.score >= least), None)
    return _Best(best, sure, measured.coverage, place)
