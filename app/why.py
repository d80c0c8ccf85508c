"""Why this answer: its words against those of the evidence, as a heat map."""

from __future__ import annotations

import streamlit as st

from app import render, state
from app.service import Service
from app.store import Turn
from rag.explain import Alignment, align
from rag.types import Answer

_SHADES = 9
_FAINT = 0.04  # weights below this are left white


def button(turn: Turn) -> None:
    """Draws the button that opens and closes the map of an answer."""
    shown = state.explained() == turn.id
    st.button(
        "Hide why" if shown else "Why this answer",
        icon=":material/grid_on:",
        key=f"why-{turn.id}",
        type="tertiary",
        on_click=state.explain,
        args=("" if shown else turn.id,),
    )


def explanation(shared: Service, turn: Turn) -> None:
    """Draws the map, if it is asked for."""
    if state.explained() != turn.id or turn.answer is None or not turn.answer.citations:
        return
    if not shared.preload().ready:
        st.caption("The models are loading; the map appears when they are there.")
        return
    answer = turn.answer
    what, text = _ours(answer)
    numbers = [citation.n for citation in answer.citations]
    with st.container(border=True, key=f"map-{turn.id}"):
        n = numbers[0]
        if len(numbers) > 1:
            n = st.segmented_control(
                "Source", numbers, default=numbers[0], key=f"why-source-{turn.id}"
            ) or numbers[0]  # fmt: skip
        quote = next(citation.quote for citation in answer.citations if citation.n == n)
        found = align(shared.models.embedder, text, quote)
        st.html(
            f'<div class="fn-note">How near in meaning {what} (down) are to those of source {n} '
            "(across), as the embedder reads them. The stronger the colour, the nearer.</div>"
            + table(found)
        )


def _ours(answer: Answer) -> tuple[str, str]:
    """What is laid against the evidence: what was written, or, of a quotation, the question."""
    if answer.mode == "write":
        return "the words of the answer", answer.text
    return "the words of the question", answer.searched or answer.question


def table(found: Alignment) -> str:
    """The map as an HTML table; every word is escaped."""
    if not found.rows or not found.columns:
        return '<p class="fn-note">There are no words to compare.</p>'
    top = float(found.weights.max()) or 1.0
    head = "".join(
        f'<th scope="col"><span>{render.html(word)}</span></th>' for word in found.columns
    )
    lines = []
    for word, weights in zip(found.rows, found.weights.tolist(), strict=True):
        cells = "".join(
            f'<td class="fn-w{_shade(weight, top)}" title="{render.html(column)}: {weight:.0%}">'
            "</td>"
            for column, weight in zip(found.columns, weights, strict=True)
        )
        lines.append(f'<tr><th scope="row">{render.html(word)}</th>{cells}</tr>')
    return (
        '<div class="fn-why" tabindex="0" role="region" aria-label="Heat map"><table>'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _shade(weight: float, top: float) -> int:
    return 0 if weight < _FAINT else max(1, round(_SHADES * weight / top))
