"""`--help` is instant because heavy libraries are imported where they are used."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {
    "torch", "transformers", "sentence_transformers", "faiss", "numpy", "streamlit", "pypdfium2",
    "pypdf", "bm25s", "docx", "lxml", "rich", "jinja2", "huggingface_hub", "sqlite3",
    "openpyxl", "pptx", "docutils", "PIL", "rapidocr", "cv2", "onnxruntime", "pylatexenc", "xlrd",
}  # fmt: skip

COMMANDS = (
    [], ["ask"], ["chat"], ["search"], ["show"], ["collections"], ["models"], ["models", "fetch"],
    ["ingest"], ["ingest", "add"], ["ingest", "sync"], ["eval"], ["eval", "squad"], ["app"],
)  # fmt: skip


def loaded_by(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter has loaded after `statement`."""
    script = (
        f"{statement}\nimport sys; print('LOADED', *{{m.partition('.')[0] for m in sys.modules}})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.rpartition("LOADED ")[2].split())


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_loads_nothing_heavy(command: list[str]) -> None:
    call = f"from app.cli import main\nmain({[*command, '--help']!r}, standalone_mode=False)"
    assert not loaded_by(call) & HEAVY


@pytest.mark.parametrize("package", ["rag", "ingest", "app"])
def test_importing_a_package_loads_nothing_heavy(package: str) -> None:
    assert not loaded_by(f"import {package}") & HEAVY


@pytest.mark.parametrize("package", ["rag", "ingest", "app"])
def test_each_package_is_a_command(package: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", package, "--help"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(f"Usage: python -m {package} ")


def test_public_names_are_there_and_no_others() -> None:
    import rag

    assert sorted(rag.__all__) == rag.__all__ == sorted(rag._HOME)
    for name in rag.__all__:
        assert getattr(rag, name).__name__ == name


@pytest.mark.parametrize("package", ["rag", "ingest"])
def test_a_program_that_uses_a_package_can_be_checked_for_types(package: str) -> None:
    assert (ROOT / package / "py.typed").is_file()
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "py.typed" in told["tool"]["setuptools"]["package-data"][package]
    top = ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8")).body
    # Where they see one, they take every name for one that is there.
    assert "__getattr__" not in [each.name for each in top if isinstance(each, ast.FunctionDef)]
    written = [ast.unparse(each) for each in top if "TYPE_CHECKING" in ast.unparse(each)]
    for name in import_module(package).__all__:
        assert re.search(rf"\b{name}\b", "\n".join(written)), name


def test_what_goes_in_and_comes_out_has_its_name_in_the_package() -> None:
    from rag import Message, Result, types
    from rag.question import run

    assert (Message, Result) == (types.Message, run.Result)
