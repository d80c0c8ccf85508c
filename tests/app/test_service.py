"""Collections are reopened when they change; answers are kept whether or not a page looks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event, get_ident

import pytest

from app import adding, answers, asking, documents, export, passage, scope, source, suggest
from app import service as services
from app.jobs import Job
from app.service import Service
from app.store import Turn
from rag.errors import CollectionNotFound, StorageError, UsageError
from rag.index.collection import Collection, Writer, collections
from rag.types import DocumentInfo, Scope
from tests.app.conftest import TEXT, Script, answer
from tests.app.waiting import until
from tests.rag.index.toys import EMBEDDER, document, put


def test_a_reader_is_shared_until_another_generation_is_in_force(
    service: Service, root: Path
) -> None:
    with service.opened("harbour") as before, service.opened("harbour") as same:
        assert before is same
        with Writer(root, "harbour", embedder=EMBEDDER) as writer:
            put(writer, document("c3", "New."))
            writer.publish()
        with service.opened("harbour") as after:
            assert (before.counts[0], after.counts[0]) == (2, 3)
        assert before.text("a1") == TEXT  # still open for whoever began with it
    with pytest.raises(CollectionNotFound), service.opened("nowhere"):
        pass


def test_the_app_leaves_the_list_of_collections_alone(service: Service, root: Path) -> None:
    service.store.start("harbour", "x")
    assert [info.name for info in collections(root)] == ["harbour"]


# --- asking ---------------------------------------------------------------------------------------


def test_an_answer_is_kept_without_anybody_looking(service: Service, script: Script) -> None:
    talk = service.store.start("harbour", "x")
    turn = asking.ask(service, talk.id, "When was the harbour built?", Scope(types=("text",)))
    until(lambda: asking.watched(service, turn) is None)
    assert service.store.turns(talk.id)[0].answer == answer("When was the harbour built?")
    assert script.asked == [("When was the harbour built?", Scope(types=("text",)))]
    asking.replace_question(service, turn, "Who is the mayor?")
    until(lambda: asking.watched(service, turn) is None)
    [again] = service.store.turns(talk.id)
    assert (again.question, again.answer.found) == ("Who is the mayor?", False)


def test_a_draft_is_said_to_be_one_and_can_be_stopped(service: Service, script: Script) -> None:
    script.hold = Event()
    talk = service.store.start("harbour", "x")
    turn = asking.ask(service, talk.id, "harbour?", Scope())
    until(lambda: getattr(asking.watched(service, turn).progress, "draft", ""))
    second = asking.ask(service, talk.id, "harbour again?", Scope())
    shown = answers.describe(turn, asking.watched(service, turn), None)
    assert (shown["kind"], shown["parts"]) == ("draft", [{"text": "A draft "}])
    assert "draft" in shown["status"]
    waiting = answers.describe(second, asking.watched(service, second), None)
    assert "queue, after 1 question" in waiting["status"]
    asking.stop(service, second)
    asking.stop(service, turn)
    until(lambda: not asking.watched(service, turn) and not asking.watched(service, second))
    first, last = service.store.turns(talk.id)
    assert first.answer is not None  # what there was by then was checked and kept
    assert (last.answer, last.error) == (None, asking.STOPPED)


def test_a_page_that_is_drawn_late_shows_the_answer_that_has_come_meanwhile(
    service: Service, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = half_answered(service, script)
    [(now, job)] = asking.turns(service, turn.conversation)
    assert (now, job.over) == (turn, False)
    read = service.store.turns

    def read_before_it_ends(conversation: str) -> list[Turn]:
        found = read(conversation)
        script.hold.set()
        until(lambda: asking.watched(service, turn) is None)
        return found

    with monkeypatch.context() as slow:
        slow.setattr(service.store, "turns", read_before_it_ends)
        [(now, job)] = asking.turns(service, turn.conversation)
    assert now.answer is None
    assert job is not None  # at work, not interrupted
    [(now, job)] = asking.turns(service, turn.conversation)
    assert (now.answer, job) == (answer("When was the harbour built?"), None)
    script.hold = Event()
    asking.again(service, now)
    assert asking.turns(service, turn.conversation)[0][1] is not None
    script.hold.set()
    until(lambda: asking.watched(service, turn) is None)


def half_answered(service: Service, script: Script) -> Turn:
    """A question that a draft is there for; it is answered once `script.hold` is set."""
    script.hold = Event()
    talk = service.store.start("harbour", "x")
    turn = asking.ask(service, talk.id, "When was the harbour built?", Scope())
    until(lambda: getattr(asking.watched(service, turn).progress, "draft", ""))
    return turn


def test_a_question_changed_while_it_is_answered_gets_its_own_answer(
    service: Service, script: Script
) -> None:
    turn = half_answered(service, script)
    asking.replace_question(service, turn, "Who is the mayor?")
    script.hold.set()
    until(lambda: asking.watched(service, turn) is None)
    [now] = service.store.turns(turn.conversation)
    assert (now.question, now.answer) == ("Who is the mayor?", answer("Who is the mayor?"))
    asking.again(service, turn)  # in a tab that still shows the first question
    until(lambda: asking.watched(service, turn) is None)
    [now] = service.store.turns(turn.conversation)
    assert (now.question, now.answer) == ("Who is the mayor?", answer("Who is the mayor?"))


def test_a_stop_meant_for_the_question_before_does_not_stop_this_one(
    service: Service, script: Script
) -> None:
    turn = half_answered(service, script)
    asking.replace_question(service, turn, "Who is the mayor?")
    asking.stop(service, turn)  # in a tab that still shows the first question
    script.hold.set()
    until(lambda: asking.watched(service, turn) is None)
    [now] = service.store.turns(turn.conversation)
    assert (now.answer, now.error) == (answer("Who is the mayor?"), None)


def test_an_answer_that_is_there_when_the_stop_comes_is_kept(
    service: Service, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    script.hold = Event()
    talk = service.store.start("harbour", "x")
    asking.ask(service, talk.id, "harbour?", Scope())
    turn = asking.ask(service, talk.id, "Who is the mayor?", Scope())
    cancel = service.jobs.cancel

    def late(job: str) -> None:
        script.hold.set()
        until(lambda: service.store.turns(talk.id)[1].answer)
        cancel(job)

    monkeypatch.setattr(service.jobs, "cancel", late)
    asking.stop(service, turn)
    now = service.store.turns(talk.id)[1]
    assert (now.answer, now.error) == (answer("Who is the mayor?"), None)


def test_a_reply_is_shown_as_no_refusal_and_tells_of_no_reading(service: Service) -> None:
    talk = service.store.start("harbour", "x")
    turn = service.store.ask(talk.id, "Thanks!", Scope())
    told = replace(answer("Thanks!"), text="You're welcome.", mode="reply", evidence=())
    service.store.answer(turn.id, told)
    [now] = service.store.turns(talk.id)
    shown = answers.describe(now, None, None)
    assert shown["parts"] == [{"text": "You're welcome."}]
    assert [shown[key] for key in ("kind", "heading", "near", "foot")] == ["found", *[None] * 3]
    page = export.html(talk, [now])
    assert "Read " not in page
    assert "nearest" not in page


def test_searching_everywhere_does_not_wait_for_the_narrow_answer(
    service: Service, script: Script
) -> None:
    script.hold = Event()
    talk = service.store.start("harbour", "x")
    turn = asking.ask(service, talk.id, "Where in harbour.txt is the harbour?", Scope())
    until(lambda: getattr(asking.watched(service, turn).progress, "draft", ""))
    asking.everywhere(service, turn)
    script.hold.set()
    until(lambda: asking.watched(service, turn) is None)
    [now] = service.store.turns(talk.id)
    assert now.answer is not None
    assert (now.everywhere, now.answer.narrowed) == (True, ())


def test_asking_again_twice_starts_one_answer(service: Service, script: Script) -> None:
    script.hold = Event()
    talk = service.store.start("harbour", "x")
    turn = asking.ask(service, talk.id, "harbour?", Scope())
    for _ in range(2):
        asking.again(service, turn)
    script.hold.set()
    until(lambda: asking.watched(service, turn) is None)
    assert len(service.jobs.about(turn.id)) == 1
    assert service.store.turns(talk.id)[0].answer == answer("harbour?")
    service.store.delete(talk.id)
    asking.again(service, turn)  # nothing is left to be asked
    assert len(service.jobs.about(turn.id)) == 1


def test_an_error_is_kept_as_one_sentence(service: Service, script: Script) -> None:
    script.error = UsageError("Ask something.")
    talk = service.store.start("harbour", "x")
    turn = asking.ask(service, talk.id, "?", Scope())
    until(lambda: asking.watched(service, turn) is None)
    [turn] = service.store.turns(talk.id)
    assert turn.error == "Ask something."
    assert answers.describe(turn, None, None)["parts"] == [{"text": "Ask something."}]


def test_an_answer_and_a_refusal_look_different(service: Service) -> None:
    talk = service.store.start("harbour", "x")
    for question in ("harbour?", "mayor?"):
        turn = service.store.ask(talk.id, question, Scope())
        service.store.answer(turn.id, answer(question))
    found, refused = (answers.describe(turn, None, 1) for turn in service.store.turns(talk.id))
    assert found["kind"] == "found"
    assert {"n": 1} in found["parts"]
    assert {"strong": "1931"} in found["parts"]
    assert "2 passages of 1 document" in found["foot"]
    assert "very likely right (93%)" in found["foot"]
    assert (refused["kind"], refused["heading"]) == ("refused", "Not in your documents")
    assert refused["sources"][0]["quote"] == TEXT[:30]
    assert "%" not in refused["foot"]


# --- adding ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\report.pdf", "report.pdf"),
        ("<img src=x onerror=alert(1)>.txt", "<img src=x onerror=alert(1)>.txt"),
        (".hidden", "hidden"),
        ("a\x00b\n.txt", "a_b_.txt"),
        ("..", "file"),
        ("", "file"),
    ],
)
def test_names_of_uploads_stay_in_their_folder(given: str, kept: str) -> None:
    assert adding.safe_name(given) == kept


def test_long_names_keep_their_ending() -> None:
    name = adding.safe_name("ü" * 500 + ".pdf")
    assert len(name.encode()) <= 200
    assert name.endswith(".pdf")


def test_uploads_are_kept_by_content(service: Service) -> None:
    def keep(name: str, content: bytes) -> Path:
        return adding.keep_upload(service, "harbour", name, memoryview(content))

    one = keep("a.txt", b"one")
    changed = one.stat().st_mtime_ns
    assert keep("a.txt", b"one") == one
    assert one.stat().st_mtime_ns == changed
    other = keep("a.txt", b"two")
    assert (one.read_bytes(), other.read_bytes()) == (b"one", b"two")
    assert service.root in one.parents


def test_a_folder_keeps_its_form_and_another_of_its_name_stays_apart(service: Service) -> None:
    def keep(name: str, content: bytes) -> Path:
        return adding.keep_upload(service, "harbour", name, memoryview(content))

    first = keep("papers/north/a.txt", b"one")
    assert first.parts[-3:] == ("papers", "north", "a.txt")
    assert keep("papers/north/a.txt", b"one") == first
    assert keep("papers/north/a.txt", b"two").parts[-3:] == ("papers (2)", "north", "a.txt")
    assert keep("papers/b.txt", b"three").parts[-2:] == ("papers", "b.txt")
    escaping = keep("../../papers/../x.txt", b"four")
    assert adding.uploads(service, "harbour") in escaping.parents
    assert ".." not in escaping.parts


@pytest.mark.parametrize("name", ["papers/a.txt", "papers/{}.txt"])
def test_folders_of_one_name_that_come_at_the_same_time_stay_whole(
    service: Service, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = [bytes([i]) * (8 << 20) for i in range(4)]
    together, came, mkdir = Barrier(len(contents), timeout=60), set(), Path.mkdir

    def waiting(self: Path, *args: object, **options: object) -> None:
        if get_ident() not in came:  # nobody begins to write before all have looked
            came.add(get_ident())
            together.wait()
        mkdir(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "mkdir", waiting)

    def keep(i: int) -> Path:
        return adding.keep_upload(service, "harbour", name.format(i), memoryview(contents[i]))

    with ThreadPoolExecutor(len(contents)) as pool:
        kept = list(pool.map(keep, range(len(contents))))
    assert [path.read_bytes() for path in kept] == contents
    folder = adding.uploads(service, "harbour")
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == sorted(kept)


def test_an_upload_that_cannot_be_stored_leaves_nothing_behind(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    for name in ("a.txt", "papers/a.txt"):
        with pytest.raises(StorageError, match=f"{name} can't be stored: No space"):
            adding.keep_upload(service, "harbour", name, memoryview(b"one"))
    folder = adding.uploads(service, "harbour")
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_removing_an_uploaded_file_leaves_its_neighbours(service: Service, root: Path) -> None:
    one, two = (
        adding.keep_upload(service, "harbour", f"papers/{name}", memoryview(name.encode()))
        for name in ("sub/one.txt", "two.txt")
    )
    with Writer(root, "harbour", embedder=EMBEDDER) as writer:
        put(writer, document("c3", "One.", str(one.resolve())))
        writer.publish()
    adding.remove(service, "harbour", ["c3"])
    assert (one.parent.exists(), two.exists()) == (False, True)


def test_the_folders_that_can_be_picked(service: Service, root: Path) -> None:
    def info(path: str, key: str = "a1") -> DocumentInfo:
        with Collection.open(root, "harbour") as opened:
            return replace(opened.document(key), path=path)

    kept = adding.uploads(service, "harbour")
    single = str(kept.resolve() / "0123" / "x.txt")
    infos = [info("/d/a/1.txt"), info("/d/a/b/2.txt"), info("/d/c/3.txt"), info(single)]
    assert scope.folders(infos, kept) == {"/d/a": "d/a", "/d/a/b": "d/a/b", "/d/c": "d/c"}
    assert scope.folders(infos[:1], kept) == {}
    picked = scope.scoped(infos, Scope(folder="/d/a"))
    assert [item.path for item in picked] == ["/d/a/1.txt", "/d/a/b/2.txt"]
    assert scope.scoped(infos, Scope(types=("pdf",))) == []


def test_the_state_of_a_document_is_said(root: Path) -> None:
    with Collection.open(root, "harbour") as opened:
        info = opened.document("a1")
    long = replace(info, characters=2000)
    told = [long, info, replace(long, chunks=0), replace(long, warnings=("a page is torn",))]
    assert [documents.condition(item) for item in told] == [
        "ready", "ready", "no text", "ready, with notes",
    ]  # fmt: skip
    assert documents.condition(replace(long, pages=100)) == "little text"


def test_removing_and_deleting_take_uploads_and_conversations_along(
    service: Service, root: Path
) -> None:
    kept = adding.keep_upload(service, "harbour", "c.txt", memoryview(b"Cranes."))
    with Writer(root, "harbour", embedder=EMBEDDER) as writer:
        put(writer, document("c3", "Cranes.", str(kept.resolve())))
        writer.publish()
    assert adding.remove(service, "harbour", ["c3"]) == 1
    assert not kept.exists()
    service.store.start("harbour", "x")
    adding.drop(service, "harbour")
    assert service.collections() == []
    assert service.store.conversations() == []


def test_names_of_collections_are_checked() -> None:
    assert adding.checked_name("  My  papers ", []) == "My papers"
    for name in ("", "harbour"):
        with pytest.raises(UsageError):
            adding.checked_name(name, ["harbour"])


# --- sources --------------------------------------------------------------------------------------


def test_a_passage_is_text_with_the_quote_in_its_middle(root: Path) -> None:
    with Collection.open(root, "harbour") as opened:
        found = passage.around(opened, "a1", 31, 51)
        assert found.before + found.quote + found.after == TEXT
        assert found.quote == TEXT[31:51]
        data = source.view(opened, opened.document("a1"), answer("harbour").citations[0])
    assert (data["quote"], data["pages"]) == (TEXT[:30], [])


def test_questions_to_begin_with_come_from_titles_where_there_are_no_headings(root: Path) -> None:
    with Collection.open(root, "harbour") as opened:
        asked = suggest.examples(opened.documents(), opened)
    assert sorted(asked) == ["What is “Title a1” about?", "What is “Title b2” about?"]


def test_when_the_server_ends_work_is_stopped_and_kept(service: Service) -> None:
    kept: list[str] = []

    def work(job: Job) -> None:
        if job.cancel.wait(60):
            kept.append(job.kind)

    service.jobs.start("add", "collection harbour", work, lane="x")
    told: list[str] = []
    services.end(told.append)
    assert (kept, len(told)) == (["add"], 1)
    services.end(told.append)  # with nothing at work there is nothing to tell
    assert len(told) == 1
