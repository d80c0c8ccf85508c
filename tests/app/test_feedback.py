"""Judgements become what TRL's DPOTrainer and `footnote eval` read."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

from app import asking, feedback
from app.service import Service
from app.store import Store
from rag.types import Scope
from tests.app.conftest import answer
from tests.app.waiting import until

QUESTION = "When was the harbour built?"


def judged(tmp_path: Path) -> Store:
    """One question answered badly, asked again, answered well; another put right by hand."""
    store = Store(tmp_path / "c.sqlite")
    talk = store.start("harbour", "Talk")
    first = store.ask(talk.id, QUESTION, Scope())
    store.answer(first.id, replace(answer("harbour"), question=QUESTION, text="It is old. [1]"))
    store.judge(first.id, False, "vague")
    store.again(first.id)
    store.answer(first.id, replace(answer("harbour"), question=QUESTION))
    store.judge(first.id, True)
    second = store.ask(talk.id, "How many cranes?", Scope())
    store.answer(second.id, replace(answer("harbour"), question="How many cranes?", text="Two."))
    store.judge(second.id, False, "wrong", "Three.")
    return store


def test_pairs_are_in_the_form_that_dpo_reads(tmp_path: Path) -> None:
    pairs = feedback.pairs(judged(tmp_path).judged())
    told = {pair["rejected"][0]["content"]: pair["chosen"][0]["content"] for pair in pairs}
    assert told == {"It is old.": "The harbour was built in 1931.", "Two.": "Three."}
    for pair in pairs:
        assert set(pair) == {"prompt", "chosen", "rejected"}
        assert [m["role"] for m in pair["prompt"]] == ["system", "user"]
        assert pair["chosen"][0]["role"] == pair["rejected"][0]["role"] == "assistant"
        assert "The harbour was built in 1931." in pair["prompt"][1]["content"]
    lines = feedback.jsonl(pairs).decode().splitlines()
    assert [json.loads(line) for line in lines] == pairs


def test_what_was_approved_or_put_right_becomes_questions(tmp_path: Path) -> None:
    found = feedback.questions(judged(tmp_path).judged())
    assert found == [
        {"question": QUESTION, "answers": ["1931"], "documents": ["harbour.txt"]},
        {"question": "How many cranes?", "answers": ["Three."]},
    ]


def test_a_file_of_an_earlier_version_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    with sqlite3.connect(path) as db:
        db.executescript(
            "create table conversations (id text primary key, collection text not null, name text"
            " not null, created text not null, updated text not null);"
            "create table turns (id text primary key, conversation text not null, number integer"
            " not null, question text not null, scope text not null, asked text not null,"
            " answer text, error text, job text);"
            "create table judgements (turn text primary key, good integer not null, reason text"
            " not null, judged text not null);"
        )
    store = Store(path)
    turn = store.ask(store.start("a", "b").id, "c", Scope())
    store.judge(turn.id, False, "", "d")
    assert store.turns(turn.conversation)[0].better == "d"


def test_a_follow_up_question_knows_what_was_said_before(service: Service, script: object) -> None:
    talk = service.store.start("harbour", "x")
    for question in (QUESTION, "Who built it?"):
        turn = asking.ask(service, talk.id, question, Scope())
        until(lambda turn=turn: asking.watched(service, turn) is None)
    assert [(m.role, m.content) for m in script.history] == [  # type: ignore[attr-defined]
        ("user", QUESTION),
        ("assistant", "1931"),
    ]
    asking.replace_question(service, turn, "Who built the crane?", plain=True)
    until(lambda: asking.watched(service, turn) is None)
    assert script.history == []  # type: ignore[attr-defined]
    assert script.as_written  # type: ignore[attr-defined]
