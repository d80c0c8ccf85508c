"""What Streamlit has no widget for: text with footnotes, a source with marks, a theme, a cookie.

Their code is ours and fixed; what comes from documents and models is passed as data only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from app import state

_ASSETS = Path(__file__).with_name("assets")


@cache
def _component(name: str) -> Callable[..., Any]:
    def read(ending: str) -> str:
        return (_ASSETS / f"{name}.{ending}").read_text(encoding="utf-8")

    return st.components.v2.component(f"footnote_{name}", css=read("css"), js=read("js"))


def answer(data: dict[str, Any], *, key: str, on_open: Callable[[int], None]) -> None:
    """An answer, a draft or a refusal. `on_open` is called with the number that is clicked."""

    def opened() -> None:
        number = state.value(key).open
        if number is not None:
            on_open(int(number))

    _component("answer")(data=data, key=key, on_open_change=opened)


def source(data: dict[str, Any], *, key: str) -> None:
    """Pages with boxes, or a passage with a marked quote."""
    _component("source")(data=data, key=key)


def theme(label: str, *, pages: Sequence[str]) -> None:
    """A choice of light and dark that holds on all pages of this browser."""
    _component("theme")(data={"label": label, "pages": ["", *pages]}, key="theme")


def focus(place: str, inner: str, turn: int) -> None:
    """Puts the keyboard at a place of the page, once for each `turn`, where what had it is gone."""
    with st.container(key="focus"):
        _component("focus")(data={"place": place, "inner": inner, "turn": turn}, key="focus-to")


def remember(token: str, *, lasts: int) -> None:
    """Keeps a token in a cookie of this site for `lasts` seconds."""
    _component("remember")(data={"token": token, "lasts": lasts}, key="remember")
