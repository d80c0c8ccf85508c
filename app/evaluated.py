"""What came of an evaluation: measures side by side, a chart, the worst questions with evidence."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import answers, chart, components, feedback, measuring, render, state
from app.measuring import Evaluation, Measured
from app.store import Turn
from rag.evaluation.report import Difference, expected
from rag.wording import count

_WORST = 12
_MEASURES = {
    "hit@1": ("Right document first", "The first document found is one that holds the answer."),
    "hit@3": ("Right document in three", "One of the first three documents holds the answer."),
    "contains": ("Expected answer in the text", "The text of the answer has the expected words."),
    "f1": ("Overlap of the short answer", "F1 of its words with those of the expected answer."),
    "exact": ("Short answer word for word", "It is the expected one."),
    "citation_precision": ("Footnotes that are right", "They lead to a place with the answer."),
    "citation_recall": ("Answers with a right footnote", "At least one leads to the answer."),
    "answered": ("Answered where there is an answer", "The rest was refused wrongly."),
    "refused_unanswerable": ("Refused where there is none", "The rest was answered wrongly."),
    "refusal_precision": ("Refusals that are right", "For the rest there was an answer."),
}
# A difference that chance alone makes this rarely is marked.
_SURE = 0.05
_SHARE = "{:.0%}"


def results(evaluation: Evaluation) -> None:
    """Draws an evaluation."""
    asked = len(evaluation.measured[0].outcomes)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(
            f'<div class="fn-title">{render.html(evaluation.name)}</div><div class="fn-below">'
            f"{count(asked, 'question')}</div>",
            width="stretch",
        )
        st.download_button(
            "Report", lambda: measuring.report(evaluation), "evaluation.html", "text/html",
            on_click="ignore", icon=":material/article:", type="tertiary", key="report-evaluation",
        )  # fmt: skip
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
        [_row(evaluation, key, label, told) for key, label, told in shown]
        + [_row(evaluation, "words_median", "Words of an answer", "Median.", "{:.0f}")]
        + [_row(evaluation, "seconds_per_question", "Time for a question", "Mean.", "{:.2f} s")],
        hide_index=True,
        width="stretch",
        height="content",
        alt="The measures of the evaluation",
    )
    for at, measured in enumerate(evaluation.measured):
        _worst(evaluation, measured, at)


def _row(
    evaluation: Evaluation, key: str, label: str, told: str, form: str = _SHARE
) -> dict[str, Any]:
    row: dict[str, Any] = {"Measure": label}
    for measured in evaluation.measured:
        value = measured.summary.get(key)
        row[measured.label] = "–" if value is None else form.format(value)
    if evaluation.against:
        row["Change"] = _change(evaluation.against.get(key)) if form == _SHARE else ""
    return {**row, "What it means": told}


def _change(found: Difference | None) -> str:
    """Points gained, and how likely chance alone is to give them."""
    if found is None:
        return "–"
    if found.low == found.high == 0:
        return "none"
    mark = "" if found.p <= _SURE else ", may be chance"
    return f"{100 * found.value:+.0f} (p {found.p:.2f}{mark})"


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
            known = render.html(expected(outcome.question))
            st.html(f'<div class="fn-note" dir="auto">Expected: {known}</div>')
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
