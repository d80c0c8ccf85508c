"""What a page shows of documents being added: progress, time left, and what became of each file."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app import adding, render, unlocking
from app.jobs import Snapshot
from app.render import md
from app.service import Service
from ingest.records import Outcome, Progress, Report
from rag.wording import count

_POLL = 0.5
_LISTED = 200  # outcomes shown
_ORDER = ("failed", "skipped", "added", "changed", "moved", "removed", "unchanged")
_WORDS = {
    "failed": "could not be read",
    "skipped": "passed over",
    "added": "added",
    "changed": "read anew",
    "moved": "moved",
    "removed": "removed",
    "unchanged": "already there",
}


def follow(service: Service, job: str) -> None:
    """Draws a job, again and again until it is over."""
    now = service.jobs.get(job)
    if now is None:
        return
    if now.over:
        with st.container(border=True, key=f"job-{job}"):
            _outcome(service, now)
    else:
        with st.container(border=True, key=f"job-{job}"):
            st.fragment(_running, run_every=_POLL)(service, job)


def _running(service: Service, job: str) -> None:
    now = service.jobs.get(job)
    if now is None or now.over:
        st.rerun()
        return
    st.progress(adding.share(now.progress), text=md(progress_line(now)))
    with st.container(horizontal=True, vertical_alignment="center"):
        current = now.progress.current if isinstance(now.progress, Progress) else ""
        name = render.html(render.clipped(Path(current).name, 70)) if current else "&nbsp;"
        st.html(f'<div class="fn-note" dir="auto">{name}</div>', width="stretch")
        st.button(
            "Stopping…" if now.stopping else "Cancel",
            key=f"cancel-{job}",
            disabled=now.stopping,
            on_click=service.jobs.cancel,
            args=(job,),
        )


def progress_line(now: Snapshot) -> str:
    """How far a job is, in one line."""
    progress = now.progress
    if now.state == "waiting":
        return f"In the queue, after {count(now.place, 'other job')}"
    if not isinstance(progress, Progress):
        return "The models are loading"
    line = [f"{progress.files:,} of {count(progress.files_total, 'file')}"]
    if progress.stage == "storing":
        line.append("storing")
    elif progress.rate > 0:
        line.append(f"{count(max(1, round(progress.rate)), 'passage')} a second")
        if progress.seconds_left is not None:
            line.append(f"about {render.duration(progress.seconds_left)} left")
    else:
        line.append("reading")
    return " · ".join(line)


def _outcome(service: Service, now: Snapshot) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f'<div dir="auto">{render.html(summary(now))}</div>', width="stretch")
        st.button(
            "Dismiss",
            key=f"dismiss-{now.id}",
            type="tertiary",
            icon=":material/close:",
            on_click=service.jobs.dismiss,
            args=(now.id,),
        )
    report = now.result
    if not isinstance(report, Report) or not report.outcomes:
        return
    problems = [o for o in _ranked(report.outcomes) if o.what in ("failed", "skipped")]
    for outcome in problems[:3]:
        st.html(f'<div class="fn-note fn-bad" dir="auto">{render.html(reason(outcome))}</div>')
    unlocking.field(service, now, report)
    with st.expander(f"What became of {count(len(report.outcomes), 'file')}"):
        st.dataframe(
            _outcome_rows(report.outcomes), hide_index=True, width="stretch", placeholder=""
        )
        if len(report.outcomes) > _LISTED:
            st.caption(f"The first {_LISTED} of {len(report.outcomes):,}, problems first.")


def summary(now: Snapshot) -> str:
    """What came of a job, in one sentence."""
    report = now.result
    if now.error:
        return now.error
    if not isinstance(report, Report) or (report.cancelled and not report.outcomes):
        return "Cancelled before anything was added."
    told = [
        f"{report.count(what):,} {_WORDS[what]}" for what in reversed(_ORDER) if report.count(what)
    ]
    begin = "Cancelled. What was done is kept: " if report.cancelled else ""
    done = ", ".join(reversed(told)) or "nothing to do"
    return f"{begin}{done}, in {render.duration(report.seconds)}."


def reason(outcome: Outcome) -> str:
    """Why a file failed, beginning with its name."""
    name = Path(outcome.path).name
    note = unlocking.without_option(outcome.note) or _WORDS[outcome.what]
    return note if note.startswith(name) else f"{name}: {note}"


def _outcome_rows(outcomes: tuple[Outcome, ...]) -> list[dict[str, object]]:
    """A row for each file, problems first."""
    return [
        {
            "File": render.visible(Path(o.path).name),
            "Outcome": _WORDS[o.what],
            "Passages": o.chunks or None,
            "Note": render.visible(unlocking.without_option(o.note)),
        }
        for o in _ranked(outcomes)[:_LISTED]
    ]


def _ranked(outcomes: tuple[Outcome, ...]) -> list[Outcome]:
    return sorted(outcomes, key=lambda o: (_ORDER.index(o.what), o.path))
