"""Drafts: from a server that speaks the protocol, and from the model that ships."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial

import pytest

from rag import Models, prompt
from rag.answer.draft import SAMPLES, THOUGHTS, Draft, Writer, Written, fitting, tokens
from rag.generate.remote import RemoteGenerator
from rag.types import Evidence, Reasoning, Token
from tests.rag.generate.test_remote import Handler, Reply, Server, server, words
from tests.rag.records import evidence

__all__ = ["server"]  # the fixture
QUESTION = "Who built the harbour?"
FACTS = evidence("The harbour was built by Clara Oswin.", "It cost 4,200 crowns.")
ASKED = prompt.messages(QUESTION, FACTS)
STEPS = prompt.steps(QUESTION, FACTS)
CONCLUDE = partial(prompt.conclusion, question=QUESTION)


def drained(written: Written) -> tuple[list[Token | Reasoning], Draft]:
    pieces = []
    while True:
        try:
            pieces.append(next(written))
        except StopIteration as end:
            return pieces, end.value


def remote(server: Server, *replies: Reply, max_tokens: int = 50) -> Writer:
    server.replies = list(replies)
    return Writer(RemoteGenerator(server.url, model="m"), max_tokens)


def thinking(*pieces: str, answer: Sequence[str] = ()) -> Reply:
    def reply(handler: Handler) -> None:
        handler.begin(Content_Type="text/event-stream")
        for piece in pieces:
            handler.event(reasoning_content=piece)
        for piece in answer:
            handler.event(piece)
        handler.raw("[DONE]")

    return reply


def test_any_model_is_asked_for_its_steps_first_and_they_become_thinking(server: Server) -> None:
    writer = remote(server, words("The information ", "names her."), words("Clara Oswin."))
    pieces, draft = drained(writer.write(ASKED, CONCLUDE, STEPS))
    assert draft.text == "Clara Oswin."
    assert draft.thoughts == "The information names her."
    assert [type(piece) for piece in pieces] == [Reasoning, Reasoning, Token]
    first, second = (request["messages"] for request in server.seen)
    assert "step by step" in first[-1]["content"]
    assert second[-2] == {"role": "assistant", "content": "The information names her."}
    assert QUESTION in second[-1]["content"]


def test_a_model_that_thinks_by_itself_is_asked_as_ever(server: Server) -> None:
    writer = remote(server, thinking("Hm."), thinking("Hm.", "So.", answer=["Clara."]))
    pieces, draft = drained(writer.write(ASKED, CONCLUDE, STEPS))
    assert (draft.text, draft.thoughts) == ("Clara.", "Hm.So.")
    assert [piece.text for piece in pieces] == ["Hm.", "So.", "Clara."]
    assert server.seen[1]["messages"][-1]["content"] == ASKED[-1].content


def test_thinking_without_end_is_cut_off_and_an_answer_asked_for(server: Server) -> None:
    writer = remote(server, thinking(*["round and round "] * THOUGHTS), words("Clara."))
    pieces, draft = drained(writer.write(ASKED, CONCLUDE))
    assert draft.text == "Clara."
    spent = sum(tokens(piece.text) for piece in pieces if isinstance(piece, Reasoning))
    assert THOUGHTS <= spent < THOUGHTS + 10
    assert draft.thoughts.startswith("round and round")


def test_an_answer_has_its_own_limit(server: Server) -> None:
    writer = remote(server, thinking("Hm.", answer=["word "] * 60), max_tokens=20)
    _, draft = drained(writer.write(ASKED, CONCLUDE))
    assert len(draft.text.split()) == 20


def test_samples_are_drawn_with_seeds_and_end_when_cancelled(server: Server) -> None:
    writer = remote(server, words("One."))
    assert list(writer.samples(ASKED)) == ["One."] * SAMPLES
    assert [request["seed"] for request in server.seen] == list(range(1, SAMPLES + 1))
    assert all(request["temperature"] > 0 for request in server.seen)
    cancel = threading.Event()
    cancel.set()
    assert list(Writer(writer.model, 9, cancel).samples(ASKED)) == []


def test_evidence_is_cut_to_what_the_model_reads(server: Server) -> None:
    many: list[Evidence] = evidence(*[f"Sentence {n} of some length, and more." for n in range(99)])
    small = RemoteGenerator(server.url, model="m", context=1000)
    asking = partial(prompt.messages, QUESTION)
    kept = fitting(small, many, asking)
    assert 1 < len(kept) < 99
    assert kept == tuple(many[: len(kept)])
    assert len(fitting(small, many, asking, spare=300)) < len(kept)
    assert len(fitting(RemoteGenerator(server.url, model="m", context=10), many, asking)) == 1
    assert len(fitting(RemoteGenerator(server.url, model="m"), many[:9], asking)) == 9


@pytest.mark.parametrize("steps", [None, STEPS])
def test_the_model_that_ships_writes_with_and_without_thinking(
    models: Models, steps: list[prompt.Message] | None
) -> None:
    pieces, draft = drained(Writer(models.generator, 24).write(ASKED, CONCLUDE, steps))
    assert draft.text.strip()
    assert bool(draft.thoughts) == (steps is not None)
    assert any(isinstance(piece, Reasoning) for piece in pieces) == (steps is not None)
