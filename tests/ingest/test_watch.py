"""Watching follows every change, survives what goes wrong, and ends when told."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest import sync
from ingest.records import Report
from ingest.watch import Watch
from rag.errors import CollectionMismatch
from rag.index.collection import Collection, Writer
from rag.settings import Settings
from tests.ingest.toys import ToyEmbedder, ToyParsers

EMBEDDER = ToyEmbedder()
PATIENCE = 600.0  # seconds until a change that never comes counts as a failure


@pytest.fixture(autouse=True)
def _toys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.worker.ParserPool", ToyParsers)
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/one.txt").write_text("One text.")
    return tmp_path / "docs"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "indexes"


def put(path: Path, text: str) -> None:
    """Writes a file at once: whoever watches sees none that is empty yet."""
    hidden = path.with_name(f".{path.name}")
    hidden.write_text(text)
    hidden.replace(path)


def held(root: Path) -> dict[str, str]:
    with Collection.open(root, "c") as opened:
        return {Path(i.path).name: opened.text(i.id) for i in opened.documents()}


class Watched:
    """A watch in a thread; `until` waits for what it did."""

    def __init__(
        self, docs: Path, root: Path, embedder: ToyEmbedder = EMBEDDER, patience: float = PATIENCE
    ) -> None:
        self.reports: list[Report] = []
        self.errors: list[str] = []
        self.cancel = threading.Event()
        settings = Settings(index_root=str(root))
        watch = Watch(
            docs,
            root,
            lambda: sync(docs, collection="c", settings=settings, embedder=embedder),
            self.reports.append,
            self.errors.append,
            self.cancel,
            interval=0.02,
            patience=patience,
        )
        self.thread = threading.Thread(target=watch.run)
        self.thread.start()

    def until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, (self.reports, self.errors)
            time.sleep(0.01)

    def close(self) -> None:
        self.cancel.set()
        self.thread.join()


@pytest.fixture
def watched(docs: Path, root: Path) -> Iterator[Watched]:
    found = Watched(docs, root)
    yield found
    found.close()


def test_every_change_is_followed(watched: Watched, docs: Path, root: Path) -> None:
    watched.until(lambda: len(watched.reports) == 1)
    assert held(root) == {"one.txt": "One text."}
    (docs / "sub").mkdir()
    put(docs / "sub/two.txt", "Two.")
    watched.until(lambda: len(watched.reports) == 2)
    put(docs / "one.txt", "Changed text.")
    watched.until(lambda: len(watched.reports) == 3)
    (docs / "one.txt").rename(docs / "three.txt")
    (docs / "sub/two.txt").unlink()
    watched.until(lambda: held(root) == {"three.txt": "Changed text."})
    # It is published a moment before it is reported.
    watched.until(lambda: sum(report.moved for report in watched.reports) == 1)
    assert not watched.errors


def test_what_goes_wrong_is_told_once_and_tried_again(
    watched: Watched, docs: Path, root: Path, tmp_path: Path
) -> None:
    watched.until(lambda: len(watched.reports) == 1)
    with Writer(root, "c"):
        put(docs / "two.txt", "Two.")
        watched.until(lambda: len(watched.errors) == 1)
        time.sleep(0.3)
    assert "being written" in watched.errors[0]
    watched.until(lambda: len(held(root)) == 2)
    shutil.move(docs, tmp_path / "unplugged")
    watched.until(lambda: len(watched.errors) >= 2)
    assert "not a folder" in watched.errors[1]
    assert len(held(root)) == 2
    shutil.move(tmp_path / "unplugged", docs)
    put(docs / "three.txt", "Three.")
    watched.until(lambda: len(held(root)) == 3)


def test_a_folder_that_never_holds_still_is_synced(docs: Path, root: Path) -> None:
    watched = Watched(docs, root, patience=0.2)
    try:
        watched.until(lambda: len(watched.reports) == 1)
        put(docs / "two.txt", "Two.")
        count = 0

        def grown() -> bool:
            nonlocal count
            count += 1
            put(docs / "one.txt", f"Line. {count}")
            return "two.txt" in held(root)

        watched.until(grown)
    finally:
        watched.close()


@pytest.mark.parametrize("error", [FileNotFoundError, PermissionError])
def test_a_folder_that_goes_during_a_look_ends_nothing(
    docs: Path, root: Path, monkeypatch: pytest.MonkeyPatch, error: type[OSError]
) -> None:
    (docs / "sub").mkdir()
    put(docs / "sub/two.txt", "Two.")
    watched = Watched(docs, root)
    real = Path.stat
    try:
        watched.until(lambda: len(watched.reports) == 1)

        def stat(path: Path, **named: bool) -> os.stat_result:
            if path == docs / "sub":
                raise error(2, "No such file or directory", str(path))
            return real(path, **named)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "stat", stat)
            watched.until(lambda: len(watched.reports) == 2)
        assert [Path(f.path).name for f in watched.reports[1].failed] == ["sub"]
        assert held(root) == {"one.txt": "One text.", "two.txt": "Two."}
        put(docs / "three.txt", "Three.")
        watched.until(lambda: "three.txt" in held(root))
    finally:
        watched.close()


def test_twins_keep_their_identity_when_a_folder_is_renamed(docs: Path, root: Path) -> None:
    settings = Settings(index_root=str(root))
    for name in ("a", "b"):
        (docs / "old" / name).mkdir(parents=True)
        (docs / "old" / name / f"{name}.txt").write_text("One text.")
    embedder = ToyEmbedder()
    sync(docs, collection="c", settings=settings, embedder=embedder)
    with Collection.open(root, "c") as opened:
        ids = {Path(info.path).name: info.id for info in opened.documents()}
    (docs / "old").rename(docs / "new")
    embedder.encoded.clear()
    report = sync(docs, collection="c", settings=settings, embedder=embedder)
    assert (report.moved, report.removed, report.added) == (2, 0, 0)
    assert embedder.encoded == []
    with Collection.open(root, "c") as opened:
        assert ids == {Path(info.path).name: info.id for info in opened.documents()}


def test_what_no_waiting_mends_ends_it(docs: Path, root: Path) -> None:
    settings = Settings(index_root=str(root))
    sync(docs, collection="c", settings=settings, embedder=ToyEmbedder("other"))
    watch = Watch(
        docs,
        root,
        lambda: sync(docs, collection="c", settings=settings, embedder=EMBEDDER),
        print,
        print,
        threading.Event(),
    )
    with pytest.raises(CollectionMismatch):
        watch.run()


def test_a_file_from_the_future_is_compared_by_content(docs: Path, root: Path) -> None:
    """After the clock was set back, an edit may leave size and time as they were."""
    settings = Settings(index_root=str(root))
    later = time.time_ns() + 10**13
    os.utime(docs / "one.txt", ns=(later, later))
    sync(docs, collection="c", settings=settings, embedder=EMBEDDER)
    assert sync(docs, collection="c", settings=settings, embedder=EMBEDDER).unchanged == 1
    (docs / "one.txt").write_text("One_text.")
    os.utime(docs / "one.txt", ns=(later, later))
    assert sync(docs, collection="c", settings=settings, embedder=EMBEDDER).changed == 1
    assert held(root) == {"one.txt": "One_text."}


SCRIPT = """
import sys
import ingest.worker
from rag.models import Models
from tests.ingest.toys import ToyEmbedder, ToyParsers

ingest.worker.ParserPool = ToyParsers
Models.embedder = ToyEmbedder()
from ingest.cli import ingest
ingest(["sync", sys.argv[1], "--watch", "--json", "-c", "c", "--index-root", sys.argv[2]])
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGINT")
def test_the_command_ends_cleanly_with_ctrl_c(docs: Path, root: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(docs), str(root)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert json.loads(process.stdout.readline())["added"] == 1
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    assert "Stopped watching" in errors
    assert "Traceback" not in errors
    assert held(root) == {"one.txt": "One text."}
