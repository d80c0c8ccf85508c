"""What every dialog ends with that asks whether something may be deleted."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import state
from app.render import md
from rag.errors import FootnoteError


def buttons(
    label: str, key: str, act: Callable[[], None], *, disabled: bool = False, back: str = ""
) -> None:
    """A button called `label`, which runs `act`, and "Keep"; either closes the dialog.

    It stays open where `act` raises a FootnoteError, and shows it. After "Keep" the keyboard is in
    the button `back`.
    """
    with st.container(horizontal=True):
        sure = st.button(label, type="primary", key=f"{key}-yes", disabled=disabled)
        kept = st.button("Keep", key=f"{key}-no")
    if sure:
        try:
            act()
        except FootnoteError as error:
            st.error(md(str(error)))
            return
        st.rerun()
    if kept:
        if back:
            state.focus(back, "button")
        st.rerun()
