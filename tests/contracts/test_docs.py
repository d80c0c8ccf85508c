"""The documents can't go stale: what they name is there, and what is there they name."""

from __future__ import annotations

import ast
import inspect
import re
import tomllib
from collections.abc import Callable
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

from app.cli import main
from ingest import add
from rag import Message, Pipeline, Scope
from rag.settings import Settings

ROOT = Path(__file__).parents[2]


def test_every_setting_is_documented_with_its_default_and_help() -> None:
    written = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    for field in fields(Settings):
        row = f"| `{field.name}` | `{field.default!r}` | {field.metadata['help']} |"
        assert row in written


def test_the_readme_is_short_and_its_links_and_commands_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.count("\n") < 200
    for target in re.findall(r"\]\(([^)#:]+)\)", readme):
        assert (ROOT / target).exists(), target
    for command in re.findall(r"footnote ([a-z]+)", readme):
        if command in ("ingest", "ask", "search", "chat", "app", "show", "eval", "models"):
            assert command in main.commands


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_the_links_of_the_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_page_on_the_shell_has_every_command() -> None:
    table = (ROOT / "docs/shell.md").read_text(encoding="utf-8").partition("\n## ")[0]
    for name, command in main.commands.items():
        rows = re.findall(rf"^\| `{name}\b.*", table, re.MULTILINE)
        assert rows, name
        for below in command.commands if isinstance(command, click.Group) else ():
            assert re.search(rf"`({name} )?{below}\b", " ".join(rows)), below


def test_the_sample_of_settings_has_them_all_with_their_defaults() -> None:
    page = (ROOT / "docs/shell.md").read_text(encoding="utf-8")
    sample = tomllib.loads(page.partition("```toml\n")[2].partition("```")[0])
    assert list(sample) == [field.name for field in fields(Settings)]
    assert Settings().replace(**sample) == Settings()


@pytest.mark.parametrize("page", ["README.md", "docs/python.md"])
def test_the_programs_of_the_pages_use_names_that_are_there(page: str) -> None:
    programs = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.S)
    assert programs
    for program in programs:
        tree = ast.parse(program)
        for each in ast.walk(tree):
            if isinstance(each, ast.ImportFrom) and each.module in ("rag", "ingest"):
                public = import_module(each.module).__all__
                assert {name.name for name in each.names} <= set(public), program
            if isinstance(each, ast.Call):
                _takes(each)


def _takes(call: ast.Call) -> None:
    """Each argument that is given by its name has one that is called so."""
    written = ast.unparse(call.func).rpartition(".")[2]
    of: dict[str, Callable[..., Any]]
    of = {"open": Pipeline.open, "ask": Pipeline.ask, "search": Pipeline.search}
    of |= {"stream": Pipeline.stream, "add": add, "Scope": Scope, "Message": Message}
    if function := of.get(written):
        known = inspect.signature(function).parameters
        assert {each.arg for each in call.keywords} <= set(known), ast.unparse(call)


def test_the_page_for_contributors_names_every_module_that_lies_directly_in_rag() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    modules = {path.name for path in (ROOT / "rag").glob("*.py") if path.name[0] != "_"}
    assert modules <= set(re.findall(r"`([a-z_]+\.py)`", page))
