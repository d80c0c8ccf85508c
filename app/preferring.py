"""The Settings page: how to answer, which models, what is kept. Each setting says what it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from app import adding, components, confirm, door, feedback, gate, modelling, shell, state
from app.preferences import EVERYWHERE
from app.render import md
from app.service import Service, service
from rag.errors import FootnoteError
from rag.settings import Settings, settings_file

PAGES = ("ask", "library", "evaluate", "settings")  # their addresses
_NAMES = {
    "mode": "Answer mode",
    "effort": "Effort",
    "think": "Think first",
    "threshold": "Threshold of “not in your documents”",
    "system_prompt": "Role and tone",
    "passages": "Passages read",
    "sentences": "Evidence sentences",
    "max_tokens": "Longest answer, in tokens",
    "dense_weight": "Meaning against words",
}
_CHOICES = {
    "mode": {
        "auto": "Automatic: quote, and write explanations with an able model",
        "quote": "Quote: only the documents' own words",
        "write": "Write: always in the model's words, checked",
    },
    "effort": {"fast": "Fast", "balanced": "Balanced", "best": "Best"},
}
_HELP = {
    "mode": "A quotation can't be wrong about its source; a written answer explains, and what the "
    "evidence does not support is replaced by quotations.",
    "effort": "How much time an answer may take. Best reads twice as much and, where it writes, "
    "keeps the best of four drafts.",
    "think": "The language model thinks step by step before it writes. What it thinks is folded "
    "away and never cited. Automatic mode then writes every answer.",
    "max_tokens": "Where a written answer is cut off; a word takes a little more than one token.",
    "threshold": "How sure Footnote must be before it answers. Higher refuses more; at 0 it always "
    "answers.",
    "system_prompt": "Told to the language model before each question, for example “Answer in "
    "plain words, for a patient.” It colours what is written, not what is quoted.",
    "passages": "More passages find more, and take longer.",
    "sentences": "How much evidence a written answer rests on.",
    "dense_weight": "0 searches by words alone, 1 by meaning alone.",
}
_RANGES: dict[str, tuple[float, float, float]] = {
    "threshold": (0.0, 1.0, 0.05),
    "dense_weight": (0.0, 1.0, 0.05),
    "passages": (1, 20, 1),
    "sentences": (1, 12, 1),
    "max_tokens": (32, 1024, 16),
}


def page() -> None:
    """Draws the page."""
    shared = service()
    infos = shared.collections()
    with st.sidebar:
        collection = shell.pick_collection(infos, key="settings-collection") if infos else ""
        shell.readiness(shared)
    with st.container(key="settings"):
        st.title("Settings", anchor=False)
        answers, models, data, files = st.tabs(
            ["Answers", "Models", "Your data", "File and environment"]
        )
        with answers:
            _answers(shared, collection)
        with models:
            modelling.models(shared)
        with data:
            _data(shared)
        with files:
            _files(shared)


# --- answers --------------------------------------------------------------------------------------


def _answers(shared: Service, collection: str) -> None:
    place = EVERYWHERE
    if collection:
        place = st.radio(
            "For",
            [EVERYWHERE, collection],
            format_func=lambda name: f"“{md(name)}” only" if name else "all collections",
            horizontal=True,
            key=f"place-{collection}",
        )
    chosen = shared.preferences.chosen(place)
    now = shared.preferences.settings(shared.base, place)
    for name in ("mode", "effort", "think", "threshold", "system_prompt"):
        _setting(shared, name, now, place, own=name in chosen)
    with st.expander("Search and length"):
        for name in ("passages", "sentences", "max_tokens", "dense_weight"):
            _setting(shared, name, now, place, own=name in chosen)
    st.html('<div class="fn-label">Theme</div>')
    components.theme("Theme", pages=PAGES)
    st.caption("Kept in this browser, for all pages.")


def _setting(shared: Service, name: str, now: Settings, place: str, *, own: bool) -> None:
    key = f"setting-{name}-{place}-{own}"

    def keep() -> None:
        _choose(shared, name, state.value(key), place)

    with st.container(horizontal=True, vertical_alignment="bottom", key=f"row-{name}-{place}"):
        with st.container(gap=None):
            _widget(name, getattr(now, name), key, keep)
            st.caption(_HELP.get(name) or Settings().help()[name])
        if own:
            st.button(
                "Reset", key=f"reset-{name}-{place}", type="tertiary",
                help=f"Take back the choice of “{_NAMES[name]}”",
                on_click=_choose, args=(shared, name, None, place),
            )  # fmt: skip


def _widget(name: str, value: Any, key: str, keep: Callable[[], None]) -> None:
    label = _NAMES[name]
    if name in _CHOICES:
        options = list(_CHOICES[name])
        st.selectbox(
            label, options, options.index(value), format_func=lambda o: _CHOICES[name][o],
            key=key, on_change=keep,
        )  # fmt: skip
    elif isinstance(value, bool):
        st.toggle(label, value, key=key, on_change=keep)
    elif name in _RANGES:
        low, high, step = _RANGES[name]
        high = max(high, value)
        st.slider(label, low, high, value, step, key=key, on_change=keep)
    else:
        st.text_area(label, value, key=key, on_change=keep, max_chars=2000, height=90)


def _choose(shared: Service, name: str, value: Any, place: str) -> None:
    try:
        shared.preferences.choose(shared.base, name, value, place)
    except FootnoteError as error:
        state.tell(str(error))


# --- data -----------------------------------------------------------------------------------------


def _data(shared: Service) -> None:
    st.html(
        '<p class="fn-note">Everything is kept in one folder on this machine and sent nowhere. '
        "Conversations are exported one by one, from the menu beside their name.</p>"
    )
    st.code(str(shared.root.resolve()), language=None, wrap_lines=True)
    judged = shared.store.judged()
    pairs, questions = feedback.pairs(judged), feedback.questions(judged)
    st.header("Judgements", anchor=False)
    st.markdown(
        f"{len(judged)} judged answers make {len(pairs)} preference pairs and "
        f"{len(questions)} questions with a known answer."
    )
    with st.container(horizontal=True):
        st.download_button(
            "Preference pairs", feedback.jsonl(pairs), "preferences.jsonl", "application/jsonl",
            disabled=not pairs, on_click="ignore", key="export-pairs",
            help="JSONL in the form that TRL's DPOTrainer reads: prompt, chosen, rejected.",
        )  # fmt: skip
        st.download_button(
            "Questions with answers", feedback.jsonl(questions), "questions.jsonl",
            "application/jsonl", disabled=not questions, on_click="ignore", key="export-questions",
            help="JSONL for the Evaluate page and for `footnote eval`.",
        )  # fmt: skip
    person = door.visitor() if gate.members() else None
    if person is not None:
        st.header("Account", anchor=False)
        st.markdown(f"Logged in as {md(str(person.get('email') or ''))}.")
        st.button("Log out", key="log-out", on_click=st.logout)
    st.header("Delete", anchor=False)
    if st.button("Delete all my data", icon=":material/delete_forever:", key="delete-all"):
        _confirm(shared)


@st.dialog("Delete all my data?")
def _confirm(shared: Service) -> None:
    st.markdown(
        "All collections, uploaded files, conversations, judgements and choices are deleted, and "
        "can't be brought back. Files that were added by their path stay where they are."
    )
    typed = st.text_input("Type DELETE to confirm", key="delete-all-word")

    def delete() -> None:
        adding.drop_everything(shared)
        state.leave()
        state.tell("All data is deleted.")

    confirm.buttons("Delete everything", "delete-all", delete, disabled=typed != "DELETE")


# --- file and environment -------------------------------------------------------------------------


def _files(shared: Service) -> None:
    found = settings_file()
    st.html(
        '<p class="fn-note">Everything can be set by file and environment as well. What is chosen '
        "in the app comes last.</p>"
    )
    st.markdown(f"Settings file: {md(str(found)) if found else 'none'}")
    now, told = shared.settings, Settings().help()
    st.dataframe(
        [
            {
                "Setting": name,
                "Value": "set" if name == "server_key" and now.server_key else _shown(now, name),
                "Environment": f"FOOTNOTE_{name.upper()}",
                "What it does": told[name],
            }
            for name in told
        ],
        hide_index=True,
        width="stretch",
        alt="All settings with their values in force",
    )


def _shown(now: Settings, name: str) -> str:
    value = getattr(now, name)
    return "–" if value == "" else str(value)
