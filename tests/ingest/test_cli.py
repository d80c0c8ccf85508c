"""The commands: one JSON object on standard output, exit codes, no traceback."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ingest.cli import ingest
from ingest.records import Outcome, Report
from ingest.show import duration, report_table, summary
from rag.index.collection import Collection, Writer
from rag.models import Models
from tests.ingest.toys import ToyEmbedder, ToyParsers

KEYS = ["collection", "added", "changed", "unchanged", "moved", "removed", "failed", "documents",
        "chunks", "seconds"]  # fmt: skip


@pytest.fixture(autouse=True)
def _toys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.worker.ParserPool", ToyParsers)
    monkeypatch.setattr(Models, "embedder", ToyEmbedder())
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "one.txt").write_text("One text.")
    (folder / "two.txt").write_text("Another text.")
    return folder


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOOTNOTE_INDEX_ROOT", str(tmp_path / "indexes"))
    return tmp_path / "indexes"


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(ingest, [str(argument) for argument in arguments])


def said(result: Result) -> dict[str, Any]:
    """The one JSON object on standard output."""
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_add_json(root: Path, docs: Path) -> None:
    result = call("add", docs, "--json", "-c", "papers")
    assert result.exit_code == 0
    found = said(result)
    assert list(found) == KEYS
    assert (found["collection"], found["added"], found["documents"]) == ("papers", 2, 2)
    assert found["chunks"] == 2
    assert found["failed"] == []
    assert said(call("add", docs, "--json", "-c", "papers"))["unchanged"] == 2


def test_without_json_standard_output_stays_empty(root: Path, docs: Path) -> None:
    result = call("add", docs)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "2 added; default holds 2 documents, 2 chunks" in result.stderr


def test_a_failed_file_makes_exit_code_one(root: Path, docs: Path) -> None:
    (docs / "bad.txt").write_text("!broken")
    result = call("add", docs, "--json")
    assert result.exit_code == 1
    assert said(result)["failed"] == [{"path": str(docs / "bad.txt"), "error": "bad.txt: damaged."}]
    assert said(result)["added"] == 2
    assert "bad.txt" in result.stderr


def test_the_password_of_files_is_not_that_of_the_web_app(
    root: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (docs / "locked.txt").write_text("!encrypted")
    monkeypatch.setenv("FOOTNOTE_PASSWORD", "secret")
    assert call("add", docs).exit_code == 1
    monkeypatch.setenv("FOOTNOTE_FILE_PASSWORD", "secret")
    assert call("add", docs).exit_code == 0


def test_errors_are_a_sentence_and_an_exit_code(root: Path, docs: Path, tmp_path: Path) -> None:
    call("add", docs)
    empty = tmp_path / "empty"
    empty.mkdir()
    with Writer(root, "held", embedder=ToyEmbedder().fingerprint()):
        busy = call("add", docs, "-c", "held")
    for result, code, words in (
        (call("add", empty), 2, "No document"),
        (call("sync", tmp_path / "gone"), 2, "not a folder"),
        (call("add", tmp_path / "gone.pdf"), 7, "no such file"),
        (call("remove", "gone"), 7, "one.txt, two.txt"),
        (call("remove", "x", "-c", "gone"), 3, "default"),
        (call("status", "-c", "gone"), 3, "default"),
        (call("add", docs, "-c", " "), 2, "can't name a collection"),
        (call("add", docs, "--index-root", docs / "one.txt"), 10, "one.txt"),
        (busy, 4, "'held'"),
    ):
        assert result.exit_code == code, result.stderr
        assert result.stdout == ""
        assert words in result.stderr
        assert "Traceback" not in result.stderr


def test_sync_remove_status(root: Path, docs: Path) -> None:
    assert said(call("sync", docs, "--json"))["added"] == 2
    (docs / "one.txt").rename(docs / "three.txt")
    dry = said(call("sync", docs, "--json", "--dry-run"))
    assert dry == {**said(call("sync", docs, "--json")), "seconds": dry["seconds"]}
    assert dry["moved"] == 1
    removed = said(call("remove", "three.txt", "--json"))
    assert (removed["removed"], removed["documents"]) == (1, 1)
    status = said(call("status", "--json"))
    assert (status["documents"], status["folders"]) == (1, [str(docs)])
    assert status["files"][0]["path"] == str(docs / "two.txt")
    table = call("status")
    assert "two.txt" in table.stdout
    assert str(docs) in table.stdout


def test_a_folder_with_files_that_failed_is_not_in_step(root: Path, docs: Path) -> None:
    (docs / "broken.pdf").write_text("!broken")
    (docs / "photo.bin").write_bytes(bytes(range(256)))
    call("sync", docs)
    assert said(call("status", "--json"))["behind"] == [str(docs / "broken.pdf")]
    assert f"Not in step with {docs}: broken.pdf;" in call("status").stdout
    (docs / "broken.pdf").unlink()
    assert f"In step with {docs}" in call("status").stdout
    (docs / "one.txt").write_text("Changed since.")
    assert said(call("status", "--json"))["behind"] == [str(docs / "one.txt")]
    docs.rename(docs.with_name("elsewhere"))
    assert f"Not in step with {docs}: it is not there" in call("status").stdout


def test_the_only_collection_there_is_need_not_be_named(root: Path, docs: Path) -> None:
    assert call("add", docs, "-c", "mine").exit_code == 0
    assert said(call("status", "--json"))["collection"] == "mine"
    assert said(call("status", "two.txt", "--json"))["document"]["path"] == str(docs / "two.txt")


def test_odd_names_can_be_shown(root: Path, docs: Path) -> None:
    (docs / "[red]x[bold]\x1b[31m\n.txt").write_text("A text.")
    os.close(os.open(os.fsencode(docs) + b"/\xff.txt", os.O_CREAT | os.O_WRONLY))
    result = call("add", docs, "--json")
    assert result.exit_code == 0
    assert said(result)["added"] == 4
    assert "\x1b[31m" not in result.stderr
    assert "[red]x[bold]" in result.stderr
    assert call("status").exit_code == 0
    assert len(said(call("status", "--json"))["files"]) == 4


def test_a_long_table_is_folded(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = [Outcome(f"/d/{i}.txt", "added", "x", 1) for i in range(200)]
    outcomes.append(Outcome("/d/bad.pdf", "failed", note="damaged"))
    report_table(Report("c", tuple(outcomes), 200, 200, 61.0))
    told = capsys.readouterr().err
    assert "bad.pdf" in told
    assert "and 200 more" in told
    assert "200 added, 1 failed; c holds 200 documents, 200 chunks (1 min 1 s)" in told
    assert summary(Report("c", (), 0, 0, 0.0)).startswith("nothing to do")
    assert summary(Report("c", (), 0, 0, 0.0, cancelled=True)).startswith("nothing done")
    assert duration(7500) == "2 h 5 min"


def test_a_folded_table_names_what_has_changed_and_all_that_failed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    same = [Outcome(f"/d/same{i}.txt", "unchanged", "x", 1) for i in range(200)]
    report_table(Report("c", (*same, Outcome("/d/new.txt", "changed", "y", 1)), 201, 201, 1.0))
    told = capsys.readouterr().err
    assert "new.txt" in told
    assert "same1" not in told
    report_table(Report("c", tuple(same), 200, 200, 1.0))
    assert capsys.readouterr().err == "200 unchanged; c holds 200 documents, 200 chunks (1 s)\n"
    moved = [Outcome(f"/d/m{i}.txt", "moved", "x", 1, "was /e") for i in range(90)]
    bad = [Outcome(f"/d/bad{i}.pdf", "failed", note="damaged") for i in range(70)]
    report_table(Report("c", (*moved, *bad), 90, 90, 1.0))
    told = capsys.readouterr().err
    assert all(f"bad{i}.pdf" in told for i in range(70))
    assert "… and 90 more" in told


def test_in_a_pipe_each_document_has_a_line_of_its_own(root: Path, docs: Path) -> None:
    name = "Minutes of the annual general meeting of the sailing club 2024, final version.txt"
    (docs / name).write_text("The meeting was opened at seven.")
    told = call("add", docs)
    assert any(name in line and "added" in line for line in told.stderr.splitlines())
    listed = call("status").stdout.splitlines()
    assert [line for line in listed if name in line and "text" in line]
    assert len(listed) == 1 + 3 + 1


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_being_asked_to_end_keeps_what_is_done(
    asked: signal.Signals, root: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.pipeline._BATCH", 1)
    count: list[str] = []

    def interrupt(text: str) -> None:
        count.append(text)
        if len(count) == 2:
            os.kill(os.getpid(), asked)

    monkeypatch.setattr(Models, "embedder", ToyEmbedder(on_encode=interrupt))
    result = call("add", docs, "--json")
    assert result.exit_code == 130
    assert said(result)["documents"] == 1
    assert "kept" in result.stderr
    monkeypatch.setattr(Models, "embedder", ToyEmbedder())
    assert said(call("add", docs, "--json"))["documents"] == 2


SLOWLY = """
import signal, sys, time
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests may run under nohup
import ingest.pipeline, ingest.worker
from rag.models import Models
from tests.ingest.toys import ToyEmbedder, ToyParsers

