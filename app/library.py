"""The Library page: collections, their documents, adding and removing."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import adding, confirm, documents, library_jobs, render, shell, state, suggest
from app.render import md
from app.service import Service, service
from rag.errors import FootnoteError
from rag.index.collection import CollectionInfo
from rag.wording import count


def page() -> None:
    """Draws the page."""
    shared = service()
    infos = shared.collections()
    with st.sidebar:
        new = shell.new_collections(shared, infos)
        collection = shell.pick_collection(infos, key="library-collection", extra=new)
        _new_collection([info.name for info in infos])
        shell.readiness(shared)
    collection = collection or "default"
    looked = documents.looked_at(shared, collection)
    main, side = shell.beside(looked is not None)
    if side is not None and looked is not None:
        with side:
            documents.panel(shared, collection, looked)
    with main, st.container(key="library"):
        info = next((info for info in infos if info.name == collection), None)
        _header(shared, collection, info)
        with st.container(key="jobs"):  # a place of its own: what is below stays as it is
            for job in adding.jobs(shared, collection):
                library_jobs.follow(shared, job.id)
        _add(shared, collection)
        if info is None:
            _nothing_yet(shared, collection)
        elif info.problem:
            st.error(md(info.problem), icon=":material/error:")
        else:
            documents.documents(shared, collection)


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
        if info is not None and not info.problem:
            with st.popover("Rename collection", icon=":material/edit:", type="tertiary"):
                key = f"name-{collection}"
                st.text_input(
                    "New name", collection, key=key, max_chars=200,
                    help="Its conversations, uploads and choices stay with it.",
                    on_change=lambda: _rename(shared, collection, str(state.value(key, ""))),
                )  # fmt: skip
        if info is not None and st.button(
            "Delete collection", icon=":material/delete:", type="tertiary", key="delete-collection"
        ):
            _confirm_delete(shared, info)
    if info is not None and not info.problem:
        told = [count(info.documents, "document"), count(info.chunks, "passage")]
        told += [render.size(info.bytes), f"changed {_day(info.updated)}"]
        st.html(f'<div class="fn-below">{render.html(" · ".join(told))}</div>')


def _rename(shared: Service, collection: str, name: str) -> None:
    try:
        name = adding.rename_collection(shared, collection, name)
    except FootnoteError as error:
        state.tell(str(error))
    else:
        state.plan("")
        state.choose_collection(name)


@st.dialog("Delete this collection?")
def _confirm_delete(shared: Service, info: CollectionInfo) -> None:
    st.markdown(
        f"**{md(info.name)}** with {count(info.documents, 'document')}, the uploaded files and all "
        "conversations about it. Files that were added by their path stay where they are."
    )

    def delete() -> None:
        adding.drop(shared, info.name)
        state.plan("")
        state.choose_collection("")
        state.tell(f"Deleted {info.name}.")

    confirm.buttons("Delete", "delete-collection", delete)


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
        # What was typed stays: where there is no such path, it is to be put right.
        with path, st.form("add-path", border=False):
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


def _day(iso: str) -> str:
    return iso[:10]
