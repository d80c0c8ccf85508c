"""The source panel: the quoted words, boxed on their page or marked in their passage."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from app import components, marks, passage, render, state
from app.picture import page_png
from app.service import Service
from app.store import Turn
from rag.errors import FootnoteError
from rag.index.collection import Reader
from rag.types import Citation, DocumentInfo, Evidence

WIDTH = 1100  # pixels of a page picture: sharp in a panel, readable when enlarged
_MOST_PAGES = 3  # a quote runs over a page break at most a few times


def panel(service: Service, collection: str, turn: Turn, n: int) -> None:
    """Draws the panel for footnote `n` of a turn."""
    places = render.places(turn.answer) if turn.answer else ()
    at = next((i for i, place in enumerate(places) if place.n == n), None)
    with st.container(key="source"):
        if at is None:
            _bar(turn, [], 0)
            st.caption("This footnote is no longer there.")
            return
        place = places[at]
        _bar(turn, [p.n for p in places], at)
        try:
            with service.reader(collection) as reader:
                _shown(reader, place, f"{turn.id}-{n}")
        except FootnoteError as error:
            _quote_only(place, str(error))


def _bar(turn: Turn, numbers: list[int], at: int) -> None:
    def go(step: int) -> Callable[[], None]:
        number = numbers[(at + step) % len(numbers)]
        return lambda: state.open_citation(state.Place(turn.number, number))

    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="source-bar"):
        label = f"Source {at + 1} of {len(numbers)}" if numbers else "Source"
        st.markdown(f"**{label}**", width="stretch")
        if len(numbers) > 1:
            st.button(
                "Previous source", icon=":material/chevron_left:", key="source-previous",
                on_click=go(-1), type="tertiary",
            )  # fmt: skip
            st.button(
                "Next source", icon=":material/chevron_right:", key="source-next",
                on_click=go(1), type="tertiary",
            )  # fmt: skip
        st.button(
            "Close source", icon=":material/close:", key="source-close", type="tertiary",
            on_click=lambda: state.open_citation(None),
        )  # fmt: skip


def _shown(reader: Reader, place: Citation | Evidence, key: str) -> None:
    if not reader.find("id", place.document):
        _quote_only(place, "This document is no longer in the collection.")
        return
    info = reader.document(place.document)
    if reader.text(info.id, place.start, place.end) != place.quote:
        _quote_only(place, "The document has changed since; this is the quote as it was.")
        return
    _title(info, place)
    with st.container(key="source-body"):
        components.source(view(reader, info, place), key=f"view-{key}")
        _take_away(reader, info, place)


def view(reader: Reader, info: DocumentInfo, place: Citation | Evidence) -> dict[str, Any]:
    """The data for `components.source`."""
    data: dict[str, Any] = {
        "id": f"{reader.generation}-{info.id}-{place.start}-{place.end}",
        "pages": [],
        "note": None,
    }
    if info.type == "pdf" and place.page:
        path = reader.original(info.id)
        try:
            if path is None:
                raise FootnoteError("The original file is gone; its text is shown instead.")
            data["pages"] = _pages(reader, info, place, path)
            found = passage.headings(reader, info.id, reader.blocks(info.id), place.start)
            return data | {"headings": " › ".join(found)}
        except (FootnoteError, OSError) as error:
            data["note"] = render.visible(str(error))
    around = passage.around(reader, info.id, place.start, place.end)
    return data | {
        "headings": " › ".join(around.headings),
        "before": around.before,
        "quote": around.quote,
        "after": around.after,
        "cutBefore": around.cut_before,
        "cutAfter": around.cut_after,
    }


def _pages(
    reader: Reader, info: DocumentInfo, place: Citation | Evidence, path: Path
) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = []
    first = place.page or 1
    for number in range(first, min(first + _MOST_PAGES, (info.pages or first) + 1)):
        page = reader.page(info.id, number)
        if page.start >= place.end:
            break
        png = page_png(path, number, WIDTH)
        shown.append(
            {
                "png": base64.b64encode(png).decode("ascii"),
                "width": WIDTH,
                "height": round(WIDTH * page.height / page.width) if page.width else WIDTH,
                "alt": render.visible(f"Page {number} of {info.title}, the quote is marked"),
                "boxes": marks.on_page(page, place.start, place.end),
            }
        )
    return shown


def _title(info: DocumentInfo, place: Citation | Evidence) -> None:
    name = Path(info.path).name
    title = info.title.strip() or name
    below = [] if title == name else [name]
    if place.page:
        below.append(f"page {place.page} of {info.pages}" if info.pages else f"page {place.page}")
    st.html(
        f'<div class="fn-title" dir="auto">{render.html(title)}</div>'
        f'<div class="fn-below" dir="auto">{render.html(" · ".join(below))}</div>'
    )


def _quote_only(place: Citation | Evidence, why: str) -> None:
    st.html(
        f'<div class="fn-title" dir="auto">{render.html(render.where(place))}</div>'
        f'<blockquote class="fn-quote" dir="auto">{render.html(place.quote)}</blockquote>'
        f'<div class="fn-below">{render.html(why)}</div>'
    )


def _take_away(reader: Reader, info: DocumentInfo, place: Citation | Evidence) -> None:
    """The quote with its reference, ready to be copied, and the original file."""
    st.code(render.reference(place), language=None, wrap_lines=True)
    path = reader.original(info.id)
    if path is None:
        st.caption("The original file is no longer where it was.")
        return
    st.download_button(
        "Download the original",
        data=path.read_bytes,
        file_name=render.visible(Path(info.path).name),
        # Never as what it is: a browser would run the scripts of an HTML file at our address.
        mime="application/octet-stream",
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
        key="source-download",
    )
