"""What the pages have in common: the note that models are loading, and choosing a collection."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import adding, state
from app.render import md
from app.service import Service
from rag.index.collection import CollectionInfo

_POLL = 1.0  # seconds between two looks whether what a page waits for is there


def visit(address: str) -> None:
    """Goes to the page with an address, with what this session remembers."""
    # Only the address of a page counts here; what it draws is known from `main`.
    st.switch_page(st.Page(lambda: None, title=address, url_path=address, default=address == "ask"))


def beside(opened: bool) -> tuple[DeltaGenerator, DeltaGenerator | None]:
    """A place for the page itself and, where something is `opened`, one beside it.

    The first is the same with and without the second: in columns that come and go all that is on
    the page would be drawn anew, and its scrolling and the keyboard's place be lost.
    """
    with st.container(horizontal=True, gap="medium", key="columns"):
        main = st.container(key="column")
        return main, st.container(key="column-beside") if opened else None


def readiness(service: Service, also: str = "") -> None:
    """Says that the models are loading, until they are there; `also` what can be done meanwhile."""
    now = service.preload()
    if now.error:
        st.error(md(now.error), icon=":material/error:")
        st.button("Try again", key="retry-models", on_click=service.retry)
    elif not now.ready:
        st.fragment(_waiting, run_every=_POLL)(service, also)


def go_on_when(so: Callable[[], bool], every: float = _POLL) -> None:
    """Has the page drawn again once something is `so`, which is looked at `every` so many
    seconds."""
    st.fragment(_looking, run_every=every)(so)


def _looking(so: Callable[[], bool]) -> None:
    if so():
        st.rerun()


def _waiting(service: Service, also: str) -> None:
    now = service.preload()
    if now.ready or now.error:
        st.rerun()
    st.caption(f":material/hourglass_top: The models are loading. {md(also)}")


def new_collections(service: Service, infos: list[CollectionInfo]) -> list[str]:
    """Collections that have no documents yet: one that is planned here, and those being added to,
    also after a reload."""
    if state.planned() in [info.name for info in infos]:
        state.plan("")  # from now on it can be renamed or deleted, be it in the shell
    return [state.planned(), *adding.begun(service)]


def pick_collection(infos: list[CollectionInfo], *, key: str, extra: Sequence[str] = ()) -> str:
    """A select box for the collection; the choice is kept for all pages.

    `extra` are new ones. On a page without them, one that was chosen elsewhere stays chosen; with
    them, one that is not there is gone, which is told before anything is done with another.
    """
    names = [info.name for info in infos]
    names += [name for name in dict.fromkeys(extra) if name and name not in names]
    if not names:
        return ""
    before = state.collection()
    current = before if before in names else names[0]
    chosen = st.selectbox(
        "Collection",
        names,
        index=names.index(current),
        key=f"{key}-{current}-{len(names)}",
        help="A collection is a set of documents that are searched together.",
    )
    if chosen != current:
        state.choose_collection(chosen)
        st.rerun()
    if before != current and (extra or not before):
        state.choose_collection(current)
        if before:
            state.tell(f"There is no collection “{before}” any more.")
            st.rerun()
    return current
