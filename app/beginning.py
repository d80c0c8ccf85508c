"""The Ask page where there is nothing to be asked yet: the first run, and a new collection."""

from __future__ import annotations

import streamlit as st

from app import adding, library_jobs, render, shell, state, suggest
from app.service import Service
from rag.errors import FootnoteError


def first_run(shared: Service) -> None:
    """Draws what Footnote does, and the ways to begin."""
    with st.container(key="conversation"):
        st.title("Ask your documents", anchor=False)
        st.html(
            '<p class="fn-lead">Footnote answers questions from your own files. Every answer has '
            "footnotes that lead to the very words on the page, and where your documents do not "
            "hold an answer it says so. Nothing leaves this machine.</p>"
        )
        with st.container(horizontal=True):
            _add()
            folder = suggest.samples()
            if folder and st.button("Try it with sample documents", key="first-samples"):
                adding.add(shared, "samples", [folder])
                state.plan("samples")
                st.rerun()
        shell.readiness(shared)


def nothing_stored(shared: Service, collection: str) -> None:
    """Draws a collection that has no documents yet, and how far adding the first ones is."""
    jobs = adding.jobs(shared, collection)
    running = any(not job.over for job in jobs)
    name = f"“{render.html(collection)}”"
    told = (
        f"Documents are being added to {name}. You can ask as soon as the first are stored."
        if running
        else f"There are no documents in {name} yet."
    )
    with st.container(key="conversation"):
        st.title("Ask your documents", anchor=False)
        st.html(f'<p class="fn-lead">{told}</p>')
        for job in jobs:
            library_jobs.follow(shared, job.id)
        if running:  # long before all is read there is something to ask
            shell.go_on_when(lambda: any(i.name == collection for i in shared.collections()))
        else:
            _add()


def growing(shared: Service, collection: str) -> None:
    """Draws how far adding more documents is, and the page anew when there are more to ask."""
    jobs = [job for job in adding.jobs(shared, collection) if not job.over]
    for job in jobs:
        library_jobs.follow(shared, job.id)
    if jobs:
        there = _stored(shared, collection)
        shell.go_on_when(lambda: _stored(shared, collection) != there)


def _stored(shared: Service, collection: str) -> int:
    try:
        with shared.opened(collection) as opened:
            return opened.counts[0]
    except FootnoteError:  # it is gone, which the page tells
        return 0


def _add() -> None:
    if st.button("Add documents", type="primary", icon=":material/add:", key="first-add"):
        shell.visit("library")
