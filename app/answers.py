"""What the page shows of a question: one description for answers, drafts, refusals and errors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from app import render
from app.asking import Live
from app.jobs import Snapshot
from app.store import Turn
from rag.types import Answer, Coverage, Evidence, Hit
from rag.wording import count

_MODES = {
    "quote": "quoted word for word",
    "write": "written from the sources and checked against them",
    "summary": "put together from titles, headings and first sentences",
}
_STAGES = {
    "narrow": "Seeing what is named",
    "embed": "Understanding the question",
    "retrieve": "Finding passages",
    "read": "Reading passages",
    "sentences": "Weighing sentences",
    "outline": "Outlining the documents",
    "write": "Writing",
    "check": "Checking",
    "total": "Altogether",
}
_NAMES = 4  # documents that are named where the search was narrowed
_QUOTE = 220  # characters of a quote in the list of sources


def describe(turn: Turn, job: Snapshot | None, opened: int | None) -> dict[str, Any]:
    """The data for `components.answer`: all of it text to be shown as it stands."""
    own = {"turn": turn.id}
    if job is not None and not job.over:
        return _draft(job, opened) | own
    if turn.answer is not None:
        return _answer(turn.answer, opened) | own
    error = turn.error or "This answer was interrupted before it was ready. Ask again."
    return (
        _base("refused", opened)
        | own
        | {
            "heading": "No answer",
            "parts": [{"text": render.visible(error)}],
        }
    )


def passages(hits: Sequence[Hit], opened: int | None) -> dict[str, Any]:
    """Passages that were found, without a question and an answer."""
    return _base("hits", opened) | {
        "sources": [
            {
                "n": n,
                "where": render.visible(render.where(hit)),
                "quote": render.clipped(render.visible(hit.text), _QUOTE),
            }
            for n, hit in enumerate(hits, start=1)
        ]
    }


def _base(kind: str, opened: int | None) -> dict[str, Any]:
    return {
        "kind": kind,
        "turn": None,
        "open": opened,
        "heading": None,
        "understood": None,
        "narrowed": None,
        "parts": [],
        "status": None,
        "near": None,
        "sources": [],
        "foot": None,
        "folds": [],
    }


def _answer(answer: Answer, opened: int | None) -> dict[str, Any]:
    shown = _base("refused" if answer.mode == "refused" else "found", opened)
    shown["parts"] = render.parts_of(answer, answer.short)
    places = render.places(answer)
    shown["sources"] = [_source(place, places) for place in places]
    if answer.mode == "reply":  # nothing was looked for
        return shown
    if not answer.found:
        shown["heading"] = "Not in your documents"
        shown["near"] = "What comes nearest:" if shown["sources"] else None
    shown["foot"] = _foot(answer)
    if answer.searched and answer.searched != answer.question:
        shown["understood"] = f"Understood as: {render.visible(answer.searched)}"
    if answer.narrowed:
        shown["narrowed"] = narrowed(answer)
    if answer.reasoning:
        shown["folds"].append({"title": "Thinking", "text": render.visible(answer.reasoning)})
    rows = [[_STAGES.get(name, name), f"{s:.2f} s"] for name, s in answer.timings.items()]
    if rows:
        shown["folds"].append({"title": "How long it took", "rows": rows})
    return shown


def _draft(job: Snapshot, opened: int | None) -> dict[str, Any]:
    live = job.progress if isinstance(job.progress, Live) else Live("loading")
    shown = _base("draft" if live.draft else "waiting", opened)
    shown["parts"] = [{"text": render.visible(live.draft)}] if live.draft else []
    shown["status"] = _status(job, live)
    if live.thoughts:
        shown["folds"] = [{"title": "Thinking", "text": render.visible(live.thoughts)}]
    return shown


def _status(job: Snapshot, live: Live) -> str:
    if job.stopping:
        return "Stopping…"
    if job.state == "waiting":
        return f"In the queue, after {count(job.place, 'question')}…"
    if live.stage == "loading":
        return "The models are loading…"
    if live.stage == "searching" or live.coverage is None:
        return "Reading your documents…"
    return f"Read {_read(live.coverage)}. This is a draft, to be checked when it is complete…"


def _read(coverage: Coverage) -> str:
    passages = count(coverage.passages, "passage")
    return f"{passages} of {count(coverage.documents, 'document')}"


def _foot(answer: Answer) -> str:
    read = f"Read {_read(answer.coverage)}"
    if not answer.found:
        return f"{read}."
    told = [read, _MODES.get(answer.mode, "")]
    if answer.mode != "summary":
        told.append(render.certainty(answer.confidence))
    return " · ".join(piece for piece in told if piece)


def narrowed(answer: Answer) -> str:
    """What was searched, where the question named it."""
    first, more = answer.narrowed[:_NAMES], len(answer.narrowed) - _NAMES
    told = ", ".join(map(render.visible, first)) + (f" and {more} more" if more > 0 else "")
    return f"Searched only in: {told}"


def _source(place: Any, among: Sequence[Any]) -> dict[str, Any]:
    where = render.where(place)
    if any(p.title == place.title and p.path != place.path for p in among):
        where = f"{PurePath(place.path).name}: {where}"  # the title alone tells them not apart
    if isinstance(place, Evidence) and place.headings and place.headings[-1] != place.title:
        where += " › " + place.headings[-1]
    return {
        "n": place.n,
        "where": render.visible(where),
        "quote": render.clipped(render.visible(place.quote), _QUOTE),
    }
