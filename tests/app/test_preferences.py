"""Choices made in the app: in order, checked, kept; and the page that makes them."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from streamlit.testing.v1 import AppTest

from app import adding, measuring
from app.preferences import Preferences
from app.service import Service
from rag.errors import UsageError
from rag.evaluation import testset
from rag.settings import Settings
from tests.app.waiting import until


def test_a_choice_for_one_collection_comes_after_one_for_all(tmp_path: Path) -> None:
    chosen, base = Preferences(tmp_path / "deep" / "p.json"), Settings(threshold=0.1)
    chosen.choose(base, "threshold", 0.5)
    chosen.choose(base, "threshold", 0.7, "thesis")
    chosen.choose(base, "system_prompt", "Be kind.", "thesis")
    again = Preferences(chosen.path)
    assert again.settings(base).threshold == 0.5
    assert again.settings(base, "thesis").threshold == 0.7
    assert again.settings(base, "thesis").system_prompt == "Be kind."
    again.choose(base, "threshold", None, "thesis")
    assert again.settings(base, "thesis").threshold == 0.5
    again.forget()
    assert Preferences(chosen.path).settings(base, "thesis") == base


def test_what_another_process_chose_meanwhile_is_kept(tmp_path: Path) -> None:
    one, other = Preferences(tmp_path / "p.json"), Preferences(tmp_path / "p.json")
    one.choose(Settings(), "system_prompt", "Be kind.")
    other.choose(Settings(), "mode", "quote", "thesis")
    other.choose(Settings(), "mode", "write", "letters")
    one.forget("letters")
    assert dict(Preferences(one.path).chosen()) == {"system_prompt": "Be kind."}
    assert dict(Preferences(one.path).chosen("thesis")) == {"mode": "quote"}
    assert not Preferences(one.path).chosen("letters")


def test_wrong_choices_are_refused_and_stale_ones_passed_over(tmp_path: Path) -> None:
    chosen = Preferences(tmp_path / "p.json")
    for name, value in (("threshold", 7), ("nonsense", 1), ("mode", "shout")):
        with pytest.raises(UsageError):
            chosen.choose(Settings(), name, value)
    chosen.path.write_text('{"": {"threshold": 9, "mode": "quote", "index_root": "/"}, "x": 3}')
    found = Preferences(chosen.path).settings(Settings())
    assert (found.threshold, found.mode, found.index_root) == (
        Settings().threshold,
        "quote",
        "indexes",
    )
    chosen.path.write_text("{")
    assert Preferences(chosen.path).settings(Settings()) == Settings()


def settings_page() -> AppTest:
    def script() -> None:
        from app import preferring, state

        state.sync()
        preferring.page()

    return AppTest.from_function(script, default_timeout=600)


def test_the_page_chooses_for_one_collection_and_takes_it_back(service: Service) -> None:
    page = settings_page().run()
    assert not page.exception
    page.radio[0].set_value("harbour").run()
    mode = next(box for box in page.selectbox if box.label == "Answer mode")
    mode.set_value("quote").run()
    assert service.preferences.chosen("harbour") == {"mode": "quote"}
    assert service.settings.mode == "auto"
    page.button(key="reset-mode-harbour").click().run()
    assert service.preferences.chosen("harbour") == {}


def test_thinking_is_switched_on_for_all_collections(service: Service) -> None:
    page = settings_page().run()
    switch = next(toggle for toggle in page.toggle if toggle.label == "Think first")
    assert switch.value is False
    switch.set_value(True).run()
    assert not page.exception
    assert service.settings.think is True
    page.button(key="reset-think-").click().run()
    assert service.settings.think is False


def test_another_model_is_chosen_and_the_default_comes_back(service: Service) -> None:
    page = settings_page().run()
    before = service.models
    next(f for f in page.text_input if f.label == "Server").set_value("http://localhost:9/v1")
    next(b for b in page.button if b.label == "Use").click().run()
    assert not page.exception
    assert service.settings.server == "http://localhost:9/v1"
    assert service.models is not before
    assert service.models.settings.server == "http://localhost:9/v1"
    next(b for b in page.button if b.label == "Back to the default").click().run()
    assert service.settings.server == ""


@pytest.mark.parametrize("server", ["localhost:11434", "http://a..b/v1", "ftp://host"])
def test_what_is_no_address_of_a_server_is_not_kept(service: Service, server: str) -> None:
    page = settings_page().run()
    next(f for f in page.text_input if f.label == "Server").set_value(server)
    next(b for b in page.button if b.label == "Use").click().run()
    assert "http://host:port/v1" in page.error[0].value.replace("\\", "").replace("\u2060", "")
    assert service.settings.server == ""


def test_no_name_of_a_model_is_that_of_the_default(service: Service) -> None:
    page = settings_page().run()
    next(f for f in page.text_input if f.label == "Language model").set_value("")
    next(b for b in page.button if b.label == "Use").click().run()
    assert not page.exception
    assert service.settings.generator == service.base.generator


def test_all_data_can_be_deleted(service: Service, root: Path) -> None:
    talk = service.store.start("harbour", "A")
    service.preferences.choose(service.base, "mode", "quote", "harbour")
    adding.drop_everything(service)
    assert service.collections() == []
    assert service.store.conversation(talk.id) is None
    assert service.preferences.chosen("harbour") == {}


def test_a_server_that_was_chosen_is_forgotten_with_all_data(service: Service) -> None:
    service.preferences.choose(service.base, "server", "http://example.org/v1")
    service.switch()
    adding.drop_everything(service)
    assert service.models.settings.server == service.settings.server == ""


def test_what_an_evaluation_quotes_is_deleted_with_its_collection(service: Service) -> None:
    questions = testset.parse("own.csv", b"question,answer\nWhen was the harbour built?,1931\n")
    measuring.start(service, "harbour", "own.csv", questions, [("As set", service.settings)])
    until(lambda: all(job.over for job in measuring.jobs(service, "harbour")))
    adding.drop(service, "harbour")
    assert measuring.jobs(service, "harbour") == []


def test_nothing_is_deleted_while_work_is_under_way(service: Service) -> None:
    """Neither with a collection of which nothing is stored yet, nor with one that is evaluated."""
    go = Event()
    for kind, subject in (("add", "collection new"), ("evaluate", "evaluation harbour")):
        job = service.jobs.start(kind, subject, lambda job: go.wait(60), lane=kind)
        with pytest.raises(UsageError, match="first"):
            adding.drop_everything(service)
        assert [info.name for info in service.collections()] == ["harbour"]
        go.set()
        until(lambda job=job: service.jobs.get(job).over)  # type: ignore[misc]
        go.clear()
    adding.drop_everything(service)
    assert service.collections() == []
    assert adding.begun(service) == []


def test_a_collection_that_cannot_be_opened_keeps_no_data_from_being_deleted(
    service: Service, root: Path
) -> None:
    for path in root.glob("*/generations/*"):
        path.write_text("{")
    assert service.collections()[0].problem
    adding.drop_everything(service)
    assert service.collections() == []
