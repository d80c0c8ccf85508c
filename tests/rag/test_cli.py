"""The commands as a person types them, each in a process of its own where that matters."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from ingest.pipeline import add
from rag import Done, Models, Pipeline, Token
from rag.cli import _tell


@pytest.fixture
def run(models: Models, library: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs `footnote ARGUMENTS` over the shared collection, with the models that are loaded."""
    monkeypatch.setenv("FOOTNOTE_INDEX_ROOT", models.settings.index_root)
    monkeypatch.setattr("rag.opened.Models", lambda settings: _with(models, settings))

    def invoke(*arguments: str, **options: Any) -> Result:
        return CliRunner().invoke(main, list(arguments), **options)

    return invoke


def _with(loaded: Models, settings: Any) -> Models:
    models = Models(settings)
    for name in ("_embedder", "_reader", "_generator"):
        if name in loaded.__dict__:
            models.__dict__[name] = loaded.__dict__[name]
    return models


def test_ask_as_json_is_the_documented_object_and_show_proves_its_citations(run: Any) -> None:
    done = run("ask", "Who built the harbour of Brennau?", "-c", "library", "--json")
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert set(answer) >= {
        "question", "found", "answer", "short", "mode", "confidence", "citations", "evidence",
        "coverage", "timings",
    }  # fmt: skip
    assert answer["found"] is True
    assert set(answer["coverage"]) == {"passages", "documents"}
    assert answer["citations"]
    for item in answer["citations"]:
        assert set(item) == {"n", "document", "path", "page", "start", "end", "quote"}
        place = ("--start", str(item["start"]), "--end", str(item["end"]))
        shown = run("show", item["document"], "-c", "library", *place)
        assert shown.stdout == item["quote"]


def test_a_refusal_exits_0_with_one_fixed_sentence(run: Any) -> None:
    first = run("ask", "Who won the cup in 1974?", "-c", "library", "--json")
    second = run("ask", "What is the boiling point of tungsten?", "-c", "library", "--json")
    assert (first.exit_code, second.exit_code) == (0, 0)
    one, other = json.loads(first.stdout), json.loads(second.stdout)
    assert one["answer"] == other["answer"]
    assert (one["found"], one["short"], one["citations"]) == (False, None, [])
    assert one["evidence"]


