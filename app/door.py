"""The page that asks for the password, or sends people to log in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app import components, gate, render, state
from app.render import md


def let_in() -> bool:
    """True for whoever may see the app; otherwise draws the door.

    Raises:
        UsageError: the app is served to others without a password and a login.
    """
    secret, allowed = gate.password(), gate.members()
    if not secret and not allowed:
        gate.check_address(st.get_option("server.address") or "")
        return True
    if secret and _remembered(gate.gate_for(secret)):
        return True
    person = visitor() if allowed else None
    if person is not None and gate.may_enter(person, allowed):
        return True
    with st.container(key="door"):
        st.title("Footnote", anchor=False)
        if allowed:
            _login(person)
        if secret:
            _form(gate.gate_for(secret), st.context.ip_address or "this machine")
    return False


def visitor() -> Mapping[str, Any] | None:
    """Who has logged in with an account elsewhere, if anybody."""
    return st.user.to_dict() if st.user.is_logged_in else None


def _remembered(door: gate.Gate) -> bool:
    token = state.token() or str(st.context.cookies.get(gate.COOKIE, ""))
    if not token or not door.knows(token):
        return False
    components.remember(token, lasts=int(gate.LASTS))
    return True


def _login(person: Mapping[str, Any] | None) -> None:
    if person is None:
        st.button("Log in", type="primary", key="log-in", on_click=st.login)
        return
    who = str(person.get("email") or "This account")
    st.error(f"{md(who)} is not among those who may use this library.")
    st.button("Log out", key="log-out", on_click=st.logout)


def _form(door: gate.Gate, client: str) -> None:
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
