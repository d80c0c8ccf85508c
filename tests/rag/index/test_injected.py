"""Every call that writes fails in turn: the collection is whole, and the next attempt succeeds.

In Python, by patched functions; and for all that SQLite and FAISS do as well, by strace, where
there is one, with real system calls. FOOTNOTE_THOROUGH=1 fails each of these instead of some.
"""

from __future__ import annotations

import errno
import io
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.errors import StorageError
from rag.index import generations, merging
from rag.index.collection import Collection, Writer, collections
from rag.index.examine import examine
from rag.index.manifest import key_of
from tests.rag.index import victim
from tests.rag.index.toys import EMBEDDER, contents, document, fill, put

ROOT = Path(__file__).parents[3]
STATES = (victim.OLD, victim.FIRST, victim.SECOND)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for key, text in victim.OLD.items():
        fill(tmp_path / "root", "c", {key: text})
    return tmp_path / "root"


@pytest.fixture(autouse=True)
def _restored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "_FAN", merging._FAN)


class Faults:
    """Makes call number `at` of a function fail with `code`, and counts all of them."""

    def __init__(self, at: int, code: int) -> None:
        self.at, self.code, self.calls = at, code, 0

    def __call__(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            self.strike()
            return real(*arguments, **named)

        return call

    def strike(self) -> None:
        self.calls += 1
        if self.calls == self.at:
            raise OSError(self.code, os.strerror(self.code), "injected")

    def opened(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """`open`, whose files fail when they are written to; half of what was asked is written."""
        faults = self

        class Failing(io.BufferedWriter):
            def write(self, data: Any) -> int:
                faults.calls += 1
                if faults.calls == faults.at:
                    super().write(bytes(data)[: len(data) // 2])
                    raise OSError(faults.code, os.strerror(faults.code), "injected")
                return super().write(data)

        def call(path: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
            if "w" in mode and "b" in mode:
                return Failing(io.FileIO(path, "w"))
            return real(path, mode, *arguments, **named)

        return call


def places(faults: Faults) -> dict[str, list[tuple[Any, str, Any]]]:
    return {
        "write": [(io, "open", faults.opened(io.open))],
        "fsync": [(os, "fsync", faults(lambda descriptor: None))],
        "rename": [(os, "replace", faults(os.replace)), (os, "rename", faults(os.rename))],
        "mkdir": [(os, "mkdir", faults(os.mkdir))],
        "read": [(generations, "sha256_of", faults(generations.sha256_of))],
    }


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=["ENOSPC", "EIO"])
@pytest.mark.parametrize("what", ["write", "fsync", "rename", "mkdir", "read"])
def test_each_call_fails_in_turn(
    what: str, code: int, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without FOOTNOTE_THOROUGH=1 one kind of failure at the odd calls, the other at the even."""
    thorough = os.environ.get("FOOTNOTE_THOROUGH") == "1"
    number, told = (0, 0) if thorough or code == errno.EIO else (1, 0)
    while True:
        number += 1 if thorough or not number else 2
        copy = shutil.copytree(root, tmp_path / f"copy{number}")
        faults = Faults(number, code)
        with monkeypatch.context() as patch:
            for owner, name, failing in places(faults)[what]:
                patch.setattr(owner, name, failing)
            try:
                victim.update(copy)
            except StorageError as error:
                told += os.strerror(code) in str(error)
        assert_whole(copy)
        shutil.rmtree(copy)
        if faults.calls < number:
            break
    assert told > 2


def assert_whole(copy: Path) -> None:
    with Collection.open(copy, "c") as opened:
        assert contents(opened) in STATES
    victim.update(copy)
    with Collection.open(copy, "c") as opened:
        assert contents(opened) == victim.SECOND
    assert examine(copy / key_of("c")) == []


# --- real system calls --------------------------------------------------------------------------

CALLS = ("write", "pwrite64", "fsync", "rename", "openat", "mkdir", "unlink")
SCRIPT = """
import os, sys
from pathlib import Path
from rag.errors import FootnoteError
from rag.text import terms
from tests.rag.index import victim
terms("imports what is imported late")
os.rmdir(sys.argv[2])  # what follows is what counts
try:
    victim.update(Path(sys.argv[1]))
except FootnoteError as error:
    os._exit(error.exit_code)
os._exit(0)
"""


def traced(root: Path, marker: Path, *options: str) -> tuple[int, list[str]]:
    """Exit status of an update, and its system calls behind the marker, by strace."""
    marker.mkdir()
    log = marker.with_suffix(".log")
    done = subprocess.run(
        ["strace", "-f", "-o", str(log), "-e", f"trace=rmdir,{','.join(CALLS)}", *options,
         sys.executable, "-c", SCRIPT, str(root), str(marker)],
        cwd=ROOT, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, check=False,
        capture_output=True,
    )  # fmt: skip
    lines = log.read_text(errors="replace").splitlines()
    shutil.rmtree(marker, ignore_errors=True)
    return done.returncode, lines


@pytest.fixture
def calls(root: Path, tmp_path: Path) -> list[tuple[str, int]]:
    """(call, how-manieth) of all that an undisturbed update writes."""
    if shutil.which("strace") is None:
        pytest.skip("needs strace")
    copy = shutil.copytree(root, tmp_path / "counted")
    status, lines = traced(copy, tmp_path / "marker")
    if status != 0 or not any("rmdir(" in line for line in lines):
        pytest.skip("strace may not trace here")
    found, counts, begun = [], dict.fromkeys(CALLS, 0), False
    main = lines[0].split()[0]
    for line in lines:
        begun = begun or "rmdir(" in line
        name = re.match(rf"{main} +(\w+)\(", line)
        if name and name[1] in counts:
            counts[name[1]] += 1
            if begun and (name[1] != "openat" or "O_CREAT" in line):
                found.append((name[1], counts[name[1]]))
    return found


def test_system_calls_fail(root: Path, tmp_path: Path, calls: list[tuple[str, int]]) -> None:
    assert {"write", "pwrite64", "fsync", "rename"} <= {name for name, _ in calls}
    chosen = calls
    if os.environ.get("FOOTNOTE_THOROUGH") != "1":
        chosen = random.Random(11).sample(calls, 8)
    failed = 0
    for i, (name, number) in enumerate(chosen):
        code = ("ENOSPC", "EIO")[i % 2]
        copy = shutil.copytree(root, tmp_path / f"copy{i}")
        inject = f"inject={name}:error={code}:when={number}"
        status, lines = traced(copy, tmp_path / "marker", "-e", inject)
        assert any("INJECTED" in line for line in lines), inject
        assert status in (0, StorageError.exit_code), inject
        failed += status != 0
        assert_whole(copy)
        shutil.rmtree(copy)
    assert failed


# --- a folder that can't be written -------------------------------------------------------------


def test_a_read_only_folder_can_be_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a mounted image: whoever tests may be root, whom no mode keeps from writing."""
    faults = Faults(-1, errno.EROFS)

    def refuse(*arguments: Any, **named: Any) -> Any:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), "injected")

    def open_(path: Any, flags: int, *arguments: Any, **named: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            refuse()
        return real(path, flags, *arguments, **named)

    real = os.open
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", open_)
        for name in ("mkdir", "replace", "rename", "unlink"):
            patch.setattr(os, name, refuse)
        with Collection.open(root, "c") as opened:
            assert contents(opened) == victim.OLD
        assert [info.problem for info in collections(root)] == [None]
        assert examine(root / key_of("c")) == []
        with pytest.raises(StorageError, match="Read-only"), Writer(root, "c"):
            pass
    assert faults.calls == 0
    with Writer(root, "c", embedder=EMBEDDER) as writer:
        put(writer, document("z", "later"))
        writer.publish()


def test_the_clock_set_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Generations are ordered by number, never by time."""
    import rag.index.manifest as manifest

    class Earlier(manifest.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return cls(1999, 1, 1, tzinfo=tz)

    with Collection.open(root, "c") as opened:
        before = opened.generation
    monkeypatch.setattr(manifest, "datetime", Earlier)
    fill(root, "c", {"a": "changed in the past"})
    with Collection.open(root, "c") as opened:
        assert opened.generation > before
        assert contents(opened) == {**victim.OLD, "a": "changed in the past"}
    for path in (root / key_of("c")).rglob("*"):
        os.utime(path, (0, 0))
    with Collection.open(root, "c") as opened:
        assert len(contents(opened)) == 3
    assert examine(root / key_of("c")) == []