class Terminal(io.StringIO):
    """What a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("watched", [True, False])
def test_a_draft_is_for_who_watches_and_a_file_gets_the_checked_answer_alone(
    pipeline: Pipeline, models: Models, monkeypatch: pytest.MonkeyPatch, watched: bool
) -> None:
    writing = Pipeline(pipeline.collection, models, models.settings.replace(mode="write"))
    question = "Who built the harbour of Brennau?"
    *_, done = events = list(writing.stream(question))
    draft = "".join(event.text for event in events if isinstance(event, Token))
    assert isinstance(done, Done)
    screen = Terminal() if watched else io.StringIO()
    monkeypatch.setattr("sys.stdout", screen)
    told = _tell(writing, question)
    assert told.text == done.answer.text
    shown = screen.getvalue()
    assert shown.startswith(draft if watched else told.text)
    assert told.text in shown


def test_search_as_json_is_the_documented_object(run: Any) -> None:
    done = run("search", "cheese caves", "-c", "library", "-k", "2", "--json")
    found = json.loads(done.stdout)
    assert set(found) == {"question", "hits", "timings"}
    assert len(found["hits"]) == 2
    assert set(found["hits"][0]) == {
        "document", "path", "page", "start", "end", "score", "text", "headings",
    }  # fmt: skip


def test_search_orders_by_what_it_reads_when_told_to(run: Any) -> None:
    asked = ("search", "When was the harbour of Brennau built?", "-c", "library", "--json")
    plain, read = (json.loads(run(*asked, *more).stdout)["hits"] for more in ((), ("--rerank",)))
    places = ("document", "start", "end")
    assert {tuple(hit[key] for key in places) for hit in plain} == {
        tuple(hit[key] for key in places) for hit in read
    }
    assert "1873" in read[0]["text"]
    assert [hit["score"] for hit in read] != [hit["score"] for hit in plain]


def test_an_answer_for_people_names_its_sources(run: Any) -> None:
    done = run("ask", "When was the harbour of Brennau built?", "-c", "library")
    assert done.exit_code == 0
    assert "1873" in done.stdout
    assert "[1]" in done.stdout
    assert "passages" in done.stderr


def test_what_is_narrowed_is_told_and_can_be_undone(run: Any) -> None:
    asked = ("In cheese.txt, how long does the cheese ripen?", "-c", "library")
    told = run("ask", *asked)
    assert "Searched only in: cheese.txt" in told.stderr
    assert json.loads(run("ask", *asked, "--json").stdout)["narrowed"] == ["cheese.txt"]
    wide = json.loads(run("ask", *asked, "--everywhere", "--json").stdout)
    assert wide["narrowed"] == []
    assert wide["coverage"]["documents"] > 1
    found = json.loads(run("search", *asked, "--json").stdout)
    assert found["narrowed"] == ["cheese.txt"]
    assert {Path(hit["path"]).name for hit in found["hits"]} == {"cheese.txt"}
    assert "narrowed" not in json.loads(run("search", *asked, "--everywhere", "--json").stdout)


def test_a_misspelt_word_is_told_and_can_be_kept(run: Any) -> None:
    done = run("ask", "Who built the harbuor of Brennau?", "-c", "library")
    assert "Understood as: Who built the harbour of Brennau?" in done.stderr
    assert (
        "Understood as"
        not in run(
            "ask", "Who built the harbuor of Brennau?", "-c", "library", "--as-written"
        ).stderr
    )
    assert "Understood as: harbour" in run("search", "harbuor", "-c", "library").stderr
    kept = run("search", "harbuor", "-c", "library", "--as-written", "--json")
    assert json.loads(kept.stdout)["question"] == "harbuor"


def test_thinking_goes_to_standard_error_and_only_the_answer_to_standard_output(run: Any) -> None:
    asked = ("Why do most ferries sail to Hirta?", "-c", "library", "--think", "--mode", "write")
    done = run("ask", *asked, "--effort", "fast")
    assert done.exit_code == 0
    assert "Thinking: " in done.stderr
    assert "Thinking" not in done.stdout
    assert "[1]" in done.stdout


def test_thanks_get_a_reply_and_nothing_else(run: Any) -> None:
    done = run("ask", "Thanks a lot!", "-c", "library")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "You're welcome.\n", "")


def test_chat_answers_until_an_empty_line(run: Any) -> None:
    done = run("chat", "-c", "library", input="How long does Halden cheese ripen?\n\n")
    assert done.exit_code == 0
    assert "nine months" in done.stdout


def test_chat_tells_how_a_follow_up_was_understood(run: Any) -> None:
    asked = "How long does Halden cheese ripen?\nAre you sure?\nWhy?\n\n"
    done = run("chat", "-c", "library", input=asked)
    assert "Understood as: How long does Halden cheese ripen?\n" in done.stderr
    assert "Understood as: How long does Halden cheese ripen, and why?\n" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ask", "  ", "-c", "library"], 2, "question is empty"),
        (["ask", "Who?", "-c", "nothing"], 3, "library"),
        (["search", "Who?", "-c", "library", "--since", "tomorrow"], 2, "date"),
        (["show", "no-such-file.txt", "-c", "library"], 7, "cheese.txt"),
        (["show", "cheese.txt", "-c", "library", "--start", "9", "--end", "2"], 2, "--end 2"),
        (["collections", "delete", "nothing", "--yes"], 3, "no collection"),
        (["ask", "Who?", "-c", "library", "--threshold", "7"], 2, "threshold"),
        (["ask", "Who?", "-c", "library", "--type", "banana"], 2, "No document"),
        (["ask", "Who?", "-c", "library", "--type", "banana"], 2, "It has: types "),
        (["ask", "Who?", "-c", "library", "--since", "2199-01-01"], 2, "files modified from 20"),
        (["ask", "Who?", "-c", "library", "--folder", ""], 2, "--folder is empty"),
        (["search", "Who?", "-c", "library", "--until", ""], 2, "--until is empty"),
        (["search", "Who?", "-c", ""], 2, "can't name a collection"),
        (["search", "Who?", "-c", "library", "--folder", "/nowhere"], 2, "No document"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_with_its_exit_code(
    run: Any, arguments: list[str], code: int, message: str
) -> None:
    done = run(*arguments)
    assert done.exit_code == code
    assert message in done.stderr
    assert "Traceback" not in done.output
    assert not done.stdout


def test_a_folder_that_links_to_itself_holds_nothing(run: Any, tmp_path: Path) -> None:
    link = tmp_path / "round"
    link.symlink_to(link)
    done = run("search", "Who?", "-c", "library", "--folder", str(link))
    assert done.exit_code == 2
    assert "No document" in done.stderr


def test_collections_are_listed_shown_and_deleted(run: Any, models: Models, tmp_path: Path) -> None:
    from ingest import add

    (tmp_path / "a.txt").write_text("A note about nothing much at all.")
    add([tmp_path], collection="short-lived", settings=models.settings, embedder=models.embedder)
    listed = json.loads(run("collections", "list", "--json").stdout)["collections"]
    assert {"library", "short-lived"} <= {item["name"] for item in listed}
    shown = json.loads(run("collections", "show", "short-lived", "--json").stdout)
    assert [Path(item["path"]).name for item in shown["documents"]] == ["a.txt"]
    assert shown["documents"][0]["document"] == shown["documents"][0]["id"]
    assert run("collections", "delete", "short-lived", input="n\n").exit_code == 1
    assert run("collections", "delete", "short-lived", "--yes").exit_code == 0
    listed = json.loads(run("collections", "list", "--json").stdout)["collections"]
    assert "short-lived" not in {item["name"] for item in listed}


def test_an_empty_root_lists_no_collections_and_exits_0(run: Any, tmp_path: Path) -> None:
    done = run("collections", "list", "--json", "--index-root", str(tmp_path / "none"))
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {"collections": []}


def test_the_only_collection_there_is_need_not_be_named(
    run: Any, models: Models, tmp_path: Path
) -> None:
    (tmp_path / "note.txt").write_text("The harbour of Brennau was built in 1873.")
    settings = replace(models.settings, index_root=str(tmp_path / "indexes"))
    add([tmp_path / "note.txt"], collection="mine", settings=settings, embedder=models.embedder)
    found = run("search", "harbour", "--index-root", settings.index_root, "--json")
    assert found.exit_code == 0, found.stderr
    assert [hit["path"] for hit in json.loads(found.stdout)["hits"]] == [str(tmp_path / "note.txt")]
    shown = run("show", "note.txt", "--index-root", settings.index_root, "--end", "11")
    assert shown.stdout == "The harbour"
