"""The Evaluate page: one's own questions put to a collection, and a map of it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import chart, feedback, measuring, shell, source, state, suggest
from app import mapping as maps
from app.evaluated import results
from app.render import duration, md
from app.service import Service, service
from app.store import Turn
from rag.errors import FootnoteError
from rag.evaluation import testset
from rag.settings import Settings
from rag.wording import count

_POLL = 0.5
_MOST = 2000  # questions; whoever asks more leaves nobody else's evaluation a turn
_COMPARED = {
    "nothing": "Nothing",
    "mode": "Answer mode",
    "effort": "Effort",
    "threshold": "Threshold of “not in your documents”",
    "dense_weight": "Meaning against words",
    "passages": "Passages read",
}
_VALUES: dict[str, list[Any]] = {
    "mode": ["quote", "write", "auto"],
    "effort": ["fast", "balanced", "best"],
    "threshold": [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
    "dense_weight": [0.0, 0.25, 0.5, 0.75, 1.0],
    "passages": [3, 5, 8, 12],
}


def page() -> None:
    """Draws the page."""
    shared = service()
    infos = shared.collections()
    with st.sidebar:
        collection = shell.pick_collection(infos, key="evaluate-collection") if infos else ""
        shell.readiness(shared)
    if not collection:
        with st.container(key="evaluate"):
            st.title("Evaluate", anchor=False)
            st.html('<p class="fn-lead">There are no documents yet. Add some in the Library.</p>')
        return
    opened = _opened(shared, collection)
    main, side = shell.beside(opened is not None)
    with main, st.container(key="evaluate"):
        st.title("Evaluate", anchor=False)
        questions, drawn = st.tabs(["Questions", "Map of the collection"])
        with questions:
            _questions(shared, collection)
        with drawn:
            maps.map_of(shared, collection)
    if side is not None and opened is not None:
        with side:
            source.panel(shared, collection, *opened)


def _opened(shared: Service, collection: str) -> tuple[Turn, int] | None:
    """The evaluated question whose evidence is open, with the number of the footnote."""
    place = state.citation()
    for job in measuring.jobs(shared, collection)[:1]:
        if place and isinstance(job.result, measuring.Evaluation):
            for turn in chart.turns(job.result):
                if turn.number == place.turn:
                    return turn, place.n
    return None


def _questions(shared: Service, collection: str) -> None:
    found = measuring.jobs(shared, collection)
    running = next((job for job in found if not job.over), None)
    if running:
        with st.container(border=True, key="evaluation-running"):
            st.fragment(_running, run_every=_POLL)(shared, running.id)
        return
    done = found[0] if found else None
    with st.expander("Another evaluation" if done else "New evaluation", expanded=not done):
        _form(shared, collection)
    if done and done.error:
        st.error(md(done.error))
    elif done and isinstance(done.result, measuring.Evaluation) and done.result.measured:
        results(done.result)


def _form(shared: Service, collection: str) -> None:
    sources = _sources(shared, collection)
    st.html(
        '<p class="fn-note">Questions with known answers tell how far you can rely on the answers '
        "to others. A CSV or JSONL file has a column “question” and, if you know them, “answer” "
        "and “document” (a file name). An empty answer without a document means that the documents "
        "hold none.</p>"
    )
    uploaded = st.file_uploader(
        "File of questions", type=["csv", "tsv", "jsonl", "json"], key=f"questions-{collection}"
    )
    if sources:
        chosen = st.radio("Or", list(sources), key=f"sources-{collection}", index=None)
    else:
        chosen = None
    other = _other(shared, collection)
    if not st.button("Ask them", type="primary", key="evaluate-start"):
        return
    try:
        if uploaded is not None:
            name, questions = uploaded.name, testset.parse(uploaded.name, uploaded.getvalue())
        elif chosen:
            name, questions = chosen, testset.parse("questions.jsonl", sources[chosen])
        else:
            st.error("Choose a file of questions first.")
            return
        if len(questions) > _MOST:
            st.error(
                f"{md(name)} holds {len(questions):,} questions; at most {_MOST:,} are asked here. "
                "For more there is `footnote eval questions`."
            )
            return
        now = shared.preferences.settings(shared.base, collection)
        variants = [("As set", now), *([other] if other else [])]
        measuring.start(shared, collection, name, questions, variants)
    except FootnoteError as error:
        st.error(md(str(error)))
        return
    st.rerun()


def _sources(shared: Service, collection: str) -> dict[str, bytes]:
    """Questions that are there already, as JSONL: those one has judged, those of the samples."""
    found = {}
    judged = [item for item in shared.store.judged() if item.collection == collection]
    if rows := feedback.questions(judged):
        found[f"What you have judged ({count(len(rows), 'question')})"] = feedback.jsonl(rows)
    with shared.opened(collection) as opened:
        there = {info.path.rsplit("/", 1)[-1] for info in opened.documents()}
    rows = [row for row in suggest.questions() if not row["document"] or row["document"] in there]
    if sum(1 for row in rows if row["document"]) >= 3:
        found[f"Questions about the samples ({len(rows)})"] = feedback.jsonl(rows)
    return found


def _other(shared: Service, collection: str) -> tuple[str, Settings] | None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Compare with another setting of", list(_COMPARED), format_func=_COMPARED.__getitem__,
            key="compare-name",
        )  # fmt: skip
        if name == "nothing":
            return None
        now = shared.preferences.settings(shared.base, collection)
        values = [value for value in _VALUES[name] if value != getattr(now, name)]
        value = st.selectbox(f"As set: {getattr(now, name)}; compared:", values, key=f"to-{name}")
    return f"{_COMPARED[name]}: {value}", now.replace(**{name: value})


def how_far(progress: measuring.Measuring, seconds: float) -> str:
    """How many questions were asked in so many seconds, and how long the others may take."""
    told = f"{progress.done} of {count(progress.of, 'question')}"
    if not progress.done:
        return told
    left = (progress.of - progress.done) * seconds / progress.done
    return f"{told} · about {duration(left)} left"


def _running(shared: Service, job: str) -> None:
    now = shared.jobs.get(job)
    if now is None or now.over:
        st.rerun()
        return
    progress = now.progress
    if isinstance(progress, measuring.Measuring):
        text = how_far(progress, now.seconds)
        st.progress(progress.done / max(progress.of, 1), text=text)
    else:
        st.progress(0.0, text="The models are loading")
    st.button(
        "Stopping…" if now.stopping else "Stop", key=f"stop-{job}", disabled=now.stopping,
        on_click=shared.jobs.cancel, args=(job,),
    )  # fmt: skip
