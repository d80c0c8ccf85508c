"""What is told on a terminal, whatever signs it has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from rag.index.collection import Writer
from tests.rag.index.toys import EMBEDDER, document, put

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
