"""The documents can't go stale: what they name is there, and what is there they name."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

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
