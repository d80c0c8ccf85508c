"""Damage of every kind is found, named and mended; what can't be mended is said."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shlex
import shutil
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from safetensors.numpy import save_file

from app.cli import main
from ingest import add, sync
from ingest.doctor import diagnose
from ingest.records import Check
from rag.errors import CollectionNotFound
from rag.index import generations
from rag.index.collection import Collection, Writer, delete, rollback
from rag.index.manifest import StoredFile, key_of, load
from rag.models import Models
from rag.settings import Settings
from tests.ingest.toys import ToyEmbedder, ToyParsers

KEY = key_of("c")
HARMS = ["first", "middle", "last", "cut", "gone"]
TEXTS = {f"{i}.txt": f"Document number {i} tells of the harbour.\n" * 3 for i in range(6)}


@pytest.fixture(autouse=True)
def _toys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.worker.ParserPool", ToyParsers)
    monkeypatch.setattr(Models, "embedder", ToyEmbedder())
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A collection of six documents in two segments; one of them was removed."""
    docs = tmp_path / "docs"
    docs.mkdir()
    root = tmp_path / "root"
    for name in TEXTS:
        (docs / name).write_text(TEXTS[name])
        if name in ("2.txt", "5.txt"):
            add([docs], collection="c", settings=settings(root), embedder=ToyEmbedder())
    return root


def settings(root: Path) -> Settings:
    return Settings(index_root=str(root))


def look(root: Path, fix: bool = False) -> dict[str, list[Check]]:
    """Checks of the collection that are not well, by name."""
    found: dict[str, list[Check]] = {}
    for check in diagnose(settings(root), collection="c", fix=fix):
        if check.state != "ok" and check.collection:
            found.setdefault(check.name, []).append(check)
    return found


def texts(root: Path) -> dict[str, str]:
    with Collection.open(root, "c", fingerprint=ToyEmbedder().fingerprint()) as opened:
        found = {Path(info.path).name: opened.text(info.id) for info in opened.documents()}
        rows, _ = opened.lexical(["harbour"], 99)
        assert {chunk.document for chunk in opened.chunks(rows)} == {
            info.id for info in opened.documents()
        }
        assert opened.counts == (len(found), len(rows))
        embedded = ToyEmbedder()
        for row in rows.tolist():
            _, scores = opened.dense(opened.vectors([row])[0], 1)
            assert scores[0] == pytest.approx(1, abs=1e-5)
        assert not embedded.encoded
    return found


def files_in_force(root: Path) -> list[Path]:
    folder = root / KEY
    manifest = load(folder, generations.current(folder) or 0)
    return [Path("segments", entry.id, name) for entry in manifest.segments for name in entry.files]


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x55
    path.write_bytes(bytes(data))


def test_a_whole_collection(root: Path) -> None:
    checks = diagnose(settings(root))
    assert len({check.name for check in checks}) >= 25
    assert [check for check in checks if check.collection and check.state != "ok"] == []
    assert not any(check.remedy for check in checks if check.state == "ok")
    with pytest.raises(CollectionNotFound, match="There are: c"):
        diagnose(settings(root), collection="d")


