"""Which collections there are, and which one is meant where none is named."""

from __future__ import annotations

from pathlib import Path

from rag.index.listing import collections, sole
from tests.rag.index.toys import fill


def test_the_only_collection_is_meant_where_none_is_named(tmp_path: Path) -> None:
    assert sole(tmp_path / "none", "default") == "default"
    fill(tmp_path, "papers", {"a": "one"})
    assert sole(tmp_path, "default") == "papers"
    fill(tmp_path, "letters", {"a": "one"})
    assert sole(tmp_path, "default") == "default"
    assert [info.name for info in collections(tmp_path)] == ["letters", "papers"]


def test_one_called_as_is_usual_comes_first(tmp_path: Path) -> None:
    fill(tmp_path, "default", {"a": "one"})
    fill(tmp_path, "papers", {"a": "one"})
    assert sole(tmp_path, "default") == "default"
