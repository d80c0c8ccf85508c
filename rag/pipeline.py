"""From a question to a checked answer.

question → narrowing → Hit → sentences → Evidence → confident? → quote, or messages → drafts →
claims → Answer
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from threading import Event as Cancel

from rag import rewrite, several, spelling
from rag.abbreviations import written_out
from rag.answer import compose
from rag.answer.compose import Basis
from rag.answer.draft import Writer
from rag.answer.numbered_section import section
from rag.answer.quote import numbered, quoted
from rag.answer.reward import reward
from rag.answer.summary import outline
from rag.answer.verdict import verdict
from rag.errors import UsageError
from rag.ground import ground
from rag.narrowing import narrow
from rag.narrowing.narrow import Place
from rag.networks.parallel import in_turn
from rag.parts import of_parts, of_sides
from rag.question import thing
from rag.question.run import Result
from rag.question.run import Run as _Run
from rag.question.shape import Kind, checked
from rag.ranking import Ranker
from rag.rerank import READ, by_reading, untied
from rag.scoring import confidence
from rag.scoring.explaining import fitting
from rag.scoring.rows import picked
from rag.scoring.select import select
from rag.scoring.signals import Signals, measure
from rag.scoring.twice import is_told, readings
from rag.types import Answer, Done, Event, Evidence, Found, Message, Scope, Token

__all__ = ["Pipeline", "Signals"]


class Pipeline(Ranker):
    """A collection opened for questions, with its models. `ask` is `stream` drained."""

    def search(
        self,
        question: str,
        *,
        k: int | None = None,
        scope: Scope | None = None,
        history: Sequence[Message] = (),
        rerank: bool = False,
        everywhere: bool = True,
        as_written: bool = False,
    ) -> Result:
        """The `k` best passages, best first. With `history`, a follow-up question is made whole.

        `rerank` reads the best passages, as an answer does, and orders them by what was found: the
        first is right more often, for some tenths of a second. Without it that is done where the
        first two are as good as equal (`rag.rerank.TIE`). A question that names a document is asked
        of it, unless `everywhere`; a misspelt word is put right, unless `as_written`.

        Raises:
            UsageError: the question is empty or too long.
        """
        if k is not None and k < 1:
            raise UsageError(f"k is {k}: ask for one passage or more.")
        k = k or self.settings.passages
        with self._asked():
            run = _Run.of(self._whole(question, history, as_written, None))
            place = self._place(run, scope, everywhere)
            read = max(self.settings.passages, READ if rerank else 2)
            hits = self._ranking(run, run.question, max(k, read), place)
            if place.labels and not hits:
                place = Place(scope or Scope())
                hits = self._ranking(run, run.question, max(k, read), place)
            if rerank or self._is_tied(run, hits):
                signals = measure(run, hits[:read], self.models, self.collection)
                hits = [*(by_reading if rerank else untied)(signals), *hits[read:]]
            return Result(run.question, tuple(hits[:k]), run.total(), place.labels)

    def ask(
        self,
        question: str,
        *,
        scope: Scope | None = None,
        history: Sequence[Message] = (),
        cancel: Cancel | None = None,
        everywhere: bool = False,
        as_written: bool = False,
    ) -> Answer:
        """The checked answer to `question`; the arguments are those of `stream`.

        Raises:
            UsageError: the question is empty or too long.
        """
        *_, last = self.stream(
            question, scope=scope, history=history, cancel=cancel,
            everywhere=everywhere, as_written=as_written,
        )  # fmt: skip
        assert isinstance(last, Done)
        return last.answer

    def stream(
        self,
        question: str,
        *,
        scope: Scope | None = None,
        history: Sequence[Message] = (),
        cancel: Cancel | None = None,
        everywhere: bool = False,
        as_written: bool = False,
    ) -> Iterator[Event]:
        """Evidence, then the draft as it is written, then the checked answer.

        What a first reading finds is a draft where a second one follows: evidence comes again then.
        With `history` a follow-up question is made whole first; unless `as_written`, misspelt words
        are put right; the answer's `searched` tells as what it was asked. When `cancel` is set,
        writing stops and what there is by then is checked. A question that names a document is
        asked of that one (`narrowed` tells), unless `everywhere` or without answer.

        Raises:
            UsageError: at the first event, where the question is empty or too long.
        """
        with self._asked():
            asked, whole = checked(question), self._whole(question, history, as_written, cancel)
            events = self._events(_Run.of(whole, literal=as_written), scope, everywhere, cancel)
            for event in compose.replies(asked, whole) or events:
                if isinstance(event, Done) and (of := event.answer.question) != asked:
                    event = Done(replace(event.answer, question=question, searched=of))
                yield event

    # --- stages -----------------------------------------------------------------------------

    def _whole(
        self, question: str, history: Sequence[Message], as_written: bool, cancel: Cancel | None
    ) -> str:
        """Cleaned, spelt right, a follow-up made whole: by the model if it is able, or by rules."""
        question = checked(question)
        able = self.models.writes_well and self.settings.mode != "quote"
        whole = rewrite.by_models(question, history, self.models if able else None, cancel)
        spelt = whole if as_written else spelling.corrected(whole, self.collection)
        return spelt if as_written else written_out(spelt, self.collection)

    def _events(
        self, run: _Run, scope: Scope | None, everywhere: bool, cancel: Cancel | None
    ) -> Iterator[Event]:
        threshold = self.settings.threshold
        place = self._place(run, scope, everywhere)
        told = section(run.question, self.collection, place.scope, place.labels)
        about_all = not told and (run.kind == "summary" or place.named.whole)
        if about_all and (summary := list(self._summarise(run, place))):
            yield from summary
            return
        told = told or several.over_time(self._read, self.models.embedder, run, place, threshold)
        joined = [] if told else of_parts(run)
        parts = [(one, self._place(one, scope, everywhere), place) for one in joined]
        if told := told or several.answered(self._read, parts, run.question, threshold):
            yield from self._say(run, told, cancel)
            return
        drafted = False
        for signals, sure, more in self._readings(run, place):
            if more and is_told(sure, self.settings) and self._quote_suffices(run.kind):
                yield from self._draft(self._basis(run, place, signals, sure))
                drafted = True
        run, signals, sure = several.surest(self._read, run, place, signals, sure)
        if place.labels and sure < threshold:  # named, but the answer is not there
            tried, place = place, Place(scope or Scope())
            signals, sure = self._read(run, place)
            sure = 0.0 if narrow.is_settled(run.question, signals, tried) else sure
        of_each: tuple[Evidence, ...] = ()
        if sure < threshold and run.shape.sides:
            asked = [(one, self._place(one, scope, everywhere)) for one in of_sides(run)]
            found, sure = several.best_of_each(self._read, asked)
            of_each = found if run.kind != "explain" else ()
        if sure < threshold or not signals.found:
            yield from self._refuse(run, place, signals, sure)
            return
        basis = self._basis(run, place, signals, sure, *of_each)
        yield from self._say(run, basis, cancel, drafted=drafted)

    def _basis(
        self, run: _Run, place: Place, signals: Signals, sure: float, *of_each: Evidence
    ) -> Basis:
        """Rows of a table, what there is `of_each` of two things compared, or the best of all."""
        basis = Basis(run.question, run.shape, sure, (), signals.coverage, place.labels)
        if rows := picked(run.question, signals, self.collection):
            return several.of_rows(basis, rows)
        chosen = of_each or select(
            signals.hits,
            signals.found,
            fitting(run, signals, self.models.embedder),
            signals.best,
            k=self.settings.sentences * (2 if run.kind in ("explain", "list") else 1),
            shape=run.shape,
        )
        said = verdict(run.question, run.kind, quoted(chosen, run.shape))
        return replace(basis, evidence=chosen, verdict=said)

    # --- reading ----------------------------------------------------------------------------

    def signals(
        self, question: str, *, scope: Scope | None = None, twice: bool | None = None
    ) -> Signals:
        """All that is measured of the sentences that may answer, read `twice` or by need (None)."""
        with self._asked():
            return self._read(_Run.of(question), Place(scope or Scope()), twice)[0]

    def _read(self, run: _Run, place: Place, twice: bool | None = None) -> tuple[Signals, float]:
        """The last of `_readings`."""
        *_, (signals, sure, _) = self._readings(run, place, twice)
        return signals, sure

    @in_turn
    def _readings(
        self, run: _Run, place: Place, twice: bool | None = None
    ) -> Iterator[tuple[Signals, float, bool]]:
        """The signals of what is found there after one reading, and after a second one where that
        is wanted; how sure they make that there is an answer; and whether another one follows.

        It is looked for in the words that the place has; whether it is of the right thing is asked
        in those of the question, whose names and dates have to be there.
        """
        asked = run.asking(place.named.rest)
        read = {"fast": 0.6, "balanced": 1.0, "best": 2.0}[self.settings.effort]
        hits = self._retrieve(asked, max(1, round(read * self.settings.passages)), place)
        unheard = thing.is_unheard_of(run.question, self.collection)
        unheard = unheard or self._lacks_name(run, place, hits)
        made = readings(asked, hits, self.models, self.collection, self.settings, twice=twice)
        for signals, more in made:
            elsewhere = unheard or narrow.elsewhere(run.question, self.collection, signals, place)
            sure = confidence.answerable(run.question, signals, elsewhere=elsewhere)
            yield signals, sure, more

    # --- saying -----------------------------------------------------------------------------

    def _say(
        self, run: _Run, basis: Basis, cancel: Cancel | None, *, drafted: bool = False
    ) -> Iterator[Event]:
        if not self._quote_suffices(run.kind):
            yield Found(basis.evidence, basis.coverage)
            yield from self._write(run, basis, cancel)
            return
        answer = yield from self._draft(replace(basis, timings=run.total()), silent=drafted)
        yield Done(answer)

    def _refuse(self, run: _Run, place: Place, signals: Signals, sure: float) -> Iterator[Event]:
        near = compose.nearest(signals.hits)
        basis = Basis(run.question, run.shape, sure, near, signals.coverage, place.labels)
        yield Found(near, signals.coverage)
        yield Done(compose.refusal(replace(basis, timings=run.total())))

    def _draft(self, basis: Basis, *, silent: bool = False) -> Generator[Event, None, Answer]:
        """A quotation, told unless `silent`: there may have been a draft before."""
        basis = replace(basis, evidence=numbered(basis.evidence, basis.shape))
        answer = compose.quotation(basis)
        yield Found(basis.evidence, basis.coverage)
        if not silent:
            yield Token(answer.text)
        return answer

    def _quote_suffices(self, kind: Kind) -> bool:
        # The small model that ships writes worse than it is to quote (benchmarks/LOG.md).
        hurried = self.settings.effort == "fast" or not self.models.writes_well
        simple = (kind in ("fact", "list") or hurried) and not self.settings.think
        return self.settings.mode == "quote" or (self.settings.mode == "auto" and simple)

    def _write(self, run: _Run, basis: Basis, cancel: Cancel | None) -> Iterator[Event]:
        writer = Writer(self.models.generator, self.settings.max_tokens, cancel)
        with run.timed("write"):
            draft = yield from writer.first(
                run.question, basis.evidence, run.kind == "explain",
                role=self.settings.system_prompt, think=self.settings.think,
            )  # fmt: skip
            texts = [draft.text]
            if self.settings.effort == "best":
                texts += writer.samples(draft.prompt)
        with run.timed("check"):
            best = max(
                (ground(text, basis.evidence, run.question) for text in texts),
                key=lambda c: reward(c, run.question, run.kind, agrees=compose.agrees(basis, c)),
            )
        basis = replace(basis, timings=run.total())
        yield Done(compose.checked(basis, best, draft.thoughts or None))

    def _summarise(self, run: _Run, place: Place) -> Iterator[Event]:
        """A summary; nothing where no document there has anything to begin one with."""
        with run.timed("outline"):
            leads, coverage, documents = outline(self.collection, place.scope)
        if not leads:
            return
        basis = Basis(run.question, run.shape, 1.0, leads, coverage, place.labels)
        yield Found(leads, coverage)
        answer = compose.summary(replace(basis, timings=run.total()), documents)
        yield Token(answer.text)
        yield Done(answer)