@pytest.mark.parametrize("harm", HARMS)
def test_every_damaged_file_is_named_and_mended(root: Path, tmp_path: Path, harm: str) -> None:
    """The database in each way, the others in turn; with FOOTNOTE_THOROUGH=1 all in each way."""
    turn = HARMS.index(harm)
    for number, relative in enumerate(files_in_force(root)):
        chosen = number % len(HARMS) == turn or relative.name == "chunks.sqlite"
        if not (chosen or os.environ.get("FOOTNOTE_THOROUGH") == "1"):
            continue
        copy = shutil.copytree(root, tmp_path / f"copy{number}")
        path = copy / KEY / relative
        size = path.stat().st_size
        if harm == "gone":
            path.unlink()
        elif harm == "cut":
            path.write_bytes(path.read_bytes()[: size // 2])
        else:
            flip(path, {"first": 0, "middle": size // 2, "last": size - 1}[harm])
        (check,) = look(copy)["checksums"]
        assert check.state == "failed"
        assert str(relative) in check.found
        assert check.remedy == "footnote doctor --fix"
        mended = look(copy, fix=True)
        assert {check.state for found in mended.values() for check in found} == {"mended"}
        assert look(copy) == {}
        assert texts(copy) == TEXTS


def test_a_store_is_mended_without_its_originals(root: Path, tmp_path: Path) -> None:
    """What chunks.sqlite knows suffices to make vectors and terms anew."""
    shutil.rmtree(tmp_path / "docs")
    shutil.rmtree(root / KEY / "files")
    (root / KEY / "files").mkdir()
    for relative in files_in_force(root):
        if not relative.name.endswith(".sqlite"):
            flip(root / KEY / relative, 0)
    assert set(look(root, fix=True)) == {"checksums", "restored", "files"}
    assert texts(root) == TEXTS


@pytest.mark.parametrize("harm", ["gone", "hash"])
def test_kept_originals_outlive_a_lost_store(root: Path, tmp_path: Path, harm: str) -> None:
    """They are all that is left of the documents where the files themselves are gone."""
    shutil.rmtree(tmp_path / "docs")
    for relative in files_in_force(root):
        if relative.name == "chunks.sqlite" and harm == "gone":
            (root / KEY / relative).unlink()
        elif relative.name == "chunks.sqlite":
            garble(root / KEY / relative)
    found = look(root, fix=True)
    assert {check.state for check in found["restored"]} == {"mended"}
    assert texts(root) == TEXTS


def test_what_is_read_again_keeps_the_drive_that_it_came_from(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it a sync takes the document for deleted while the drive is away."""
    docs = tmp_path / "docs"
    monkeypatch.setattr(Path, "is_mount", lambda path: path == docs)
    add([docs], collection="c", settings=settings(root), embedder=ToyEmbedder(), anew=True)
    shutil.rmtree(docs)
    for relative in files_in_force(root):
        if relative.name == "chunks.sqlite":
            (root / KEY / relative).unlink()
    assert {check.state for check in look(root, fix=True)["restored"]} == {"mended"}
    with Collection.open(root, "c") as opened:
        assert {info.metadata["drive at"] for info in opened.documents()} == {str(docs)}


def test_what_is_damaged_is_not_said_to_be_in_order(root: Path) -> None:
    store = next(root / KEY / path for path in files_in_force(root) if path.suffix == ".sqlite")
    store.write_bytes(store.read_bytes()[:100])
    said = [check for check in diagnose(settings(root), collection="c") if check.collection]
    fine = {check.name for check in said if check.state == "ok"}
    assert {"generation", "originals"} <= fine
    assert not fine & {"checksums", "database", "rows", "vectors", "counts"}


def test_documents_that_nothing_tells_of_are_counted_and_taken_in_again(
    root: Path, tmp_path: Path
) -> None:
    docs = tmp_path / "docs"
    sync(docs, collection="c", settings=settings(root), embedder=ToyEmbedder())
    for folder in (root / KEY / "segments").iterdir():
        shutil.rmtree(folder)
    (check,) = look(root, fix=True)["restored"]
    assert check.found.startswith("6 more could not be restored")
    assert check.remedy == f"footnote ingest sync {docs} --collection c"
    sync(docs, collection="c", settings=settings(root), embedder=ToyEmbedder())
    assert texts(root) == TEXTS


def test_a_collection_that_lost_its_current_leads_to_the_doctor(root: Path) -> None:
    (root / KEY / "CURRENT").unlink()
    with pytest.raises(CollectionNotFound, match="footnote doctor --collection c --fix"):
        Collection.open(root, "c")
    look(root, fix=True)
    assert texts(root) == TEXTS


def test_what_a_first_writer_left_before_anything_was_published_is_no_collection(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "indexes" / KEY
    for name in ("segments", "files", "generations"):
        (folder / name).mkdir(parents=True)
    checks = diagnose(settings(tmp_path / "indexes"), fix=True)
    assert [check.found for check in checks if check.collection or check.state == "failed"] == []


def test_what_cannot_be_read_is_told_with_all_the_rest(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed, exists, read = Path.iterdir, Path.exists, Path.read_bytes

    def refuse(path: Path, closed: Path) -> None:
        if closed == path:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))

    current = root / KEY / "CURRENT"
    monkeypatch.setattr(Path, "exists", lambda path: refuse(path, current) or exists(path))
    monkeypatch.setattr(Path, "read_bytes", lambda path: refuse(path, current) or read(path))
    monkeypatch.setattr(Path, "rglob", lambda path, pattern: refuse(path, path))
    (check,) = look(root)["generation"]
    assert "CURRENT can't be read: Permission denied" in check.found
    monkeypatch.setattr(Path, "iterdir", lambda path: refuse(path, root) or listed(path))
    checks = {check.name: check for check in diagnose(settings(root))}
    assert f"{root} can't be read: Permission denied" in checks["collections"].found
    assert "embedder" in checks


def garble(store: Path) -> None:
    """Makes a store that can be opened tell other hashes of the files, and no text."""
    with closing(sqlite3.connect(store)) as db, db:
        db.execute("UPDATE documents SET sha256 = replace(sha256, substr(sha256, 1, 1), 'g')")
        db.execute("DELETE FROM texts")


def test_proven_texts_are_saved_from_a_damaged_store(root: Path, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "docs")
    shutil.rmtree(root / KEY / "files")
    store = next(root / KEY / path for path in files_in_force(root) if path.suffix == ".sqlite")
    flip(store, store.read_bytes().index(b"number 1 tells"))
    found = look(root, fix=True)
    lost = [check for check in found["restored"] if check.state == "failed"]
    assert len(lost) == 1
    assert "1.txt could not be restored: its original is gone" in lost[0].found
    assert texts(root) == {name: text for name, text in TEXTS.items() if name != "1.txt"}
    assert "checksums" not in look(root)


def test_a_damaged_manifest_is_replaced_by_its_copy(root: Path) -> None:
    folder = root / KEY
    number = generations.current(folder)
    flip(folder / "generations" / f"{number}.json", 40)
    assert "checksum" in look(root)["generation"][0].found
    look(root, fix=True)
    assert texts(root) == TEXTS
    for broken in ("CURRENT", f"generations/{number}.copy"):
        flip(folder / broken, 0)
        assert look(root)["generation"]
        look(root, fix=True)
        assert look(root) == {}
        assert texts(root) == TEXTS


def test_without_any_manifest_the_generation_before_is_put_back(root: Path) -> None:
    folder = root / KEY
    number = generations.current(folder)
    for suffix in ("json", "copy"):
        (folder / "generations" / f"{number}.{suffix}").write_text("{}")
    look(root, fix=True)
    assert texts(root) == {name: text for name, text in TEXTS.items() if name < "3"}


def test_originals(root: Path, tmp_path: Path) -> None:
    for path in (root / KEY / "files").iterdir():
        flip(path, 3)
    gone = tmp_path / "docs/1.txt"
    kept = root / KEY / "files" / hashlib.sha256(gone.read_bytes()).hexdigest()
    gone.unlink()
    damaged = kept.read_bytes()
    found = look(root)
    assert len(found["originals"]) == 6
    found = look(root, fix=True)
    assert Counter(check.state for check in found["originals"]) == {"mended": 5, "failed": 1}
    assert kept.read_bytes() == damaged  # all that is left of it
    kept.unlink()
    found = look(root)
    assert "1.txt" in found["files"][0].found
    assert found["files"][0].state == "warning"
    assert texts(root) == TEXTS


def test_old_parsers_are_mended_by_one_command(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.read.version", lambda kind, where: f"{kind}/later")
    docs = tmp_path / "docs"
    (docs / "0.txt").unlink()  # nothing reads this one again
    (check,) = look(root)["parsers"]
    assert check.remedy == f"footnote ingest add {docs / '1.txt'} --collection c"
    sync(docs, collection="c", settings=settings(root), embedder=ToyEmbedder())
    monkeypatch.setattr("ingest.read.version", lambda kind, where: f"{kind}/latest")
    (check,) = look(root)["parsers"]
    assert check.remedy == f"footnote ingest sync {docs} --collection c"


def test_what_agrees_with_its_checksum_but_not_with_the_rest(root: Path) -> None:
    """As if a writer had been wrong: one vector too many, one too long, a count that is off."""
    from rag.index import vectors

    folder = root / KEY
    manifest = load(folder, generations.current(folder) or 0)
    first, *others = manifest.segments
    rows = vectors.Vectors(folder / "segments" / first.id / "vectors.faiss").rows(
        np.arange(first.chunks)
    )
    for name, part in (("rows", np.vstack([rows, rows[:1]])), ("vectors", rows * 2)):
        path = folder / "segments" / first.id / "vectors.faiss"
        path.unlink()
        vectors.write(path, [part], rows.shape[1])
        entry = replace(first, files={**first.files, path.name: StoredFile.of(path)})
        wrong = replace(manifest, segments=(entry, *others))
        generations.publish(folder, wrong.to_json())
        (check,) = look(root)[name]
        assert first.id in check.found
        copy = shutil.copytree(root, root.with_name(name))
        look(copy, fix=True)
        assert texts(copy) == TEXTS
        assert look(copy) == {}
    path.unlink()
    vectors.write(path, [rows], rows.shape[1])
    generations.publish(folder, replace(manifest, documents=99).to_json())
    assert "99 documents" in look(root)["counts"][0].found
    look(root, fix=True)
    assert look(root) == {}
    assert texts(root) == TEXTS


def words_in(root: Path) -> dict[str, list[list[int]]]:
    """What the words of each chunk are like, by its text."""
    with Collection.open(root, "c") as opened:
        rows = np.arange(opened.rows)
        return {
            opened.text(c.document, c.chunk.start, c.chunk.end): words.tolist()
            for c, words in zip(opened.chunks(rows), opened.words(rows), strict=True)
        }


def test_damaged_tokens_are_made_anew(root: Path) -> None:
    expected = words_in(root)
    assert all(expected.values())
    for name in ("tokens.bits", "tokens.first"):
        path = next(p for p in files_in_force(root) if p.name == name)
        flip(root / KEY / path, -1)
        assert look(root)["checksums"][0].state == "failed"
        look(root, fix=True)
        assert look(root) == {}
        assert words_in(root) == expected


def test_tokens_of_other_chunks_are_made_anew(root: Path) -> None:
    """They agree with their checksum, but there is one too few."""
    expected = words_in(root)
    folder = root / KEY
    manifest = load(folder, generations.current(folder) or 0)
    first, *others = manifest.segments
    path = folder / "segments" / first.id / "tokens.first"
    starts = path.read_bytes()
    path.unlink()
    path.write_bytes(starts[8:])
    entry = replace(first, files={**first.files, path.name: StoredFile.of(path)})
    generations.publish(folder, replace(manifest, segments=(entry, *others)).to_json())
    (check,) = look(root)["tokens"]
    assert first.id in check.found
    look(root, fix=True)
    assert look(root) == {}
    assert words_in(root) == expected


def test_a_collection_that_was_deleted_leaves_nothing_to_warn_of(root: Path) -> None:
    delete(root, "c")
    odd = [check.name for check in diagnose(settings(root)) if check.state == "warning"]
    assert "locks" not in odd


def test_what_was_left_behind(root: Path) -> None:
    (root / KEY / "segments" / "dead").mkdir()
    (root / KEY / "files" / "x.tmp").write_text("x")
    (root / ".deleted-1234").mkdir()
    (root / ".locks" / "nobody").touch()
    found = look(root)
    assert len(found["leftovers"]) == 2
    states = {c.name: c.state for c in diagnose(settings(root), fix=True) if not c.collection}
    assert states["locks"] == states["deletions"] == "mended"
    assert look(root) == {}
    assert not (root / ".deleted-1234").exists()
    assert [path.name for path in (root / ".locks").iterdir()] == [KEY]


def test_a_damaged_past_is_given_up(root: Path) -> None:
    folder = root / KEY
    with Writer(root, "c", embedder=ToyEmbedder().fingerprint()) as writer:
        writer.publish(compact=True)
    now = {entry.id for entry in load(folder, generations.current(folder) or 0).segments}
    old = next(path for path in (folder / "segments").iterdir() if path.name not in now)
    flip(old / "chunks.sqlite", 5000)
    assert look(root)["history"][0].state == "warning"
    look(root, fix=True)
    assert look(root) == {}
    assert texts(root) == TEXTS
    with pytest.raises(CollectionNotFound):
        rollback(root, "c")


def test_another_embedder_is_said_and_keeps_from_mending(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Models, "embedder", ToyEmbedder("other"))
    (check,) = look(root)["embedder"]
    assert "FOOTNOTE_EMBEDDER=toy" in check.remedy
    path = next(p for p in files_in_force(root) if p.name == "vectors.faiss")
    flip(root / KEY / path, -1)
    found = look(root, fix=True)
    assert "made with the embedder toy" in found["mending"][0].found
    assert found["checksums"][0].state == "failed"


def test_a_writer_at_work_is_left_alone(root: Path) -> None:
    with Writer(root, "c", embedder=ToyEmbedder().fingerprint()):
        assert [check.name for found in look(root, fix=True).values() for check in found] == [
            "lock"
        ]


def test_the_command(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOOTNOTE_GENERATR", "typo")
    monkeypatch.setenv("FOOTNOTE_FILE_PASSWORD", "secret")  # no setting, but not odd either
    call = ["doctor", "--index-root", str(root), "-c", "c"]
    result = CliRunner().invoke(main, [*call, "--json"])
    said = json.loads(result.stdout)
    assert (result.exit_code, said["ok"]) == (0, True)
    assert "FOOTNOTE_GENERATR" in next(
        c["found"] for c in said["checks"] if c["name"] == "settings"
    )
    assert "FILE_PASSWORD" not in result.stdout
    flip(root / KEY / files_in_force(root)[0], 0)
    (tmp_path / "footnote.toml").write_text("passages = 'many'")
    result = CliRunner().invoke(main, call)
    assert result.exit_code == 1
    assert "passages" in result.stdout
    assert f"mv {tmp_path / 'footnote.toml'}" in result.stdout
    assert "→ footnote doctor --fix" in result.stdout
    (tmp_path / "footnote.toml").unlink()
    assert CliRunner().invoke(main, [*call, "--fix"]).exit_code == 0
    assert texts(root) == TEXTS


def test_the_command_names_the_root_that_it_was_given_and_counts_in_words(
    root: Path, tmp_path: Path
) -> None:
    (root / KEY / "files").rename(tmp_path / "away")
    (root / KEY / "files").mkdir()
    (tmp_path / "docs" / "1.txt").rename(tmp_path / "gone; it's.txt")
    call = ["doctor", "--index-root", str(root), "-c", "c", "--json"]
    checks = json.loads(CliRunner().invoke(main, call).stdout)["checks"]
    (check,) = [c for c in checks if c["name"] == "files" and c["collection"]]
    assert check["found"].startswith("1 document has no original any more that")
    wanted = ["footnote", "ingest", "add", str(tmp_path / "docs" / "1.txt"), "--collection", "c"]
    assert shlex.split(check["remedy"]) == [*wanted, "--index-root", str(root)]


def test_on_a_read_only_drive_a_copy_is_mended(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    flip(root / KEY / files_in_force(root)[0], 0)
    drive = os.statvfs(root)
    flags = [*drive[:8], drive.f_flag | os.ST_RDONLY, *drive[9:]]
    monkeypatch.setattr(os, "statvfs", lambda folder: os.statvfs_result(flags))
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refused)
    found = {check.name: check for check in diagnose(settings(root), collection="c")}
    assert (found["index root"].state, found["index root"].remedy) == (
        "warning", f"cp -R {root} DIR"
    )  # fmt: skip
    assert found["checksums"].remedy == (
        f"cp -R {root} DIR; footnote doctor --fix --index-root DIR"
    )


def test_a_full_disk_is_not_mended_by_rights(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    (check,) = [c for c in diagnose(settings(root), collection="c") if c.name == "index root"]
    assert (check.state, check.remedy) == ("failed", f"du -sh {root}/*")


def test_a_vision_model_is_checked_where_one_is_named(root: Path) -> None:
    named = Settings(index_root=str(root), vision="/no/such/model")
    (check,) = [c for c in diagnose(named, collection="c") if c.name == "vision"]
    assert (check.state, check.remedy) == ("failed", "unset FOOTNOTE_VISION")
    assert not [c for c in diagnose(settings(root), collection="c") if c.name == "vision"]


@pytest.mark.parametrize("offline", [True, False])
@pytest.mark.parametrize("server", ["http://[::1", "localhost:11434/v1"])
def test_a_server_without_an_address_is_said(root: Path, server: str, offline: bool) -> None:
    named = Settings(index_root=str(root), server=server, offline=offline)
    checks = {c.name: c for c in diagnose(named, collection="c")}
    assert (checks["generator"].state, checks["generator"].remedy) == (
        "failed",
        "unset FOOTNOTE_SERVER",
    )
    assert "is not an address" in checks["generator"].found
    assert checks["offline"].state == "ok"


def test_a_server_on_another_machine_is_said_where_none_may_be_asked(root: Path) -> None:
    for server, state in (("http://example.org/v1", "failed"), ("http://localhost:1/v1", "ok")):
        named = Settings(index_root=str(root), server=server, offline=True)
        checks = {c.name: c for c in diagnose(named, collection="c")}
        assert (checks["offline"].state, checks["generator"].state) == (state, "ok")


def test_a_wrong_variable_is_not_mended_by_moving_the_file_away(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOOTNOTE_PASSAGES", "many")
    (tmp_path / "footnote.toml").write_bytes(b'\xef\xbb\xbfmode = "quote"')  # as Notepad writes
    (check,) = [c for c in diagnose(index_root=str(root), collection="c") if c.name == "settings"]
    assert (check.state, check.remedy) == ("failed", "env | grep FOOTNOTE_")


@pytest.mark.parametrize("kind", ["embedder", "reader", "reranker", "generator"])
def test_a_model_of_a_folder_is_looked_at(root: Path, tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "model"
    folder.mkdir()

    def found(name: str) -> Check:
        named = Settings(index_root=str(root)).replace(**{kind: name})
        [check] = [c for c in diagnose(named) if c.name == kind and c.collection is None]
        return check

    assert "no config.json" in found(str(folder)).found
    (folder / "config.json").write_text("{}")
    weights = folder / "model.safetensors"
    save_file({"x": np.zeros(1000, np.float32)}, weights)
    assert found(str(folder)).state == "ok"
    os.truncate(weights, 1000)
    check = found(str(folder))
    assert (check.state, check.remedy) == ("failed", f"unset FOOTNOTE_{kind.upper()}")
    assert str(weights) in check.found
    assert found(str(tmp_path / "none")).state == "failed"
    assert found("footnote-reader").state == ("ok" if kind == "reader" else "failed")


def test_a_model_of_a_folder_is_looked_at_as_it_is_loaded(root: Path, tmp_path: Path) -> None:
    def found(name: str) -> Check:
        named = Settings(index_root=str(root), generator=name)
        [check] = [c for c in diagnose(named) if c.name == "generator" and c.collection is None]
        return check

    folder, part = tmp_path / "model", "model-00002-of-00002.safetensors"
    (folder / "original").mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    save_file({"x": np.zeros(9, np.float32)}, folder / "model-00001-of-00002.safetensors")
    (folder / "original/consolidated.safetensors").write_bytes(b"of another program")
    assert found(str(folder)).state == "ok"
    told = {"weight_map": {"x": "model-00001-of-00002.safetensors", "y": part}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(told))
    assert (found(str(folder)).state, part in found(str(folder)).found) == ("failed", True)
    save_file({"y": np.zeros(9, np.float32)}, folder / part)
    assert found(str(folder)).state == "ok"
    for name in ("models/none.gguf", "none.gguf", "my/models/none"):
        assert (found(name).state, name in found(name).found) == ("failed", True)
    (tmp_path / "page.gguf").write_text("<html>not found</html>")
    assert found(str(tmp_path / "page.gguf")).state == "failed"
    (tmp_path / "whole.gguf").write_bytes(b"GGUF" + bytes(20))
    for name in (str(tmp_path / "whole.gguf"), "owner/model/file-Q4_K_M.gguf", "owner/model"):
        assert found(name).state == "ok"
