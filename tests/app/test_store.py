"""Conversations survive a restart, and what is deleted is gone."""

from __future__ import annotations

import errno
import json
import resource
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import export
from app.records import dump_answer, dump_scope, load_answer, load_scope
from app.store import NAME_LENGTH, Store
from rag.errors import StorageError
from rag.types import Scope
from tests.app.conftest import answer


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "deep" / "conversations.sqlite")


def test_another_process_finds_what_was_kept(store: Store) -> None:
    talk = store.start("harbour", "When was\nthe harbour built? " + "x" * 100)
    turn = store.ask(talk.id, "When was the harbour built?", Scope(types=("pdf",)))
    store.answer(turn.id, answer("harbour"))
    store.judge(turn.id, False, " too short ")
    second = store.ask(talk.id, "And then?", Scope())
    store.fail(second.id, "Stopped.")
    again = Store(store.path)
    assert len(again.conversation(talk.id).name) <= NAME_LENGTH
    first, last = again.turns(talk.id)
    assert first.answer == answer("harbour")
    assert (first.scope, first.good, first.reason) == (Scope(types=("pdf",)), False, "too short")
    assert (last.number, last.error, last.answer) == (2, "Stopped.", None)
    store.again(first.id)
    assert store.turns(talk.id)[0].answer is None
    assert store.turns(talk.id)[0].good is None


def test_conversations_are_found_renamed_and_deleted(store: Store) -> None:
    one, two = store.start("a", "Cranes"), store.start("b", "Ships")
    turn = store.ask(one.id, "How many cranes?", Scope())
    store.answer(turn.id, answer("harbour"))
    assert [c.name for c in store.conversations()] == ["Cranes", "Ships"]  # the latest first
    assert [c.id for c in store.conversations("b")] == [two.id]
    assert [c.id for c in store.conversations(containing="HARBOUR")] == [one.id]
    assert store.conversations(containing="%") == []
    store.rename(two.id, "  ")
    store.rename(one.id, "Lifting")
    assert {c.name for c in store.conversations()} == {"Lifting", "Ships"}
    store.delete(one.id)
    assert store.conversation(one.id) is None
    assert store.turns(one.id) == []
    store.delete_all("b")
    assert store.conversations() == []


def test_words_are_searched_where_a_person_reads_them(store: Store) -> None:
    one, two = store.start("a", "Über die Prüfung"), store.start("a", "Ships")
    said = 'It says "go",\nthen “Größe”. [1]'
    turn = store.ask(one.id, "Wie groß ist er?", Scope())
    store.answer(turn.id, replace(answer("harbour"), text=said))
    store.answer(store.ask(two.id, "How many?", Scope()).id, answer("ships"))
    for words in ("ÜBER DIE", "Pru\u0308fung", "groß ist", 'says "go", then', "GRÖSSE", "Title A1"):
        assert [c.id for c in store.conversations(containing=words)] == [one.id], words
    for words in ("quote", "page", "timings", "0.93", "bananas"):  # of how it is kept
        assert store.conversations(containing=words) == [], words


def test_an_answer_from_a_file_whose_name_is_no_text_is_kept(store: Store) -> None:
    found = answer("harbour")
    path = "/papers/caf\udce9.txt"  # in Latin-1
    found = replace(found, citations=(replace(found.citations[0], path=path),))
    turn = store.ask(store.start("a", "x").id, "harbour", Scope(folder="/caf\udce9"))
    store.answer(turn.id, found)
    kept = store.turns(turn.conversation)[0]
    assert (kept.answer, kept.scope) == (found, turn.scope)


