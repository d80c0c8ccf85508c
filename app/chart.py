"""Charts of an evaluation, and its answers as turns, so that they are drawn as answers are."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.measuring import Evaluation
from app.render import visible
from app.store import Turn
from rag.types import Scope

FIRST = 1_000_000  # turn numbers that no conversation reaches
PALETTE = ("#1f5f8b", "#d9a400")


def turns(evaluation: Evaluation) -> list[Turn]:
    """The answers as turns; `conversation` is the number of the settings they came from."""
    found = []
    for at, measured in enumerate(evaluation.measured):
        for i, outcome in enumerate(measured.outcomes):
            number = FIRST * (at + 1) + i
            found.append(
                Turn(
                    id=f"evaluated-{number}",
                    conversation=str(at),
                    number=number,
                    question=outcome.question.question,
                    scope=Scope(),
                    asked="",
                    answer=outcome.answer,
                    error=None,
                    job=None,
                )
            )
    return found


def bars(values: Sequence[tuple[str, str, float | int | None]]) -> None:
    """Measures from 0 to 1 as bars: (measure, set of settings, value)."""
    import altair as alt

    rows = [
        {"Measure": visible(measure), "Settings": visible(label), "Value": float(value)}
        for measure, label, value in values
        if value is not None
    ]
    order = list(dict.fromkeys(row["Measure"] for row in rows))
    labels = list(dict.fromkeys(row["Settings"] for row in rows))
    drawn = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(cornerRadiusEnd=3)
        .encode(
            x=alt.X("Value:Q", axis=alt.Axis(format="%", title=None), scale={"domain": [0, 1]}),
            y=alt.Y("Measure:N", sort=order, axis=alt.Axis(title=None, labelLimit=260)),
            yOffset=alt.YOffset("Settings:N", sort=labels),
            color=alt.Color(
                "Settings:N",
                sort=labels,
                scale={"domain": labels, "range": list(PALETTE)},
                legend=alt.Legend(title=None, orient="top") if len(labels) > 1 else None,
            ),
            tooltip=["Measure:N", "Settings:N", alt.Tooltip("Value:Q", format=".1%")],
        )
        .properties(
            height=len(order) * (26 if len(labels) == 1 else 44),
            description="Bars of the measures, from 0 to 100 %: " + ", ".join(order),
        )
    )
    st.altair_chart(drawn, width="stretch")
