"""The Library page: collections, their documents, adding and removing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from app import adding, library_jobs, render, shell, state, suggest
from app.render import count, md
from app.service import Service, service
from rag.errors import FootnoteError
from rag.index.collection import CollectionInfo
from rag.types import DocumentInfo

_COLUMNS = {
    "Title": st.column_config.TextColumn(width="large"),
    "File": st.column_config.TextColumn(width="medium"),
    "Type": st.column_config.TextColumn(width=70),
    "Pages": st.column_config.NumberColumn(width=60),
    "Passages": st.column_config.NumberColumn(width=75),
    "Size": st.column_config.TextColumn(width=70),
    "Added": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm", width=140),
    "Notes": st.column_config.TextColumn(help="What was noticed while reading the file."),
}


def page() -> None:
    """Draws the page."""
    shared = service()
    infos = shared.collections()
    with st.sidebar:
        collection = shell.pick_collection(infos, key="library-collection", extra=state.planned())
        _new_collection([info.name for info in infos])
        shell.readiness(shared)
    with st.container(key="library"):
        if not collection:
            collection = "default"
        info = next((info for info in infos if info.name == collection), None)
        _header(shared, collection, info)
        for job in adding.jobs(shared, collection):
            library_jobs.follow(shared, job.id)
        _add(shared, collection)
        if info is None:
            _nothing_yet(shared, collection)
        elif info.problem:
            st.error(md(info.problem), icon=":material/error:")
        else:
            _documents(shared, collection)


# --- collections ----------------------------------------------------------------------------------


def _new_collection(there: list[str]) -> None:
    with (
        st.popover("New collection", icon=":material/create_new_folder:", width="stretch"),
        st.form("new-collection", border=False, clear_on_submit=True),
    ):
        name = st.text_input("Name", max_chars=80, placeholder="Contracts, thesis, manuals…")
        if st.form_submit_button("Create", type="primary"):
            try:
                name = adding.checked_name(name, there)
            except FootnoteError as error:
                st.error(md(str(error)))
                return
            state.plan(name)
            st.rerun()


def _header(shared: Service, collection: str, info: CollectionInfo | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(md(collection), anchor=False, width="stretch")
        if info is not None and st.button(
            "Delete collection", icon=":material/delete:", type="tertiary", key="delete-collection"
        ):
            _confirm_delete(shared, info)
    if info is not None and not info.problem:
        told = [count(info.documents, "document"), count(info.chunks, "passage")]
        told += [render.size(info.bytes), f"changed {_day(info.updated)}"]
        st.html(f'<div class="fn-below">{render.html(" · ".join(told))}</div>')


@st.dialog("Delete this collection?")
def _confirm_delete(shared: Service, info: CollectionInfo) -> None:
    st.markdown(
        f"**{md(info.name)}** with {count(info.documents, 'document')}, the uploaded files and all "
        "conversations about it. Files that were added by their path stay where they are."
    )
    with st.container(horizontal=True):
        if st.button("Delete", type="primary", key="delete-collection-yes"):
            try:
                adding.drop(shared, info.name)
            except FootnoteError as error:
                st.error(md(str(error)))
                return
            state.plan("")
            state.choose_collection("")
            state.tell(f"Deleted {info.name}.")
            st.rerun()
        if st.button("Keep", key="delete-collection-no"):
            st.rerun()


def _nothing_yet(shared: Service, collection: str) -> None:
    if adding.jobs(shared, collection):
        return
    st.html('<p class="fn-note">There are no documents here yet.</p>')
    folder = suggest.samples()
    first = folder is not None and not shared.collections()
    if folder and first and st.button("Add the sample documents", key="library-samples"):
        adding.add(shared, "samples", [folder])
        state.plan("samples")
        st.rerun()


# --- adding ---------------------------------------------------------------------------------------


def _add(shared: Service, collection: str) -> None:
    with st.container(border=True, key="add"):
        files, folder, path = st.tabs(["Files", "Folder", "Path on this machine"])
        with files:
            _upload(shared, collection, several=True)
        with folder:
            _upload(shared, collection, several="directory")
        with path, st.form("add-path", border=False, clear_on_submit=True):
            given = st.text_input(
                "File, folder or pattern", placeholder="~/Documents/reports or ~/papers/*.pdf"
            )
            if st.form_submit_button("Add") and given.strip():
                adding.add(shared, collection, [given.strip()])
                _begun(collection)


def _upload(shared: Service, collection: str, *, several: Any) -> None:
    kind = "folder" if several == "directory" else "files"
    with st.form(f"upload-{kind}", border=False, clear_on_submit=True):
        given = st.file_uploader(
            "PDF, office files, web pages, e-books, mail, notes, code, archives and more",
            accept_multiple_files=several,
            key=f"uploader-{kind}",
        )
        if st.form_submit_button("Add", type="primary") and given:
            try:
                paths = [
                    adding.keep_upload(shared, collection, file.name, file.getbuffer())
                    for file in given
                ]
            except FootnoteError as error:
                st.error(md(str(error)))
                return
            adding.add(shared, collection, paths)
            _begun(collection)


def _begun(collection: str) -> None:
    state.plan(collection)
    st.rerun()


# --- documents ------------------------------------------------------------------------------------


def _documents(shared: Service, collection: str) -> None:
    with shared.reader(collection) as reader:
        infos = reader.documents()
    words = ""
    if len(infos) > 10:
        words = st.text_input(
            "Search documents", placeholder="Search by title or file name…", key="search-documents",
            label_visibility="collapsed",
        )  # fmt: skip
    shown = [info for info in infos if words.lower() in f"{info.title} {info.path}".lower()]
    # A key for each generation: rows that were picked must not point to others after a change.
    picked = st.dataframe(
        [_row(info) for info in shown],
        hide_index=True,
        width="stretch",
        height=min(38 + 35 * max(len(shown), 1), 560),
        on_select="rerun",
        selection_mode="multi-row",
        key=f"documents-{collection}-{len(infos)}-{words}",
        placeholder="",
        alt=f"The documents of {collection}",
        column_config=_COLUMNS,
    )
    chosen = [shown[row] for row in picked["selection"]["rows"] if row < len(shown)]
    if not chosen:
        st.html('<p class="fn-note">Tick documents to see their details or to remove them.</p>')
        return
    _chosen(shared, collection, chosen)


def _row(info: DocumentInfo) -> dict[str, Any]:
    name = Path(info.path).name
    row = {
        "Title": render.visible(info.title.strip() or name),
        "File": render.visible(name),
        "Type": info.type,
        "Pages": info.pages,
        "Passages": info.chunks,
        "Size": render.size(info.bytes),
        "Added": info.added,
    }
    notes = render.visible("; ".join(info.warnings))
    return {**row, "Notes": notes} if notes else row


def _chosen(shared: Service, collection: str, chosen: list[DocumentInfo]) -> None:
    if len(chosen) == 1:
        info = chosen[0]
        lines = [info.path, *info.warnings]
        st.html("".join(f'<div class="fn-below">{render.html(line)}</div>' for line in lines))
    if st.button(
        f"Remove {count(len(chosen), 'document')}", icon=":material/delete:", key="remove-documents"
    ):
        try:
            removed = adding.remove(shared, collection, [info.id for info in chosen])
        except FootnoteError as error:
            st.error(md(str(error)))
            return
        state.tell(f"Removed {count(removed, 'document')}.")
        st.rerun()


def _day(iso: str) -> str:
    return iso[:10]
