"""Evaluation as a job, its page, and the map of a collection."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from app import asking, chart, evaluating, mapping, measuring
from app.service import Service
from rag.evaluation import testset
from rag.evaluation.report import compare
from rag.index.collection import Collection
from rag.settings import Settings
from rag.types import Scope
from tests.app.conftest import NEAR, Script
from tests.app.test_pages import shown
from tests.app.waiting import until
from tests.rag.index.toys import EMBEDDER, vector_of

QUESTIONS = testset.parse(
    "own.csv",
    b"question,answer,document\n"
    b"When was the harbour built?,1931,harbour.txt\n"
    b"How deep is the harbour?,12 metres,harbour.txt\n"
    b"Who is the mayor?,,\n",
)


def evaluate_page() -> AppTest:
    def script() -> None:
        from app import evaluating, state

        state.sync()
        evaluating.page()

    return AppTest.from_function(script, default_timeout=600)


def done(service: Service) -> measuring.Evaluation:
    until(lambda: all(job.over for job in measuring.jobs(service, "harbour")))
    [job] = measuring.jobs(service, "harbour")
    assert job.error is None
    assert isinstance(job.result, measuring.Evaluation)
    return job.result


def test_two_settings_are_measured_and_the_worst_come_first(
    service: Service, script: Script
) -> None:
    now = service.settings
    variants = [("As set", now), ("Threshold: 0.9", now.replace(threshold=0.9))]
    measuring.start(service, "harbour", "own.csv", QUESTIONS, variants)
    found = done(service)
    assert [m.label for m in found.measured] == ["As set", "Threshold: 0.9"]
    assert script.settings == Settings.load().replace(threshold=0.9)
    first = found.measured[0]
    assert first.summary["contains"] == 0.5
    ranked = sorted(first.outcomes, key=measuring.badness, reverse=True)
    assert [measuring.verdict(outcome) for outcome in ranked] == [
        "not the expected answer", "right", "rightly refused",
    ]  # fmt: skip
    assert found.against == compare(*(m.outcomes for m in found.measured))
    assert found.against["contains"].p == 1.0  # the scripted model does not look at settings
    table = evaluate_page().run().dataframe[0].value
    told = dict(zip(table["Measure"], table["Change"], strict=True))
    assert told["Expected answer in the text"] == "none"
    report = measuring.report(found)
    assert "Threshold: 0.9" in report
    assert "How deep is the harbour" in report
    rows = measuring.rows(found)
    assert len(rows) == 6
    assert json.loads(json.dumps(rows))[0]["citations"][0]["quote"].startswith("The harbour")
    assert [row["citation_precision"] for row in rows[:3]] == [1.0, 1.0, None]


def test_the_page_shows_charts_and_opens_the_evidence_of_a_bad_answer(service: Service) -> None:
    measuring.start(service, "harbour", "own.csv", QUESTIONS, [("As set", service.settings)])
    found = done(service)
    page = evaluate_page().run()
    assert not page.exception
    assert page.get("vega_lite_chart") or page.get("arrow_vega_lite_chart")
    table = page.dataframe[0].value
    assert (
        dict(zip(table["Measure"], table["As set"], strict=True))["Expected answer in the text"]
        == "50%"
    )
    assert "Change" not in table
    assert {"Answers with a right footnote", "Refusals that are right"} <= set(table["Measure"])
    assert "How deep is the harbour" in page.expander[1].label
    turn = next(t for t in chart.turns(found) if "deep" in t.question)
    assert shown(page)[0]["open"] is None
    page.query_params.update({"collection": "harbour", "citation": f"{turn.number}.1"})
    page.run()
    assert shown(page)[0]["open"] == 1
    assert any("harbour.txt" in code.value for code in page.code)


def test_what_was_judged_can_be_asked_again(service: Service) -> None:
    talk = service.store.start("harbour", "x")
    turn = asking.ask(service, talk.id, "When was the harbour built?", Scope())
    until(lambda: asking.watched(service, turn) is None)
    service.store.judge(turn.id, True)
    page = evaluate_page().run()
    page.radio[0].set_value("What you have judged (1 question)").run()
    page.button(key="evaluate-start").click().run()
    assert not page.exception
    assert done(service).measured[0].summary["contains"] == 1.0


def test_more_questions_than_are_asked_here_are_refused(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.evaluating._MOST", 0)
    talk = service.store.start("harbour", "x")
    turn = asking.ask(service, talk.id, "When was the harbour built?", Scope())
    until(lambda: asking.watched(service, turn) is None)
    service.store.judge(turn.id, True)
    page = evaluate_page().run()
    page.radio[0].set_value("What you have judged (1 question)").run()
    page.button(key="evaluate-start").click().run()
    assert "at most 0 are asked here" in page.error[0].value
    assert not measuring.jobs(service, "harbour")


def test_the_nearest_passages_are_listed_though_the_map_draws_others(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping, "MOST", 1)
    embedder = SimpleNamespace(encode_query=vector_of, fingerprint=lambda: EMBEDDER)
    monkeypatch.setitem(service.models.__dict__, "_embedder", embedder)
    page = evaluate_page().run()
    field = next(f for f in page.text_input if f.label == "Show a question on the map")
    field.set_value(NEAR).run()
    assert not page.exception
    listed = page.dataframe[-1].value
    assert listed["Passage"][0] == NEAR
    assert len(listed) == 4  # all there are


def test_passages_and_questions_fall_into_one_plane(root: Path) -> None:
    with Collection.open(root, "harbour") as opened:
        found = mapping.project(opened)
        vectors = opened.vectors(found.rows)
    assert found.places.shape == (len(vectors), 2)
    np.testing.assert_allclose((vectors - found.mean) @ found.axes, found.places, atol=1e-5)
    np.testing.assert_allclose(found.axes.T @ found.axes, np.eye(2), atol=1e-4)
    spread = found.places.var(axis=0)
    assert spread[0] >= spread[1]


def test_how_long_an_evaluation_still_takes_is_told_however_slow_it_is() -> None:
    assert evaluating.how_far(measuring.Measuring(0, 40), 5.0) == "0 of 40 questions"
    told = evaluating.how_far(measuring.Measuring(1, 4), 25.0)
    assert told == "1 of 4 questions · about 75 seconds left"
