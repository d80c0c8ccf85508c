"""Thumbs up and down with a reason and a better answer, kept on this machine."""

from __future__ import annotations

import streamlit as st

from app import state
from app.service import Service
from app.store import Turn
from rag.errors import FootnoteError


def judgement(shared: Service, turn: Turn) -> None:
    """Draws the thumbs of an answer and, once one is given, the place for why."""
    key = f"thumbs-{turn.id}"

    def judged() -> None:
        thumb = state.value(key)
        good = None if thumb is None else bool(thumb)
        _keep(shared, turn, good, turn.reason, turn.better)

    st.feedback(
        "thumbs", key=key, default=None if turn.good is None else int(turn.good), on_change=judged
    )
    if turn.good is not None:
        _why(shared, turn)


def _why(shared: Service, turn: Turn) -> None:
    why, better = f"reason-{turn.id}", f"better-{turn.id}"

    def kept() -> None:
        _keep(
            shared, turn, turn.good,
            str(state.value(why, "")), str(state.value(better, turn.better)),
        )  # fmt: skip

    told = turn.reason or turn.better
    with st.popover("Reason given" if told else "Say why", type="tertiary"):
        st.text_input(
            "What was good or bad about it?", turn.reason, key=why, max_chars=500, on_change=kept
        )
        if not turn.good:
            st.text_area(
                "What would have been right?", turn.better, key=better, max_chars=2000,
                on_change=kept,
            )  # fmt: skip
        st.caption("Kept on this machine only. Settings exports it.")


def _keep(shared: Service, turn: Turn, good: bool | None, reason: str, better: str) -> None:
    """Keeps a judgement of the answer that the page shows, or tells why it can't be kept."""
    try:
        shared.store.judge(turn.id, good, reason, better, turn.job)
    except FootnoteError as error:
        state.tell(str(error))
