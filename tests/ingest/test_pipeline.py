"""Adding, mirroring and removing, with a toy embedder and toy parsers."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from ingest import Progress, Report, add, parsers, remove, status, sync
from ingest import read as reading
from ingest.discover import Found, discover, folder_of
from ingest.manage import origin, rename
from ingest.mirror import compare
from ingest.records import Failure
from rag.errors import (
    CollectionMismatch,
    CollectionNotFound,
    DocumentError,
    DocumentNotFound,
    StorageError,
    UsageError,
)
from rag.index.collection import Collection, Writer, collections
from rag.settings import Settings
from rag.types import Parsed
from tests.ingest.toys import ToyEmbedder, ToyParsers


@pytest.fixture(autouse=True)
def _toys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.worker.ParserPool", ToyParsers)
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    ToyParsers.parsed.clear()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "indexes"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Three documents in two folders."""
    folder = tmp_path / "docs"
    (folder / "sub").mkdir(parents=True)
    (folder / "one.txt").write_text("The first document is about boats.")
    (folder / "two.txt").write_text("The second document is about trains.")
    (folder / "sub" / "one.txt").write_text("Another document of the same name.")
    return folder


@pytest.fixture
def run(root: Path) -> Callable[..., Report]:
    """`add` with toys; the embedder is `run.embedder`."""

    def call(*paths: Path, verb: Callable[..., Report] = add, **named: object) -> Report:
        call.embedder = ToyEmbedder()  # type: ignore[attr-defined]
        settings = Settings(index_root=str(root))
        given = {"embedder": call.embedder, "settings": settings, **named}  # type: ignore[attr-defined]
        return verb(paths if verb is add else paths[0], collection="c", **given)

    return call


def texts(root: Path) -> dict[str, str]:
    """path → text of what is published."""
    with Collection.open(root, "c") as opened:
        return {info.path: opened.text(info.id) for info in opened.documents()}


def on_disk(folder: Path) -> dict[str, str]:
    return {str(path): path.read_text() for path in folder.rglob("*.txt")}


# --- add ----------------------------------------------------------------------------------------


def test_add_then_again(run: Callable[..., Report], root: Path, docs: Path) -> None:
    first = run(docs)
    assert (first.added, first.unchanged, first.documents) == (3, 0, 3)
    assert texts(root) == on_disk(docs)
    ToyParsers.parsed.clear()
    second = run(docs)
    assert (second.added, second.unchanged, second.documents) == (0, 3, 3)
    assert (ToyParsers.parsed, run.embedder.encoded) == ([], [])  # type: ignore[attr-defined]
    assert second.chunks == first.chunks


def test_one_path_need_not_stand_in_a_list(root: Path, docs: Path) -> None:
    settings = Settings(index_root=str(root))
    report = add(str(docs), settings=settings, embedder=ToyEmbedder())
    assert report.added
    assert not report.failed
    assert not add(docs, settings=settings, embedder=ToyEmbedder()).failed


def test_only_what_changed_is_embedded(run: Callable[..., Report], root: Path, docs: Path) -> None:
    run(docs)
    before = {info.path: info.id for info in status("c", settings=_settings(root)).documents}
    (docs / "one.txt").write_text("The first document is about ships now.")
    os.utime(docs / "two.txt", ns=(1, 1))  # touched, not changed; the clock set back
    report = run(docs)
    assert (report.changed, report.unchanged, report.documents) == (1, 2, 3)
    assert [t for t in run.embedder.encoded if "ships" not in t] == []  # type: ignore[attr-defined]
    assert texts(root) == on_disk(docs)
    assert {i.path: i.id for i in status("c", settings=_settings(root)).documents} == before


