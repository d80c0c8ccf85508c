"""From a question to a checked answer.

question → Hit → sentences → Evidence → confident? → quote, or messages → draft → claims → Answer
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event as Cancel
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rag import compose, confidence, evidence, instructions, rewrite, spans
from rag.calibration import load as calibrated
from rag.ground import ground
from rag.index.collection import Reader as Collection
from rag.known import KNOWN
from rag.models import Models
from rag.prompt import messages
from rag.question import Kind
from rag.reading import Span
from rag.rerank import by_sentences as rerank_by
from rag.retrieve import retrieve
from rag.run import Result
from rag.run import Run as _Run
from rag.settings import Settings
from rag.summary import outline
from rag.text import query_terms
from rag.types import Answer, Coverage, Done, Event, Evidence, Found, Hit, Message, Scope, Token


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """The sentences of the hits of one question and everything that was measured about them.

    `rows` is f32 (sentences, len(evidence.FEATURES)), `scores` f32 (sentences,).
    """

    hits: tuple[Hit, ...]
    found: tuple[evidence.Sentence, ...]
    offered: tuple[spans.Candidates, ...]
    best: tuple[Span | None, ...]
    rows: NDArray[np.float32]
    scores: NDArray[np.float32]

    @property
    def reader(self) -> float:
        """The best score of a span as the reader gave it, in logits."""
        return max((span.score for item in self.offered for span in item.spans), default=-20.0)


class Pipeline:
    """A collection opened for questions, with its models. `ask` is `stream` drained."""

    def __init__(
        self, collection: Collection, models: Models, settings: Settings | None = None
    ) -> None:
        self.collection = collection
        self.models = models
        self.settings = settings or models.settings

    @classmethod
    def open(
        cls,
        collection: str = "default",
        *,
        settings: Settings | None = None,
        models: Models | None = None,
    ) -> Self:
        """Open `collection` with models of `settings`, or with `models` that are loaded already.

        Raises:
            CollectionNotFound, CollectionMismatch, CollectionDamaged: it can't be used; says why.
            ModelError: the embedder is missing or damaged.
        """
        models = models or Models(settings or Settings.load())
        opened = Collection.open(Path(models.settings.index_root), collection)
        opened.check_fit(models.embedder.fingerprint())
        return cls(opened, models)

    def close(self) -> None:
        self.collection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # --- the three things it does -----------------------------------------------------------

    def search(
        self,
        question: str,
        *,
        k: int | None = None,
        scope: Scope | None = None,
        history: Sequence[Message] = (),
        rerank: bool = False,
    ) -> Result:
        """The `k` best passages, best first. With `history`, a follow-up question is made whole.

        `rerank` reads the best passages, as an answer does, and orders them by what was found: the
        first is right more often, for some tenths of a second.

        Raises:
            UsageError: the question is empty or too long.
        """
        run = _Run.of(self._whole(question, history))
        hits = self._retrieve(run, k or self.settings.passages, scope)
        if rerank:
            first, rest = hits[: self.settings.passages], hits[self.settings.passages :]
            signals = self._measure(run, first)
            hits = [*rerank_by(signals.hits, signals.found, signals.scores), *rest]
        return Result(run.question, tuple(hits), run.total())

    def ask(
        self,
        question: str,
        *,
        scope: Scope | None = None,
        history: Sequence[Message] = (),
        cancel: Cancel | None = None,
    ) -> Answer:
        """The checked answer to `question`.

        Raises:
            UsageError: the question is empty or too long.
        """
        for event in self.stream(question, scope=scope, history=history, cancel=cancel):
            if isinstance(event, Done):
                return event.answer
        raise AssertionError("a stream ends with Done")

    def stream(
        self,
        question: str,
        *,
        scope: Scope | None = None,
        history: Sequence[Message] = (),
        cancel: Cancel | None = None,
    ) -> Iterator[Event]:
        """Evidence, then the draft as it is written, then the checked answer.

        With `history`, what was said before, a follow-up question is made whole first; the answer's
        `searched` tells as what. When `cancel` is set, writing stops and what there is by then is
        checked.
        """
        whole = self._whole(question, history)
        for event in self._events(_Run.of(whole), scope, cancel):
            if isinstance(event, Done) and whole != question:
                yield Done(replace(event.answer, question=question, searched=whole))
            else:
                yield event

    # --- stages -----------------------------------------------------------------------------

    def _whole(self, question: str, history: Sequence[Message]) -> str:
        """A follow-up question made whole: by the model where it is able, else by rules."""
        writer = self.models.generator if history and self._is_able() else None
        return rewrite.whole(question, history, writer)

    def _is_able(self) -> bool:
        """The small model that ships writes worse than it is to quote (benchmarks/LOG.md)."""
        return bool(self.settings.server) or self.settings.generator not in KNOWN

    def _events(self, run: _Run, scope: Scope | None, cancel: Cancel | None) -> Iterator[Event]:
        if run.kind == "summary":
            yield from self._summarise(run, scope)
            return
        signals = self._signals(run, scope)
        coverage = Coverage(len(signals.hits), len({hit.document for hit in signals.hits}))
        sure = confidence.answerable(
            run.question, signals.hits, signals.rows, signals.scores, signals.reader
        )
        if sure < self.settings.threshold or not signals.found:
            nearest = compose.nearest(signals.hits)
            yield Found(nearest, coverage)
            yield Done(compose.refusal(run.question, sure, nearest, coverage, run.total()))
            return
        chosen = self._select(signals, run.kind)
        yield Found(chosen, coverage)
        if self._quote_suffices(run.kind):
            answer = compose.quotation(run.question, run.kind, sure, chosen, coverage, run.total())
            yield Token(answer.text)
            yield Done(answer)
            return
        yield from self._write(run, sure, chosen, coverage, cancel)

    def signals(self, question: str, *, scope: Scope | None = None) -> Signals:
        """All that is measured about the sentences that could answer `question`."""
        return self._signals(_Run.of(question), scope)

    def _signals(self, run: _Run, scope: Scope | None) -> Signals:
        read = {"fast": 0.6, "balanced": 1.0, "best": 2.0}[self.settings.effort]
        k = max(1, round(read * self.settings.passages))
        return self._measure(run, self._retrieve(run, k, scope))

    def _measure(self, run: _Run, hits: Sequence[Hit]) -> Signals:
        found = instructions.without(evidence.split(hits), run.question)
        with run.timed("read"):
            readings = self.models.reader.read(run.question, [hit.text for hit in hits])
        with run.timed("sentences"):
            similarity = self._similarity(run.question, [item.whole for item in found])
            rarity = self.collection.rarity(query_terms(run.question))
            shared = evidence.shares(run.question, found, rarity)
            offered = spans.candidates(
                run.question, hits, found, readings, similarity, shared, rarity
            )
            best = spans.best(offered)
            rows = evidence.features(hits, found, similarity, shared, best)
            scores = calibrated("sentence", evidence.FEATURES)(rows)
        return Signals(tuple(hits), tuple(found), tuple(offered), tuple(best), rows, scores)

    def _retrieve(self, run: _Run, k: int, scope: Scope | None) -> list[Hit]:
        with run.timed("embed"):
            vector = self.models.embedder.encode_query(run.question)
        with run.timed("retrieve"):
            return retrieve(
                self.collection,
                run.question,
                vector,
                k=k,
                dense_weight=self.settings.dense_weight,
                scope=scope,
            )

    def _similarity(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        if not texts:
            return np.zeros(0, dtype=np.float32)
        vectors = self.models.embedder.encode(texts)
        return np.asarray(vectors @ self.models.embedder.encode_query(question), dtype=np.float32)

    def _select(self, signals: Signals, kind: Kind) -> tuple[Evidence, ...]:
        k = self.settings.sentences * (2 if kind in ("explain", "list") else 1)
        return evidence.select(signals.hits, signals.found, signals.scores, signals.best, k=k)

    def _quote_suffices(self, kind: Kind) -> bool:
        mode = self.settings.mode
        hurried = self.settings.effort == "fast" or not self._is_able()
        simple = kind in ("fact", "list") or hurried
        return mode == "quote" or (mode == "auto" and simple)

    def _write(
        self,
        run: _Run,
        sure: float,
        chosen: tuple[Evidence, ...],
        coverage: Coverage,
        cancel: Cancel | None,
    ) -> Iterator[Event]:
        prompt = messages(
            run.question,
            chosen,
            system_prompt=self.settings.system_prompt,
            explain=run.kind == "explain",
        )
        draft: list[str] = []
        thoughts: list[str] = []
        with run.timed("write"):
            for event in self.models.generator.stream(
                prompt, max_tokens=self.settings.max_tokens, cancel=cancel
            ):
                (draft if isinstance(event, Token) else thoughts).append(event.text)
                yield event
        with run.timed("check"):
            claims = ground("".join(draft), chosen, run.question)
        yield Done(
            compose.checked(
                run.question,
                run.kind,
                sure,
                chosen,
                coverage,
                run.total(),
                claims,
                "".join(thoughts).strip() or None,
            )
        )

    def _summarise(self, run: _Run, scope: Scope | None) -> Iterator[Event]:
        with run.timed("outline"):
            leads, coverage = outline(self.collection, scope or Scope())
        yield Found(leads, coverage)
        if leads:
            answer = compose.summary(run.question, leads, coverage, run.total())
            yield Token(answer.text)
        else:
            answer = compose.refusal(run.question, 0.0, leads, coverage, run.total())
        yield Done(answer)
