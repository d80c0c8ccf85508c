"""The web app: `footnote app` serves this file."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app import ask, components, door, evaluating, library, preferring, state
from app.render import md
from app.service import service
from rag.errors import FootnoteError

_ASSETS = Path(__file__).with_name("assets")


def main() -> None:
    """Draws the page that was chosen. Streamlit calls this for every click."""
    st.set_page_config(
        page_title="Footnote",
        page_icon=str(_ASSETS / "icon.png"),
        layout="wide",
        initial_sidebar_state=270,
    )
    st.html(_ASSETS / "app.css")
    st.logo(str(_ASSETS / "icon.png"), size="large")
    pages = [
        st.Page(ask.page, title="Ask", icon=":material/forum:", url_path="ask", default=True),
        st.Page(library.page, title="Library", icon=":material/library_books:", url_path="library"),
        st.Page(evaluating.page, title="Evaluate", icon=":material/insights:", url_path="evaluate"),
        st.Page(preferring.page, title="Settings", icon=":material/settings:", url_path="settings"),
    ]
    try:
        if not door.let_in():
            return
        chosen = st.navigation(pages)
        shared = service()
        shared.preload()
        state.sync()
        told = state.told()
        if told:
            st.toast(md(told))
        chosen.run()
        components.focus(*state.focused())
    except FootnoteError as error:
        st.error(md(str(error)), icon=":material/error:")


if __name__ == "__main__":
    main()