def test_a_document_of_an_older_parser_is_read_again(
    run: Callable[..., Report], docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(docs)
    monkeypatch.setattr(reading, "version", lambda kind, where: f"{kind}/later")
    report = run(docs)
    assert report.changed == 3
    assert {o.note.partition(" by ")[0] for o in report.outcomes} == {"same file, read anew"}
    assert run.embedder.encoded == []  # type: ignore[attr-defined]


def test_two_files_of_one_name_and_two_of_one_content(
    run: Callable[..., Report], root: Path, docs: Path
) -> None:
    (docs / "twin.txt").write_text((docs / "two.txt").read_text())
    report = run(docs)
    assert report.documents == 4
    notes = {o.path: o.note for o in report.outcomes}
    assert notes[str(docs / "two.txt")] == f"same content as {docs / 'twin.txt'}"
    with Collection.open(root, "c") as opened:
        ids = {info.id for info in opened.documents()}
        assert len(ids) == 4
        with pytest.raises(UsageError, match="2 documents"):
            opened.document("one.txt")
        assert opened.document(str(docs / "sub" / "one.txt")).id in ids


def test_a_bad_file_stops_nothing(run: Callable[..., Report], root: Path, docs: Path) -> None:
    (docs / "broken.txt").write_text("!broken")
    (docs / "locked.txt").write_text("!encrypted")
    (docs / "bug.txt").write_text("!bug")
    (docs / "picture.png").write_text("!unsupported")
    (docs / "odd.pdf").write_text("!unsupported")
    report = run(docs)
    assert report.added == 3
    assert {Path(f.path).name for f in report.failed} == {
        "broken.txt", "locked.txt", "bug.txt", "odd.pdf"
    }  # fmt: skip
    assert report.count("skipped") == 1
    assert len(texts(root)) == 3
    again = run(docs, password="secret")
    assert (again.added, again.unchanged, len(again.failed)) == (1, 3, 3)
    named = run(docs / "picture.png", docs / "two.txt")
    assert [Path(f.path).name for f in named.failed] == ["picture.png"]


def test_a_known_document_whose_file_broke_is_kept(
    run: Callable[..., Report], root: Path, docs: Path
) -> None:
    run(docs)
    good = texts(root)
    (docs / "one.txt").write_text("!broken")
    for verb in (add, sync):
        report = run(docs, verb=verb)
        assert (len(report.failed), report.documents) == (1, 3)
        assert texts(root) == good


def test_no_document_at_all(run: Callable[..., Report], root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    with pytest.raises(UsageError, match=r"No document in .*pdf"):
        run(folder)
    with pytest.raises(UsageError):
        run(folder, verb=sync)
    (folder / "picture.png").write_text("!unsupported")
    with pytest.raises(UsageError, match="pdf"):
        run(folder)
    with pytest.raises(DocumentError, match="no such file"):
        run(tmp_path / "nowhere.pdf")
    with pytest.raises(DocumentError, match="no file matches"):
        run(tmp_path / "*.pdf")
    with pytest.raises(UsageError):
        run()
    assert collections(root) == []


def test_nothing_is_made_when_every_file_fails(
    run: Callable[..., Report], root: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("!broken")
    report = run(tmp_path / "a.txt")
    assert (len(report.failed), report.documents) == (1, 0)
    assert collections(root) == []


def test_a_missing_path_among_others_is_reported(run: Callable[..., Report], docs: Path) -> None:
    report = run(docs, docs / "gone.txt", docs / "*.txt", docs / "one.txt")
    assert report.added == 3
    assert [Path(f.path).name for f in report.failed] == ["gone.txt"]


def test_a_name_that_begins_with_a_tilde_is_a_name(
    run: Callable[..., Report], docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (docs / "~draft.txt").write_text("A draft.")
    monkeypatch.chdir(docs)
    assert run("~draft.txt").added == 1


def test_a_file_in_a_closed_folder_is_not_said_to_be_missing(
    run: Callable[..., Report], docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = os.lstat

    def closed(path: Any, **more: Any) -> os.stat_result:
        if Path(path).name == "inside.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return looked(path, **more)

    monkeypatch.setattr(os, "lstat", closed)
    with pytest.raises(DocumentError, match="permission denied"):
        run(docs / "inside.txt")


def test_a_file_that_changes_while_it_is_read(
    run: Callable[..., Report], root: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, changes = ToyParsers.parse, {"one.txt": 1, "two.txt": 99}

    def parse(self: ToyParsers, path: Path, *, password: str | None = None) -> object:
        result = real(self, path, password=password)
        if changes.get(path.name, 0) and path.parent == docs:
            changes[path.name] -= 1
            path.write_text(path.read_text() + " More of it.")
        return result

    monkeypatch.setattr(ToyParsers, "parse", parse)
    report = run(docs)
    assert report.added == 2
    (failure,) = report.failed
    assert "two.txt: it kept changing" in failure.error
    assert texts(root)[str(docs / "one.txt")].endswith("More of it.")


def test_originals_are_kept_or_referred_to(
    run: Callable[..., Report], root: Path, docs: Path
) -> None:
    run(docs)
    with Collection.open(root, "c") as opened:
        kept = opened.original("two.txt")
        assert kept is not None
        assert kept.is_relative_to(root)
    refer = Settings(index_root=str(root / "other"), originals="refer")
    run(docs, settings=refer)
    with Collection.open(root / "other", "c") as opened:
        assert opened.original("two.txt") == docs / "two.txt"


def test_another_embedder_is_refused(run: Callable[..., Report], docs: Path) -> None:
    run(docs)
    with pytest.raises(CollectionMismatch):
        run(docs, embedder=ToyEmbedder("other"))


def test_a_full_disk_is_said_and_loses_nothing(
    run: Callable[..., Report], root: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(docs / "one.txt")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StorageError, match="No space left"):
            run(docs)
    assert list(texts(root)) == [str(docs / "one.txt")]
    assert run(docs).added == 2


def test_a_link_to_itself_is_told(run: Callable[..., Report], tmp_path: Path) -> None:
    link = tmp_path / "round"
    link.symlink_to(link)
    with pytest.raises(DocumentError, match="round: too many levels of symbolic links"):
        run(link)
    with pytest.raises(UsageError, match="not a folder"):
        sync(link, collection="c", settings=Settings(index_root=str(tmp_path / "indexes")))


# --- interruptions ------------------------------------------------------------------------------


def test_an_ingest_that_died_goes_on_where_it_was(
    run: Callable[..., Report], root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = many(tmp_path, 20)
    eager(monkeypatch)
    seen: list[str] = []

    def die(text: str) -> None:
        seen.append(text)
        if len(seen) == 12:
            raise MemoryError

    with pytest.raises(MemoryError):
        run(folder, embedder=ToyEmbedder(on_encode=die))
    kept = len(texts(root))
    assert kept >= 9
    report = run(folder)
    assert (report.unchanged, report.added, report.documents) == (kept, 20 - kept, 20)
    assert len(run.embedder.encoded) == 20 - kept  # type: ignore[attr-defined]
    assert texts(root) == on_disk(folder)


def test_cancelling_keeps_what_is_done(
    run: Callable[..., Report], root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = many(tmp_path, 20)
    monkeypatch.setattr("ingest.pipeline._BATCH", 1)
    cancel = Event()
    count: list[str] = []

    def stop(text: str) -> None:
        count.append(text)
        if len(count) == 5:
            cancel.set()

    report = run(folder, embedder=ToyEmbedder(on_encode=stop), cancel=cancel)
    assert report.cancelled
    assert report.documents == len(texts(root)) == 4
    assert run(folder).documents == 20


def test_cancelling_does_not_wait_for_a_long_file(
    run: Callable[..., Report], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel, ended = Event(), Event()

    class Scans(ToyParsers):
        def parse(self, path: Path, *, password: str | None = None) -> tuple[Parsed, str, str]:
            cancel.set()
            assert ended.wait(60)
            return super().parse(path, password=password)

        def __exit__(self, *_: object) -> None:
            ended.set()  # as `ParserPool` ends its worker

    monkeypatch.setattr("ingest.worker.ParserPool", Scans)
    report = run(many(tmp_path, 3), cancel=cancel)
    assert (report.cancelled, report.documents) == (True, 0)


def test_progress_goes_forward_to_the_end(
    run: Callable[..., Report], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.meter._TOLD_EVERY", 0)
    monkeypatch.setattr("ingest.pipeline._BATCH", 3)
    told: list[Progress] = []
    report = run(many(tmp_path, 10), progress=told.append)
    assert [p.files for p in told] == sorted(p.files for p in told)
    assert [p.chunks for p in told] == sorted(p.chunks for p in told)
    last = told[-1]
    assert (last.stage, last.files, last.files_total) == ("done", 10, 10)
    assert (last.chunks, last.chunks_total) == (report.chunks, report.chunks)
    assert any(p.rate > 0 and p.seconds_left is not None for p in told)


def many(tmp_path: Path, count: int) -> Path:
    folder = tmp_path / "many"
    folder.mkdir()
    for i in range(count):
        (folder / f"{i:02}.txt").write_text(f"Document number {i}.")
    return folder


def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publishes after each document."""
    monkeypatch.setattr("ingest.pipeline._BATCH", 1)
    monkeypatch.setattr("ingest.meter.Publishing.due", lambda self: True)


# --- sync ---------------------------------------------------------------------------------------


def test_what_links_lead_to_goes_with_the_links(
    run: Callable[..., Report], root: Path, docs: Path, tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    for name in ("first", "second", "third"):
        (shared / f"{name}.txt").write_text(f"The {name} text from elsewhere.")
    link, folder = docs / "link.txt", docs / "folder"
    link.symlink_to(shared / "first.txt")
    assert run(docs, verb=sync).added == 4
    link.unlink()
    link.symlink_to(shared / "second.txt")  # leads to another file now
    report = run(docs, verb=sync)
    assert (report.added, report.removed) == (1, 1)
    folder.symlink_to(shared)
    link.unlink()
    assert run(docs, verb=sync).added == 2
    (shared / "third.txt").unlink()
    assert run(docs, verb=sync).removed == 1
    shared.rename(tmp_path / "not connected")
    assert run(docs, verb=sync).removed == 0
    shared.mkdir()  # where the drive would be
    assert run(docs, verb=sync).removed == 0
    folder.unlink()
    assert run(docs, verb=sync).removed == 2
    assert texts(root) == on_disk(docs)


def test_documents_on_a_drive_inside_the_folder_stay_while_it_is_away(
    run: Callable[..., Report], root: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive = docs / "sub" / "drive"
    (drive / "deep").mkdir(parents=True)
    (drive / "deep" / "far.txt").write_text("A text on the drive.")
    (drive / "near.txt").write_text("Another text on the drive.")
    assert run(docs, verb=sync).added == 5  # before anything was noted of drives
    mounted = {drive}
    monkeypatch.setattr(Path, "is_mount", lambda path: path in mounted)
    assert run(docs, verb=sync).unchanged == 5
    assert run(drive, verb=sync).unchanged == 2  # where it is the folder itself, all the same
    (drive / "near.txt").unlink()
    assert run(docs, verb=sync).removed == 1
    mounted.clear()
    drive.rename(docs.parent / "not connected")
    drive.mkdir()
    assert run(docs, verb=sync).removed == 0
    drive.rmdir()
    assert run(docs, verb=sync).removed == 0
    (docs.parent / "not connected").rename(drive)  # a folder like others from now on
    assert run(docs, verb=sync).unchanged == 4
    (drive / "deep" / "far.txt").unlink()
    assert run(docs, verb=sync).removed == 1
    assert texts(root) == on_disk(docs)


def test_documents_stay_also_if_the_drive_itself_was_given(
    run: Callable[..., Report], docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive, mounted = docs / "drive", set[Path]()
    monkeypatch.setattr(Path, "is_mount", lambda path: path in mounted)
    assert run(docs, verb=sync).added == 3
    drive.mkdir()
    mounted.add(drive)
    for name in ("a.txt", "b.txt", "c.txt"):
        (drive / name).write_text(f"On the drive as {name}.")
    assert run(drive / "a.txt").added == 1
    assert run(drive, verb=sync).added == 2
    (drive / "c.txt").write_text("Something else on the drive.")
    assert run(drive).changed == 1
    mounted.clear()
    drive.rename(docs.parent / "not connected")
    assert run(docs, verb=sync).removed == 0
    # Mounted elsewhere: its documents were moved, and are there once.
    mounted.add((docs.parent / "not connected").rename(docs / "other"))
    report = run(docs, verb=sync)
    assert (report.moved, report.added, report.documents) == (3, 0, 6)


def test_a_file_where_the_drive_would_be_is_not_all_that_is_left(
    run: Callable[..., Report], docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder at which no drive is mounted may hold something of its own."""
    mounted = {docs}
    monkeypatch.setattr(Path, "is_mount", lambda path: path in mounted)
    assert run(docs, verb=sync).added == 3
    drive = docs.rename(docs.with_name("not connected"))
    mounted.clear()
    docs.mkdir()
    (docs / "readme.txt").write_text("Connect the drive here.")
    report = run(docs, verb=sync)
    assert (report.added, report.removed, report.documents) == (1, 0, 4)
    (docs / "readme.txt").unlink()
    with pytest.raises(UsageError, match="Connect the drive"):
        run(docs, verb=sync)
    docs.rmdir()
    drive.rename(docs)
    mounted.add(docs)
    report = run(docs, verb=sync)
    assert (report.unchanged, report.removed, report.documents) == (3, 1, 3)
    mounted.clear()  # copied to where the drive was: a folder like others from now on
    assert run(docs, verb=sync).unchanged == 3
    (docs / "two.txt").unlink()
    assert run(docs, verb=sync).removed == 1


def test_a_file_that_nothing_reads_is_not_hashed(
    run: Callable[..., Report], docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A film or an image of a disk may hold a hundred gigabytes."""
    hashed: list[str] = []
    hash_of = reading._sha256
    monkeypatch.setattr(reading, "_sha256", lambda path: hashed.append(path.name) or hash_of(path))
    (docs / "film.mkv").write_text("!unsupported")
    for _ in range(2):
        assert run(docs).count("skipped") == 1
        assert "film.mkv" not in hashed
    assert sorted(hashed) == ["one.txt", "one.txt", "two.txt"]


def test_a_rehearsal_tells_what_nothing_reads_and_what_is_read_anew(
    run: Callable[..., Report], root: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(docs, verb=sync)
    (docs / "program.bin").write_bytes(bytes(range(256)))
    (docs / "report.pdf").write_bytes(bytes(range(256)))
    (docs / "empty.txt").touch()
    monkeypatch.setitem(parsers.VERSIONS, "text", parsers.VERSIONS["text"] + 1)  # type: ignore[index]
    dry = run(docs, verb=sync, dry_run=True)
    assert {Path(failure.path).name for failure in dry.failed} == {"report.pdf", "empty.txt"}
    assert (dry.changed, len(dry.failed), dry.count("skipped")) == (3, 2, 1)
    assert all("read anew" in o.note for o in dry.outcomes if o.what == "changed")


def test_sync_mirrors(run: Callable[..., Report], root: Path, docs: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_text("A document from elsewhere stays.")
    run(elsewhere)
    assert run(docs, verb=sync).added == 3
    ids = {info.path: info.id for info in status("c", settings=_settings(root)).documents}

    (docs / "one.txt").write_text("Changed.")
    (docs / "sub" / "one.txt").rename(docs / "renamed.txt")
    (docs / "two.txt").unlink()
    (docs / "new.txt").write_text("New.")
    dry = run(docs, verb=sync, dry_run=True)
    report = run(docs, verb=sync)
    for told in (dry, report):
        counts = (told.added, told.changed, told.moved, told.removed, told.unchanged)
        assert counts == (1, 1, 1, 1, 0)
    assert not [t for t in run.embedder.encoded if "Another" in t]  # type: ignore[attr-defined]
    assert texts(root) == on_disk(docs) | {str(elsewhere): elsewhere.read_text()}
    found = status("c", settings=_settings(root))
    now = {info.path: info for info in found.documents}
    assert now[str(docs / "renamed.txt")].id == ids[str(docs / "sub" / "one.txt")]
    assert now[str(docs / "renamed.txt")].title == "renamed"
    assert found.folders == (str(docs),)
    assert run(docs, verb=sync).unchanged == 3


def test_a_new_file_at_the_old_place_of_a_moved_one(
    run: Callable[..., Report], root: Path, docs: Path
) -> None:
    run(docs, verb=sync)
    (docs / "two.txt").rename(docs / "three.txt")
    run(docs, verb=sync)
    (docs / "two.txt").write_text("Quite another text.")
    run(docs, verb=sync)
    found = status("c", settings=_settings(root)).documents
    assert len({info.id for info in found}) == 4
    assert texts(root) == on_disk(docs)


def test_a_file_with_another_ending_is_read_as_what_it_is_now(
    run: Callable[..., Report], root: Path, docs: Path
) -> None:
    (docs / "prices.txt").write_text("Tea;Price\ngreen;4,50\nblack;3,50\n")
    run(docs, verb=sync)
    before = {info.path: info for info in status("c", settings=_settings(root)).documents}
    (docs / "prices.txt").rename(docs / "prices.csv")
    report = run(docs, verb=sync)
    assert (report.added, report.moved, report.changed, report.removed) == (0, 1, 1, 0)
    after = {info.path: info for info in status("c", settings=_settings(root)).documents}
    assert after[str(docs / "prices.csv")].id == before[str(docs / "prices.txt")].id
    assert run(docs, verb=sync).unchanged == len(after)


def test_swapped_names_are_changes(run: Callable[..., Report], root: Path, docs: Path) -> None:
    run(docs, verb=sync)
    (docs / "one.txt").rename(docs / "x")
    (docs / "two.txt").rename(docs / "one.txt")
    (docs / "x").rename(docs / "two.txt")
    report = run(docs, verb=sync)
    assert (report.changed, report.moved, report.removed) == (2, 0, 0)
    assert texts(root) == on_disk(docs)


def test_what_can_not_be_looked_into_is_not_removed(
    run: Callable[..., Report], root: Path, docs: Path
) -> None:
    run(docs)
    documents = status("c", settings=_settings(root)).documents
    found = discover([docs])
    hidden = Found([f for f in found.files if f.path.parent == docs],
                   [Failure(str(docs / "sub"), "permission denied")])  # fmt: skip
    assert compare(docs, hidden, documents).vanished == ()
    assert len(compare(docs, replace(hidden, problems=[]), documents).vanished) == 1


def test_sync_of_a_folder_that_was_emptied(run: Callable[..., Report], docs: Path) -> None:
    run(docs, verb=sync)
    for path in docs.rglob("*.txt"):
        path.unlink()
    with pytest.raises(UsageError, match="Connect the drive"):
        run(docs, verb=sync)
    with pytest.raises(UsageError, match="Connect the drive"):
        run(docs, verb=sync, dry_run=True)
    assert run(docs, verb=sync, allow_empty=True, dry_run=True).removed == 3
    report = run(docs, verb=sync, allow_empty=True)
    assert (report.removed, report.documents) == (3, 0)
    with pytest.raises(UsageError, match="not a folder"):
        run(docs / "gone", verb=sync)


def test_what_was_moved_is_not_added_a_second_time(
    run: Callable[..., Report], root: Path, docs: Path
) -> None:
    run(docs)
    before = {info.id for info in status("c", settings=_settings(root)).documents}
    moved = docs.rename(docs.with_name("papers"))
    (moved / "copy.txt").write_text((moved / "two.txt").read_text())
    report = run(moved)
    assert (report.moved, report.added, report.documents) == (3, 1, 4)
    assert texts(root) == on_disk(moved)
    assert before < {info.id for info in status("c", settings=_settings(root)).documents}

    (moved / "two.txt").rename(moved / "three.txt")
    report = run(moved / "three.txt")
    assert (report.moved, report.added, report.documents) == (1, 0, 4)
    assert not run.embedder.encoded  # type: ignore[attr-defined]
    assert texts(root) == on_disk(moved)


def test_a_copy_of_what_is_on_a_drive_that_is_away_is_no_move(
    run: Callable[..., Report], root: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive, copies = docs.parent / "drive", docs.parent / "copies"
    mounted = {drive}
    monkeypatch.setattr(Path, "is_mount", lambda path: path in mounted)
    for folder in (drive, copies):
        folder.mkdir()
        for name in ("a.txt", "b.txt"):
            (folder / name).write_text(f"Of both, {name}.")
    assert run(drive, verb=sync).added == 2
    mounted.clear()
    away = drive.rename(docs.parent / "not connected")
    report = run(copies / "a.txt")
    assert (report.moved, report.added, report.documents) == (0, 1, 3)
    report = run(copies, verb=sync)
    assert (report.moved, report.added, report.documents) == (0, 1, 4)
    mounted.add(away)  # elsewhere
    report = run(away / "a.txt")
    assert (report.moved, report.added, report.documents) == (1, 0, 4)
    mounted.clear()
    mounted.add(away.rename(drive))
    report = run(drive, verb=sync)
    assert (report.moved, report.unchanged, report.documents) == (1, 1, 4)


def test_a_folder_that_was_moved_takes_its_documents_along(
    run: Callable[..., Report], root: Path, docs: Path
) -> None:
    """As when an index and its documents come to another machine, or a folder is renamed."""
    run(docs, verb=sync)
    before = {info.id for info in status("c", settings=_settings(root)).documents}
    moved = docs.rename(docs.with_name("papers"))
    (moved / "two.txt").unlink()  # of this one nobody can say whether it is gone for good
    assert run(moved, verb=sync, dry_run=True).moved == 2
    run.embedder.encoded.clear()  # type: ignore[attr-defined]
    report = run(moved, verb=sync)
    assert (report.moved, report.added, report.removed, report.documents) == (2, 0, 0, 3)
    assert not run.embedder.encoded  # type: ignore[attr-defined]
    found = status("c", settings=_settings(root))
    assert {info.id for info in found.documents} == before
    assert found.folders == (str(docs), str(moved))

    with pytest.raises(UsageError, match=r"1 of the collection .* If it was moved"):
        run(docs, verb=sync)
    report = run(docs, verb=sync, allow_empty=True)
    assert (report.removed, report.documents) == (1, 2)
    assert status("c", settings=_settings(root)).folders == (str(moved),)


def test_a_folder_is_followed_no_longer_once_all_was_moved(
    run: Callable[..., Report], root: Path, docs: Path
) -> None:
    run(docs, verb=sync)
    moved = docs.rename(docs.with_name("papers"))
    run(moved, verb=sync)
    found = status("c", settings=_settings(root))
    assert (found.folders, found.behind) == ((str(moved),), ())
    assert texts(root) == on_disk(moved)


def test_what_links_of_a_moved_folder_lead_to_goes_with_it(
    run: Callable[..., Report], root: Path, docs: Path
) -> None:
    """It would be taken for what is left at the old place, and be removed with that."""
    outside, other = docs.parent / "outside", docs.parent / "other"
    outside.mkdir()
    (outside / "far.txt").write_text("A text outside.")
    (outside / "farther.txt").write_text("Another text outside.")
    (docs / "link").symlink_to(outside)
    assert run(docs, verb=sync).added == 5
    moved = docs.rename(docs.with_name("papers"))
    other.mkdir()
    (outside / "far.txt").rename(other / "far.txt")
    assert run(other, verb=sync).moved == 1
    assert run(moved, verb=sync).moved == 3
    found = status("c", settings=_settings(root))
    assert (found.folders, found.behind) == ((str(other), str(moved)), ())
    assert len(found.documents) == 5


def test_a_copy_beside_a_document_of_a_folder_that_is_gone_is_one_of_its_own(
    run: Callable[..., Report], docs: Path
) -> None:
    outside = docs.parent / "outside"
    outside.mkdir()
    (outside / "far.txt").write_text("A text outside.")
    (docs / "link").symlink_to(outside)
    run(docs, verb=sync)
    docs.rename(docs.with_name("papers"))
    shutil.copy(outside / "far.txt", outside / "copy.txt")
    report = run(outside, verb=sync)
    assert (report.added, report.moved, report.unchanged) == (1, 0, 1)


def test_a_followed_folder_that_can_not_be_looked_into_stops_no_other(
    run: Callable[..., Report], root: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one of another user's, or on a server that is away."""
    other, stat = docs.parent / "other", Path.stat
    other.mkdir()
    (other / "three.txt").write_text("A third document.")
    run(docs, verb=sync)
    run(other, verb=sync)
    (other / "copy.txt").write_text((docs / "two.txt").read_text())

    def refused(path: Path, **how: bool) -> os.stat_result:
        if path.is_relative_to(docs):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return stat(path, **how)

    monkeypatch.setattr(Path, "stat", refused)
    report = run(other, verb=sync)
    assert (report.added, report.moved, report.removed, report.documents) == (1, 0, 0, 5)
    found = status("c", settings=_settings(root))
    assert (found.folders, found.behind) == ((str(docs), str(other)), (str(docs),))
    for allow_empty in (False, True):
        with pytest.raises(UsageError, match="can't be looked into: permission denied"):
            run(docs, verb=sync, allow_empty=allow_empty)
    (failure,) = run(docs / "one.txt", other).failed
    assert "permission denied" in failure.error


def test_the_last_folder_can_be_given_up(
    run: Callable[..., Report], root: Path, docs: Path
) -> None:
    run(docs, verb=sync)
    shutil.rmtree(docs)
    docs.mkdir()
    assert run(docs, verb=sync, allow_empty=True).documents == 0
    docs.rmdir()
    run(docs, verb=sync)
    assert status("c", settings=_settings(root)).folders == ()


def test_copies_beside_a_followed_folder_are_documents_of_their_own(
    run: Callable[..., Report], docs: Path
) -> None:
    run(docs, verb=sync)
    copied = docs.with_name("papers")
    shutil.copytree(docs, copied)
    assert run(copied, verb=sync).added == 3


@pytest.mark.parametrize("allow_empty", [False, True])
def test_sync_keeps_what_it_does_not_look_at(
    run: Callable[..., Report], root: Path, docs: Path, tmp_path: Path, allow_empty: bool
) -> None:
    """Uploads below the index root, and hidden files that were added by name."""
    upload = root / ".app/uploads/c/upload.txt"
    hidden = docs / ".notes/hidden.txt"
    for path in (upload, hidden):
        path.parent.mkdir(parents=True)
        path.write_text(f"This is {path.name}.")
    run(tmp_path, verb=sync)
    run(upload, hidden)
    (docs / "two.txt").unlink()
    for dry_run in (True, False):
        report = run(tmp_path, verb=sync, dry_run=dry_run, allow_empty=allow_empty)
        assert [o.path for o in report.outcomes if o.what == "removed"] == [str(docs / "two.txt")]
    assert {str(upload), str(hidden)} <= set(texts(root))
    upload.unlink()
    hidden.unlink()
    report = run(tmp_path, verb=sync, allow_empty=allow_empty)
    assert [o.path for o in report.outcomes if o.what == "removed"] == [str(hidden)]


def test_a_folder_inside_the_index_root_is_mirrored(run: Callable[..., Report], root: Path) -> None:
    inside = root / ".app/uploads/c"
    inside.mkdir(parents=True)
    for name in ("a.txt", "b.txt"):
        (inside / name).write_text(f"This is {name}.")
    assert run(inside, verb=sync).added == 2
    (inside / "a.txt").unlink()
    assert run(inside, verb=sync).removed == 1


def test_reading_anew_keeps_what_a_document_is(
    run: Callable[..., Report], root: Path, docs: Path
) -> None:
    first = {o.path: o.document for o in run(docs).outcomes}
    rename(
        first[str(docs / "two.txt")], "  Of \n trains ", collection="c", settings=_settings(root)
    )
    with Collection.open(root, "c") as opened:
        assert opened.document("two.txt").title == "Of trains"
        assert texts(root)[str(docs / "two.txt")] == "The second document is about trains."
    with pytest.raises(UsageError):
        rename("two.txt", " ", collection="c", settings=_settings(root))
    ToyParsers.parsed.clear()
    assert run(docs).unchanged == 3
    again = run(docs / "two.txt", anew=True)
    assert [Path(path).name for path in ToyParsers.parsed] == ["two.txt"]
    assert (again.changed, again.documents) == (1, 3)
    assert again.outcomes[0].document == first[str(docs / "two.txt")]


def test_what_an_earlier_version_embedded_without_words_gets_them(
    run: Callable[..., Report], root: Path, docs: Path
) -> None:
    with pytest.MonkeyPatch.context() as earlier:
        earlier.setattr("tests.ingest.toys._words", lambda text: np.zeros((0, 1), np.uint8))
        run(docs)
    assert run(docs).unchanged == 3
    run(docs, anew=True)
    assert len(run.embedder.encoded) == 3  # type: ignore[attr-defined]
    with Collection.open(root, "c") as opened:
        found, _ = opened.lexical(["document"], 9)
        assert len(found) == 3
        assert all(len(words) for words in opened.words(found))
    run(docs, anew=True)
    assert run.embedder.encoded == []  # type: ignore[attr-defined]


# --- remove, status -----------------------------------------------------------------------------


def test_remove_all_or_none(run: Callable[..., Report], root: Path, docs: Path) -> None:
    run(docs)
    settings = _settings(root)
    with pytest.raises(DocumentNotFound, match=r"two\.txt"):
        remove(["two.txt", "nobody"], collection="c", settings=settings)
    with pytest.raises(UsageError):
        remove(["one.txt"], collection="c", settings=settings)
    assert len(texts(root)) == 3
    report = remove(["two.txt", str(docs / "two.txt")], collection="c", settings=settings)
    assert (report.removed, report.documents) == (1, 2)
    with pytest.raises(CollectionNotFound):
        remove(["x"], collection="nobody", settings=settings)
    with pytest.raises(CollectionNotFound):
        status("nobody", settings=settings)


def test_one_document_is_removed_by_its_name_or_its_path(
    run: Callable[..., Report], root: Path, docs: Path
) -> None:
    run(docs)
    settings = _settings(root)
    assert remove("two.txt", collection="c", settings=settings).documents == 2
    assert remove(docs / "one.txt", collection="c", settings=settings).documents == 1


# --- discover -----------------------------------------------------------------------------------


def test_what_is_passed_over_in_a_folder(docs: Path, tmp_path: Path) -> None:
    (docs / ".hidden.txt").write_text("x")
    (docs / ".git").mkdir()
    (docs / ".git" / "a.txt").write_text("x")
    (docs / "~$one.docx").write_text("x")
    (docs / "loop").symlink_to(docs)
    (docs / "dangling.txt").symlink_to(docs / "nowhere")
    (docs / "again.txt").symlink_to(docs / "one.txt")
    os.mkfifo(docs / "pipe.txt")
    inside = docs / "indexes"
    inside.mkdir()
    (inside / "a.txt").write_text("x")
    found = discover([docs, docs / "one.txt"], exclude=[inside])
    names = [str(f.path.relative_to(docs)) for f in found.files]
    assert sorted(names) == ["one.txt", "sub/one.txt", "two.txt"]
    assert found.problems == []
    assert [f.path.name for f in discover([docs / ".hidden.txt"]).files] == [".hidden.txt"]
    assert discover([docs / "pipe.txt"]).files == []


def test_patterns(docs: Path) -> None:
    assert len(discover([docs / "*.txt"]).files) == 2
    assert len(discover([docs / "**" / "*.txt"]).files) == 3
    (docs / "[1].txt").write_text("x")
    assert [f.path.name for f in discover([docs / "[1].txt"]).files] == ["[1].txt"]
    assert discover(["\0"]).problems


def test_a_folder_may_begin_with_a_tilde(docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(docs)
    (docs / "~old").mkdir()
    (docs / "~old" / "a.txt").write_text("x")
    assert [f.path.name for f in discover(["~old/a.txt"]).files] == ["a.txt"]
    assert folder_of("~old") == docs.resolve() / "~old"
    (problem,) = discover(["~nobody-here/a.txt"]).problems
    assert "there is no such file or folder" in problem.error


def _settings(root: Path) -> Settings:
    return Settings(index_root=str(root))


def test_what_is_installed_is_looked_up_once(
    docs: Path, run: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def entry_points(group: str) -> tuple[()]:
        asked.append(group)
        return ()

    monkeypatch.setattr(parsers, "entry_points", entry_points)
    parsers._installed.cache_clear()
    run(docs)
    assert run(docs).unchanged == 3
    assert asked == ["footnote.parsers"]
    parsers._installed.cache_clear()


def test_a_file_with_another_time_and_the_same_content_has_not_changed(
    run: Callable[..., Report], docs: Path, root: Path
) -> None:
    run(docs)
    file = docs / "two.txt"
    os.utime(file, ns=(1, 1))
    assert not origin("two.txt", "c", settings=_settings(root)).changed
    file.write_text(file.read_text().replace("trains", "planes"))
    assert origin("two.txt", "c", settings=_settings(root)).changed
    file.write_text("Shorter.")
    assert origin("two.txt", "c", settings=_settings(root)).changed
    file.unlink()
    assert not origin("two.txt", "c", settings=_settings(root)).changed


def test_only_the_first_file_is_stored_alone_also_where_nothing_is_embedded(
    run: Callable[..., Report], docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(20):
        (docs / f"{i}.txt").write_text(f"Document {i} is of a kind of its own.")
    run(docs)
    known, asked = Writer.known, list[int]()

    def counted(self: Writer, found: list[str]) -> Any:
        asked.append(len(found))
        return known(self, found)

    monkeypatch.setattr(Writer, "known", counted)
    assert run(docs, anew=True).changed == 23
    assert run.embedder.encoded == []  # type: ignore[attr-defined]
    assert asked == [1, 22]
