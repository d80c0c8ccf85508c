"""The documents can't go stale: what they name is there, and what is there they name."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import click
import pytest

from app.cli import main
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
