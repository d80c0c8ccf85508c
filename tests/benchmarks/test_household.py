"""The made-up household: every file is read, and every answer stands in one of them."""

from __future__ import annotations

from pathlib import Path

from ingest import add
from rag.evaluate import contains
from rag.evaluation import testset
from rag.models import Models
from rag.pipeline import Pipeline

FOLDER = Path(__file__).parents[2] / "benchmarks" / "household"


def test_every_answer_stands_in_a_document(models: Models) -> None:
    report = add(
        [FOLDER / "documents"],
        collection="household",
        settings=models.settings,
        embedder=models.embedder,
    )
    assert not report.failed
    questions = testset.read(FOLDER / "questions.jsonl")
    with Pipeline.open("household", models=models) as pipeline:
        collection = pipeline.collection
        texts = [collection.text(info.id) for info in collection.documents()]
    assert len(texts) == len(list((FOLDER / "documents").iterdir())) == 32
    missing = [
        (item.question, answer)
        for item in questions
        for answer in item.answers
        if not any(contains(text, answer) for text in texts)
    ]
    assert not missing
    assert sum(item.impossible for item in questions) == 20
