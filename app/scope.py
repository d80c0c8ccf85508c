"""Picking the documents that a question is asked of."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import streamlit as st

from app import adding, state
from app.render import md, visible
from app.service import Service
from rag.errors import FootnoteError
from rag.types import DocumentInfo, Scope
from rag.wording import count


def picker(service: Service, collection: str) -> None:
    """A button that says what is searched, and opens the choice."""
    try:
        with service.opened(collection) as opened:
            infos = {info.id: info for info in opened.documents()}
    except FootnoteError:  # said where the page needs the collection
        return
    there = folders(infos.values(), adding.uploads(service, collection))
    scope = _living(state.scope(), infos, there)
    key = f"{collection}-{state.narrowed()}"
    with st.popover(_label(scope, there), icon=":material/filter_list:", type="tertiary"):
        documents = st.multiselect(
            "Documents",
            list(infos),
            default=list(scope.documents),
            format_func=lambda id_: _name(infos[id_]),
            placeholder="All documents",
            key=f"scope-documents-{key}",
        )
        folder = scope.folder
        if there:
            options = [None, *there]
            folder = st.selectbox(
                "Folder",
                options,
                options.index(scope.folder),
                format_func=lambda path: visible(there[path]) if path else "All folders",
                key=f"scope-folder-{key}",
            )
        types = st.multiselect(
            "Types",
            sorted({info.type for info in infos.values()} | set(scope.types)),
            default=list(scope.types),
            placeholder="All types",
            key=f"scope-types-{key}",
        )
        st.caption("The next questions are asked of these only.")
    chosen = Scope(documents=tuple(documents), types=tuple(types), folder=folder)
    if chosen != state.scope():
        state.narrow(chosen)
        st.rerun()


def folders(infos: Iterable[DocumentInfo], uploads: Path) -> dict[str, str]:
    """The folders that can be picked, path to name; none where all documents are in one.

    Files that were uploaded one by one have no folder of their own.
    """
    kept = os.path.realpath(uploads)
    parents: set[str] = set()
    for info in infos:
        folder = os.path.dirname(info.path)  # noqa: PTH120 (thousands of documents)
        if os.path.dirname(folder) != kept:  # noqa: PTH120
            parents.add(folder)
    if not parents:
        return {}
    top = os.path.commonpath(parents)
    found: set[str] = set()
    for folder in parents:
        while folder not in found and len(folder) > len(top):
            found.add(folder)
            folder = os.path.dirname(folder)  # noqa: PTH120
    start = len(os.path.dirname(top)) if len(top) > 1 else 0  # noqa: PTH120
    return {folder: folder[start:].strip(os.sep) for folder in sorted(found)}


def scoped(infos: Iterable[DocumentInfo], scope: Scope) -> list[DocumentInfo]:
    """The documents that a scope picks, of those that are there."""
    inside = scope.folder and scope.folder.rstrip(os.sep) + os.sep
    return [
        info
        for info in infos
        if (not scope.documents or info.id in scope.documents)
        and (not scope.types or info.type in scope.types)
        and (not inside or info.path.startswith(inside))
    ]


def _living(scope: Scope, infos: dict[str, DocumentInfo], there: dict[str, str]) -> Scope:
    return Scope(
        documents=tuple(d for d in scope.documents if d in infos),
        types=scope.types,
        folder=scope.folder if scope.folder in there else None,
    )


def _name(info: DocumentInfo) -> str:
    name = Path(info.path).name
    title = info.title.strip()
    return visible(name if title in ("", name) else f"{title} ({name})")


def _label(scope: Scope, there: dict[str, str]) -> str:
    told = []
    if scope.documents:
        told.append(count(len(scope.documents), "document"))
    if scope.folder:
        told.append(md(there[scope.folder].rsplit(os.sep, 1)[-1]))
    if scope.types:
        told.append(", ".join(scope.types))
    return " · ".join(told) or "All documents"
