"""Questions to begin or to go on with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app import suggest
from rag import Models, Pipeline, Scope
from rag.index.collection import Collection

LINE = "The board looked into it and wrote down what it had found for the members to read. "
REPORT = f"""# Norrfrakt

## United States Securities Commission

## Washington, D.C. 20549

## Passengers and lines

{LINE}{LINE}

## Fuel and its price

The price of fuel for the ferries was 2.1 crowns a litre. {LINE}{LINE}

## Repairs in the dock

{LINE}{LINE}

## Staff on the ships

{LINE}{LINE}
"""


@pytest.fixture(scope="module")
def report(models: Models, tmp_path_factory: pytest.TempPathFactory) -> str:
    from ingest import add

    file = tmp_path_factory.mktemp("suggest") / "report.md"
    file.write_text(REPORT, encoding="utf-8")
    add([file], collection="suggest", settings=models.settings, embedder=models.embedder)
    return "suggest"


def test_what_has_no_text_below_it_is_not_asked_about(models: Models, report: str) -> None:
    with Collection.open(models.settings.root, report) as opened:
        asked = suggest.examples(opened.documents(), opened)
    assert asked == [
        "What is said about “Passengers and lines”?",
        "What is said about “Fuel and its price”?",
        "What is said about “Repairs in the dock”?",
    ]


def test_one_goes_on_with_what_stands_beside_it(models: Models, report: str) -> None:
    from app.store import Turn

    question = "What was the price of fuel for the ferries?"
    with Pipeline.open(report, models=models) as pipeline:
        answer = pipeline.ask(question)
        assert "2.1 crowns" in answer.text
        turn = Turn("t1", "c1", 1, question, Scope(), "2026-01-01", answer, None, None)
        asked = suggest.follow_ups(pipeline.collection, [turn])
        refused = suggest.follow_ups(pipeline.collection, [replace(turn, answer=None)])
    assert asked == [
        "What is said about “Repairs in the dock”?",
        "What is said about “Staff on the ships”?",
    ]
    assert refused == []
