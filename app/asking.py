"""Asking as a job: it streams into snapshots and stores its answer, whether or not a page looks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Lock
from typing import Literal

from app import state
from app.jobs import Job, Snapshot
from app.service import Service
from app.store import Turn
from rag.errors import ModelError
from rag.types import Answer, Coverage, Done, Evidence, Found, Message, Reasoning, Scope, Token

Stage = Literal["loading", "searching", "writing"]
STOPPED = "Stopped before there was an answer."

_changing = Lock()  # what a question is and which work answers it change together


@dataclass(frozen=True, slots=True)
class Live:
    """An answer in the making."""

    stage: Stage
    draft: str = ""
    thoughts: str = ""
    evidence: tuple[Evidence, ...] = ()
    coverage: Coverage | None = None


def ask(service: Service, conversation: str, question: str, scope: Scope) -> Turn:
    """Notes a question and queues the work on it."""
    with _changing:
        turn = service.store.ask(conversation, question, scope)
        _queue(service, turn)
    return turn


def again(service: Service, turn: Turn) -> None:
    """Asks a question anew, in its place. While it is being answered, nothing else begins."""
    now = watched(service, turn)
    if now is None or now.stopping:
        _anew(service, turn)


def everywhere(service: Service, turn: Turn) -> None:
    """Asks a question anew of all documents, although it names some."""
    service.store.widen(turn.id)
    _anew(service, turn)


def replace_question(service: Service, turn: Turn, question: str, *, plain: bool = False) -> None:
    """Asks another question in the place of one; `plain`: as it stands, without what was before."""
    service.store.reword(turn.id, question, plain=plain)
    _anew(service, turn)


def stop(service: Service, turn: Turn) -> None:
    """Stops the work on a question. What is written by then is still checked and kept.

    The page may show what the question was before it was changed in another tab: then what is at
    work is not what is to be stopped.
    """
    with _changing:
        job = watched(service, turn)
        if job is None or is_changed(service, turn):
            return
        service.jobs.cancel(job.id)
        now = service.jobs.get(job.id)
        if now is not None and now.state == "waiting":  # from now on it comes to nothing else
            service.store.fail(turn.id, STOPPED, turn.job)


def is_changed(service: Service, turn: Turn) -> bool:
    """Has the question been asked anew or taken away, in another tab, since `turn` was read?"""
    return turn.job not in service.store.marks(turn.conversation)


def watched(service: Service, turn: Turn) -> Snapshot | None:
    """The job that is at work on a question, if one is."""
    for job in service.jobs.about(turn.id, "ask"):
        if not job.over:
            return job
    return None


def turns(service: Service, conversation: str) -> list[tuple[Turn, Snapshot | None]]:
    """The questions of a conversation in order, each with the job that is at work on it, or else
    with what came of it."""
    with _changing:
        # Before the questions are read: a job that has ended by then has stored its answer.
        jobs = {job.subject: job for job in service.jobs.at_work("ask")}
        found = service.store.turns(conversation)
    return [(turn, jobs.get(turn.id) if turn.answer is None else None) for turn in found]


def _anew(service: Service, turn: Turn) -> None:
    """Queues work on a question as it is stored, and stops what is at work on it.

    The page may show what the question was before it was changed in another tab.
    """
    with _changing:
        now = service.store.again(turn.id)
        for job in service.jobs.about(turn.id, "ask"):
            if not job.over:
                service.jobs.cancel(job.id)
        if now is not None:
            _queue(service, now)


def _queue(service: Service, turn: Turn) -> None:
    conversation = service.store.conversation(turn.conversation)
    if conversation is None:
        return
    collection = conversation.collection

    def work(job: Job) -> Answer | None:
        try:
            return _answer(service, collection, turn, job)
        except Exception as error:
            service.store.fail(turn.id, _sentence(error), turn.job)
            raise

    service.jobs.start("ask", turn.id, work, lane="answers", many=True, owner=state.person())


def _answer(service: Service, collection: str, turn: Turn, job: Job) -> Answer | None:
    live = Live("loading")
    job.report(live)
    if not service.wait_for_models(job.cancel):
        if not job.cancel.is_set():
            raise ModelError(service.preload().error or "The models can't be loaded.")
        service.store.fail(turn.id, STOPPED, turn.job)
        return None
    live = replace(live, stage="searching")
    job.report(live)
    with service.pipeline(collection) as pipeline:
        for event in pipeline.stream(
            turn.question,
            scope=turn.scope,
            history=_before(service, turn),
            cancel=job.cancel,
            everywhere=turn.everywhere,
            as_written=turn.plain,
        ):
            match event:
                case Found():
                    live = replace(
                        live, stage="writing", evidence=event.evidence, coverage=event.coverage
                    )
                case Token():
                    live = replace(live, draft=live.draft + event.text)
                case Reasoning():
                    live = replace(live, thoughts=live.thoughts + event.text)
                case Done():
                    service.store.answer(turn.id, event.answer, turn.job)
                    return event.answer
            job.report(live)
    return None


def _before(service: Service, turn: Turn) -> list[Message]:
    """What was said before a question, each question as it was understood."""
    told: list[Message] = []
    for earlier in () if turn.plain else service.store.turns(turn.conversation):
        if earlier.number >= turn.number:
            break
        answer = earlier.answer
        searched = answer.searched if answer else None
        told.append(Message("user", searched or earlier.question))
        if answer and answer.found and (answer.short or answer.text):
            told.append(Message("assistant", answer.short or answer.text))
    return told


def _sentence(error: Exception) -> str:
    from rag.errors import FootnoteError

    if isinstance(error, FootnoteError):
        return str(error)
    return f"Something went wrong inside Footnote: {error!r}."
