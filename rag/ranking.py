"""The passages nearest to a question, in the place that it names."""

from __future__ import annotations

from collections.abc import Sequence

from rag.narrowing import narrow
from rag.narrowing.narrow import Place
from rag.opened import Opened
from rag.question import sides, whole_names
from rag.question.run import Run
from rag.rerank import DEPTH, READ, by_cross_encoder, is_tied
from rag.retrieve import is_claim, retrieve
from rag.text import language
from rag.types import Hit, Scope


class Ranker(Opened):
    """A collection opened for questions, as far as its passages are ranked."""

    def _place(self, run: Run, scope: Scope | None, everywhere: bool) -> Place:
        """The scope that was given, narrowed to what the question names."""
        given = scope or Scope()
        if everywhere or given.documents:
            return Place(given)
        with run.timed("narrow"):
            return narrow.place(run.question, self.collection, given)

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
