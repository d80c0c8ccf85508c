"""`footnote eval` over small sets in the published forms, with the models that ship."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from click.testing import CliRunner

from app.cli import main
from ingest import add
from rag import Models

TEXTS = (
    "The harbour of Brennau was built by Anna Falk in 1873, after the great flood of the spring.",
    "Lake Torr is 212 metres deep. Its trout are caught in nets of hemp by the people of Sund.",
)
KEYS = {
    "questions", "hit@1", "hit@3", "hit@10", "ndcg@10", "recall@10", "exact", "f1", "contains",
    "answered", "refused_unanswerable", "citation_precision", "citation_recall", "words_median",
    "seconds_per_question", "refusal_precision", "refused_at_90", "intervals",
    "hit@1_answerable", "hit@3_answerable", "hit@10_answerable",
}  # fmt: skip


@pytest.fixture
def run(models: Models, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs `footnote eval ARGUMENTS` with the models that are loaded."""

    def shared(settings: Any) -> Models:
        found = Models(settings)
        found.__dict__.update(
            _embedder=models.embedder, _reader=models.reader, _second_reader=models.second_reader
        )
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
    # Both answers to each question, and the measures in the order of the report.
    assert [row["against"]["found"] for row in listed] == [False] * 3
    assert page.read_text().count("✓ → ✗") == 2
    assert [name for name in found if name in found["against"]] == list(found["against"])
    assert {row["citation_precision"] for row in listed} == {1.0, None}
    assert found["hit@1_answerable"] == 1.0


def test_a_report_without_a_folder_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("question\nWho?\n")
    page = tmp_path / "none" / "report.html"
    done = CliRunner().invoke(
        main, ["eval", "questions", str(tmp_path / "mine.csv"), "--html", str(page)]
    )
    assert done.exit_code == 2
    assert "There is no folder" in done.stderr


@pytest.mark.parametrize("option", ["--html", "--outcomes"])
def test_a_report_that_cannot_be_written_is_refused_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    (tmp_path / "mine.csv").write_text("question\nWho?\n")
    # Whoever runs the tests as root may write everywhere.
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != tmp_path)
    done = CliRunner().invoke(
        main,
        ["eval", "questions", str(tmp_path / "mine.csv"), option, str(tmp_path / "report")],
    )
    assert done.exit_code == 2
    assert "can't be written" in done.stderr


@pytest.mark.parametrize("name", ["chunk_tokens", "embedder", "hidden_text"])
def test_one_index_is_not_asked_twice_about_how_it_was_made(tmp_path: Path, name: str) -> None:
    file = tmp_path / "squad.json"
    asked = {"question": "Who?", "answers": [{"text": "Falk"}]}
    paragraph = {"context": "Falk did.", "qas": [asked]}
    file.write_text(json.dumps({"data": [{"paragraphs": [paragraph]}]}))
    (tmp_path / "own.csv").write_text("question\nWho?\n")
    for asked_of in (["squad", str(file)], ["questions", str(tmp_path / "own.csv")]):
        done = CliRunner().invoke(main, ["eval", *asked_of, "--against", f"{name}=128"])
        assert done.exit_code == 2
        assert f"FOOTNOTE_{name.upper()}" in done.stderr


def test_reports_name_any_file_and_tell_no_answer_from_one_that_is_not_known(
    run: Any, models: Models, tmp_path: Path
) -> None:
    file = tmp_path / os.fsdecode(b"caf\xe9.txt")  # in Latin-1
    file.write_text(TEXTS[0])
    root = str(tmp_path / "indexes")
    settings = models.settings.replace(index_root=root)
    add([file], collection="default", settings=settings, embedder=models.embedder)
    (tmp_path / "own.jsonl").write_text(
        '{"question": "Who built the harbour of Brennau?"}\n'
        '{"question": "How hot does tungsten boil?", "answer": ""}\n'
    )
    page, outcomes = tmp_path / "report.html", tmp_path / "outcomes.json"
    own = ("questions", str(tmp_path / "own.jsonl"), "--index-root", root)
    told = run(*own, "--html", str(page), "--outcomes", str(outcomes))
    assert "harbour of Brennau?\n    expected: not known" in told
    assert "tungsten boil?\n    expected: not in the documents" in told
    rows = json.loads(outcomes.read_text())["outcomes"]
    assert {row["impossible"]: row["expected"] for row in rows} == {False: [], True: []}
    assert {path for row in rows for path in row["ranking"]} == {file.name}
    assert "Anna Falk" in page.read_text()


