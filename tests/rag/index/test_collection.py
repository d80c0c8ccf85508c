"""What readers, writers and lists of collections promise."""

from __future__ import annotations

import gc
import os
import sqlite3
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from unicodedata import normalize

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import CollectionMismatch, CollectionNotFound, DocumentNotFound, UsageError
from rag.index import generations
from rag.index.boxes import pack, unpack
from rag.index.collection import Collection, Writer, collections, delete, rollback
from rag.index.manifest import key_of
from rag.index.merging import merges
from rag.interaction import Embedded
from rag.narrowing.identity import names
from rag.question.shape import checked
from rag.settings import Settings
from rag.types import Chunk, Page, Scope
from tests.rag.index.toys import (
    EMBEDDER,
    chunks_of,
    contents,
    document,
    embedded,
    fill,
    put,
    vector_of,
    vectors_of,
)

DAY = 86_400 * 1_000_000_000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "indexes"


def test_an_unknown_collection_says_which_there_are(root: Path) -> None:
    assert collections(root) == []
    with pytest.raises(CollectionNotFound, match="footnote ingest add"):
        Collection.open(root, "papers")
    fill(root, "letters", {"a": "x"})
    for attempt in (
        lambda: Collection.open(root, "papers"),
        lambda: Writer(root, "papers").__enter__(),
        lambda: delete(root, "papers"),
        lambda: rollback(root, "papers"),
    ):
        with pytest.raises(CollectionNotFound, match="letters"):
            attempt()
    assert [info.name for info in collections(root)] == ["letters"]


@pytest.mark.parametrize(
    "name", ["../../etc", "a/b", "C:\\x", "con", "默认 集合", "x" * 200, ".hidden"]
)
def test_names_never_become_paths(root: Path, name: str) -> None:
    fill(root, name, {"a": "text"})
    assert [info.name for info in collections(root)] == [name]
    assert {path.name for path in root.iterdir()} == {".locks", key_of(name)}
    assert {path.name for path in root.parent.iterdir()} == {"indexes"}
    delete(root, name)
    assert collections(root) == []


def test_one_that_is_deleted_while_it_is_looked_at_is_not_there(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(root, "letters", {"a": "text"})
    looked = os.scandir

    def late(path: Any = ".") -> Any:
        """By the time that a folder of it is listed, somebody has deleted the collection."""
        if key_of("letters") in str(path):
            monkeypatch.setattr(os, "scandir", looked)
            delete(root, "letters")
        return looked(path)

    monkeypatch.setattr(os, "scandir", late)
    assert generations.numbers(root / key_of("letters")) == []
    fill(root, "letters", {"a": "text"})
    monkeypatch.setattr(os, "scandir", late)
    assert collections(root) == []


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 201])
def test_names_that_nobody_could_type_are_refused(root: Path, name: str) -> None:
    with pytest.raises(UsageError):
        Writer(root, name, embedder=EMBEDDER)


def test_another_embedder_is_refused(root: Path) -> None:
    fill(root, "c", {"a": "x"})
    other = {**EMBEDDER, "name": "big", "dimension": 32}
    with pytest.raises(CollectionMismatch, match=r"toy.*big.*dimension.*FOOTNOTE_EMBEDDER=toy"):
        Collection.open(root, "c", fingerprint=other)
    with pytest.raises(CollectionMismatch), Writer(root, "c", embedder=other):
        pass
    own = {**EMBEDDER, "name": "mine", "revision": "0" * 12}  # as a folder has it
    with Writer(root, "d", embedder=own) as writer:
        writer.publish()
    with pytest.raises(CollectionMismatch, match=r"Use that embedder \(the folder mine\)"):
        Collection.open(root, "d", fingerprint=other)
    changed = {**own, "weights": "1" * 64}  # another folder of that name
    with pytest.raises(
        CollectionMismatch, match=r"another version of mine.*0{12}… there, 1{12}… here"
    ):
        Collection.open(root, "d", fingerprint=changed)
    ours = {**own, "name": Settings().embedder}  # no folder
    with Writer(root, "e", embedder=ours) as writer:
        writer.publish()
    with pytest.raises(CollectionMismatch, match=r"\(FOOTNOTE_EMBEDDER=all-MiniLM-L6-v2\)"):
        Collection.open(root, "e", fingerprint=other)
    same_weights = {**EMBEDDER, "name": "/models/toy", "dtype": "bfloat16"}
    Collection.open(root, "c", fingerprint=same_weights).close()


