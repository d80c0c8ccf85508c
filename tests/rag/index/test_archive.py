"""A backup is the whole collection or nothing; so is what is restored from it."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from filelock import FileLock

from rag.cli import cli
from rag.errors import (
    CollectionBusy,
    CollectionDamaged,
    CollectionError,
    CollectionNotFound,
    FootnoteError,
    StorageError,
)
from rag.index import generations
from rag.index.archive import backup, restore, verify
from rag.index.collection import Collection, Writer, collections, past, rollback
from rag.index.examine import examine
from rag.index.generations import checksum
from rag.index.manifest import key_of
from tests.rag.index.toys import EMBEDDER, contents, document, fill, put

OLD = {"a": "one\ntwo", "b": "three"}
NEW = {"a": "one\ntwo", "c": "four\nfive"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A collection of two segments, a deletion and an original."""
    root, file = tmp_path / "root", tmp_path / "c.txt"
    fill(root, "c", OLD)
    file.write_text(NEW["c"])
    with Writer(root, "c") as writer:
        writer.remove("b")
        assert writer.keep_original(file, hashlib.sha256(file.read_bytes()).hexdigest())
        put(writer, document("c", NEW["c"], str(file)))
        writer.publish()
    return root


def held(root: Path, name: str = "c") -> dict[str, str]:
    with Collection.open(root, name, fingerprint=EMBEDDER) as opened:
        return contents(opened)


