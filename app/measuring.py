"""Evaluation as a job: one's own questions put to a collection under one or two settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.jobs import Job, Snapshot
from app.service import Service
from rag.errors import ModelError
from rag.evaluate import Outcome, Question, answered, summary
from rag.evaluation.report import Difference, as_html, compare
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Measuring:
    """How far an evaluation is."""

    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What one set of settings reached."""

    label: str
    summary: Mapping[str, float | int | None]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of an evaluation: one row of measures for each set of settings.

    `against` is how the second settings differ from the first, question by question; empty where
    there is one set or where the job was stopped in between.
    """

    name: str
    measured: tuple[Measured, ...]
    against: Mapping[str, Difference]


def start(
    service: Service,
    collection: str,
    name: str,
    questions: Sequence[Question],
    variants: Sequence[tuple[str, Settings]],
) -> str:
    """Queues an evaluation; returns the job's id."""

    def work(job: Job) -> Evaluation | None:
        if not service.wait_for_models(job.cancel):
            if job.cancel.is_set():
                return None
            raise ModelError(service.preload().error or "The models can't be loaded.")
        return _measure(service, collection, name, questions, variants, job)

    return service.jobs.start("evaluate", subject(collection), work, lane="evaluations")


def _measure(
    service: Service,
    collection: str,
    name: str,
    questions: Sequence[Question],
    variants: Sequence[tuple[str, Settings]],
    job: Job,
) -> Evaluation:
    measured = []
    total = len(questions) * len(variants)
    for at, (label, settings) in enumerate(variants):
        outcomes: list[Outcome] = []
        with service.pipeline(collection, settings) as pipeline:
            for question in questions:
                if job.cancel.is_set():
                    break
                outcomes.append(answered(pipeline, question))
                job.report(Measuring(at * len(questions) + len(outcomes), total))
        if outcomes:
            measured.append(Measured(label, summary(outcomes), tuple(outcomes)))
    whole = len(measured) == 2 and all(len(m.outcomes) == len(questions) for m in measured)
    against = compare(measured[0].outcomes, measured[1].outcomes) if whole else {}
    return Evaluation(name, tuple(measured), against)


def report(evaluation: Evaluation) -> str:
    """The evaluation as one page of HTML, with intervals and the worst questions."""
    first, *others = evaluation.measured
    other = others[0] if evaluation.against else None
    return as_html(
        evaluation.name, first.outcomes, other and other.outcomes, other.label if other else ""
    )


def jobs(service: Service, collection: str) -> list[Snapshot]:
    """The evaluations of a collection, newest first."""
    return service.jobs.about(subject(collection), "evaluate")


def subject(collection: str) -> str:
    """What evaluations of a collection are filed under."""
    return f"evaluation {collection}"


def badness(outcome: Outcome) -> float:
    """How badly a question went, 0 to 4: the worst are answered wrongly with confidence."""
    answer, question = outcome.answer, outcome.question
    found = answer is not None and answer.found
    if question.impossible:
        return 3.0 + (answer.confidence if answer else 0.0) if found else 0.0
    if not found:
        return 2.0 if question.answers or question.relevant else 0.0
    if outcome.contains:
        return 0.5 * (1.0 - (outcome.f1 or 0.0)) * 0.1
    missed = 1.0 - (outcome.f1 or 0.0) if question.answers else 0.0
    wrong = 2.0 if question.answers else 0.0
    lost = not set(outcome.ranking[:3]) & set(question.relevant or {})
    return wrong + missed + (0.5 if question.relevant and lost else 0.0)


def verdict(outcome: Outcome) -> str:
    """How a question went, in a few words."""
    answer, question = outcome.answer, outcome.question
    found = answer is not None and answer.found
    if question.impossible:
        return "answered, but there is no answer" if found else "rightly refused"
    if not found:
        return "refused, but there is an answer" if badness(outcome) else "refused"
    if not question.answers:
        return "answered"
    return "right" if outcome.contains else "not the expected answer"


def rows(evaluation: Evaluation) -> list[dict[str, Any]]:
    """A row for each question and set of settings, for programs."""
    return [
        {
            "settings": measured.label,
            "question": outcome.question.question,
            "expected": list(outcome.question.answers),
            "impossible": outcome.question.impossible,
            "answer": outcome.answer.text if outcome.answer else None,
            "short": outcome.answer.short if outcome.answer else None,
            "confidence": outcome.answer.confidence if outcome.answer else None,
            "verdict": verdict(outcome),
            "exact": outcome.exact,
            "f1": outcome.f1,
            "contains": outcome.contains,
            "citation_precision": outcome.citations,
            "citation_recall": outcome.cited,
            "ranking": list(outcome.ranking),
            "citations": [asdict(c) for c in outcome.answer.citations] if outcome.answer else [],
            "seconds": outcome.seconds,
        }
        for measured in evaluation.measured
        for outcome in measured.outcomes
    ]
