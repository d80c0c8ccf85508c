"""The file that a document was made from: to be opened beside the app, or saved."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app import render
from rag.index.collection import Collection
from rag.types import DocumentInfo

_SHOWN = 30 << 20  # bytes of a PDF that is held ready to be opened; larger ones are saved only


def actions(opened: Collection, info: DocumentInfo, key: str, *, page: int | None = None) -> None:
    """Draws what can be done with the original: open a PDF at a page, save any file."""
    path = opened.original(info.id)
    if path is None:
        st.caption("The original file is no longer where it was.")
        return
    if info.type == "pdf" and info.bytes <= _SHOWN:
        address = _served(path, key)
        if address:
            st.link_button(
                "Open the original", f"{address}#page={page or 1}", type="tertiary",
                icon=":material/open_in_new:",
            )  # fmt: skip
    st.download_button(
        "Save the original",
        data=path.read_bytes,
        file_name=render.visible(Path(info.path).name),
        # Never as what it is: a browser would run the scripts of an HTML file at our address.
        mime="application/octet-stream",
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
        key=f"save-{key}",
    )


def _served(path: Path, key: str) -> str:
    """An address at which this session's server has a PDF; '' without a server (in a test).

    Only PDFs: a browser draws them in a viewer of its own, in which they can't reach our pages.
    """
    from streamlit import runtime

    if not runtime.exists():
        return ""
    manager = runtime.get_instance().media_file_mgr
    return manager.add(str(path), "application/pdf", f"original-{key}")
