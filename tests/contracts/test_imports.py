"""`--help` is instant because heavy libraries are imported where they are used."""

from __future__ import annotations

import subprocess
import sys

import pytest

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
