"""From a question to what is known of the sentences that may answer it.

question → narrowing → Hit → sentences, read once or twice → how sure is an answer?
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.narrowing import narrow
from rag.narrowing.narrow import Place
from rag.opened import Opened
from rag.question import sides, thing, whole_names
from rag.question.run import Run
from rag.rerank import DEPTH, READ, by_cross_encoder, is_tied
from rag.retrieve import is_claim, retrieve
from rag.scoring import confidence
from rag.scoring.signals import Signals
from rag.scoring.twice import readings
from rag.text import language
from rag.types import Hit, Scope


class Finder(Opened):
    """A collection opened for questions, as far as finding goes."""

    def signals(
        self, question: str, *, scope: Scope | None = None, twice: bool | None = None
    ) -> Signals:
        """All that is measured of the sentences that may answer, read `twice` or by need (None)."""
        return self._read(Run.of(question), Place(scope or Scope()), twice)[0]

    def _place(self, run: Run, scope: Scope | None, everywhere: bool) -> Place:
        """The scope that was given, narrowed to what the question names."""
        given = scope or Scope()
        if everywhere or given.documents:
            return Place(given)
        with run.timed("narrow"):
            return narrow.place(run.question, self.collection, given)

    def _read(self, run: Run, place: Place, twice: bool | None = None) -> tuple[Signals, float]:
        """The last of `_readings`: the signals, and how sure they make that there is an answer."""
        *_, (signals, sure, _) = self._readings(run, place, twice)
        return signals, sure

    def _readings(
        self, run: Run, place: Place, twice: bool | None = None
    ) -> Iterator[tuple[Signals, float, bool]]:
        """The signals of what is found there after one reading, and after a second one where that
        is wanted; how sure they make that there is an answer; and whether another one follows.

        It is looked for in the words that the place has; whether it is of the right thing is asked
        in those of the question, whose names and dates have to be there.
        """
        asked = run.asking(place.rest)
        read = {"fast": 0.6, "balanced": 1.0, "best": 2.0}[self.settings.effort]
        hits = self._retrieve(asked, max(1, round(read * self.settings.passages)), place)
        unheard = thing.is_unheard_of(run.question, self.collection)
        unheard = unheard or self._lacks_name(run, place, hits)
        for signals, more in readings(
            asked, hits, self.models, self.collection, self.settings, twice=twice
        ):
            elsewhere = unheard or narrow.of_others(run.question, self.collection, signals, place)
            sure = confidence.answerable(run.question, signals, elsewhere=elsewhere)
            yield signals, sure, more

    def _lacks_name(self, run: Run, place: Place, hits: Sequence[Hit]) -> bool:
        """Has the question a name of several words that no passage there has as one?"""
        names = whole_names.apart(whole_names.named(run.question), hits)
        return any(whole_names.apart([n], self._ranking(run, n, READ, place)) for n in names)

    def _retrieve(self, run: Run, k: int, place: Place) -> list[Hit]:
        """The best passages for the question, and for each of two things that it compares."""
        asked = [run.question, *sides.queries(run.question, run.shape.sides)]
        rankings = [self._ranking(run, query, k, place) for query in asked]
        return sides.interleaved(rankings, k + len(run.shape.sides))

    def _is_tied(self, run: Run, hits: Sequence[Hit]) -> bool:
        """Is it left to reading which of the first two of a question for a fact comes first?"""
        quick = self.settings.effort == "fast" or self.models.reranker is not None
        able = run.kind == "fact" and self.models.reads(language(run.question))
        return able and not quick and not is_claim(run.question) and is_tied(hits)

    def _ranking(self, run: Run, query: str, k: int, place: Place) -> list[Hit]:
        with run.timed("embed"):
            asked = self.models.embedder.query(query)
        reranker = self.models.reranker
        with run.timed("retrieve"):
            hits = retrieve(
                self.collection, query, asked, k=k * (DEPTH if reranker else 1),
                dense_weight=self.settings.dense_weight, spoken=self.models.spoken,
                scope=place.scope, only=place.rows,
            )  # fmt: skip
            if reranker:
                hits = by_cross_encoder(hits, reranker.scores(query, [h.text for h in hits]))
        return hits[:k]
