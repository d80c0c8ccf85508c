"""A disk that is full or read-only, bytes that flip, a second writer, a reader meanwhile."""

from __future__ import annotations

import errno
import resource
import shutil
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from rag.errors import (
    CollectionBusy,
    CollectionDamaged,
    CollectionError,
    CollectionNotFound,
    FootnoteError,
    StorageError,
    UsageError,
)
from rag.index import generations, merging
from rag.index.collection import Collection, Writer, collections, delete, rename, rollback
from rag.index.examine import examine
from rag.index.manifest import key_of
from rag.index.segment import DOCUMENTS
from tests.rag.index import victim
from tests.rag.index.toys import EMBEDDER, contents, damage, document, fill, put


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for key, text in victim.OLD.items():
        fill(tmp_path / "root", "c", {key: text})
    return tmp_path / "root"


@pytest.fixture(autouse=True)
def _restored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "_FAN", merging._FAN)
    monkeypatch.setattr(generations, "on_checkpoint", None)


def failing_at(number: int, real: Callable[..., Any]) -> tuple[Callable[..., Any], list[int]]:
    """`real`, but its call `number` finds the disk full; the list has how many calls there were."""
    calls = [0]

    def call(*arguments: Any, **named: Any) -> Any:
        calls[0] += 1
        if calls[0] == number + 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*arguments, **named)

    return call, calls


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "Free space"),
        (errno.EACCES, "Make it writable"),
        (errno.EROFS, "Make it"),
        (errno.ENOLCK, "Mend that"),
        (errno.EMFILE, "Mend that"),
    ],
)
def test_what_mends_it_depends_on_what_is_wrong(number: int, remedy: str, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=remedy), generations.storage(tmp_path):
        raise OSError(number, "no")


def test_disk_full_at_every_step(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, told = 0, list[str]()
    while True:
        copy = shutil.copytree(root, tmp_path / str(number))
        call, calls = failing_at(number, lambda step: None)
        with monkeypatch.context() as patch:
            patch.setattr(generations, "on_checkpoint", call)
            try:
                victim.update(copy)
            except StorageError as error:
                told.append(str(error))
        with Collection.open(copy, "c") as opened:
            assert contents(opened) in (victim.OLD, victim.FIRST, victim.SECOND)
        victim.update(copy)
        with Collection.open(copy, "c") as opened:
            assert contents(opened) == victim.SECOND
        if calls[0] <= number:
            break
        number += 1
    assert len(told) > 3
    assert all("No space left" in message and "index-root" in message for message in told)


def test_files_that_may_not_grow(root: Path) -> None:
    """The operating system itself refuses to write, to SQLite and FAISS as well."""
    kept = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    text = "\n".join(f"line {i} of a document that is too long" for i in range(2000))
    try:
        for limit in (1_000, 20_000, 100_000, 150_000):
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
            with pytest.raises(StorageError):
                fill(root, "c", {"big": text})
            assert examine(root / key_of("c")) == []  # nothing is left that takes room
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, kept)
    with Collection.open(root, "c") as opened:
        assert contents(opened) == victim.OLD


def test_a_root_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError), Writer(tmp_path / "file", "c", embedder=EMBEDDER):
        pass


