"""What came of an evaluation: measures side by side, a chart, the worst questions with evidence."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import answers, chart, components, feedback, measuring, render, state
from app.measuring import Evaluation, Measured
from app.store import Turn

_WORST = 12
_MEASURES = {
    "hit@1": ("Right document first", "The first document found is one that holds the answer."),
    "hit@3": ("Right document in three", "One of the first three documents holds the answer."),
    "contains": ("Expected answer in the text", "The text of the answer has the expected words."),
    "f1": ("Overlap of the short answer", "F1 of its words with those of the expected answer."),
    "citation_precision": ("Footnotes that are right", "They lead to a place with the answer."),
    "answered": ("Answered where there is an answer", "The rest was refused wrongly."),
    "refused_unanswerable": ("Refused where there is none", "The rest was answered wrongly."),
}


def results(evaluation: Evaluation) -> None:
    """Draws an evaluation."""
    asked = len(evaluation.measured[0].outcomes)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(
            f'<div class="fn-title">{render.html(evaluation.name)}</div><div class="fn-below">'
            f"{render.count(asked, 'question')}</div>",
            width="stretch",
        )
        st.download_button(
            "Results", lambda: feedback.jsonl(measuring.rows(evaluation)), "evaluation.jsonl",
            "application/jsonl", on_click="ignore", icon=":material/download:", type="tertiary",
            key="export-evaluation",
        )  # fmt: skip
    shown = [
        (key, *_MEASURES[key])
        for key in _MEASURES
        if any(m.summary.get(key) is not None for m in evaluation.measured)
    ]
    chart.bars([(label, m.label, m.summary.get(key)) for key, label, _ in shown
                for m in evaluation.measured])  # fmt: skip
    st.dataframe(
        [_row(evaluation, key, label, told) for key, label, told in shown] + [_seconds(evaluation)],
        hide_index=True,
        width="stretch",
        alt="The measures of the evaluation",
    )
    for at, measured in enumerate(evaluation.measured):
        _worst(evaluation, measured, at)


def _row(evaluation: Evaluation, key: str, label: str, told: str) -> dict[str, Any]:
    row: dict[str, Any] = {"Measure": label}
    for measured in evaluation.measured:
        value = measured.summary.get(key)
        row[measured.label] = "–" if value is None else f"{value:.0%}"
    return {**row, "What it means": told}


def _seconds(evaluation: Evaluation) -> dict[str, Any]:
    row: dict[str, Any] = {"Measure": "Time for a question"}
    for measured in evaluation.measured:
        row[measured.label] = f"{measured.summary.get('seconds_per_question') or 0:.2f} s"
    return {**row, "What it means": "Mean, search and answer."}


def _worst(evaluation: Evaluation, measured: Measured, at: int) -> None:
    turns = [turn for turn in chart.turns(evaluation) if turn.conversation == str(at)]
    ranked = sorted(
        zip(measured.outcomes, turns, strict=True), key=lambda pair: -measuring.badness(pair[0])
    )
    bad = [pair for pair in ranked if measuring.badness(pair[0]) >= 0.5]
    title = "Worst questions" if len(evaluation.measured) == 1 else f"Worst: {measured.label}"
    st.header(title, anchor=False)
    if not bad:
        st.html('<p class="fn-note">None went wrong.</p>')
    for outcome, turn in bad[:_WORST]:
        place = state.citation()
        number = place.n if place and place.turn == turn.number else None
        label = f"{outcome.question.question} · {measuring.verdict(outcome)}"
        with st.expander(render.md(label), expanded=number is not None):
            expected = "; ".join(outcome.question.answers) or "none"
            st.html(f'<div class="fn-note" dir="auto">Expected: {render.html(expected)}</div>')
            _answer(turn, number)
    if len(bad) > _WORST:
        st.caption(f"{len(bad) - _WORST} more are in the results file.")


def _answer(turn: Turn, number: int | None) -> None:
    def open_(n: int) -> None:
        again = state.Place(turn.number, n) == state.citation()
        state.open_citation(None if again else state.Place(turn.number, n))

    components.answer(
        answers.describe(turn, None, number), key=f"evaluated-{turn.id}", on_open=open_
    )
