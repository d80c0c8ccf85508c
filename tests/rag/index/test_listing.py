"""Which collections there are, and which one is meant where none is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.errors import CollectionNotFound
from rag.index.collection import delete
from rag.index.listing import collections, sole
from rag.index.manifest import key_of
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


def cut(manifests: list[Path]) -> None:
    manifests[0].write_text("{")


def cut_all(manifests: list[Path]) -> None:
    for path in manifests:
        path.write_text("{")


def of_another_format(manifests: list[Path]) -> None:
    for path in manifests:
        path.write_text(path.read_text().replace('"format":', '"format":9'))


@pytest.mark.parametrize(
    ("damage", "named"), [(cut, True), (of_another_format, True), (cut_all, False)]
)
def test_one_that_cannot_be_opened_is_deleted_by_the_name_in_the_list(
    tmp_path: Path, damage: Callable[[list[Path]], None], named: bool
) -> None:
    fill(tmp_path, "papers", {"a": "one"})
    fill(tmp_path, "letters", {"a": "one"})
    folder = tmp_path / key_of("papers")
    damage([folder / "generations" / "1.json", folder / "generations" / "1.copy"])
    (info,) = (i for i in collections(tmp_path) if i.problem)
    assert info.name == ("papers" if named else folder.name)
    delete(tmp_path, info.name)
    assert [info.name for info in collections(tmp_path)] == ["letters"]
    with pytest.raises(CollectionNotFound):
        delete(tmp_path, info.name)


def test_a_folder_that_was_copied_is_deleted_after_the_one_it_is_a_copy_of(tmp_path: Path) -> None:
    fill(tmp_path, "papers", {"a": "one"})
    (folder,) = (path for path in tmp_path.iterdir() if not path.name.startswith("."))
    shutil.copytree(folder, tmp_path / f"{folder.name} (copy)")
    delete(tmp_path, "papers")
    assert not folder.exists()
    delete(tmp_path, "papers")
    assert collections(tmp_path) == []
