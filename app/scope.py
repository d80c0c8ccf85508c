"""Picking the documents that a question is asked of."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app import state
from app.render import count, visible
from app.service import Service
from rag.errors import FootnoteError
from rag.types import DocumentInfo, Scope


def picker(service: Service, collection: str) -> None:
    """A button that says what is searched, and opens the choice."""
    try:
        with service.reader(collection) as reader:
            infos = {info.id: info for info in reader.documents()}
    except FootnoteError:  # said where the page needs the collection
        return
    scope = _living(state.scope(), infos)
    with st.popover(_label(scope), icon=":material/filter_list:", type="tertiary"):
        documents = st.multiselect(
            "Documents",
            list(infos),
            default=list(scope.documents),
            format_func=lambda key: _name(infos[key]),
            placeholder="All documents",
            key=f"scope-documents-{collection}",
        )
        types = st.multiselect(
            "Types",
            sorted({info.type for info in infos.values()} | set(scope.types)),
            default=list(scope.types),
            placeholder="All types",
            key=f"scope-types-{collection}",
        )
        st.caption("The next questions are asked of these only.")
    chosen = Scope(documents=tuple(documents), types=tuple(types))
    if chosen != state.scope():
        state.narrow(chosen)
        st.rerun()


def _living(scope: Scope, infos: dict[str, DocumentInfo]) -> Scope:
    return Scope(documents=tuple(d for d in scope.documents if d in infos), types=scope.types)


def _name(info: DocumentInfo) -> str:
    name = Path(info.path).name
    title = info.title.strip()
    return visible(name if title in ("", name) else f"{title} ({name})")


def _label(scope: Scope) -> str:
    told = []
    if scope.documents:
        told.append(count(len(scope.documents), "document"))
    if scope.types:
        told.append(", ".join(scope.types))
    return " · ".join(told) or "All documents"