def test_a_document_is_found_by_what_people_call_it(root: Path) -> None:
    with Writer(root, "c", embedder=EMBEDDER) as writer:
        put(writer, document("abcdef01", "one", "/docs/one.txt"))
        put(writer, document("abcdef02", "two", "/docs/two.txt"))
        put(writer, document("12345678", "other", "/else/two.txt"))
        writer.publish()
    with Collection.open(root, "c") as opened:
        for key in ("abcdef01", "one.txt", "/docs/one.txt", "abcdef01"[:8]):
            assert opened.document(key).id == "abcdef01"
        assert opened.document("1234").id == "12345678"
        with pytest.raises(UsageError, match=r"abcdef02.*12345678|12345678.*abcdef02"):
            opened.document("two.txt")
        with pytest.raises(UsageError):
            opened.document("abcdef")
        with pytest.raises(DocumentNotFound, match=r"one\.txt"):
            opened.document("three.txt")
        for key in ("", "%", "*", "\ud800", "\0"):
            with pytest.raises(DocumentNotFound):
                opened.document(key)


def test_scopes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Writer(root, "c", embedder=EMBEDDER) as writer:
        put(writer, document("a", "one\ntwo", "/docs/a.txt", modified_ns=10 * DAY))
        put(writer, document("b", "three", "/docs/sub/b.pdf", "pdf", 20 * DAY))
        put(writer, document("c", "four", "/docs-old/c.pdf", "pdf", 30 * DAY))
        writer.publish()
        writer.remove("b")
        put(writer, document("d", "five", "/docs/sub/d.pdf", "pdf", 20 * DAY))
        writer.publish()
    with Collection.open(root, "c") as opened:

        def found(scope: Scope) -> set[str]:
            allowed = opened.allowed(scope)
            rows, _ = opened.dense(vector_of("q"), 10, allowed)
            documents = {chunk.document for chunk in opened.chunks(rows)}
            assert {info.id for info in opened.documents(scope)} == documents
            return documents

        assert opened.allowed(Scope()) is None
        assert found(Scope()) == {"a", "c", "d"}
        assert found(Scope(documents=("a", "b"))) == {"a"}
        assert found(Scope(types=("pdf",))) == {"c", "d"}
        assert found(Scope(folder="/docs")) == found(Scope(folder="/docs/")) == {"a", "d"}
        assert found(Scope(folder="/")) == {"a", "c", "d"}
        monkeypatch.chdir("/")
        assert found(Scope(folder="docs")) == found(Scope(folder="tmp/../docs")) == {"a", "d"}
        assert found(Scope(folder="/docs/a.txt")) == {"a"}
        assert found(Scope(since="1970-01-19")) == {"c", "d"}
        assert found(Scope(until="1970-01-25", types=("pdf",))) == {"d"}
        assert found(Scope(documents=("nobody",))) == set()
        rows, _ = opened.lexical(["five", "four"], 5, opened.allowed(Scope(folder="/docs")))
        assert [chunk.document for chunk in opened.chunks(rows)] == ["d"]
        with pytest.raises(UsageError, match="2026-01-31"):
            opened.allowed(Scope(since="yesterday"))


def test_neighbours_stay_in_their_document(root: Path) -> None:
    fill(root, "c", {"a": "1\n2", "b": "3\n4\n5", "c": "6"})
    with Collection.open(root, "c") as opened:
        middle = next(r for r in range(opened.rows) if opened.chunk(r).position == 1
                      and opened.chunk(r).document == "b")  # fmt: skip
        around = opened.neighbours(middle, 5, 5)
        assert [(c.document, c.position) for c in around] == [("b", 0), ("b", 1), ("b", 2)]
        assert [c.position for c in opened.neighbours(middle, 0, 0)] == [1]
        assert [c.position for c in opened.neighbours(middle, 0, 1)] == [1, 2]


@pytest.mark.parametrize(("kept", "given"), [("NFD", "NFC"), ("NFC", "NFD")])
def test_a_name_is_one_in_whichever_form_its_accents_are_written(
    root: Path, kept: str, given: str
) -> None:
    name = "Prüfung é.txt"
    with Writer(root, "c", embedder=EMBEDDER) as writer:
        put(writer, document("a", "x", f"/docs/{normalize(kept, name)}"))
        writer.publish()
    with Collection.open(root, "c") as opened:
        for key in (normalize(given, name), f"/docs/{normalize(given, name)}"):
            assert opened.document(key).id == "a"
        question = checked(normalize(given, f"Wer hat laut {name} die Aufsicht?"))
        assert names(opened).all[0].file_in(question)


