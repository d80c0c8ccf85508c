"""A writer killed at any moment leaves the old collection or the new one, whole."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.index import generations
from rag.index.archive import verify
from rag.index.collection import Collection, Writer, collections
from rag.index.examine import examine
from rag.index.manifest import key_of
from tests.rag.index import victim
from tests.rag.index.toys import contents, fill

ROOT = Path(__file__).parents[3]
Run = Callable[..., int]
KILLS = int(os.environ.get("FOOTNOTE_KILLS", "40"))  # at random moments

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs fork and SIGKILL")


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.rag.index.victim"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout

    def send(root: Path, step: str, work: str = "update") -> int:
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{root} {step} {work}\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    yield send
    process.stdin.close()
    process.wait()


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("old")
    for key, text in victim.OLD.items():
        fill(root, "c", {key: text})
    return root


@pytest.fixture(scope="module")
def steps(old: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The checkpoints that an undisturbed update passes."""
    passed: list[str] = []
    root = shutil.copytree(old, tmp_path_factory.mktemp("steps") / "root")
    generations.on_checkpoint = passed.append
    try:
        victim.update(root)
    finally:
        generations.on_checkpoint = None
        victim.merging._FAN = 3
    return passed


def test_killed_at_every_named_step(old: Path, steps: list[str], run: Run, tmp_path: Path) -> None:
    assert {"segment-written", "merged", "manifest-written", "current-replaced"} <= set(steps)
    first = steps.index("current-replaced")
    second = steps.index("current-replaced", first + 1)
    for i, step in enumerate(steps):
        root = shutil.copytree(old, tmp_path / str(i))
        assert run(root, str(i)) == -signal.SIGKILL
        expected = victim.OLD if i < first else victim.FIRST if i < second else victim.SECOND
        with Collection.open(root, "c") as opened:
            assert contents(opened) == expected, step
        assert run(root, "1000") == 0, step
        assert_whole_and_tidy(root)


def test_killed_at_random_moments(old: Path, run: Run, tmp_path: Path) -> None:
    randomly = random.Random(7)
    root = shutil.copytree(old, tmp_path / "root")
    killed = 0
    for _ in range(KILLS):
        killed += run(root, f"~{randomly.uniform(0, 120):.1f}") == -signal.SIGKILL
        with Collection.open(root, "c") as opened:
            assert contents(opened) in (victim.OLD, victim.FIRST, victim.SECOND)
    assert killed
    assert run(root, "1000") == 0
    assert_whole_and_tidy(root)


def test_killed_while_it_is_kept_up(old: Path, run: Run, tmp_path: Path) -> None:
    """Compaction, rollback, backup and restore, at each named step and at random moments."""
    root = shutil.copytree(old, tmp_path / "root")
    randomly = random.Random(9)
    steps = iter(range(1000))
    moments = [f"~{randomly.uniform(0, 150):.1f}" for _ in range(KILLS // 2)]
    while (status := run(root, str(next(steps)), "upkeep")) != 0:
        assert status == -signal.SIGKILL
        assert_same(root)
    assert next(steps) > 20
    for moment in moments:
        assert run(root, moment, "upkeep") in (0, -signal.SIGKILL)
        assert_same(root)
    assert run(root, "1000", "upkeep") == 0
    assert_same(root)
    assert examine(root / key_of("c")) == []


def test_killed_while_it_is_renamed(old: Path, run: Run, tmp_path: Path) -> None:
    """At each named step it is whole, under one name, which the next writer leaves it."""
    names = set[str]()
    for step in range(1000):
        root = shutil.copytree(old, tmp_path / str(step))
        status = run(root, str(step), "renaming")
        (info,) = collections(root)
        assert info.problem is None
        names.add(info.name)
        with Collection.open(root, info.name) as opened:
            assert opened.name == info.name
            assert contents(opened) == victim.OLD
        with Writer(root, info.name, keep=1) as writer:
            assert writer.name == info.name
        assert [found.name for found in collections(root)] == [info.name]
        with Collection.open(root, info.name) as opened:
            assert contents(opened) == victim.OLD
        assert examine(root / key_of(info.name)) == []
        if status == 0:
            break
        assert status == -signal.SIGKILL
    assert step > 6
    assert names == {"c", "other"}


def assert_same(root: Path) -> None:
    with Collection.open(root, "c") as opened:
        assert contents(opened) == victim.OLD
    file = root / "c.backup"
    if file.exists():
        assert verify(file).documents == len(victim.OLD)


def test_killed_before_the_first_publication(run: Run, tmp_path: Path, steps: list[str]) -> None:
    assert run(tmp_path, str(steps.index("segment-written"))) == -signal.SIGKILL
    assert collections(tmp_path) == []


def assert_whole_and_tidy(root: Path) -> None:
    """The update is complete, and no file is left that the last two generations do not name."""
    folder = root / key_of("c")
    with Collection.open(root, "c") as opened:
        assert contents(opened) == victim.SECOND
        numbers = {opened.generation, opened.manifest.parent}
    assert set(generations.numbers(folder)) <= numbers
    named = {
        entry["id"]
        for number in generations.numbers(folder)
        for entry in generations.read(folder, number)["segments"]
    }
    assert {path.name for path in (folder / "segments").iterdir()} == named
    assert not list(folder.rglob("*.tmp"))
