"""The documents of a collection: a table to search in, what one of them looks like, what to do."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from app import (
    adding,
    answers,
    components,
    confirm,
    original,
    render,
    shell,
    source,
    state,
    unlocking,
)
from app.records import finder
from app.render import md
from app.service import Service
from rag.answer.passage import piece
from rag.errors import FootnoteError
from rag.index.collection import Collection
from rag.types import DocumentInfo, Hit, Scope
from rag.wording import count

_COLUMNS = {
    "Title": st.column_config.TextColumn(width=235),
    "File": st.column_config.TextColumn(width=175),
    "Type": st.column_config.TextColumn(width=80),
    "Pages": st.column_config.NumberColumn(width=60),
    "Size": st.column_config.TextColumn(width=70),
    "Added": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm", width=140),
    "State": st.column_config.TextColumn(width=130, help="What was noticed while reading it."),
}
_FOUND = 6  # passages shown
_PART = 4000  # characters of a text shown at a time
LITTLE = 80  # characters a page below which a document is nearly empty


def documents(shared: Service, collection: str) -> None:
    """Draws the table, and what the search finds."""
    with shared.opened(collection) as opened:
        infos = opened.documents()
    words = st.text_input(
        "Search documents", placeholder="Search titles, file names and text…",
        key=f"search-documents-{collection}", label_visibility="collapsed", max_chars=300,
    ).strip()  # fmt: skip
    has = finder(words)
    shown = [info for info in infos if has(f"{info.title} {info.path}", None)]
    with st.container(gap="small"):
        chosen = _table(collection, shown) if shown else []
        if not shown:
            st.html('<p class="fn-note">No title and no file name has these words.</p>')
        elif len(chosen) > 1:
            _several(shared, collection, chosen)
        elif not chosen and not state.looking():
            st.html('<p class="fn-note">Tick a document to see it, several to remove them.</p>')
    _found(shared, collection, words)


def looked_at(shared: Service, collection: str) -> DocumentInfo | None:
    """The document that was ticked, or of which a passage was picked."""
    if not state.looking():
        return None
    try:
        with shared.opened(collection) as opened:
            infos = {info.id: info for info in opened.documents()}
    except FootnoteError:
        return None
    return infos.get(state.looking().split(":")[0])


def _table(collection: str, shown: Sequence[DocumentInfo]) -> list[DocumentInfo]:
    # Another key for other rows: those that were picked must not point to other documents.
    ids = hashlib.sha256("\n".join(info.id for info in shown).encode()).hexdigest()[:16]
    key = f"documents-{collection}-{ids}"

    def ticked() -> None:
        rows = state.value(key)["selection"]["rows"]
        state.look(shown[rows[0]].id if len(rows) == 1 and rows[0] < len(shown) else "")

    picked = st.dataframe(
        [_row(info) for info in shown],
        hide_index=True,
        width="stretch",
        height=min(38 + 35 * len(shown), 480),
        on_select=ticked,
        selection_mode="multi-row",
        key=key,
        placeholder="",
        alt=f"The documents of {collection}",
        column_config=_COLUMNS,
    )
    return [shown[row] for row in picked["selection"]["rows"] if row < len(shown)]


def _row(info: DocumentInfo) -> dict[str, Any]:
    name = Path(info.path).name
    return {
        "Title": render.visible(info.title.strip() or name),
        "File": render.visible(name),
        "Type": info.type,
        "Pages": info.pages,
        "Size": render.size(info.bytes),
        "Added": info.added,
        "State": condition(info),
    }


def condition(info: DocumentInfo) -> str:
    """Whether a document can be asked about, in a word or two."""
    if not info.chunks:
        return "no text"
    if info.characters < LITTLE * (info.pages or 1):
        return "little text"
    return "ready, with notes" if info.warnings else "ready"


# --- found in the text ----------------------------------------------------------------------------


def _found(shared: Service, collection: str, words: str) -> None:
    """Passages that fit the words, drawn as sources are; a click looks at one."""
    if len(words) < 3:
        return
    if not shared.preload().ready:
        st.caption("The models are loading; passages can be found when they are there.")
        return
    with shared.pipeline(collection) as pipeline:
        hits = pipeline.search(words, k=_FOUND).hits
    if not hits:
        return
    now = next((n for n, hit in enumerate(hits, start=1) if state.looking() == _name(hit)), None)
    with st.container(gap=None):
        st.html('<div class="fn-label">In the text</div>')
        components.answer(
            answers.passages(hits, now), key=f"hits-{collection}",
            on_open=lambda n: _open(hits[n - 1], again=n == now),
        )  # fmt: skip


def _open(hit: Hit, *, again: bool) -> None:
    state.look("" if again else _name(hit))
    if not again:
        state.focus("source")


def _name(hit: Hit) -> str:
    return f"{hit.document}:{hit.start}:{hit.end}"


# --- one of them ----------------------------------------------------------------------------------


def panel(shared: Service, collection: str, info: DocumentInfo) -> None:
    """Draws a document: what is known of it, what can be done with it, what it looks like."""
    with st.container(key="source"):
        with st.container(horizontal=True, vertical_alignment="center", key="source-bar"):
            st.markdown("**Document**", width="stretch")
            st.button(
                "Close document", icon=":material/close:", key="document-close", type="tertiary",
                on_click=state.look, args=("",),
            )  # fmt: skip
        name = Path(info.path).name
        told = [count(info.chunks, "passage"), f"{info.characters:,} characters", info.path]
        st.html(
            f'<div class="fn-title" dir="auto">{render.html(info.title.strip() or name)}</div>'
            f'<div class="fn-below" dir="auto">{render.html(" · ".join(told))}</div>'
        )
        for note in _notes(info):
            st.html(f'<div class="fn-note fn-bad" dir="auto">{render.html(note)}</div>')
        with st.container(horizontal=True, key="document-tools"):
            _tools(shared, collection, info)
        try:
            with shared.opened(collection) as opened:
                _preview(opened, info)
        except FootnoteError as error:
            st.error(md(str(error)))


def _notes(info: DocumentInfo) -> list[str]:
    notes = [unlocking.without_option(warning) for warning in info.warnings]
    if condition(info) in ("no text", "little text"):
        notes.append("There is little text in it: questions about it will not be answered well.")
    return notes


def _tools(shared: Service, collection: str, info: DocumentInfo) -> None:
    if st.button("Ask about it", icon=":material/forum:", key="document-ask", type="tertiary"):
        state.open_conversation("")
        state.narrow(Scope(documents=(info.id,)), elsewhere=True)
        shell.visit("ask")
    with st.popover("Rename", icon=":material/edit:", type="tertiary"):
        key = f"title-{info.id}-{info.title}"
        st.text_input(
            "Title", info.title, key=key, max_chars=200,
            help="Kept until the file changes and is read again.",
            on_change=lambda: _rename(shared, collection, info, str(state.value(key, ""))),
        )  # fmt: skip
    if st.button("Read again", icon=":material/refresh:", key="document-again", type="tertiary"):
        adding.add(shared, collection, [info.path], anew=True)
        st.rerun()
    with shared.opened(collection) as opened:
        original.actions(opened, info, "document")
    _remove(shared, collection, [info])


def _rename(shared: Service, collection: str, info: DocumentInfo, title: str) -> None:
    try:
        adding.rename(shared, collection, info.id, title)
    except FootnoteError as error:
        state.tell(str(error))
    else:
        state.look(info.id)


def _preview(opened: Collection, info: DocumentInfo) -> None:
    _, *span = state.looking().split(":")
    if len(span) == 2:
        data = source.view(opened, info, piece(opened, info, 1, int(span[0]), int(span[1]), ""))
    elif info.pages:
        data = source.page_view(opened, info, _number("Page", info, info.pages))
    else:
        parts = max(1, -(-info.characters // _PART))
        at = (_number("Part", info, parts) - 1) * _PART
        text = render.visible(opened.text(info.id, at, min(at + _PART, info.characters)))
        more = at + _PART < info.characters
        data = {"id": f"{opened.generation}-{info.id}-{at}", "pages": [], "note": None}
        data |= source.plain_text(text, more=more)
    with st.container(key="source-body"):
        components.source(data, key="document-view")


def _number(label: str, info: DocumentInfo, most: int) -> int:
    if most < 2:
        return 1
    return int(
        st.number_input(
            f"{label} (of {most})", 1, most, key=f"{label}-{info.id}", width=180,
        )
    )  # fmt: skip


# --- several --------------------------------------------------------------------------------------


def _several(shared: Service, collection: str, chosen: Sequence[DocumentInfo]) -> None:
    with st.container(horizontal=True):
        _remove(shared, collection, chosen)
        if st.button("Read again", icon=":material/refresh:", key="documents-again"):
            adding.add(shared, collection, [info.path for info in chosen], anew=True)
            st.rerun()


def _remove(shared: Service, collection: str, chosen: Sequence[DocumentInfo]) -> None:
    one = len(chosen) == 1
    label = "Remove" if one else f"Remove {count(len(chosen), 'document')}"
    if st.button(
        label, icon=":material/delete:", key="remove-documents",
        type="tertiary" if one else "secondary",
    ):  # fmt: skip
        _confirm_removal(shared, collection, chosen)


@st.dialog("Remove from the collection?")
def _confirm_removal(shared: Service, collection: str, chosen: Sequence[DocumentInfo]) -> None:
    named = chosen[0].title if len(chosen) == 1 else count(len(chosen), "document")
    st.markdown(
        f"**{md(named)}**. What was uploaded is deleted; files that were added by their path stay "
        "where they are."
    )

    def remove() -> None:
        removed = adding.remove(shared, collection, [info.id for info in chosen])
        state.look("")
        state.tell(f"Removed {count(removed, 'document')}.")

    confirm.buttons("Remove", "remove-documents", remove)