def test_pages_blocks_and_awkward_text_come_back(root: Path) -> None:
    text = "x" * 40_000 + "\nлорем 検索 \U0001f600 \ud800 end"
    boxes = np.random.default_rng(0).uniform(0, 595, (len(text), 4)).astype(np.float32)
    made = document("a", text, "/docs/\udcff.txt")
    pages = (
        Page(1, 0, 40_001, 595, 842, boxes[:40_001]),
        Page(2, 40_001, len(text), 595, 842),
    )
    made = replace(made, parsed=replace(made.parsed, pages=pages))
    with Writer(root, "c", embedder=EMBEDDER) as writer:
        put(writer, made)
        writer.publish()
    with Collection.open(root, "c") as opened:
        assert opened.text("a") == text
        for start, end in ((0, 5), (16_380, 16_390), (39_990, None), (16_384, 32_768), (5, 5)):
            assert opened.text("a", start, end) == text[start:end]
        assert opened.blocks("a") == made.parsed.blocks
        assert opened.document("a").path == "/docs/\udcff.txt"
        assert opened.document("a").pages == 2
        page = opened.page("a", 1)
        assert (page.start, page.end, page.width) == (0, 40_001, 595)
        assert page.boxes is not None
        assert np.abs(page.boxes - boxes[:40_001]).max() < 0.026
        assert opened.page("a", 2).boxes is None
        with pytest.raises(UsageError, match="no page 3"):
            opened.page("a", 3)


def test_chunks_without_any_text_and_documents_without_chunks(root: Path) -> None:
    fill(root, "c", {"a": "", "b": "???\n..."})
    with Collection.open(root, "c") as opened:
        assert contents(opened) == {"a": "", "b": "???\n..."}
        assert opened.document("a").chunks == 0
        assert opened.lexical(["x"], 3)[0].size == 0
        assert opened.lexical([], 3)[0].size == 0
    with Writer(root, "c") as writer:
        writer.remove("a")
        writer.remove("b")
        writer.publish()
    with Collection.open(root, "c") as opened:
        assert contents(opened) == {}
        assert opened.dense(vector_of("x"), 3)[0].size == 0


