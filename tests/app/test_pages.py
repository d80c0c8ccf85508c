"""The pages, without a browser."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import adding, asking, following
from app import service as services
from app.service import Service
from ingest.records import Outcome, Report
from rag.errors import ModelError
from rag.index.collection import Writer
from rag.types import Scope
from tests.app.waiting import until
from tests.rag.index.toys import EMBEDDER, document, fill, put

MAIN = str(Path(__file__).parents[2] / "app" / "main.py")


def ask_page() -> AppTest:
    return AppTest.from_file(MAIN, default_timeout=600)


def library_page() -> AppTest:
    def script() -> None:
        from app import library, state

        state.sync()
        library.page()

    return AppTest.from_function(script, default_timeout=600)


def shown(page: AppTest) -> list[dict[str, Any]]:
    """The data of the answers that a page shows."""
    return [
        json.loads(
            element.proto.mixed.json if element.proto.HasField("mixed") else element.proto.json
        )
        for element in page.get("bidi_component")
        if element.proto.component_name == "footnote_answer"
    ]


def finish(service: Service, page: AppTest) -> AppTest:
    """Runs a page again when the answers that it waits for are there."""
    talk = service.store.conversations()[0]
    until(lambda: all(not asking.watched(service, t) for t in service.store.turns(talk.id)))
    return page.run()


def test_a_first_run_offers_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: Service
) -> None:
    monkeypatch.setenv("FOOTNOTE_INDEX_ROOT", str(tmp_path / "empty"))
    page = ask_page().run()
    assert not page.exception
    assert {"Add documents", "Try it with sample documents"} <= {b.label for b in page.button}
    assert not page.chat_input


def test_asking_answering_and_opening_a_footnote(service: Service) -> None:
    page = ask_page().run()
    page.chat_input[0].set_value("When was the harbour built?").run()
    finish(service, page)
    assert not page.exception
    [answer] = shown(page)
    assert answer["kind"] == "found"
    [talk] = service.store.conversations()
    assert talk.name == "When was the harbour built?"
    assert page.query_params["conversation"] in (talk.id, [talk.id])
    page.query_params["citation"] = "1.1"
    page.run()
    assert shown(page)[0]["open"] == 1
    assert any("harbour.txt" in code.value for code in page.code)
    page.button(key="source-close").click().run()
    assert "citation" not in page.query_params


def test_what_was_narrowed_is_told_and_searched_everywhere_on_request(service: Service) -> None:
    page = ask_page().run()
    page.chat_input[0].set_value("When was the harbour of harbour.txt built?").run()
    finish(service, page)
    assert shown(page)[0]["narrowed"] == "Searched only in: harbour.txt"
    [talk] = service.store.conversations()
    [turn] = service.store.turns(talk.id)
    assert turn.answer is not None
    assert turn.answer.narrowed == ("harbour.txt",)
    page.button(key=f"everywhere-{turn.id}").click().run()
    finish(service, page)
    assert shown(page)[0]["narrowed"] is None
    [turn] = service.store.turns(talk.id)
    assert turn.everywhere
    assert not [b for b in page.button if b.key == f"everywhere-{turn.id}"]
    asking.replace_question(service, turn, "And what is in harbour.txt on the harbour?")
    until(lambda: asking.watched(service, turn) is None)
    [turn] = service.store.turns(talk.id)
    assert not turn.everywhere
    assert turn.answer is not None
    assert turn.answer.narrowed


def test_a_link_restores_conversation_and_footnote(service: Service) -> None:
    talk = service.store.start("harbour", "Old <b>name</b>")
    turn = asking.ask(service, talk.id, "Where is the harbour?", Scope())
    until(lambda: asking.watched(service, turn) is None)
    page = ask_page()
    page.query_params.update({"conversation": talk.id, "collection": "harbour", "citation": "1.1"})
    page.run()
    assert not page.exception
    assert shown(page)[0]["open"] == 1
    assert "\\<b\\>" in page.title[0].value
    gone = ask_page()
    gone.query_params.update({"conversation": "gone", "collection": "harbour", "citation": "9.9"})
    gone.run()
    assert not gone.exception
    assert gone.title[0].value == "Ask your documents"


def test_editing_judging_and_deleting(service: Service) -> None:
    page = ask_page().run()
    page.chat_input[0].set_value("Who is the mayor?").run()
    finish(service, page)
    [talk] = service.store.conversations()
    [turn] = service.store.turns(talk.id)
    assert shown(page)[0]["heading"] == "Not in your documents"
    page.button(key=f"edit-button-{turn.id}").click().run()
    page.text_area[0].set_value("Where is the harbour?")
    next(b for b in page.button if b.label == "Ask").click().run()
    finish(service, page)
    assert shown(page)[0]["kind"] == "found"
    page.button(key="new-conversation").click().run()
    assert shown(page) == []
    page.button(key=f"conversation-{talk.id}").click().run()
    assert len(shown(page)) == 1


@pytest.mark.parametrize("elsewhere", ["deleted", "replaced"])
def test_an_answer_that_is_gone_is_not_judged(service: Service, elsewhere: str) -> None:
    page = ask_page().run()
    page.chat_input[0].set_value("Where is the harbour?").run()
    finish(service, page)
    [talk] = service.store.conversations()
    [turn] = service.store.turns(talk.id)
    if elsewhere == "deleted":
        service.store.delete(talk.id)
    else:
        asking.replace_question(service, turn, "Who is the mayor?")
        until(lambda: asking.watched(service, turn) is None)
    page.feedback(key=f"thumbs-{turn.id}").set_value(1).run()
    assert not page.exception
    assert not page.error
    assert "deleted or replaced" in page.toast[0].value
    assert service.store.judged() == []


def test_a_library_lists_hostile_names_harmlessly(service: Service) -> None:
    page = library_page().run()
    assert not page.exception
    table = page.dataframe[0].value
    assert list(table["Title"]) == ["Title b2", "Title a1"] or set(table["Type"]) == {"text"}
    assert "<img src=x onerror=alert(1)>.txt" in set(table["File"])


def test_a_document_is_looked_at_renamed_and_removed(service: Service) -> None:
    page = library_page()
    page.session_state["looking"] = "a1"
    page.run()
    assert not page.exception
    assert {"Close document", "Ask about it", "Read again", "Remove"} <= {
        button.label for button in page.button
    }
    title = next(field for field in page.text_input if field.label == "Title")
    title.set_value("The <b>harbour</b>").run()
    with service.opened("harbour") as opened:
        assert opened.document("a1").title == "The <b>harbour</b>"
    assert any("The &lt;b&gt;harbour" in element.proto.body for element in page.get("html"))
    title = next(field for field in page.text_input if field.label == "Title")
    title.set_value("  ").run()
    assert "title needs" in page.session_state["told"]
    page.button(key="remove-documents").click().run()
    with service.opened("harbour") as opened:
        assert len(opened.documents()) == 2, "it is asked first"
    page.button(key="remove-documents").click()  # a dialog is not run by itself here
    page.button(key="remove-documents-yes").click().run()
    assert not page.exception
    assert "Close document" not in {button.label for button in page.button}
    with service.opened("harbour") as opened:
        assert [info.id for info in opened.documents()] == ["b2"]


def test_ticked_rows_are_never_other_documents(service: Service, root: Path) -> None:
    ticked = {"selection": {"rows": [0, 1], "columns": [], "cells": []}}
    page = library_page().run()
    key = page.dataframe[0].key
    page.session_state[key] = ticked
    page.run()
    assert page.button(key="remove-documents").label == "Remove 2 documents"
    with Writer(root, "harbour", embedder=EMBEDDER) as writer:  # elsewhere, meanwhile
        put(writer, document("c3", "Cranes.", "/d/c.txt"))
        writer.remove("b2")
        writer.publish()
    page.session_state[key] = ticked
    page.button(key="remove-documents").click().run()
    assert not page.exception
    with service.opened("harbour") as opened:
        assert {info.id for info in opened.documents()} == {"a1", "c3"}
    assert not [button for button in page.button if button.key == "remove-documents"]


def test_a_document_is_searched_in_any_case_and_form_of_accents(
    service: Service, root: Path
) -> None:
    with Writer(root, "harbour", embedder=EMBEDDER) as writer:
        put(writer, document("c3", "Cranes.", "/d/Pru\u0308fung.txt"))
        writer.publish()
    page = library_page().run()
    next(f for f in page.text_input if f.label == "Search documents").set_value("PRÜFUNG").run()
    assert list(page.dataframe[0].value["Title"]) == ["Title c3"]


def test_questions_are_narrowed_to_a_folder(service: Service, root: Path, script: Any) -> None:
    with Writer(root, "harbour", embedder=EMBEDDER) as writer:
        put(writer, document("c3", "Cranes.", "/d/north/c.txt"))
        put(writer, document("d4", "Ropes.", "/d/south/d.txt"))
        for key in ("a1", "b2"):
            writer.remove(key)
        writer.publish()
    page = ask_page().run()
    folder = next(box for box in page.selectbox if box.label == "Folder")
    assert folder.options == ["All folders", "d/north", "d/south"]
    folder.set_value("/d/north").run()
    assert any("1 document in" in element.proto.body for element in page.get("html"))
    page.chat_input[0].set_value("Where is the harbour?").run()
    finish(service, page)
    assert script.asked == [("Where is the harbour?", Scope(folder="/d/north"))]


def test_a_collection_is_found_again_while_its_first_document_is_read(service: Service) -> None:
    go = Event()
    service.jobs.start("add", adding.subject("Towers"), lambda job: go.wait(), lane="x")
    page = library_page()
    page.query_params["collection"] = "Towers"
    page.run()
    assert page.title[0].value == "Towers"
    assert any(button.label == "Cancel" for button in page.button)
    go.set()


def test_a_collection_that_is_being_filled_is_not_stood_in_for_by_another(
    service: Service, root: Path
) -> None:
    go = Event()
    service.jobs.start("add", adding.subject("Towers"), lambda job: go.wait(), lane="x")
    page = ask_page()
    page.query_params["collection"] = "Towers"
    page.run()
    assert not page.exception
    assert not page.chat_input
    assert any("being added to “Towers”" in html.proto.body for html in page.get("html"))
    assert any(button.label == "Cancel" for button in page.button)
    fill(root, "Towers", {"c3": "Towers."})
    assert page.run().chat_input[0].placeholder == "Ask “Towers”…"
    go.set()


def test_a_collection_that_goes_on_being_filled_says_so_and_how_much_there_is(
    service: Service, root: Path
) -> None:
    go = Event()
    service.jobs.start("add", adding.subject("Towers"), lambda job: go.wait(), lane="x")
    fill(root, "Towers", {"c3": "Towers."})
    page = ask_page()
    page.query_params["collection"] = "Towers"
    page.run()
    assert any("1 document in “Towers”" in html.proto.body for html in page.get("html"))
    assert any(button.label == "Cancel" for button in page.button)
    fill(root, "Towers", {"c4": "Bells."})
    page.run()
    assert not page.exception
    assert any("2 documents in “Towers”" in html.proto.body for html in page.get("html"))
    go.set()
    until(lambda: all(job.over for job in adding.jobs(service, "Towers")))
    assert not any(button.label == "Cancel" for button in page.run().button)


def test_what_is_asked_of_a_collection_that_is_gone_is_asked_of_no_other(
    service: Service, root: Path
) -> None:
    fill(root, "towers", {"c3": "Towers."})
    page = ask_page()
    page.query_params["collection"] = "towers"
    page.run()
    adding.drop(service, "towers")  # in another tab
    page.chat_input[0].set_value("How high is the tower?").run()
    assert not page.exception
    assert "no collection “towers” any more" in page.toast[0].value
    assert page.chat_input[0].placeholder == "Ask “harbour”…"
    assert service.store.conversations() == []


def test_a_collection_filled_here_and_renamed_in_the_shell_is_gone_from_the_list(
    service: Service, root: Path
) -> None:
    report = Report("Towers", (Outcome("/c3.txt", "added"),), 1, 1, 0.1)
    job = service.jobs.start("add", adding.subject("Towers"), lambda job: report, lane="x")
    until(lambda: service.jobs.get(job).over)
    fill(root, "Towers", {"c3": "Towers."})
    page = library_page()
    page.session_state["planned"] = page.session_state["collection"] = "Towers"
    assert page.run().title[0].value == "Towers"
    following.rename(root, "Towers", "Spires", 2)
    page.run()
    assert not page.exception
    assert page.selectbox[0].options == ["Spires", "harbour"]
    assert page.title[0].value == "Spires"


def test_a_new_collection_stays_chosen_on_all_pages(service: Service) -> None:
    page = ask_page()
    page.session_state["planned"] = page.session_state["collection"] = "Letters"
    page.run()
    assert not page.exception
    assert any("no documents in “Letters”" in html.proto.body for html in page.get("html"))

    def settings() -> None:
        from app import preferring, state

        state.sync()
        preferring.page()

    other = AppTest.from_function(settings, default_timeout=600)
    other.session_state["planned"] = other.session_state["collection"] = "Letters"
    other.run()
    assert not other.exception
    assert other.session_state["collection"] == "Letters"


def test_nothing_is_asked_with_nothing_and_too_long_a_question_is_told(service: Service) -> None:
    page = ask_page().run()
    page.chat_input[0].set_value("  \n").run()
    assert service.store.conversations() == []
    assert page.chat_input[0].proto.max_chars == 0  # what is longer would vanish without a word


def test_a_language_model_that_is_not_there_is_told_where_it_is_chosen(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Without:
        embedder = SimpleNamespace(encode_query=lambda text: None)
        reader = None

        def __init__(self, settings: object) -> None: ...

        @property
        def generator(self) -> None:
            raise ModelError("There is no model of that name.")

        def loaded(self) -> tuple[str, ...]:
            return ()

    monkeypatch.setattr(services, "Models", Without)
    services._service_for.cache_clear()
    until(lambda: services.service().preload().unwritten is not None)
    page = AppTest.from_function(_models_page, default_timeout=600).run()
    services._service_for.cache_clear()
    assert not page.exception
    assert "no model of that name" in page.error[0].value


def _models_page() -> None:
    from app.modelling import models
    from app.service import service

    models(service())


def test_files_that_could_not_be_read_are_told_before_those_passed_over(service: Service) -> None:
    what = (("z.bin", "skipped"), ("b.pdf", "failed"), ("c.txt", "failed"), ("d.txt", "failed"))
    outcomes = tuple(Outcome(f"/d/{name}", became, note="why") for name, became in what)
    report = Report("harbour", outcomes, 2, 2, 0.1)
    job = service.jobs.start("add", adding.subject("harbour"), lambda job: report, lane="x")
    until(lambda: service.jobs.get(job).over)
    page = library_page().run()
    bad = [html.proto.body for html in page.get("html") if "fn-bad" in html.proto.body]
    assert [name for body in bad for name, _ in what if name in body] == ["b.pdf", "c.txt", "d.txt"]


def test_what_was_cancelled_at_once_is_not_said_to_have_nothing_to_do(service: Service) -> None:
    report = Report("harbour", (), 2, 2, 0.1, cancelled=True)
    job = service.jobs.start("add", adding.subject("harbour"), lambda job: report, lane="x")
    until(lambda: service.jobs.get(job).over)
    page = library_page().run()
    told = " ".join(html.proto.body for html in page.get("html"))
    assert "Cancelled before anything was added." in told


def test_a_new_collection_is_planned_and_a_wrong_name_explained(service: Service) -> None:
    page = library_page().run()
    name = next(field for field in page.text_input if field.label == "Name")
    name.set_value("harbour")
    next(b for b in page.button if b.label == "Create").click().run()
    assert "already" in page.error[0].value
    next(field for field in page.text_input if field.label == "Name").set_value("Letters")
    next(b for b in page.button if b.label == "Create").click().run()
    assert page.title[0].value == "Letters"
    assert [info.name for info in service.collections()] == ["harbour"]


def test_a_link_to_a_deleted_conversation_says_so(service: Service) -> None:
    page = ask_page()
    page.query_params["collection"] = "harbour"
    page.query_params["conversation"] = "gone"
    page.run()
    assert not page.exception
    assert "conversation has been deleted" in page.toast[0].value
    assert "conversation" not in page.query_params
    assert not page.run().toast
