"""Figures that several reports give for the same, drawn as bars in the order of their times."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.chart import PALETTE
from app.render import visible
from rag.patterns.figures import figures
from rag.text import language
from rag.types import Answer

_HEIGHT = 30  # pixels of one bar
_ROOM = 1.35  # times as wide as the longest bar


def points(answer: Answer) -> list[tuple[str, str, float]]:
    """Document, figure as written and its value, for each that gives one; fewer than two are none.

    A figure in parentheses is below zero, as accountants write it.
    """
    found = []
    for item in answer.evidence:
        said = item.found
        if not answer.found or not item.of or not said:
            continue
        values = [f.value for f in figures(said, language(item.quote)) if f.value is not None]
        if len(values) == 1:
            below = "(" in said and ")" in said and said.index("(") < said.rindex(")")
            found.append((item.of, said, -float(values[0]) if below else float(values[0])))
    return found if len(found) > 1 else []


def draw(values: Sequence[tuple[str, str, float]]) -> None:
    """Bars, one for each document, with the figures as they are written."""
    import altair as alt

    rows = [
        {"Document": visible(document), "As written": visible(said), "Value": value}
        for document, said, value in values
    ]
    order = [row["Document"] for row in rows]
    place = alt.Y("Document:N", sort=order, axis=alt.Axis(title=None, labelLimit=260))
    figures = [value for _, _, value in values]
    room = {"domain": [min(0.0, *figures), max(0.0, *figures) * _ROOM]}  # for the longest figure
    across = alt.X("Value:Q", axis=None, scale=room)
    base = alt.Chart(alt.Data(values=rows)).encode(y=place, x=across)
    bars = base.mark_bar(cornerRadiusEnd=3, color=PALETTE[0]).encode(
        tooltip=["Document:N", "As written:N"]
    )
    told = base.mark_text(align="left", dx=5).encode(text="As written:N")
    said = "; ".join(f"{row['Document']}: {row['As written']}" for row in rows)
    drawn = (bars + told).properties(height=_HEIGHT * len(rows), description=f"Bars: {said}")
    st.altair_chart(drawn, width="stretch")
