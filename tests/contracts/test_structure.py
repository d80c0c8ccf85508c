"""Rules that keep the code simple enough to be read in an afternoon."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(path for top in ("rag", "ingest", "app") for path in (ROOT / top).rglob("*.py"))
STAGES = {
    "rag.retrieve", "rag.evidence", "rag.scoring.confidence", "rag.ground", "rag.answer.compose",
    "rag.prompt", "rag.answer.summary", "ingest.chunk", "ingest.worker", "ingest.discover",
}  # fmt: skip


def name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_module_is_longer_than_300_lines_and_no_function_than_50(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= 300
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, f"{node.name} is too long"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_only_the_pipelines_join_stages(path: Path) -> None:
    if path.name in ("pipeline.py", "__init__.py"):
        return
    others = (imports(path) & STAGES) - {name(path)}
    # The confidence is measured on what evidence selection measured.
    if name(path) in ("rag.scoring.confidence", "rag.answer.summary"):
        others -= {"rag.evidence"}
    if name(path) == "rag.answer.compose":
        others -= {"rag.ground"}
    assert len(others) <= 1


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_settings_stop_at_the_pipelines(path: Path) -> None:
    below = path.parts[-2] in ("index", "generate", "parsers") or name(path) in STAGES
    if below:
        assert "rag.settings" not in imports(path)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_nothing_is_pickled_and_no_remote_code_is_trusted(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not imports(path) & {"pickle", "dill", "joblib", "shelve", "marshal"}
    assert "allow_pickle=True" not in source
    assert "trust_remote_code=True" not in source


@pytest.mark.parametrize(
    "path", [p for p in MODULES if p.parts[len(ROOT.parts)] == "rag"], ids=name
)
def test_patterns_wait_for_their_first_use(path: Path) -> None:
    if name(path) != "rag.lazy_re":
        assert "re.compile(" not in path.read_text(encoding="utf-8").replace("lazy_re.compile(", "")


@cache
def modules_by_word() -> dict[str, set[Path]]:
    """The modules, tests and tools that have a word, by the word."""
    found: dict[str, set[Path]] = {}
    for top in ("rag", "ingest", "app", "tests", "training", "benchmarks"):
        for path in (ROOT / top).rglob("*.py"):
            for word in set(re.findall(r"\w+", path.read_text(encoding="utf-8"))):
                found.setdefault(word, set()).add(path)
    return found


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_function_that_no_other_module_uses_has_an_underscore(path: Path) -> None:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        # What is decorated may be called by whom the decorator tells of it.
        if isinstance(node, ast.FunctionDef) and not node.decorator_list:
            is_used = node.name[0] == "_" or modules_by_word()[node.name] - {path}
            assert is_used, f"{node.name} is used here only"
