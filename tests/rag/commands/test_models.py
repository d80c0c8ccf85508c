"""`footnote models`: tables for people, one JSON object for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rag.commands.models import models
from rag.hub import copies

NAMES = [model.name for model in copies.known()]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(models, arguments)


def test_list_shows_every_model() -> None:
    lines = run("list").stdout.splitlines()
    assert lines[0].split() == ["name", "kind", "licence", "size", "source", "sha256", "ready"]
    assert [line.split()[0] for line in lines[1:]] == NAMES
    rows = json.loads(run("list", "--json").stdout)["models"]
    assert [row["name"] for row in rows] == NAMES
    assert all(isinstance(row["ready"], bool) for row in rows)


def test_fetching_what_is_ready_prints_one_object() -> None:
    result = run("fetch", "all-MiniLM-L6-v2", "--json")
    assert result.exit_code == 0, result.output
    (entry,) = json.loads(result.stdout)["fetched"]
    assert Path(entry["path"]).is_dir()
    assert "ready in" in result.stderr
    assert run("path", "all-MiniLM-L6-v2").stdout.strip() == entry["path"]
    assert json.loads(run("path", "all-MiniLM-L6-v2", "--json").stdout)["path"] == entry["path"]


@pytest.mark.parametrize("name", NAMES)
def test_info_tells_the_licence(name: str) -> None:
    assert "Apache-2.0" in run("info", name).stdout
    assert json.loads(run("info", name, "--json").stdout)["name"] == name


def test_a_missing_model_names_the_mending_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_CACHE", str(tmp_path))
    monkeypatch.setenv("FOOTNOTE_OFFLINE", "1")
    for command in ("path", "fetch"):
        result = run(command, "SmolLM2-135M-Instruct", "--json")
        assert (result.exit_code, result.stdout) == (8, "")
        assert "footnote models fetch SmolLM2-135M-Instruct" in result.stderr


def test_an_unknown_model_is_refused() -> None:
    assert run("info", "gpt-9").exit_code == 8