def test_there_and_back(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "c.backup"
    made = backup(root, "c", file)
    assert (made.documents, made.chunks, made.collection) == (2, 4, "c")
    assert verify(file) == made
    assert list(tmp_path.glob("*.tmp")) == []
    with pytest.raises(StorageError, match="there already"):
        backup(root, "c", file)
    elsewhere = tmp_path / "elsewhere"
    restore(elsewhere, file)
    restore(elsewhere, file, name="../d")
    assert [info.name for info in collections(elsewhere)] == ["../d", "c"]
    for name in ("c", "../d"):
        assert held(elsewhere, name) == NEW
        assert examine(elsewhere / key_of(name)) == []
        with Collection.open(elsewhere, name) as opened:
            original = opened.original("c")
            assert original is not None
            assert original.parent == elsewhere / key_of(name) / "files"


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC])
def test_a_backup_needs_no_room_beside_the_collection(
    number: int, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: FileLock, **_: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(FileLock, "acquire", refused)
    backup(root, "c", tmp_path / "c.backup")
    monkeypatch.undo()
    restore(tmp_path / "elsewhere", tmp_path / "c.backup")
    assert held(tmp_path / "elsewhere") == NEW


def test_a_backup_without_the_lock_begins_anew_where_somebody_published(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: FileLock, **_: object) -> None:
        raise OSError(errno.EACCES, "no")

    def publish(step: str) -> None:
        if step == "member-written":
            monkeypatch.undo()
            with Writer(root, "c", keep=1) as writer:
                writer.remove("a")
                writer.publish(compact=True)

    monkeypatch.setattr(FileLock, "acquire", refused)
    monkeypatch.setattr(generations, "on_checkpoint", publish)
    assert backup(root, "c", tmp_path / "c.backup").documents == 1


def test_a_backup_of_what_is_missing_names_it(root: Path, tmp_path: Path) -> None:
    path = next((root / key_of("c") / "segments").rglob("vectors.faiss"))
    path.unlink()
    with pytest.raises(CollectionDamaged, match=f"{path} is missing"):
        backup(root, "c", tmp_path / "c.backup")


def test_restore_replaces_only_when_told_and_can_be_undone(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "c.backup"
    backup(root, "c", file)
    fill(root, "c", {"z": "later"})
    with pytest.raises(CollectionError, match="--overwrite"):
        restore(root, file)
    assert held(root) == {**NEW, "z": "later"}
    with Collection.open(root, "c") as opened:
        restore(root, file, overwrite=True)
        assert contents(opened) == {**NEW, "z": "later"}
    assert held(root) == NEW
    rollback(root, "c")
    assert held(root) == {**NEW, "z": "later"}
    with Writer(root, "c"), pytest.raises(CollectionBusy):
        restore(root, file, overwrite=True)
    with Writer(root, "c"), pytest.raises(CollectionBusy):
        backup(root, "c", tmp_path / "other")


def test_a_damaged_backup_changes_nothing(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "c.backup"
    whole = file.read_bytes() if backup(root, "c", file) else b""
    elsewhere = tmp_path / "elsewhere"
    refused = 0
    central = whole.rindex(b"PK\1\2")  # the directory of members: every field of one entry
    for at in [*range(0, len(whole), len(whole) // 20), *range(central, len(whole), 3)]:
        data = bytearray(whole)
        data[at] ^= 0xFF
        file.write_bytes(bytes(data))
        for target in (elsewhere, root):
            try:
                restore(target, file, name="c", overwrite=True)
            except CollectionDamaged as error:
                refused += str(file) in str(error)
            # A flipped bit in a time or an attribute of the zip file harms nothing.
            else:
                assert held(target) == NEW
                if target is elsewhere:
                    shutil.rmtree(elsewhere)
        assert collections(elsewhere) == []
        assert held(root) == NEW
    assert refused > 20
    for cut in (0, 10, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:cut])
        with pytest.raises(CollectionDamaged):
            restore(elsewhere, file)
    with pytest.raises(StorageError, match="No such file"):
        restore(elsewhere, tmp_path / "nothing")
    assert examine(root / key_of("c")) == []


def test_an_original_that_is_damaged_in_a_backup_leaves_nothing_behind(
    root: Path, tmp_path: Path
) -> None:
    """It may be a member of gigabytes: nothing of it stays where it was to be put."""
    file = tmp_path / "c.backup"
    backup(root, "c", file)
    for kept in (root / key_of("c") / "files").iterdir():
        kept.unlink()
    hostile = _altered(file, tmp_path, lambda members: None, original=b"another")
    before = sorted(root.rglob("*"))
    with pytest.raises(CollectionDamaged, match="checksum of files/"):
        restore(root, hostile, overwrite=True)
    assert sorted(root.rglob("*")) == before


@pytest.mark.parametrize("name", ["c", "new"])
def test_a_restore_that_is_stopped_once_it_is_in_force_stays(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Ctrl-C, or a disk that fails, after CURRENT was replaced."""
    backup(root, "c", tmp_path / "c.backup")
    fill(root, "c", {"more": "more"})
    replace_file = generations.replace_file

    def stopped(path: Path, data: bytes) -> None:
        replace_file(path, data)
        if path.name == "CURRENT":
            raise KeyboardInterrupt

    monkeypatch.setattr(generations, "replace_file", stopped)
    with pytest.raises(KeyboardInterrupt):
        restore(root, tmp_path / "c.backup", name=name, overwrite=True)
    assert held(root, name) == NEW
    serious = [finding for finding in examine(root / key_of(name)) if finding.serious]
    assert serious == []


def test_a_backup_tells_that_the_manifest_is_missing(root: Path, tmp_path: Path) -> None:
    for path in (root / key_of("c") / "generations").glob("*.json"):
        path.unlink()
    with pytest.raises(CollectionDamaged, match=r"json is missing.*doctor --fix"):
        backup(root, "c", tmp_path / "c.backup")
    assert not list(tmp_path.glob("*.backup*"))


def test_a_name_that_is_none_is_damage(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "c.backup"
    backup(root, "c", file)
    hostile = _altered(file, tmp_path, lambda table: table["manifest"].update(collection=5))
    with pytest.raises(CollectionDamaged):
        restore(tmp_path / "elsewhere", hostile)


def _altered(
    file: Path, folder: Path, change: Callable[[dict[str, Any]], None], original: bytes = b""
) -> Path:
    """A backup with another table, whose checksum is right, and with other originals."""
    made = folder / "hostile.backup"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(made, "w") as new:
        table = json.loads(old.read("backup.json"))
        del table["checksum"]
        change(table)
        for member in old.namelist():
            if member != "backup.json":
                is_original = original and member.startswith("files/")
                new.writestr(member, original if is_original else old.read(member))
        new.writestr("backup.json", json.dumps({**table, "checksum": checksum(table)}))
    return made


@pytest.mark.parametrize("name", ["../../evil", "/etc/passwd", "segments/../x.txt", "CURRENT"])
def test_no_member_leaves_the_collection(root: Path, tmp_path: Path, name: str) -> None:
    file = tmp_path / "c.backup"
    backup(root, "c", file)
    with zipfile.ZipFile(file) as archive:
        content = json.loads(archive.read("backup.json"))
    content["members"][name] = hashlib.sha256(b"x").hexdigest()
    del content["checksum"]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    content["checksum"] = hashlib.sha256(text.encode()).hexdigest()
    hostile = tmp_path / "hostile.backup"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(hostile, "w") as new:
        for member in old.namelist():
            if member != "backup.json":
                new.writestr(member, old.read(member))
        new.writestr("backup.json", json.dumps(content))
        new.writestr(name, b"x")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(CollectionDamaged, match="which no backup does"):
        restore(tmp_path / "elsewhere", hostile)
    assert sorted(tmp_path.rglob("*")) == before


def test_what_is_damaged_is_not_backed_up(root: Path, tmp_path: Path) -> None:
    path = next((root / key_of("c") / "segments").glob("*/chunks.sqlite"))
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(CollectionDamaged, match=r"chunks\.sqlite.*doctor --fix"):
        backup(root, "c", tmp_path / "c.backup")
    assert list(tmp_path.glob("c.backup*")) == []
    with pytest.raises(CollectionNotFound, match="There are: c"):
        backup(root, "nobody", tmp_path / "c.backup")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_failing_disk(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    steps: list[str] = []
    file, elsewhere = tmp_path / "c.backup", tmp_path / "elsewhere"
    monkeypatch.setattr(generations, "on_checkpoint", steps.append)
    backup(root, "c", file)
    restore(elsewhere, file)
    shutil.rmtree(elsewhere)
    file.unlink()
    assert len(steps) > 10

    def fail(step: str) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(code, "injected")

    monkeypatch.setattr(generations, "on_checkpoint", fail)
    failures = 0
    for number in range(len(steps)):
        left = number
        try:
            backup(root, "c", file, overwrite=True)
            restore(elsewhere, file)
        except StorageError as error:
            failures += "injected" in str(error)
        try:
            assert held(elsewhere) == NEW  # failed behind the moment at which it counted
        except CollectionNotFound:
            assert not elsewhere.exists() or not (elsewhere / key_of("c")).exists()
        shutil.rmtree(elsewhere, ignore_errors=True)
        assert list(tmp_path.glob("*.tmp")) == []
    assert failures == len(steps)


def test_a_longer_history(tmp_path: Path) -> None:
    states: list[dict[str, str]] = []
    for i in range(5):
        with Writer(tmp_path, "c", embedder=EMBEDDER, keep=3) as writer:
            put(writer, document(f"d{i}", f"text {i}"))
            writer.publish()
            put(writer, document(f"e{i}", f"text {i}"))
            writer.publish()
        states.append(held(tmp_path))
    kept = past(tmp_path, "c")
    assert [manifest.documents for manifest in kept] == [10, 8, 6]
    rollback(tmp_path, "c", to=kept[2].generation)
    assert held(tmp_path) == states[2]
    rollback(tmp_path, "c")
    assert held(tmp_path) == states[4]
    with pytest.raises(CollectionNotFound, match="no generation 1 "):
        rollback(tmp_path, "c", to=1)
    with Writer(tmp_path, "c", keep=1) as writer:
        writer.publish(compact=True)
    assert len(past(tmp_path, "c")) == 1
    assert len(list((tmp_path / key_of("c") / "segments").iterdir())) == 1


def test_no_rollback_to_what_is_damaged(root: Path) -> None:
    with Writer(root, "c") as writer:
        writer.publish(compact=True)
    before = past(root, "c")[1]
    (root / key_of("c") / "segments" / before.segments[0].id / "chunks.sqlite").unlink()
    with pytest.raises(FootnoteError, match="missing"):
        rollback(root, "c")
    assert held(root) == NEW


def test_the_commands(root: Path, tmp_path: Path) -> None:
    def call(*arguments: str, code: int = 0) -> dict[str, object]:
        everything = ["collections", *arguments, "--index-root", str(root), "--json"]
        result = CliRunner().invoke(cli, everything)
        assert result.exit_code == code, result.stderr
        said: dict[str, object] = json.loads(result.stdout) if code == 0 else {}
        return said

    file = str(tmp_path / "c.backup")
    assert call("backup", "c", file)["documents"] == 2
    call("backup", "c", file, code=10)
    call("restore", file, code=3)
    assert call("restore", file, "--name", "d")["restored"] == "d"
    generation = call("history", "c")["generations"]
    assert isinstance(generation, list)
    assert [row["in_force"] for row in generation] == [True, False]
    assert call("rollback", "c")["documents"] == 2
    assert held(root) == OLD
    call("rollback", "c", "--to", "999", code=3)
    call("rollback", "c")
    assert call("compact", "c", "--forget")["compacted"] == "c"
    assert held(root) == NEW
    call("rollback", "c", code=3)


def test_a_collection_without_current_is_in_the_way_of_a_restore(
    root: Path, tmp_path: Path
) -> None:
    file = tmp_path / "c.backup"
    backup(root, "c", file)
    fill(root, "c", {"d": "since the backup"})
    (root / key_of("c") / "CURRENT").unlink()
    with pytest.raises(CollectionError, match="already"):
        restore(root, file)
    assert held(root) == {**NEW, "d": "since the backup"}


def test_a_folder_is_no_backup(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for target in (Path(), tmp_path):
        with pytest.raises(StorageError, match="Name a file in it"):
            backup(root, "c", target, overwrite=True)
