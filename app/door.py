"""The page that asks for the password."""

from __future__ import annotations

import streamlit as st

from app import components, gate, render, state


def let_in() -> bool:
    """True for whoever may see the app; otherwise draws the form that asks for the password.

    Raises:
        UsageError: the app is served to others without a password.
    """
    secret = gate.password()
    if not secret:
        gate.check_address(st.get_option("server.address") or "")
        return True
    door = gate.gate_for(secret)
    token = state.token() or str(st.context.cookies.get(gate.COOKIE, ""))
    if token and door.knows(token):
        components.remember(token, lasts=int(gate.LASTS))
        return True
    _form(door, st.context.ip_address or "this machine")
    return False


def _form(door: gate.Gate, client: str) -> None:
    with st.container(key="door"):
        st.title("Footnote", anchor=False)
        with st.form("password", border=False):
            given = st.text_input("Password", type="password", autocomplete="current-password")
            sent = st.form_submit_button("Open", type="primary")
        if not sent:
            return
        token = door.enter(given, client)
        if token:
            state.keep_token(token)
            st.rerun()
        wait = door.wait(client)
        if wait:
            st.error(f"Too many wrong passwords. Try again in {render.duration(wait)}.")
        else:
            st.error("That is not the password.")