ingest.worker.ParserPool = ToyParsers
ingest.pipeline._BATCH = 1
def wait(text):
    print("embedding", flush=True)
    time.sleep(0.2)
Models.embedder = ToyEmbedder(on_encode=wait)
from ingest.cli import ingest
ingest(["add", sys.argv[1], "-c", "c", "--index-root", sys.argv[2]])
"""


def test_a_closed_terminal_keeps_what_is_done(root: Path, docs: Path) -> None:
    for number in range(50):
        (docs / f"more {number}.txt").write_text(f"Text {number}.")
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(Path(__file__).parents[2])
        os.execv(sys.executable, [sys.executable, "-c", SLOWLY, str(docs), str(root)])
    said_so_far = b""
    while said_so_far.count(b"embedding") < 3:
        said_so_far += os.read(terminal, 1000)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 130
    with Collection.open(root, "c") as opened:
        assert 1 <= len(opened.documents()) < 52


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from ingest.cli import ingest; from click.testing import CliRunner\n"
        "result = CliRunner().invoke(ingest, ['add', '--help']); assert result.exit_code == 0\n"
        "heavy = {'torch', 'faiss', 'numpy', 'rich', 'sqlite3', 'transformers'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert found.stdout == "[]\n"


def test_where_a_document_came_from(root: Path, docs: Path) -> None:
    (docs / "twin.txt").write_text("One text.")
    call("add", docs)
    found = said(call("status", "twin.txt", "--json"))
    assert found["document"]["path"] == str(docs / "twin.txt")
    assert found["document"]["parser"].startswith("text/")
    assert found["twins"] == [str(docs / "one.txt")]
    assert (found["original"], found["changed"]) != (None, True)
    (docs / "twin.txt").write_text("Another text by now.")
    table = call("status", "twin.txt").stdout
    assert "characters, 1 chunk Same" in " ".join(table.split()).replace("Twin", "")
    for part in ("changed since it was read", str(docs / "one.txt"), found["document"]["sha256"]):
        assert part in " ".join(table.split()).replace(" ", "") or part in table
    assert call("status", "nothing.txt").exit_code == 7


def test_files_with_one_name_are_told_apart(root: Path, docs: Path) -> None:
    (docs / "sub").mkdir()
    (docs / "sub" / "one.txt").write_text("A third text.")
    table = call("add", docs).stderr
    assert "docs/one.txt" in table
    assert "sub/one.txt" in table
    assert "docs/two.txt" not in table


@pytest.mark.parametrize("command", [["add", ""], ["sync", " "], ["sync", "", "--watch"]])
def test_an_empty_path_is_not_the_working_folder(
    command: list[str], root: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(docs)
    result = call(*command)
    assert result.exit_code in (2, 7)
    assert "Error: " in result.stderr
    assert not root.exists()
