"""The models on the Settings page: how large, whether ready, and the choice of another writer."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app import shell, state
from app.render import md, size, visible
from app.service import Service
from rag.errors import FootnoteError
from rag.generate.address import address
from rag.hub.known import by_name
from rag.paths import at_home
from rag.settings import Settings

_ROLES = {
    "embedder": "Finds passages by meaning",
    "reader": "Finds the answer in a passage",
    "generator": "Writes explanations",
}


def models(shared: Service) -> None:
    """Draws the table of models and the choice of the one that writes."""
    now = shared.settings
    loaded = shared.models.loaded()
    st.dataframe(
        [_row(now, kind, loaded=kind in loaded) for kind in _ROLES],
        hide_index=True,
        width="stretch",
        alt="The models in use",
    )
    ready = shared.preload()
    if ready.unwritten:
        st.error(md(ready.unwritten), icon=":material/error:")
    if not ready.over:
        shell.go_on_when(lambda: shared.preload().over)
    st.header("Another language model", anchor=False)
    with st.form("models", border=False):
        generator = st.text_input(
            "Language model",
            now.generator,
            help="A known name, a folder on this machine with safetensors, a .gguf file, a Hugging "
            "Face name, or the name under which a server has it.",
        )
        server = st.text_input(
            "Server",
            now.server,
            placeholder="http://localhost:11434/v1",
            help="Address of an OpenAI-compatible server (Ollama, vLLM, llama-server) that writes "
            "instead of a local model. Evidence is sent there. Its key, if it wants one, is set by "
            "FOOTNOTE_SERVER_KEY.",
        )
        with st.container(horizontal=True):
            used = st.form_submit_button("Use", type="primary")
            back = st.form_submit_button("Back to the default")
    if used or back:
        _switch(shared, generator.strip(), server.strip(), back=back)
    st.caption(
        "The embedder is part of each collection's index; another one is set by file or "
        "environment, and the collection is then read anew."
    )


def _switch(shared: Service, generator: str, server: str, *, back: bool) -> None:
    default = shared.base
    try:
        if server and not back:
            address(server)  # a wrong one is told here, not by the next answer
        chosen = (("generator", generator or default.generator), ("server", server))
        for name, value in chosen:
            own = None if back or value == getattr(default, name) else value
            shared.preferences.choose(default, name, own)
        shared.switch()
    except FootnoteError as error:
        st.error(md(str(error)))
        return
    state.tell("The models are loading.")
    st.rerun()


def _row(now: Settings, kind: str, *, loaded: bool) -> dict[str, str]:
    name = getattr(now, kind)
    model = by_name(name)
    if kind == "generator" and now.server:
        return {
            "Model": visible(name), "What it does": _ROLES[kind], "Size": "–", "Licence": "–",
            "State": visible(f"at {now.server}"),
        }  # fmt: skip
    return {
        "Model": visible(name),
        "What it does": _ROLES[kind],
        "Size": _size(name),
        "Licence": model.licence if model else "see its card",
        "State": "in memory" if loaded else "loaded when it is needed",
    }


def _size(name: str) -> str:
    model = by_name(name)
    if model and model.size:
        return size(model.size)
    folder = at_home(name)
    if folder.is_file():
        return size(folder.stat().st_size)
    if model and not folder.is_dir():
        folder = Path(__file__).parents[1] / model.folder
    if not folder.is_dir():
        return "–"
    return size(sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()))