def test_originals_live_and_die_with_their_documents(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("hello")
    made = document("a", "hello", str(file), modified_ns=file.stat().st_mtime_ns)
    with Writer(root, "c", embedder=EMBEDDER) as writer:
        assert not writer.keep_original(file, "0" * 64)
        assert writer.keep_original(file, made.source.sha256)
        put(writer, made)
        put(writer, document("b", "world"))
        writer.publish()
    with Collection.open(root, "c") as opened:
        kept = opened.original("a")
        assert kept is not None
        assert kept != file
        assert kept.read_text() == "hello"
        assert opened.original("b") is None
        kept.unlink()
        assert opened.original("a") == file
        file.write_text("HELLO")
        assert opened.original("a") is None
    file.write_text("hello")
    with Writer(root, "c", embedder=EMBEDDER) as writer:
        writer.keep_original(file, made.source.sha256)
        writer.remove("a")
        writer.publish()
        put(writer, document("z", "next"))
        writer.publish()
    # A rollback would need it still.
    assert len(list((root / key_of("c") / "files").iterdir())) == 1
    with Writer(root, "c", embedder=EMBEDDER) as writer:
        writer.remove("z")
        writer.publish()
    assert list((root / key_of("c") / "files").iterdir()) == []


def test_dense_search_is_exact_with_and_without_a_selector(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in range(3):
        text = "\n".join(f"row {part} {i}" for i in range(300))
        fill(root, "c", {f"d{part}": text, f"e{part}": text})
    with Collection.open(root, "c") as opened:
        mask = np.random.default_rng(0).random(opened.rows) < 0.5
        query = vector_of("question")
        everything = opened.vectors(np.arange(opened.rows)) @ query
        expected = sorted(everything[mask], reverse=True)[:20]
        for few in (0, 10**6):
            monkeypatch.setattr("rag.index.vectors.FEW_ROWS", few)
            rows, scores = opened.dense(query, 20, mask)
            assert mask[rows].all()
            assert np.allclose(scores, expected, atol=1e-6)


def test_what_does_not_fit_together_is_refused(root: Path) -> None:
    made = document("a", "one\ntwo")
    with Writer(root, "c", embedder=EMBEDDER) as writer:
        with pytest.raises(ValueError, match="2 chunks, 1 vectors"):
            writer.add(made, chunks_of(made.text), ["one", "two"], embedded(["one"]))
        broken = Embedded(vectors_of(["x"])[0] * np.nan)
        with pytest.raises(ValueError, match="finite"):
            writer.add(made, [Chunk(0, 3, None, ())], ["one"], [broken])
        with pytest.raises(DocumentNotFound):
            writer.remove("nobody")
        put(writer, made)
        writer.publish()
    assert collections(root)[0].chunks == 2


@given(st.lists(st.integers(0, 10_000_000), max_size=60))
def test_merging_leaves_few_segments_and_loses_none(sizes: list[int]) -> None:
    groups = merges([(size, size) for size in sizes])
    assert sorted(i for group in groups for i in group) == list(range(len(sizes)))
    assert len(groups) <= 2 * 9


@given(st.integers(0, 50), st.floats(1, 20_000), st.integers(0, 2**32))
def test_boxes_come_back_to_half_a_step(n: int, width: float, seed: int) -> None:
    boxes = np.random.default_rng(seed).uniform(0, width, (n, 4)).astype(np.float32)
    back = unpack(pack(Page(1, 0, n, width, 10, boxes)), width, 10)
    assert back is not None
    assert back.shape == (n, 4)
    assert np.allclose(back, boxes, atol=max(0.05, width / 65535) / 2 + 0.002)


def test_a_reader_serves_several_threads(root: Path) -> None:
    for part in range(2):
        fill(root, "c", {f"d{part}{i}": f"alpha {i}\nbeta {i} {part}" for i in range(40)})
    with Collection.open(root, "c") as opened:

        def ask(i: int) -> list[object]:
            rows, _ = opened.dense(vector_of(f"q{i % 5}"), 10)
            found, scores = opened.lexical(["alpha", str(i % 5)], 10)
            chunks = opened.chunks(np.union1d(rows, found))
            texts = [opened.text(c.document, c.chunk.start, c.chunk.end) for c in chunks]
            return [rows.tolist(), found.tolist(), scores.tolist(), texts]

        expected = [ask(i) for i in range(5)]
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(ask, range(200)))
        assert all(answer == expected[i % 5] for i, answer in enumerate(answers))


def test_codes_find_what_exact_search_finds(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments of many rows, with deletions, filters and merges; scores stay exact."""
    monkeypatch.setattr("rag.index.vectors.LARGE", 300)
    monkeypatch.setattr("rag.index.vectors.FEW_ROWS", 10)
    monkeypatch.setattr("rag.index.vectors._LEAST", 1)
    for part in range(2):
        texts = {
            f"{part}{i}": "\n".join(f"row {part} {i} {j}" for j in range(50)) for i in range(8)
        }
        fill(root, "c", texts)
    queries = [vector_of(f"question {i}") for i in range(20)]

    def same(proposed: int) -> float:
        monkeypatch.setattr("rag.index.vectors._PROPOSED", proposed)
        hits = 0
        with Collection.open(root, "c") as opened:
            assert [s.vectors.coded for s in opened.segments] == [len(s) for s in opened.segments]
            mask = np.random.default_rng(0).random(opened.rows) < 0.7
            for query in queries:
                for allowed in (None, mask):
                    monkeypatch.setattr("rag.index.reader.EXACT", 10**9)
                    wanted, _ = opened.dense(query, 10, allowed)
                    monkeypatch.setattr("rag.index.reader.EXACT", 0)
                    rows, scores = opened.dense(query, 10, allowed)
                    assert len(rows) == 10
                    assert allowed is None or allowed[rows].all()
                    assert all(opened.chunk(row).document != "03" for row in rows.tolist())
                    assert np.allclose(scores, opened.dense_scores(query, rows), atol=1e-6)
                    hits += len(np.intersect1d(rows, wanted))
        return hits / (2 * 10 * len(queries))

    with Writer(root, "c") as writer:
        writer.remove("03")
        writer.publish()
    assert same(proposed=16) > 0.99
    assert 0.1 < same(proposed=1) < 0.99  # it is the codes that answer


def test_a_closed_collection_lets_go_of_its_files_and_is_not_damaged(root: Path) -> None:
    fill(root, "c", {"a": "the harbour\nof Brennau", "b": "goats"})
    maps = Path("/proc/self/maps")
    opened = Collection.open(root, "c")
    opened.lexical(["a"], opened.rows)
    assert not maps.exists() or str(root) in maps.read_text()
    opened.close()
    assert not maps.exists() or str(root) not in maps.read_text()
    with pytest.raises(sqlite3.ProgrammingError):
        opened.documents()


def test_what_documents_are_called_does_not_keep_a_collection(root: Path) -> None:
    fill(root, "c", {"a": "the harbour\nof Brennau", "b": "goats"})
    opened = Collection.open(root, "c")
    assert names(opened).all
    gone = weakref.ref(opened)
    opened.close()
    del opened
    gc.collect()
    assert gone() is None
