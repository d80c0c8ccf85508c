"""Encrypted files: what a page says of them, and the password with which they are read again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from app import adding, state
from app.jobs import Snapshot
from app.render import md
from app.service import Service
from ingest.records import Report
from rag.wording import count

_OPTION = " with --password"  # of the command line; a page has a field
_NAMED = 3  # files whose names stand above the field
_LOCKED = re.compile(rf"{_OPTION}\b|the password doesn't open this")


def locked(report: Report) -> list[str]:
    """The paths of files that stayed closed, wholly or in part, for want of the password."""
    return [outcome.path for outcome in report.outcomes if _LOCKED.search(outcome.note)]


def without_option(note: str) -> str:
    """A note on a file without the option of the command line that it names."""
    return note.replace(_OPTION, "")


def field(service: Service, now: Snapshot, report: Report) -> None:
    """Draws the field for the password of the encrypted files that a job met, if it met any.

    The password is passed on to the job that reads them once more, and kept nowhere.
    """
    paths = locked(report)
    if not paths:
        return
    key = f"password-{now.id}"
    problems = {o.path for o in report.outcomes if o.what in ("failed", "skipped")}

    def again() -> None:
        password = state.take(key)
        if not password:
            return
        adding.add(service, report.collection, paths, anew=True, password=password)
        if problems <= set(paths):  # there is nothing else to be told of
            service.jobs.dismiss(now.id)

    with st.form(f"unlock-{now.id}", border=False):
        st.text_input(
            f"Password of {md(_names(paths))}", type="password", key=key, max_chars=200,
            help="Opens them this once; it isn't kept.",
        )  # fmt: skip
        st.form_submit_button("Read them", on_click=again)


def _names(paths: Sequence[str]) -> str:
    """The names of files, where there are many, of the first."""
    more = len(paths) - _NAMED
    told = ", ".join(Path(path).name for path in paths[:_NAMED])
    return f"{told} and {count(more, 'other file')}" if more > 0 else told
