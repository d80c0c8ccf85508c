"""What a page remembers between two runs: the only module that touches session_state.

Collection, conversation and opened citation stand in the address as well, so that a reload or a
link leads to the same place. The address wins where a person changed it (a link, the back button).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from rag.types import Scope

_KEYS = ("collection", "conversation", "citation")


@dataclass(frozen=True, slots=True)
class Place:
    """An opened footnote: which turn of the conversation, and its number there."""

    turn: int
    n: int

    def __str__(self) -> str:
        return f"{self.turn}.{self.n}"

    @classmethod
    def parse(cls, text: str) -> Place | None:
        turn, dot, n = text.partition(".")
        return cls(int(turn), int(n)) if dot and turn.isdecimal() and n.isdecimal() else None


def person() -> str:
    """Who is at this page, as far as it matters for taking turns: a session; '' without one."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else ""


def sync() -> None:
    """Adopts the address where it changed, and writes it where it lags behind. Once in a run."""
    asked = {key: st.query_params.get(key, "") for key in _KEYS}
    written = st.session_state.get("address")
    if any(asked.values()) and asked != written:
        for key in _KEYS:
            _put(key, asked[key])
    _write()


def _write() -> None:
    wanted = {key: st.session_state.get(key, "") for key in _KEYS}
    if {key: st.query_params.get(key, "") for key in _KEYS} != wanted:
        st.query_params.from_dict({key: value for key, value in wanted.items() if value})
    st.session_state["address"] = wanted


def _put(key: str, value: str) -> None:
    st.session_state[key] = value


def _set(key: str, value: str) -> None:
    _put(key, value)
    _write()


# --- where the person is ---


def collection() -> str:
    """The chosen collection, or ''."""
    return str(st.session_state.get("collection", ""))


def choose_collection(name: str) -> None:
    """Goes to a collection, to a new conversation in it."""
    if name != collection():
        _put("conversation", "")
        _put("citation", "")
        st.session_state.pop("scope", None)
    _set("collection", name)


def planned() -> str:
    """A new collection that has no documents yet, or ''. It comes into being with the first."""
    return str(st.session_state.get("planned", ""))


def plan(name: str) -> None:
    """Goes to a collection that may not exist yet."""
    _put("planned", name)
    if name:
        choose_collection(name)


def conversation() -> str:
    """The open conversation, or '' for one that has not begun."""
    return str(st.session_state.get("conversation", ""))


def open_conversation(key: str) -> None:
    """Goes to a conversation; '' begins a new one."""
    _put("citation", "")
    _set("conversation", key)


def citation() -> Place | None:
    """The opened footnote."""
    return Place.parse(str(st.session_state.get("citation", "")))


def open_citation(place: Place | None) -> None:
    """Opens a footnote, or closes the source panel."""
    if place:
        focus("source")
    _set("citation", str(place) if place else "")


def close_citation(turn: str, n: int) -> None:
    """Closes the source panel; the keyboard goes back to footnote `n` of the turn."""
    open_citation(None)
    focus(f"answer-{turn}", f'[data-n="{n}"]')


# --- what the next question is about ---


def scope() -> Scope:
    """Documents and types to which the next questions are narrowed."""
    found = st.session_state.get("scope")
    return found if isinstance(found, Scope) else Scope()


def narrow(chosen: Scope, *, elsewhere: bool = False) -> None:
    """Narrows the next questions; `elsewhere` than with the picker, which then shows it."""
    st.session_state["scope"] = chosen
    if elsewhere:
        st.session_state["narrowed"] = narrowed() + 1


def narrowed() -> int:
    """How often the scope was set elsewhere than with the picker."""
    return int(st.session_state.get("narrowed", 0))


def looking() -> str:
    """The document that is looked at in the library ("id" or "id:number of the passage"), or ''."""
    return str(st.session_state.get("looking", ""))


def look(document: str) -> None:
    """Looks at a document, or at none."""
    if not document:
        focus("library", '[data-testid="data-grid-canvas"]')
    st.session_state["looking"] = document


def editing() -> str:
    """The turn whose question is being edited, or ''."""
    return str(st.session_state.get("editing", ""))


def edit(turn: str, *, understood: bool = False) -> None:
    """Begins to edit a question, or what it was `understood` as; '' ends it."""
    if turn or editing():
        focus(*(f"question-{turn}", "textarea") if turn else (f"edit-button-{editing()}", "button"))
    st.session_state["editing"] = turn
    st.session_state["understood"] = understood


def correcting() -> bool:
    """Is it what a question was understood as that is being edited?"""
    return bool(st.session_state.get("understood", False))


def token() -> str:
    """What this session got for the password, or ''."""
    return str(st.session_state.get("token", ""))


def keep_token(token: str) -> None:
    """Keeps what this session got for the password."""
    st.session_state["token"] = token


def asked(turn: str) -> int:
    """How often this session has asked the question of a turn."""
    return int(st.session_state.get("asked", {}).get(turn, 0))


def await_answer(turn: str) -> None:
    """Notes that this session asks the question of a turn, now or anew."""
    st.session_state.setdefault("asked", {})[turn] = asked(turn) + 1


def explained() -> str:
    """The turn whose answer is being explained, or ''."""
    return str(st.session_state.get("explained", ""))


def explain(turn: str) -> None:
    """Explains an answer; '' ends it."""
    st.session_state["explained"] = turn


# --- notes for the next run ---


def focus(place: str, inner: str = "") -> None:
    """Has the keyboard begin at the widget or container with the key `place`, at what the CSS
    selector `inner` finds there, once the page is drawn; unless a person is elsewhere by then."""
    _, _, turn = focused()
    st.session_state["focus"] = (place, inner, turn + 1)


def focused() -> tuple[str, str, int]:
    """What `focus` was last called with, and how often it was."""
    place, inner, turn = st.session_state.get("focus", ("", "", 0))
    return str(place), str(inner), int(turn)


def tell(message: str) -> None:
    """Keeps a line to be shown once, after the rerun that an action causes."""
    st.session_state["told"] = message


def told() -> str:
    """The line kept by `tell`, once."""
    return str(st.session_state.pop("told", ""))


def once(key: str) -> bool:
    """True on the first call with `key` in this session."""
    seen = st.session_state.setdefault("seen", set())
    fresh = key not in seen
    seen.add(key)
    return fresh


def value(key: str, default: Any = None) -> Any:
    """What the widget with `key` holds, for callbacks."""
    return st.session_state.get(key, default)


def take(key: str) -> str:
    """What the text field with `key` holds, which is empty from then on; for callbacks."""
    held = str(value(key, ""))
    st.session_state[key] = ""
    return held


def leave() -> None:
    """Forgets where the person was, because it is gone; whoever was let in stays in."""
    kept = token()
    st.session_state.clear()
    st.query_params.clear()
    if kept:
        keep_token(kept)