def test_what_is_known_of_the_questions_is_told_first(
    run: Any, models: Models, tmp_path: Path
) -> None:
    (tmp_path / "harbour.txt").write_text(TEXTS[0])
    settings = models.settings.replace(index_root=str(tmp_path / "indexes"))
    add([tmp_path], collection="only", settings=settings, embedder=models.embedder)
    (tmp_path / "own.csv").write_text(
        "question,answer,document\nWho built it?,Anna Falk,harbour.txt\nWho else?,,port.txt\n"
    )
    done = CliRunner().invoke(
        main,
        ["eval", "questions", str(tmp_path / "own.csv"), "--index-root", str(tmp_path / "indexes")],
    )
    assert done.exit_code == 0, done.output
    assert (
        "2 questions: 1 with an answer, 0 that no document answers, 2 with a document. "
        "Not in the collection: port.txt." in done.stderr
    )


def test_a_document_is_known_in_whichever_form_a_disk_holds_its_accents(
    run: Any, models: Models, tmp_path: Path
) -> None:
    (tmp_path / normalize("NFD", "Prüfung.txt")).write_text(TEXTS[0])
    settings = models.settings.replace(index_root=str(tmp_path / "indexes"))
    add([tmp_path], collection="default", settings=settings, embedder=models.embedder)
    own = {
        "question": "Who built the harbour of Brennau?",
        "document": normalize("NFC", "Prüfung.txt"),
    }
    (tmp_path / "own.json").write_text(json.dumps([own]))
    asked = ("questions", str(tmp_path / "own.json"), "--index-root", settings.index_root)
    assert run(*asked, "--json")["hit@1"] == 1.0


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