def test_threads_do_not_lose_each_others_questions(store: Store) -> None:
    talk = store.start("a", "x")
    threads = [Thread(target=store.ask, args=(talk.id, f"{i}", Scope())) for i in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [turn.number for turn in store.turns(talk.id)] == list(range(1, 21))


def test_a_file_that_is_deleted_in_use_is_made_anew(store: Store) -> None:
    store.start("harbour", "Lost")
    store.path.unlink()
    assert store.conversations() == []
    store.path.unlink()
    assert store.ask(store.start("harbour", "New").id, "Why?", Scope()).number == 1


def test_a_file_of_an_earlier_version_that_is_restored_in_use_is_brought_up_to_date(
    store: Store,
) -> None:
    talk = store.start("harbour", "Kept")
    with sqlite3.connect(store.path) as db:
        db.execute("alter table turns drop column everywhere")
        db.execute("pragma user_version = 0")
    db.close()
    store.ask(talk.id, "Why?", Scope())
    assert [turn.everywhere for turn in store.turns(talk.id)] == [False]


def test_what_was_kept_is_read_on_a_full_drive(store: Store) -> None:
    talk = store.start("harbour", "When was the harbour built?")
    turn = store.ask(talk.id, "When was the harbour built?", Scope())
    store.answer(turn.id, answer("harbour"))
    store.judge(turn.id, True)
    talk = store.conversation(talk.id)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        assert store.conversations(containing="harbour") == [talk]
        assert store.conversation(talk.id) == talk
        assert [turn.answer for turn in store.turns(talk.id)] == [answer("harbour")]
        assert len(store.judged()) == 1
        with pytest.raises(StorageError, match="Make room or make it writable"):
            store.ask(talk.id, "And then?", Scope())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert store.ask(talk.id, "And then?", Scope()).number == 2


def test_what_was_kept_last_is_read_on_a_read_only_drive(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What SQLite had no chance to take from its log into the file, as on a drive that is full."""
    store.start("harbour", "When was the harbour built?")
    with closing(sqlite3.connect(store.path)) as other:
        other.execute("begin")
        other.execute("select * from conversations").fetchall()
        store.start("harbour", "And when was it closed?")
        closed = tmp_path / "read-only"
        closed.mkdir()
        for name in (store.path.name, f"{store.path.name}-wal"):
            shutil.copy(store.path.with_name(name), closed)
    before = {path.name: path.read_bytes() for path in closed.iterdir()}

    def refused(path: Path, **_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    monkeypatch.setattr(Path, "mkdir", refused)
    assert len(Store(closed / store.path.name).conversations()) == 2
    assert {path.name: path.read_bytes() for path in closed.iterdir()} == before


def test_on_a_read_only_drive_there_are_no_conversations(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, **_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    monkeypatch.setattr(Path, "mkdir", refused)
    assert (store.conversations(), store.turns("x"), store.judged()) == ([], [], [])
    with pytest.raises(StorageError, match="Make room or make it writable"):
        store.start("harbour", "When was the harbour built?")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "c.sqlite").write_text("not a database, but long enough to be taken for one" * 20)
    with pytest.raises(StorageError, match=r"c\.sqlite"):
        Store(tmp_path / "c.sqlite").conversations()


@given(st.text(), st.lists(st.text()))
def test_records_come_back_as_they_were(question: str, documents: list[str]) -> None:
    assert load_answer(dump_answer(answer(question))) == answer(question)
    scope = Scope(documents=tuple(documents), folder=question or None)
    assert load_scope(dump_scope(scope)) == scope


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=30,
)
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"])) | st.just("<script>[x](y)"))
def test_exports_show_text_as_text(store: Store, text: str) -> None:
    talk = store.start("a", text)
    turn = store.ask(talk.id, f"harbour {text}", Scope())
    store.answer(turn.id, answer(turn.question))
    page = export.html(talk, store.turns(talk.id))
    assert "<script" not in page
    assert 'href="#s1-1"' in page
    assert "default-src 'none'" in page
    told = json.loads(export.as_json(talk, store.turns(talk.id)))
    assert (
        told["turns"][0]["answer"]["citations"][0]["quote"] == answer("harbour").citations[0].quote
    )
    written = export.markdown(talk, store.turns(talk.id))
    assert "[^1-1]:" in written
    assert "<script" not in written.replace("\\<", "")
