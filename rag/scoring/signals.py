"""Everything that is measured about the sentences of the passages of one question."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag import evidence
from rag.networks.reading import Reading, Span
from rag.patterns import clock, formal, labels, own_labels, own_words, people, standing, tables
from rag.patterns.periods import is_of_other_quarter
from rag.patterns.ranges import is_outside
from rag.question.shape import wants_code
from rag.scoring import (
    amounts,
    contrary,
    editions,
    instructions,
    opening_hours,
    phrases,
    sections,
    spans,
    variants,
)
from rag.scoring.calibration import load as calibrated
from rag.scoring.closeness import compare
from rag.scoring.formal_places import Place, places
from rag.scoring.side_by_side import of_what_is_asked
from rag.text import language, query_terms, words
from rag.types import Coverage, Hit

if TYPE_CHECKING:
    from rag.index.collection import Collection
    from rag.models import Models
    from rag.question.run import Run
    from rag.read import Reader


OTHER_TIME = 0.3  # what a sentence keeps in a report of another quarter than that asked for
HEADING = 0.1  # what a heading keeps of its score: it says what the answer is about
EARLIER = 0.1  # what a sentence keeps where a later edition of its paper tells it anew
OTHER_LABEL = 0.2  # what the date of an invoice keeps where one asks when it is due, and E1 for E2
NO_AMOUNT = 0.2  # what one without any number or time keeps where one asks how many or when
CODE = 0.1  # what a piece of code keeps beside prose, which says what it is an example of


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What the signals of the sentences are made of.

    `close` f32 (sentences,) is how close they are to the question, `shares` f32 (sentences, 3) are
    those of its terms (`rag.evidence.shares`), `rarity` the weights of these. `told` is where in
    each a formal part answers, `kept` what each keeps of its score, going by where it stands.
    `twice` are the hits that a second reader has read as well.
    """

    readings: Sequence[Reading]  # one for each hit, all that another reading changes
    close: NDArray[np.float32]
    shares: NDArray[np.float32]
    rarity: Mapping[str, float]
    known: bool  # does the reader know the language of the question?
    told: Sequence[Place | None]
    kept: Sequence[float]
    twice: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """The sentences of the hits of one question and everything that was measured about them.

    `best` is the short answer that each may give. `rows` is f32 (sentences,
    len(evidence.FEATURES)), `scores` f32 (sentences,). `covered` is the share of the question's
    terms that the passage of each has, f32 (sentences,).
    """

    hits: tuple[Hit, ...]
    found: tuple[evidence.Sentence, ...]
    offered: tuple[spans.Candidates, ...]
    best: tuple[Span | None, ...]
    rows: NDArray[np.float32]
    scores: NDArray[np.float32]
    covered: NDArray[np.float32]
    basis: Measured

    @property
    def known(self) -> bool:
        """Does the reader know the language of the question?"""
        return self.basis.known

    @property
    def top(self) -> Hit:
        """The hit of the best sentence; there has to be one."""
        return self.hits[self.leading.hit]

    @property
    def leading(self) -> evidence.Sentence:
        """The best sentence; there has to be one."""
        return self.found[int(self.scores.argmax())]

    @property
    def coverage(self) -> Coverage:
        """How much was looked at: each sentence, if not by the reader (`rag.scoring.twice`)."""
        return Coverage(len(self.hits), len({hit.document for hit in self.hits}))

    @property
    def reader(self) -> float:
        """The best score of a span in the passage of the best sentence, in logits as it was read.

        What another passage seems to say is no reason to trust this one: of the best in any passage
        the adversarial questions refused at 90% kept were .482, of this .545.
        """
        top = self.leading.hit
        return max(
            (
                span.score
                for item, offered in zip(self.found, self.offered, strict=True)
                if item.hit == top
                for span in offered.spans
            ),
            default=-20.0,
        )


def measure(
    run: Run,
    hits: Sequence[Hit],
    models: Models,
    collection: Collection,
    *,
    enough: Callable[[Signals], bool] | None = None,
) -> Signals:
    """The sentences of `hits` with their signals for the question of `run`.

    Where the first hit alone, once it has been read, is `enough`, no other is read; what is known
    of the sentences of these is what their words tell.
    """
    landmarks = {hit.document: collection.landmarks(hit.document) for hit in hits}
    found = instructions.without(evidence.split(hits, landmarks), run.question)
    readings = [Reading.none(hit.text) for hit in hits]
    with run.timed("sentences"):
        close = compare(run.question, hits, found, models.embedder, collection)
        rarity = collection.rarity(query_terms(run.question, evidence.languages(found)))
        shares = evidence.shares(run.question, found, rarity)
        known = models.reads(language(run.question))
        told = places(run.question, hits, found)
        kept = _kept(run, hits, found, told)
        basis = Measured(readings, close, shares, rarity, known, told, kept)

    def having_read(first: int, end: int) -> Signals:
        with run.timed("read"):
            readings[first:end] = read(models.reader, run.question, hits[first:end])
        with run.timed("sentences"):
            return scored(run, hits, found, replace(basis, readings=tuple(readings)))

    if enough is None or len(hits) < 2:
        return having_read(0, len(hits))
    alone = having_read(0, 1)
    return alone if enough(alone) else having_read(1, len(hits))


