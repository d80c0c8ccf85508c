"""What a first `make` finds, and what an installed Footnote brings along."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.contracts.test_structure import MODULES, ROOT, imports

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder in which set-up was carried out, as far as make can tell."""
    if shutil.which("make") is None:
        pytest.skip("there is no make")
    folder = tmp_path / "Müller's note"
    scripts = folder / ".venv/bin"
    scripts.mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    (scripts / "python").symlink_to(sys.executable)
    (scripts / "pip").write_text(f"#!{scripts / 'python'}\n")
    (folder / ".venv/.ready").touch()
    return folder


def _make(folder: Path, *words: str, **environment: str) -> str:
    return subprocess.run(
        ["make", *words], cwd=folder, env={**os.environ, **environment},
        capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip


def test_an_environment_that_is_whole_is_left_alone(clone: Path) -> None:
    assert "venv" not in _make(clone, "-n", "setup")
    (clone / "pyproject.toml").touch()
    os.utime(clone / ".venv/.ready", (0, 0))
    told = _make(clone, "-n", "setup")
    assert "pip install" in told
    assert "-m venv" not in told, "newer packages need no new environment"


@pytest.mark.parametrize("first", ["#!{}\n", '#!/bin/sh\n\'\'\'exec\' "{}" "$0" "$@"\n'])
def test_an_environment_made_by_another_name_of_the_folder_is_left_alone(
    clone: Path, first: str
) -> None:
    """As by an editor that has opened a link to the folder."""
    link = clone.with_name("link")
    link.symlink_to(clone)
    (clone / ".venv/bin/pip").write_text(first.format(link / ".venv/bin/python"))
    for folder in (clone, link):
        assert "-m venv" not in _make(folder, "-n", "setup")


@pytest.mark.parametrize("harm", ["moved", "half made", "python gone", "python too old"])
def test_an_environment_that_can_not_work_is_made_anew(clone: Path, harm: str) -> None:
    python = clone / ".venv/bin/python"
    if harm == "moved":
        clone = clone.rename(clone.with_name("moved"))
    elif harm == "half made":
        (clone / ".venv/bin/pip").unlink()
    else:
        python.unlink()
        python.symlink_to("/nowhere/python" if harm == "python gone" else "/bin/false")
    assert "-m venv .venv" in _make(clone, "-n", "setup")


def test_packages_from_elsewhere_do_not_count_as_installed(clone: Path) -> None:
    shutil.rmtree(clone / ".venv")
    python = clone / "python"
    python.write_text('#!/bin/sh\necho "path: <$PYTHONPATH$PIP_TARGET>"; exit 1\n')
    python.chmod(0o755)
    told = _make(clone, "setup", PYTHON="./python", PYTHONPATH="/x", PIP_TARGET="/y")
    assert "path: <>" in told


def test_every_file_that_is_no_code_is_installed() -> None:
    """A wheel has only the data that is named."""
    named = {
        path
        for package, patterns in PROJECT["tool"]["setuptools"]["package-data"].items()
        for pattern in patterns
        for path in (ROOT / package).glob(pattern)
    }
    there = {
        path
        for package in ("rag", "ingest", "app")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    }
    assert there <= named


def test_what_is_imported_is_required() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    wanted = [
        *PROJECT["project"]["dependencies"],
        *extras["gguf"],
        *extras["ocr"],
        *extras["login"],
    ]
    required = {canonicalize_name(Requirement(text).name) for text in wanted}
    known = packages_distributions()
    missing = {
        top
        for path in MODULES
        for top in {module.partition(".")[0] for module in imports(path)}
        if top in known
        and top not in ("rag", "ingest", "app")
        and top not in sys.stdlib_module_names
        and not required & {canonicalize_name(name) for name in known[top]}
    }
    assert not missing
