"""Where is searched, what is found there, and how sure that makes that there is an answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

from rag.answer.compose import Basis
from rag.narrowing import narrow
from rag.narrowing.narrow import Place
from rag.opened import Opened
from rag.question import sides
from rag.question.run import Run
from rag.question.shape import Shape
from rag.rerank import DEPTH, by_cross_encoder
from rag.retrieve import retrieve
from rag.scoring import confidence
from rag.scoring.select import select
from rag.scoring.signals import Signals, measure
from rag.types import Coverage, Evidence, Hit, Scope

FACT = Shape("fact")


class Finder(Opened):
    """The first half of a pipeline: from a question to the signals of what is found for it."""

    # --- where ------------------------------------------------------------------------------

    def _place(self, run: Run, scope: Scope | None, everywhere: bool) -> Place:
        """The scope that was given, narrowed to what the question names."""
        given = scope or Scope()
        if everywhere or given.documents:
            return Place(given)
        with run.timed("narrow"):
            return narrow.place(run.question, self.collection, given)

    # --- reading ----------------------------------------------------------------------------

    def signals(self, question: str, *, scope: Scope | None = None) -> Signals:
        """All that is measured about the sentences that could answer `question`."""
        return self._read(Run.of(question), Place(scope or Scope()))[0]

    def _read(self, run: Run, place: Place) -> tuple[Signals, float]:
        """The signals of what is found there, and how sure they make that there is an answer.

        It is looked for in the words that the place has; that it is of the right one, for which
        names and dates have to be there, is asked in those of the question.
        """
        looked_for = run.asking(place.rest)
        read = {"fast": 0.6, "balanced": 1.0, "best": 2.0}[self.settings.effort]
        k = max(1, round(read * self.settings.passages))
        hits = self._retrieve(looked_for, k, place)
        signals = measure(looked_for, hits, self.models, self.collection)
        others = narrow.of_others(run.question, self.collection, signals, place)
        return signals, confidence.answerable(run.question, signals, others=others)

    def _of_sides(
        self, run: Run, scope: Scope | None, everywhere: bool
    ) -> tuple[tuple[Evidence, ...], float]:
        """Where no passage compares two things: the best about each, how sure the less sure one is.

        Each is looked for where the question about it alone would be.
        """
        asked = sides.questions(run.question, run.shape.sides, run.kind == "explain")
        about = [replace(run, shape=FACT).asking(question) for question in asked]
        found = [self._best(one, self._place(one, scope, everywhere)) for one in about]
        # Neither span is the answer to the whole question.
        told = tuple(
            replace(item, n=n, span=None) for n, (item, _, _) in enumerate(found, start=1) if item
        )
        sure = min((sure for _, sure, _ in found), default=1.0)
        return told if run.kind != "explain" else (), sure

    def _over_time(self, run: Run, place: Place) -> Basis | None:
        """The best of each of several reports, in the order of their times, if two or more answer.

        What is asked of them is what each can say: the sales, not how they changed.
        """
        about = replace(run, shape=FACT).asking(place.alone)
        each = [Place(replace(place.scope, documents=(d,)), place.rows) for d in place.each]
        found = [self._best(about, there) for there in each]
        told = [
            (replace(item, of=PurePath(item.path).name), sure, coverage)
            for item, sure, coverage in found
            if item and sure >= self.settings.threshold
        ]
        if len(told) < 2:
            return None
        items = tuple(replace(item, n=n) for n, (item, _, _) in enumerate(told, start=1))
        shape = Shape("explain", sides=tuple(item.of for item in items))
        sure = min(sure for _, sure, _ in told)
        read = Coverage(sum(coverage.passages for _, _, coverage in told), len(told))
        return Basis(run.question, shape, sure, items, read, place.labels)

    def _best(self, run: Run, place: Place) -> tuple[Evidence | None, float, Coverage]:
        """The best sentence there, how sure it is that it answers, and how much was read."""
        measured, sure = self._read(run, place)
        found = select(
            measured.hits, measured.found, measured.scores, measured.best, k=1, shape=FACT
        )
        return next(iter(found), None), sure, measured.coverage

    def _retrieve(self, run: Run, k: int, place: Place) -> list[Hit]:
        """The best passages for the question, and for each of two things that it compares."""
        asked = [run.question, *sides.queries(run.question, run.shape.sides)]
        rankings = [self._ranking(run, query, k, place) for query in asked]
        return sides.interleaved(rankings, k + len(run.shape.sides))

    def _ranking(self, run: Run, query: str, k: int, place: Place) -> list[Hit]:
        with run.timed("embed"):
            vector = self.models.embedder.encode_query(query)
        reranker = self.models.reranker
        with run.timed("retrieve"):
            hits = retrieve(
                self.collection, query, vector, k=k * (DEPTH if reranker else 1),
                dense_weight=self.settings.dense_weight, spoken=self.models.spoken,
                scope=place.scope, only=place.rows,
            )  # fmt: skip
            if reranker:
                hits = by_cross_encoder(hits, reranker.scores(query, [h.text for h in hits]))
        return hits[:k]