def scored(
    run: Run, hits: Sequence[Hit], found: Sequence[evidence.Sentence], basis: Measured
) -> Signals:
    """What follows from the readings of `basis`, one for each hit."""
    shared, covered, close = basis.shares[:, :2], basis.shares[:, 2], basis.close
    offered = spans.candidates(
        run.question, hits, found, basis.readings, close, shared, basis.rarity, basis.told
    )
    best = spans.best(offered)
    rows = evidence.features(hits, found, close, shared, best)
    scores = calibrated("sentence" if basis.known else "foreign sentence", evidence.FEATURES)(rows)
    closed = opening_hours.pairs(run.question, found, scores)
    said = {closed_at: float(scores[hours]) for hours, closed_at in closed}
    scores *= basis.kept
    for hours, closed_at in closed:
        scores[hours] *= EARLIER
        scores[closed_at] = max(scores[closed_at], said[closed_at])
    sections.settle(run.question, found, scores)
    for old, new in editions.superseded(run.question, hits, found):
        scores[[old, new]] = scores[old] * EARLIER, max(scores[old], scores[new])
    if basis.known:
        best = of_what_is_asked(run.question, hits, found, best)
    else:
        best = phrases.best(run.question, hits, found)
    best = opening_hours.marked(run.question, hits, found, best)
    return Signals(
        tuple(hits), tuple(found), tuple(offered), tuple(best), rows, scores, covered, basis
    )


def _kept(
    run: Run,
    hits: Sequence[Hit],
    found: Sequence[evidence.Sentence],
    told: Sequence[Place | None],
) -> list[float]:
    """What each sentence keeps of its score: the product of what all that speaks against it leaves,
    going by where it stands and what it is labelled as."""
    question = run.question
    late = [standing.stands_under_another(question, hit) for hit in hits]
    prose = {item.hit for item in found if not item.stands.code and not item.stands.heading}
    beside = frozenset() if wants_code(question, run.kind) else prose
    form = amounts.form(question)
    untold = own_words.is_elsewhere(question, [item.whole for item in found])
    only_some = any(untold)  # then the others tell what is asked for, even as a heading
    answers = [bool(told[i]) or (only_some and not untold[i]) for i in range(len(found))]
    against: list[tuple[float, Sequence[bool]]] = [
        (HEADING, [
            (item.stands.heading or item.opens) and not answers[i] for i, item in enumerate(found)
        ]),
        (CODE, [item.stands.code and item.hit in beside for item in found]),
        (OTHER_TIME, [late[item.hit] for item in found]),
        *((OTHER_LABEL, which) for which in _of_other_things(question, hits, found, told, untold)),
        (NO_AMOUNT, [amounts.is_without(item.text, form, item.head) for item in found]),
    ]  # fmt: skip
    return [
        math.prod((left for left, which in against if which[i]), start=1.0)
        for i in range(len(found))
    ]


def _of_other_things(
    question: str,
    hits: Sequence[Hit],
    found: Sequence[evidence.Sentence],
    told: Sequence[Place | None],
    untold: Sequence[bool],
) -> Iterator[Sequence[bool]]:
    """For each way to be of another thing than the question, which of the sentences are."""
    texts = [tables.readable(item.text, item.head) if item.head else item.text for item in found]
    coded = labels.codes(question)
    if coded:  # those that no sentence has tell nothing of the others
        coded &= frozenset().union(*map(labels.codes, texts))
    unnumbered = _without_number(coded, hits)
    times = clock.clocks(question)
    times &= frozenset().union(*(clock.clocks(item.text) for item in found if item.head))
    part = formal.part(question) if any(told) else None
    yield [labels.is_of_other_date(question, item.text) for item in found]
    yield [labels.is_of_other_code(coded, text) for text in texts]
    yield [item.hit in unnumbered for item in found]
    yield [labels.is_of_other_number(question, item.text) for item in found]
    yield [people.is_of_other_office(question, item.text) for item in found]
    yield [people.is_of_other_person(question, item.placed) for item in found]
    yield [bool(item.head) and _is_at_other_time(times, item) for item in found]
    yield [bool(item.head) and is_outside(question, item.text) for item in found]
    yield [tables.is_of_other_way(question, item.text, item.head) for item in found]
    yield [is_of_other_quarter(question, item.placed) for item in found]
    yield [part is not None and not part.tells(item.text) for item in found]
    several = (
        contrary.of_other_times(question, found, hits),
        variants.of_variants(question, hits, found),
        own_labels.labelled_otherwise(question, [item.text for item in found]),
        untold,
    )
    yield [
        any(ways) for ways in zip(*several, strict=True)
    ]  # however many of these, it counts once


def _without_number(coded: frozenset[tuple[str, str]], hits: Sequence[Hit]) -> frozenset[int]:
    """The hits with neither one of the codes, "week 32" and "v1", that others have, nor its number
    by itself, as in a table.

    Only of what others are there: nothing is told from its like by the number of "COVID-19".
    """
    texts = [standing.placed(hit) for hit in hits] if coded else []
    there = [labels.codes(text) for text in texts]
    others = {kind for kind, _ in frozenset().union(*there) - coded}
    apart = {code for code in coded if code[0] in others}
    told = {number for _, number in apart}
    return frozenset(
        i
        for i, text in enumerate(texts)
        if told and not told & set(words(text)) and not apart & there[i]
    )


def _is_at_other_time(times: frozenset[int], item: evidence.Sentence) -> bool:
    """Has a row times of day, and none of those that are asked for?"""
    there = clock.clocks(item.text) if times else frozenset()
    return bool(there) and not there & times


def read(reader: Reader, question: str, hits: Sequence[Hit]) -> list[Reading]:
    """Each hit as the reader understands it under its title and headings."""
    told = [standing.before(hit, question) for hit in hits]
    texts = [said + hit.text for said, hit in zip(told, hits, strict=True)]
    readings = reader.read(question, texts)
    return [reading.behind(len(said)) for reading, said in zip(readings, told, strict=True)]
