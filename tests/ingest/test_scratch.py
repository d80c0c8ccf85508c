from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.scratch import Scratch

HOLD = "import time; from ingest.scratch import Scratch; s = Scratch(); print(s.path, flush=True)"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


def start(code: str) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_what_a_killed_program_left_goes_with_the_next_one(place: Path) -> None:
    process, folder = start(f"{HOLD}; (s.path / 'decrypted').write_text('x'); time.sleep(60)")
    Scratch().close()
    assert folder.is_dir(), "it is in use"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert folder.is_dir()
    mine = Scratch()
    assert list(place.iterdir()) == [mine.path]
    mine.close()
    mine.close()
    assert list(place.iterdir()) == []


def test_one_of_the_same_program_stays(place: Path) -> None:
    first, second = Scratch(), Scratch()
    assert {path.name for path in place.iterdir()} == {first.path.name, second.path.name}
    second.close()
    first.close()


def test_where_nothing_can_be_locked_it_is_used_and_left_alone(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(lock: int, how: int) -> None:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr("fcntl.flock", refused)
    first, second = Scratch(), Scratch()
    assert {path.name for path in place.iterdir()} == {first.path.name, second.path.name}
    monkeypatch.undo()
    third = Scratch()
    assert first.path.is_dir()
    for scratch in (first, second, third):
        scratch.close()


def test_it_goes_at_the_end_of_the_program(place: Path) -> None:
    process, folder = start(HOLD)
    process.wait()
    assert folder.name.startswith("footnote-reading-")
    assert list(place.iterdir()) == []


def test_other_folders_and_links_of_such_a_name_stay(place: Path, tmp_path: Path) -> None:
    (place / "footnote-reading-mine").mkdir()
    kept = place / "other"
    kept.mkdir()
    (kept / "held").touch()
    (place / "footnote-reading-link").symlink_to(kept)
    Scratch().close()
    assert (place / "footnote-reading-mine").is_dir()
    assert (kept / "held").is_file()
