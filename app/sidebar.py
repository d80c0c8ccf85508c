"""The list of conversations, and what can be done with one."""

from __future__ import annotations

import streamlit as st

from app import confirm, export, state
from app.render import md
from app.service import Service
from app.store import Conversation

_SHOWN = 25  # conversations listed before one has to search
_SEARCH_FROM = 8
_MENU = "conversation-menu"


def conversations(service: Service, collection: str, current: Conversation | None) -> None:
    """New conversation, search, and the conversations with this collection."""
    st.button(
        "New conversation",
        icon=":material/add:",
        key="new-conversation",
        width="stretch",
        on_click=state.open_conversation,
        args=("",),
    )
    found = service.store.conversations(collection)
    if len(found) >= _SEARCH_FROM:
        words = st.text_input(
            "Search conversations", key="search-conversations", placeholder="Search…",
            label_visibility="collapsed",
        )  # fmt: skip
        if words:
            found = service.store.conversations(collection, containing=words)
    for item in found[:_SHOWN]:
        is_current = current is not None and item.id == current.id
        with st.container(key="open-current" if is_current else f"open-{item.id}"):
            st.button(
                md(item.name),
                key=f"conversation-{item.id}",
                type="tertiary",
                width="stretch",
                on_click=state.open_conversation,
                args=(item.id,),
            )
    if len(found) > _SHOWN:
        st.caption(f"{len(found) - _SHOWN} older ones can be found by searching.")


def menu(service: Service, conversation: Conversation) -> None:
    """Rename, export, delete."""
    with st.popover("More", icon=":material/more_horiz:", type="tertiary", key=_MENU):
        key = f"name-{conversation.id}"
        st.text_input(
            "Name",
            conversation.name,
            key=key,
            max_chars=60,
            on_change=lambda: service.store.rename(conversation.id, str(state.value(key, ""))),
        )
        st.markdown("Export with citations and quotes")
        with st.container(horizontal=True):
            for ending, label, mime, write in export.FORMATS:
                st.download_button(
                    label,
                    data=lambda write=write: write(
                        conversation, service.store.turns(conversation.id)
                    ).encode("utf-8", "replace"),
                    file_name=f"{export.file_name(conversation)}.{ending}",
                    mime=mime,
                    on_click="ignore",
                    key=f"export-{ending}",
                )
        if st.button("Delete conversation", icon=":material/delete:", key="delete-conversation"):
            _confirm(service, conversation)


@st.dialog("Delete this conversation?")
def _confirm(service: Service, conversation: Conversation) -> None:
    st.markdown(f"“{md(conversation.name)}” with all its questions and answers.")

    def delete() -> None:
        service.store.delete(conversation.id)
        state.open_conversation("")
        state.focus("new-conversation", "button")

    confirm.buttons("Delete", "delete-conversation", delete, back=_MENU)
