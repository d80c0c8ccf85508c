"""A collection that is renamed or deleted takes along what the app keeps of it, wherever that is
stopped."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from streamlit.testing.v1 import AppTest

from app import adding, database, following
from app.cli import main
from app.service import Service
from rag.errors import CollectionBusy, CollectionError, CollectionNotFound, UsageError
from rag.index import generations
from rag.index.collection import Collection, collections, delete
from rag.index.manifest import key_of
from rag.settings import Settings
from rag.types import Scope
from tests.rag.index.toys import fill

KILLED = 9


def _kept(root: Path, name: str) -> tuple[int, float, list[Path]]:
    """What the app knows of a collection: conversations, a choice, uploads."""
    service = Service(Settings(index_root=str(root)))
    talks = service.store.conversations(name)
    threshold = service.preferences.settings(service.base, name).threshold
    return len(talks), threshold, sorted(adding.uploads(service, name).rglob("*.txt"))


@pytest.fixture
def kept(service: Service) -> tuple[int, float, list[Path]]:
    talk = service.store.start("harbour", "When?")
    service.store.ask(talk.id, "When was it built?", Scope())
    service.preferences.choose(service.base, "threshold", 0.7, "harbour")
    adding.keep_upload(service, "harbour", "a.txt", memoryview(b"one"))
    return _kept(service.root, "harbour")


def test_conversations_uploads_and_choices_follow(
    service: Service, root: Path, kept: tuple[int, float, list[Path]]
) -> None:
    result = CliRunner().invoke(
        main, ["collections", "rename", "harbour", "port", "--index-root", str(root), "--json"]
    )
    assert json.loads(result.stdout) == {"renamed": "harbour", "collection": "port"}
    assert [info.name for info in collections(root)] == ["port"]
    assert _kept(root, "port") == kept
    assert (kept[0], kept[1], len(kept[2])) == (1, 0.7, 1)
    assert _kept(root, "harbour") == (0, Settings().threshold, [])

    fill(root, "harbour", {"a": "another one"})
    adding.keep_upload(service, "harbour", "b.txt", memoryview(b"two"))
    adding.drop(service, "harbour")
    assert _kept(root, "port") == kept
    assert adding.rename_collection(service, "port", " harbour ") == "harbour"
    assert _kept(root, "harbour") == kept
    assert not (root / ".app" / "renaming.json").exists()


def test_nothing_follows_where_it_is_not_renamed(
    service: Service, root: Path, kept: tuple[int, float, list[Path]]
) -> None:
    fill(root, "other", {"a": "one"})
    with pytest.raises(CollectionError, match="'other' already"):
        following.rename(root, "harbour", "other", 2)
    with pytest.raises(UsageError):
        adding.rename_collection(service, "harbour", "other")
    assert _kept(root, "harbour") == kept
    assert not (root / ".app" / "renaming.json").exists()
    delete(root, "other")


def test_without_the_app_nothing_of_it_is_made(tmp_path: Path) -> None:
    fill(tmp_path, "a", {"a": "one"})
    following.rename(tmp_path, "a", "b", 2)
    assert [info.name for info in collections(tmp_path)] == ["b"]
    assert not (tmp_path / ".app").exists()


def test_an_app_that_is_started_meanwhile_leaves_it_alone(
    root: Path, kept: tuple[int, float, list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = []

    def start(step: str) -> None:
        steps.append(step)
        monkeypatch.setattr(generations, "on_checkpoint", None)
        Service(Settings(index_root=str(root)))

    monkeypatch.setattr(generations, "on_checkpoint", start)
    following.rename(root, "harbour", "port", 2)
    assert steps == ["before-manifest"]
    assert _kept(root, "port") == kept


@pytest.mark.skipif(os.name == "nt", reason="needs fork")
def test_a_new_collection_of_the_old_name_keeps_nothing_of_it(
    root: Path, kept: tuple[int, float, list[Path]]
) -> None:
    assert _renamed_and_killed(root, "collection-renamed") == KILLED
    fill(root, "harbour", {"a": "another one"})
    assert _kept(root, "port") == kept
    assert _kept(root, "harbour") == (0, Settings().threshold, [])


@pytest.mark.skipif(os.name == "nt", reason="needs fork")
def test_killed_at_every_named_step(
    root: Path, tmp_path: Path, kept: tuple[int, float, list[Path]]
) -> None:
    with Collection.open(root, "harbour") as opened:
        documents = [info.id for info in opened.documents()]
    names = set[str]()
    for step in range(100):
        copy = shutil.copytree(root, tmp_path / str(step))
        status = _renamed_and_killed(copy, step)
        (info,) = collections(copy)
        names.add(info.name)
        talks, threshold, uploads = _kept(copy, info.name)  # as when the app starts
        assert (talks, threshold, [path.name for path in uploads]) == (*kept[:2], ["a.txt"])
        with Collection.open(copy, info.name) as opened:
            assert [info.id for info in opened.documents()] == documents
        if status == 0:
            break
        assert status == KILLED
    assert step > 4
    assert names == {"harbour", "port"}


def _renamed_and_killed(root: Path, step: int | str) -> int:
    return _killed(lambda: following.rename(root, "harbour", "port", 2), step)


def _killed(work: Callable[[], None], step: int | str) -> int:
    """Does the work in another process, killed at a step by its name or number."""
    child = os.fork()
    if child == 0:
        left = step if isinstance(step, int) else 1000

        def count(named: str) -> None:
            nonlocal left
            left -= 1
            if named == step or left < 0:
                os._exit(KILLED)

        generations.on_checkpoint = count
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_deletion_says_what_goes_and_takes_it(
    service: Service, root: Path, kept: tuple[int, float, list[Path]]
) -> None:
    def deleted(typed: str) -> Result:
        command = ["collections", "delete", "harbour", "--index-root", str(root)]
        return CliRunner().invoke(main, command, input=typed)

    other = service.store.start("other", "When?")
    refused = deleted("n\n")
    assert "'harbour' with 2 documents, 1 conversation, 1 uploaded file?" in refused.stderr
    assert _kept(root, "harbour") == kept
    assert deleted("y\n").exit_code == 0
    assert service.preferences.settings(service.base, "harbour").threshold == Settings().threshold
    fill(root, "harbour", {"a": "another one"})
    assert _kept(root, "harbour") == (0, Settings().threshold, [])
    assert not kept[2][0].exists()
    assert [talk.id for talk in service.store.conversations()] == [other.id]


@pytest.mark.usefixtures("kept")
def test_what_the_app_keeps_may_be_damaged(root: Path) -> None:
    database.kept_in(root).write_bytes(b"no database " * 100)
    command = ["collections", "delete", "harbour", "--yes", "--index-root", str(root)]
    assert "not a database" in CliRunner().invoke(main, command).stderr
    assert not collections(root)


def test_nothing_goes_where_it_is_not_deleted(
    root: Path, kept: tuple[int, float, list[Path]]
) -> None:
    with generations.lock(root, key_of("harbour"), "harbour"), pytest.raises(CollectionBusy):
        following.delete(root, "harbour")
    with pytest.raises(CollectionNotFound):
        following.delete(root, "port")
    assert _kept(root, "harbour") == kept
    assert not (root / ".app" / "renaming.json").exists()


def test_a_full_drive_keeps_nothing_from_being_deleted(
    root: Path, kept: tuple[int, float, list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = generations.replace_file

    def full(path: Path, data: bytes) -> None:
        if (root / key_of("harbour")).exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(path, data)

    monkeypatch.setattr(generations, "replace_file", full)
    following.delete(root, "harbour")
    assert _kept(root, "harbour") == (0, Settings().threshold, [])
    assert collections(root) == []


@pytest.mark.skipif(os.name == "nt", reason="needs fork")
def test_a_deletion_killed_at_every_named_step(
    root: Path, tmp_path: Path, kept: tuple[int, float, list[Path]]
) -> None:
    for step in range(100):
        copy = shutil.copytree(root, tmp_path / str(step))
        running = Service(Settings(index_root=str(copy)))
        status = _killed(lambda copy=copy: following.delete(copy, "harbour"), step)
        there = bool(running.collections())  # as when the app draws its next page
        assert not list(copy.glob(".deleted-*"))
        if not there:
            fill(copy, "harbour", {"a": "another one"})
        talks, threshold, uploads = _kept(copy, "harbour")
        assert (talks, threshold, len(uploads)) == (
            (kept[0], kept[1], 1) if there else (0, Settings().threshold, 0)
        )
        if status == 0:
            break
        assert status == KILLED
    assert step > 1
    assert not there


def test_the_library_page_renames(service: Service, root: Path) -> None:
    def body() -> None:
        from app import library, state

        state.sync()
        library.page()

    service.store.start("harbour", "When?")
    page = AppTest.from_function(body, default_timeout=600).run()
    page.text_input(key="name-harbour").set_value("port").run()
    assert not page.exception
    assert page.title[0].value == "port"
    assert [info.name for info in collections(root)] == ["port"]
    assert [talk.collection for talk in service.store.conversations()] == ["port"]
    with Collection.open(root, "port") as opened:
        assert opened.counts[0] == 2