def test_one_other_run_has_one_value_of_a_setting(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("question\nWho?\n")
    twice = ("--against", "threshold=0.5", "--against", "threshold=0.6")
    done = CliRunner().invoke(main, ["eval", "questions", str(tmp_path / "own.csv"), *twice])
    assert done.exit_code == 2
    assert "threshold two values" in done.stderr


def test_a_question_that_nobody_may_ask_does_not_end_the_run(run: Any, tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "corpus.jsonl").write_text(json.dumps({"_id": "1", "text": TEXTS[1]}))
    queries = [{"_id": "q", "text": "a deep lake"}, {"_id": "r", "text": "deep lake " * 300}]
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (tmp_path / "qrels" / "test.tsv").write_text("q\t1\t1\nr\t1\t1\n")
    assert run("beir", str(tmp_path), "--json")["questions"] == 1
    (tmp_path / "qrels" / "test.tsv").write_text("r\t1\t1\n")
    done = CliRunner().invoke(main, ["eval", "beir", str(tmp_path)])
    assert done.exit_code == 2
    assert "holds no questions" in done.stderr


def test_a_report_does_not_take_the_place_of_the_questions(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text("question\nWho?\n")
    for options in (["--html", str(file)], ["--outcomes", str(file)]):
        done = CliRunner().invoke(main, ["eval", "questions", str(file), *options])
        assert done.exit_code == 2
        assert "three files" in done.stderr
    assert file.read_text() == "question\nWho?\n"


@pytest.mark.parametrize("torn", ["", '\n{"key": "half of a li'])
def test_what_was_killed_goes_on_where_it_was(
    run: Any, models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, torn: str
) -> None:
    (tmp_path / "a.txt").write_text(TEXTS[0])
    root, outcomes = str(tmp_path / "indexes"), tmp_path / "outcomes.json"
    settings = models.settings.replace(index_root=root)
    add([tmp_path / "a.txt"], collection="default", settings=settings, embedder=models.embedder)
    file = tmp_path / "own.csv"
    file.write_text("question,answer\nWho built the harbour of Brennau?,Anna Falk\nWhen?,1873\n")
    from rag.pipeline import Pipeline

    ask, asked = Pipeline.ask, []

    def killed(self: Pipeline, question: str, **how: Any) -> Any:
        asked.append((question, self.settings.passages))
        if len(asked) == 2:
            raise SystemError
        return ask(self, question, **how)

    monkeypatch.setattr(Pipeline, "ask", killed)
    command = ("questions", str(file), "--index-root", root, "--outcomes", str(outcomes), "--json")
    with pytest.raises(SystemError):
        run(*command)
    [part] = [path for path in tmp_path.iterdir() if path.suffix == ".part"]
    with part.open("a") as stream:
        stream.write(torn)
    found = run(*command, "--against", "passages=1")
    first, second = "Who built the harbour of Brennau?", "When?"
    assert asked == [(first, 5), (second, 5), (second, 5), (first, 1), (second, 1)]
    [row] = [row for row in found["outcomes"] if row["question"] == first]
    assert (row["f1"], row["contains"], row["ranking"]) == (1.0, 1.0, ["a.txt"])
    assert row["citations"][0]["quote"] == TEXTS[0]
    assert not part.exists()
    asked.clear()
    asked += [("", 0)] * 2
    run(*command)
    assert len(asked) == 4  # what is complete is asked anew


def test_what_was_measured_before_ctrl_c_is_told(
    run: Any, models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text(TEXTS[0])
    root = str(tmp_path / "indexes")
    settings = models.settings.replace(index_root=root)
    add([tmp_path / "a.txt"], collection="default", settings=settings, embedder=models.embedder)
    file = tmp_path / "own.csv"
    file.write_text("question,answer\nWho built the harbour of Brennau?,Anna Falk\nWhen?,1873\n")
    from rag.pipeline import Pipeline

    ask = Pipeline.ask

    def broken_off(self: Pipeline, question: str, **how: Any) -> Any:
        if question == "When?":
            raise KeyboardInterrupt
        return ask(self, question, **how)

    monkeypatch.setattr(Pipeline, "ask", broken_off)
    page = tmp_path / "report.html"
    done = CliRunner().invoke(
        main, ["eval", "questions", str(file), "--index-root", root, "--json", "--html", str(page)]
    )
    assert done.exit_code == 130
    assert json.loads(done.stdout)["questions"] == 1
    assert "after 1 of 2 questions" in done.stderr
    assert "after 1 of 2 questions" in page.read_text()


def _interrupted_at(monkeypatch: pytest.MonkeyPatch, question: str) -> list[str]:
    """Ends every run at `question` as Ctrl-C does; gives the questions that are asked."""
    from rag.pipeline import Pipeline

    ask, asked = Pipeline.ask, list[str]()

    def recorded(self: Pipeline, text: str, **how: Any) -> Any:
        if text == question:
            raise KeyboardInterrupt
        asked.append(text)
        return ask(self, text, **how)

    monkeypatch.setattr(Pipeline, "ask", recorded)
    return asked


@pytest.fixture
def broken_off(
    models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[str], Path, list[str]]:
    """The arguments of an evaluation that was broken off after two questions of three, the file
    of its questions, and the list to which those that are asked come."""
    (tmp_path / "a.txt").write_text(TEXTS[0])
    root, file = str(tmp_path / "indexes"), tmp_path / "own.csv"
    settings = models.settings.replace(index_root=root)
    add([tmp_path / "a.txt"], collection="default", settings=settings, embedder=models.embedder)
    file.write_text("question\nWhere is it?\nWho built it?\nWhy?\n")
    command = ["questions", str(file), "--index-root", root, "--outcomes", str(tmp_path / "o.json")]
    asked = _interrupted_at(monkeypatch, "Why?")
    assert CliRunner().invoke(main, ["eval", *command]).exit_code == 130
    assert asked == ["Where is it?", "Who built it?"]
    asked.clear()
    return command, file, asked


def test_progress_is_right_where_what_was_asked_before_comes_last(
    run: Any, broken_off: tuple[list[str], Path, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    command, file, asked = broken_off
    file.write_text("question\nWhen?\nHow?\nWhere?\nWhere is it?\nWho built it?\n")
    monkeypatch.setattr("app.measured._EVERY", -1.0)
    done = CliRunner().invoke(main, ["eval", *command], catch_exceptions=False)
    assert done.exit_code == 0
    assert asked == ["When?", "How?", "Where?"]
    told = [line for line in done.stderr.splitlines() if line.startswith("Asking: ")]
    assert [line.split(" questions")[0] for line in told] == [
        "Asking: 3 of 5", "Asking: 4 of 5", "Asking: 5 of 5",
    ]  # fmt: skip
    assert "-" not in "".join(told)


def test_what_another_version_of_footnote_answered_is_asked_again(
    run: Any, broken_off: tuple[list[str], Path, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    command, file, asked = broken_off
    monkeypatch.setattr("app.kept.version", lambda name: "99.0")
    file.write_text("question\nWhere is it?\nWho built it?\n")
    run(*command)
    assert asked == ["Where is it?", "Who built it?"]


def test_documents_that_are_read_or_called_otherwise_are_asked_again(
    run: Any, models: Models, broken_off: tuple[list[str], Path, list[str]]
) -> None:
    from ingest.manage import rename

    command, file, asked = broken_off
    settings = models.settings.replace(index_root=command[3])
    rename("a.txt", "The chronicle of Brennau", collection="default", settings=settings)
    file.write_text("question\nWhere is it?\n")
    run(*command)
    assert asked == ["Where is it?"]