def test_nothing_is_published_after_a_failure(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Writer(root, "c", embedder=EMBEDDER) as writer:
        put(writer, document("d", "complete"))
        call, _ = failing_at(0, lambda step: None)
        with monkeypatch.context() as patch:
            patch.setattr(generations, "on_checkpoint", call)
            with pytest.raises(StorageError):
                put(writer, document("e", "half\nmade"))
        with pytest.raises(StorageError):
            writer.publish()
    with Collection.open(root, "c") as opened:
        assert contents(opened) == victim.OLD


@pytest.mark.parametrize("at", [0, 100, -1])
def test_flipped_bytes_are_found_and_named(root: Path, tmp_path: Path, at: int) -> None:
    folder = root / key_of("c")
    files = [p for p in folder.rglob("*") if p.is_file() and p.stat().st_size]
    used = {e.id for e in Collection.open(root, "c").manifest.segments}
    number = generations.current(folder)
    for path in files:
        relative = path.relative_to(folder)
        in_force = (
            path.name in ("CURRENT", f"{number}.json")
            or (relative.parts[0] == "segments" and relative.parts[1] in used)
        )  # fmt: skip
        if path.name == DOCUMENTS:  # a second copy that only `doctor` reads
            continue
        if not in_force or abs(at) > path.stat().st_size - 1:
            continue
        copy = shutil.copytree(root, tmp_path / relative.as_posix().replace("/", "_"))
        damage(copy / key_of("c") / relative, at)
        with pytest.raises(CollectionDamaged, match=path.name):
            Collection.open(copy, "c")
        assert len(collections(copy)) == 1
        path = copy / key_of("c") / relative
        path.unlink()
        with pytest.raises(FootnoteError):
            Collection.open(copy, "c")
        delete(copy, "c")


class Stopped(BaseException):
    """As if the process were killed."""


def test_a_first_writer_that_is_not_quite_done_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What asks while the first generation is published finds nothing yet, or that one."""
    folder = tmp_path / key_of("c")
    seen: list[Any] = []
    missing: list[Any] = []

    def look(step: str) -> None:
        try:
            with Collection.open(tmp_path, "c") as opened:
                seen.append(
                    (step, contents(opened), [info.problem for info in collections(tmp_path)])
                )
        except CollectionNotFound as error:
            missing.append((str(error), collections(tmp_path)))
        if step == "manifest-written":
            raise Stopped

    replace = generations.replace_file

    def between(path: Path, data: bytes) -> None:
        look("")
        replace(path, data)

    monkeypatch.setattr(generations, "on_checkpoint", look)
    monkeypatch.setattr(generations, "replace_file", between)
    with pytest.raises(Stopped):
        fill(tmp_path, "c", victim.OLD)
    assert seen == [("manifest-written", victim.OLD, [None])]
    assert missing
    assert all("nor any other" in told and listed == [] for told, listed in missing)
    assert not (folder / "CURRENT").exists()
    assert [finding.check for finding in examine(folder)] == ["generation"]
    monkeypatch.undo()
    fill(tmp_path, "c", victim.OLD)
    assert (folder / "CURRENT").is_file()
    assert examine(folder) == []


def test_a_collection_that_lost_its_current_is_listed(root: Path) -> None:
    (root / key_of("c") / "CURRENT").unlink()
    (info,) = collections(root)
    assert info.name == "c"
    assert info.problem is not None
    assert "footnote doctor --collection c --fix" in info.problem


def test_one_that_cannot_be_read_hides_no_other(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(root, "other", {"a": "one"})
    closed, glob = root / key_of("c"), Path.glob

    def refused(path: Path) -> bool:
        if closed in path.parents:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return Path.exists(path)

    def refusing(path: Path, pattern: str) -> Any:
        if closed in path.parents:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return glob(path, pattern)

    monkeypatch.setattr(Path, "is_file", refused)
    monkeypatch.setattr(Path, "glob", refusing)
    problems = {info.name: info.problem for info in collections(root)}
    assert "can't be read: Permission denied" in str(problems.pop(closed.name))
    assert problems == {"other": None}


def test_a_writer_goes_on_where_current_was_lost(root: Path) -> None:
    (root / key_of("c") / "CURRENT").unlink()
    fill(root, "c", {"new": "more"})
    with Collection.open(root, "c") as opened:
        assert contents(opened) == {**victim.OLD, "new": "more"}


def test_a_writer_goes_on_where_only_the_copy_of_the_manifest_is_left(root: Path) -> None:
    folder = root / key_of("c")
    (folder / "CURRENT").unlink()
    for path in (folder / "generations").glob("*.json"):
        path.unlink()
    fill(root, "c", {"new": "more"})
    with Collection.open(root, "c") as opened:
        assert contents(opened) == {**victim.OLD, "new": "more"}


def test_a_writer_spares_what_no_whole_manifest_tells_of(root: Path) -> None:
    folder = root / key_of("c")
    (folder / "CURRENT").unlink()
    for path in (folder / "generations").iterdir():
        path.write_text("{}")
    before = sorted(folder.rglob("*"))
    with pytest.raises(CollectionDamaged, match="no manifest that is whole"):
        fill(root, "c", {"new": "more"})
    assert sorted(folder.rglob("*")) == before


def test_a_second_writer_is_refused(root: Path) -> None:
    with Writer(root, "c", embedder=EMBEDDER):
        with pytest.raises(CollectionBusy, match="'c'"), Writer(root, "c", embedder=EMBEDDER):
            pass
        with pytest.raises(CollectionBusy):
            delete(root, "c")
        with Writer(root, "other", embedder=EMBEDDER):
            pass
    with Writer(root, "c", embedder=EMBEDDER):
        pass


def test_a_reader_keeps_its_generation(root: Path) -> None:
    with Collection.open(root, "c") as opened:
        victim.update(root)
        victim.update(root)
        assert opened.stale()
        assert contents(opened) == victim.OLD
        delete(root, "c")
        assert opened.stale()
        assert contents(opened) == victim.OLD


def test_a_reader_of_a_deleted_collection_is_told_of_a_new_one_of_its_name(root: Path) -> None:
    fill(root, "d", {"a": "one"})
    with Collection.open(root, "d") as opened:
        assert not opened.stale()
        delete(root, "d")
        fill(root, "d", {"b": "two"})
        assert generations.current(opened.folder) == opened.generation
        assert opened.stale()
        assert contents(opened) == {"a": "one"}


def test_a_name_that_is_taken_or_in_use_is_refused(root: Path) -> None:
    fill(root, "other", {"a": "one"})
    for new, error in (("other", CollectionError), ("c", CollectionError), (" ", UsageError)):
        with pytest.raises(error):
            rename(root, "c", new)
    with pytest.raises(CollectionNotFound, match="c, other"):
        rename(root, "none", "new")
    with Writer(root, "c", embedder=EMBEDDER), pytest.raises(CollectionBusy, match="'c'"):
        rename(root, "c", "new")
    with Writer(root, "new", embedder=EMBEDDER), pytest.raises(CollectionBusy, match="'new'"):
        rename(root, "c", "new")
    assert [info.name for info in collections(root)] == ["c", "other"]
    damage(next((root / key_of("other") / "segments").glob("*/chunks.sqlite")))
    with pytest.raises(CollectionDamaged, match="doctor"):
        rename(root, "other", "new")


def test_a_renamed_collection_keeps_its_past_and_its_readers(root: Path) -> None:
    fill(root, "c", {"new": "more"})
    (root / key_of("d") / "segments" / "left").mkdir(parents=True)  # by a first writer, killed
    with Collection.open(root, "c") as opened:
        rename(root, "c", "d")
        assert opened.stale()
        assert contents(opened) == {**victim.OLD, "new": "more"}
    assert [(info.name, info.problem) for info in collections(root)] == [("d", None)]
    assert examine(root / key_of("d")) == []
    rollback(root, "d")
    with Collection.open(root, "d") as opened:
        assert opened.name == "d"
        assert contents(opened) == victim.OLD
    fill(root, "c", {"a": "another one"})
    assert [info.name for info in collections(root)] == ["c", "d"]


def test_disk_full_at_every_step_of_a_renaming(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = 0
    while True:
        copy = shutil.copytree(root, tmp_path / str(number))
        call, calls = failing_at(number, lambda step: None)
        with monkeypatch.context() as patch, suppress(StorageError):
            patch.setattr(generations, "on_checkpoint", call)
            rename(copy, "c", "d")
        (info,) = collections(copy)
        with Collection.open(copy, info.name) as opened:
            assert contents(opened) == victim.OLD
        if calls[0] <= number:
            break
        number += 1
    assert number > 3
    assert info.name == "d"


def test_readers_open_while_a_writer_publishes(root: Path) -> None:
    stop = threading.Event()
    seen: list[dict[str, str]] = []
    errors: list[BaseException] = []

    def read() -> None:
        try:
            while not stop.is_set():
                with Collection.open(root, "c") as opened:
                    seen.append(contents(opened))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for i in range(12):
        fill(root, "c", {"a": f"version {i}"})
        if i % 3 == 0:
            with Writer(root, "c", embedder=EMBEDDER, keep=1) as writer:
                writer.publish(compact=True)
    stop.set()
    for thread in threads:
        thread.join()
    assert not errors
    assert all(set(found) == set(victim.OLD) for found in seen)
