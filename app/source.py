"""The source panel: the quoted words, boxed on their page or marked in their passage."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from app import components, marks, original, passage, render, state
from app.picture import page_png
from app.service import Service
from app.store import Turn
from rag.errors import DocumentError, FootnoteError
from rag.index.collection import Collection
from rag.types import Citation, DocumentInfo, Evidence, Page

WIDTH = 1100  # pixels of a page picture: sharp in a panel, readable when enlarged
DRAWN = ("pdf", "image")  # types whose pages are pictures
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
            with service.opened(collection) as opened:
                _shown(opened, place, f"{turn.id}-{n}")
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
            on_click=state.close_citation, args=(turn.id, numbers[at] if numbers else 0),
        )  # fmt: skip


def _shown(opened: Collection, place: Citation | Evidence, key: str) -> None:
    if not opened.find("id", place.document):
        _quote_only(place, "This document is no longer in the collection.")
        return
    info = opened.document(place.document)
    if opened.text(info.id, place.start, place.end) != place.quote:
        _quote_only(place, "The document has changed since; this is the quote as it was.")
        return
    _title(info, place)
    with st.container(key="source-body"):
        components.source(view(opened, info, place), key=f"view-{key}")
    with st.container(key="source-foot", gap="small"):
        st.code(render.reference(place), language=None, wrap_lines=True)
        with st.container(horizontal=True):
            original.actions(opened, info, "source", page=place.page)


def view(opened: Collection, info: DocumentInfo, place: Citation | Evidence) -> dict[str, Any]:
    """The data for `components.source`."""
    data: dict[str, Any] = {
        "id": f"{opened.generation}-{info.id}-{place.start}-{place.end}",
        "pages": [],
        "note": None,
    }
    if info.type in DRAWN and place.page:
        try:
            data["pages"] = _pages(opened, info, place.page, place.start, place.end)
            found = passage.headings(opened, info.id, opened.blocks(info.id), place.start)
            return data | {"headings": " › ".join(found)}
        except (FootnoteError, OSError) as error:
            data["note"] = render.visible(str(error))
    around = passage.around(opened, info.id, place.start, place.end)
    return data | {
        "headings": " › ".join(around.headings),
        "before": around.before,
        "quote": around.quote,
        "after": around.after,
        "cutBefore": around.cut_before,
        "cutAfter": around.cut_after,
    }


def page_view(opened: Collection, info: DocumentInfo, number: int) -> dict[str, Any]:
    """A page of a document, or its text where it can't be drawn, with nothing marked."""
    page = opened.page(info.id, number)
    data = {"id": f"{opened.generation}-{info.id}-page-{number}", "pages": [], "note": None}
    try:
        return data | {"pages": [_sheet(opened, info, page, 0, 0)], "headings": ""}
    except (FootnoteError, OSError) as error:
        text = render.visible(opened.text(info.id, page.start, page.end))
        return data | plain_text(text) | {"note": render.visible(str(error))}


def plain_text(text: str, *, more: bool = False) -> dict[str, Any]:
    """Text for `components.source` in which nothing is marked; `more` if it goes on."""
    empty = {"headings": "", "quote": "", "after": "", "cutBefore": False}
    return empty | {"before": text, "cutAfter": more}


def _pages(
    opened: Collection, info: DocumentInfo, first: int, start: int, end: int
) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = []
    for number in range(first, min(first + _MOST_PAGES, (info.pages or first) + 1)):
        page = opened.page(info.id, number)
        if page.start >= end:
            break
        shown.append(_sheet(opened, info, page, start, end))
    return shown


def _sheet(
    opened: Collection, info: DocumentInfo, page: Page, start: int, end: int
) -> dict[str, Any]:
    """One page as a picture, with the boxes of text[start:end]."""
    path = opened.original(info.id)
    if path is None:
        raise DocumentError("The original file is gone; its text is shown instead.")
    png = page_png(path, page.number, WIDTH)
    marked = ", the quote is marked" if end > start else ""
    return {
        "png": base64.b64encode(png).decode("ascii"),
        "width": WIDTH,
        "height": round(WIDTH * page.height / page.width) if page.width else WIDTH,
        "alt": render.visible(f"Page {page.number} of {info.title}{marked}"),
        "boxes": marks.on_page(page, start, end),
    }


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
