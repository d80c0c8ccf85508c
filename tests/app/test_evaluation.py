"""`footnote eval` over small sets in the published forms, with the models that ship."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import main
from rag import Models

TEXTS = (
    "The harbour of Brennau was built by Anna Falk in 1873, after the great flood of the spring.",
    "Lake Torr is 212 metres deep. Its trout are caught in nets of hemp by the people of Sund.",
)
KEYS = {
    "questions", "hit@1", "hit@3", "hit@10", "ndcg@10", "recall@10", "exact", "f1", "contains",
    "answered", "refused_unanswerable", "citation_precision", "citation_recall", "words_median",
    "seconds_per_question", "refusal_precision", "refused_at_90", "intervals",
}  # fmt: skip


@pytest.fixture
def run(models: Models, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs `footnote eval ARGUMENTS` with the models that are loaded."""

    def shared(settings: Any) -> Models:
        found = Models(settings)
        found.__dict__.update(_embedder=models.embedder, _reader=models.reader)
        return found

    monkeypatch.setattr("rag.models.Models", shared)

    def invoke(*arguments: str) -> Any:
        done = CliRunner().invoke(main, ["eval", *arguments], catch_exceptions=False)
        assert done.exit_code == 0, done.stderr
        return json.loads(done.stdout) if "--json" in arguments else done.stdout

    return invoke


def test_squad_reports_the_documented_keys_a_page_and_a_paired_comparison(
    run: Any, tmp_path: Path
) -> None:
    asked = [
        ("Who built the harbour of Brennau?", [{"text": "Anna Falk", "answer_start": 0}], 0),
        ("How deep is Lake Torr?", [{"text": "212 metres", "answer_start": 0}], 1),
        ("What is the boiling point of tungsten?", [], 1),
    ]
    paragraphs = [
        {
            "context": text,
            "qas": [
                {"id": q, "question": q, "answers": answers, "is_impossible": not answers}
                for q, answers, at in asked
                if at == number
            ],
        }
        for number, text in enumerate(TEXTS)
    ]
    file = tmp_path / "squad.json"
    file.write_text(json.dumps({"data": [{"title": "t", "paragraphs": paragraphs}]}))
    page, outcomes = tmp_path / "report.html", tmp_path / "outcomes.json"
    found = run(
        "squad", str(file), "--json", "--html", str(page), "--outcomes", str(outcomes),
        "--against", "threshold=1",
    )  # fmt: skip
    assert set(found) == KEYS | {"against"}
    assert (found["questions"], found["hit@1"], found["refused_unanswerable"]) == (3, 1.0, 1.0)
    assert found["contains"] == found["citation_precision"] == found["citation_recall"] == 1.0
    assert found["against"]["answered"]["value"] == -found["answered"]
    assert "threshold=1" in page.read_text()
    listed = json.loads(outcomes.read_text())["outcomes"]
    assert {row["question"] for row in listed} == {q for q, _, _ in asked}


def test_a_report_without_a_folder_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("question\nWho?\n")
    page = tmp_path / "none" / "report.html"
    done = CliRunner().invoke(
        main, ["eval", "questions", str(tmp_path / "mine.csv"), "--html", str(page)]
    )
    assert done.exit_code == 2
    assert "There is no folder" in done.stderr


def test_beir_reports_retrieval_alone(run: Any, tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    rows = [{"_id": str(i), "title": f"Title {i}", "text": text} for i, text in enumerate(TEXTS)]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "queries.jsonl").write_text('{"_id": "q", "text": "a deep lake with trout"}')
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\t1\t1\n")
    page = tmp_path / "report.html"
    found = run("beir", str(tmp_path), "--json", "--html", str(page))
    assert set(found) == KEYS
    assert (found["ndcg@10"], found["f1"], found["answered"]) == (1.0, None, None)
    assert "a deep lake with trout" in page.read_text()
