"""What is told on a terminal, whatever signs it has."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from app.cli import main
from rag.commands.console import FootnoteGroup, emit, printable
from rag.index.collection import Writer
from tests.rag.index.toys import EMBEDDER, document, fill, put

TEXT = "Käse — “reif” 成熟."
PATH = "/papers/caf\udce9 \x1b[31m.txt"  # a name in Latin-1 that also turns a terminal red


@pytest.fixture
def root(tmp_path: Path) -> str:
    with Writer(tmp_path, "odd", embedder=EMBEDDER) as writer:
        put(writer, document("a1", TEXT, PATH))
        writer.publish()
    return str(tmp_path)


@pytest.mark.parametrize("charset", ["utf-8", "latin-1", "gbk"])
def test_signs_that_a_terminal_lacks_cost_nothing_but_themselves(root: str, charset: str) -> None:
    def run(*arguments: str) -> str:
        done = CliRunner(charset=charset).invoke(main, [*arguments, "--index-root", root])
        assert done.exit_code == 0, done.exception
        assert "\x1b" not in done.stdout
        return done.stdout_bytes.decode(charset)

    assert run("show", "a1") == TEXT.encode(charset, "replace").decode(charset)
    assert ".txt" in run("collections", "show", "odd")
    assert ".txt" in run("ingest", "status")
    assert ".txt" in run("ingest", "status", "a1")
    assert json.loads(run("collections", "show", "odd", "--json"))["documents"][0]["path"] == PATH
    assert json.loads(run("ingest", "status", "a1", "--json"))["document"]["path"] == PATH


def test_names_keep_their_spaces_and_joiners() -> None:
    name = "Où\u00a0? می\u200cخواهم 👩\u200d👧.md"
    assert printable(name) == name
    assert printable("a\u202eb\n\x1b\udcff") == "a\ufffdb\ufffd\ufffd\ufffd"


def test_an_error_shows_no_signs_that_steer_a_terminal(root: str) -> None:
    done = CliRunner().invoke(main, ["show", "nope", "--index-root", root])
    assert done.exit_code == 7
    assert "\x1b" not in done.stderr
    assert ".txt" in done.stderr


def test_commands_that_are_named_work_as_they_stand(tmp_path: Path) -> None:
    root = f"{tmp_path}/it's new"
    done = CliRunner().invoke(main, ["ask", "Who?", "-c", "my notes", "--index-root", root])
    command = done.stderr.split("`")[1]
    wanted = ["footnote", "ingest", "add", "PATH", "--collection", "my notes"]
    assert shlex.split(command) == [*wanted, "--index-root", root]
    listed = CliRunner().invoke(main, ["collections", "list", "--index-root", root])
    assert shlex.split(listed.stderr.split("`")[1])[-2:] == ["--index-root", root]


def test_a_command_with_an_apostrophe_in_it_is_one(tmp_path: Path) -> None:
    root = str(tmp_path / "Ann's index")
    done = CliRunner().invoke(main, ["ask", "Who?", "-c", "Ann's notes", "--index-root", root])
    wanted = ["footnote", "ingest", "add", "PATH", "--collection", "Ann's notes"]
    assert shlex.split(done.stderr.split("`")[1]) == [*wanted, "--index-root", root]


def test_what_mends_a_collection_that_is_listed_names_the_index_root(tmp_path: Path) -> None:
    fill(tmp_path, "papers", {"a": "one"})
    for path in tmp_path.glob("*/generations/*"):
        path.write_text("{")
    call = ["collections", "list", "--index-root", str(tmp_path)]
    listed = CliRunner().invoke(main, call).stdout
    (info,) = json.loads(CliRunner().invoke(main, [*call, "--json"]).stdout)["collections"]
    for told in (listed, info["problem"]):
        assert told.split("`")[1] == f"footnote doctor --fix --index-root {tmp_path}"


def test_a_text_without_commands_and_a_root_that_is_set_stay(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FOOTNOTE_INDEX_ROOT", str(tmp_path))
    done = CliRunner().invoke(main, ["ask", "Who?"])
    assert "`footnote ingest add PATH --collection default`" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Only Linux has a full disk at hand.")
@pytest.mark.parametrize(
    "command", [["collections", "list"], ["collections", "list", "--json"], ["ingest", "status"]]
)
def test_output_that_meets_a_full_disk_ends_with_a_sentence(root: str, command: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *command, "--index-root", root],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
            cwd=Path(__file__).parents[3],
        )  # fmt: skip
    assert done.returncode == 10
    assert "Error: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_a_stream_that_the_caller_closed_costs_nothing(
    closed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.group(cls=FootnoteGroup)
    def group() -> None: ...

    @group.command()
    def look() -> None:
        assert not sys.stdout.isatty()
        assert not sys.stderr.isatty()
        emit({"ok": True})

    monkeypatch.setattr(sys, closed, None)
    group.main(["look"], standalone_mode=False)
