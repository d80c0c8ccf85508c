"""Learning from a larger reader: what it reads, what it says, and what the smaller one is told."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoTokenizer, LlamaConfig, LlamaModel

from rag import weights
from training import asking, distil, teacher
from training.data import Example
from training.echo import Echo
from training.labels import Label, labels, pairs

PASSAGE = "Anna Holt built the old bridge over the river in 1973. Otto Lind crossed it first."
WORDS = PASSAGE.replace(".", "").split()


@pytest.fixture(scope="module")
def tokenizer():  # type: ignore[no-untyped-def]
    return AutoTokenizer.from_pretrained(weights.resolve("footnote-reader", "reader"))


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Echo:
    """A tiny model that knows nothing, with the real tokenizer."""
    folder: Path = tmp_path_factory.mktemp("echo")
    spoken = AutoTokenizer.from_pretrained(weights.resolve("SmolLM2-135M-Instruct", "generator"))
    spoken.save_pretrained(folder)
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=len(spoken),
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
    )
    LlamaModel(config).save_pretrained(folder)
    return Echo(folder, "cpu")


def span(phrase: str) -> tuple[int, int]:
    at = PASSAGE.index(phrase)
    return at, at + len(phrase)


def test_the_second_reading_is_scored(echo: Echo) -> None:
    (window,) = echo.windows(["Who crossed it?"], [PASSAGE])
    text = echo.tokenizer.decode(window.ids)
    assert text.count(PASSAGE) == 2
    assert text.index("Who crossed it?") < text.rindex(PASSAGE)
    words = [PASSAGE[a:b] for a, b in window.offsets[1:].tolist()]
    assert "".join(words) == PASSAGE
    (logits,) = echo.logits([window])
    assert logits.shape == (2, len(window.inside))
    assert not window.inside[0]
    assert window.inside[1:].all()


def test_padding_changes_nothing(echo: Echo) -> None:
    short, long = echo.windows(["Who?", "Who?"], ["Anna did.", PASSAGE])
    alone = torch.tensor(echo.logits([short])[0])
    beside = torch.tensor(echo.logits([long, short])[1])
    torch.testing.assert_close(alone, beside, rtol=1e-3, atol=1e-4)


def test_a_question_is_learnt(echo: Echo) -> None:
    examples = [
        Example("Who built it?", PASSAGE, (span("Anna Holt"),), "g"),
        Example("Who painted it?", PASSAGE, (), "g", (span("Otto Lind"),)),
    ]
    ours = teacher.lessons(examples, echo)
    assert ours[1].starts == {0: 1.0}
    assert len(ours[1].likely[0]) == 1
    optimizer = torch.optim.Adam(echo.parameters(), 1e-2)
    losses = []
    for _ in range(120):
        value = teacher.loss(echo, ours, 1.0)
        losses.append(float(value.detach()))
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
    assert losses[-1] < 0.5 * losses[0]
    found = {
        x.question: x for x in labels([echo.eval()], [(e.question, PASSAGE) for e in examples])
    }
    assert found["Who built it?"].none < 0.5 < found["Who painted it?"].none
    label = found["Who built it?"]
    assert max(label.starts, key=label.starts.__getitem__) == span("Anna Holt")[0]
    assert max(label.ends, key=label.ends.__getitem__) == span("Anna Holt")[1]


def test_what_teachers_say_is_a_chance(echo: Echo) -> None:
    for label in labels([echo, echo], [("Who built it?", PASSAGE), ("When?", PASSAGE)]):
        assert 0 <= label.none <= 1
        for side in (label.starts, label.ends):
            assert sum(side.values()) == pytest.approx(1, abs=0.01)
        assert all(PASSAGE[character].strip() for character in label.starts)


@given(
    first=st.integers(0, len(WORDS) - 1),
    last=st.integers(0, len(WORDS) - 1),
    none=st.floats(0, 1),
)
def test_a_label_becomes_a_target(tokenizer, first: int, last: int, none: float) -> None:  # type: ignore[no-untyped-def]
    start = sum(len(w) + 1 for w in WORDS[:first])
    end = sum(len(w) + 1 for w in WORDS[:last]) + len(WORDS[last])
    text = " ".join(WORDS)
    label = Label("Who?", text, none, {start: 1.0}, {end: 1.0})
    (row,) = distil.rows([label], tokenizer)
    for side in (row.starts, row.ends):
        assert sum(side.values()) == pytest.approx(1)
        assert side[0] == pytest.approx(none)
    at, to = (max(side, key=side.__getitem__) for side in row.likely)
    if first <= last:
        shown = tokenizer.decode(row.ids[at : to + 1])
        assert shown == tokenizer.decode(tokenizer(text[start:end]).input_ids[1:-1])


def test_places_beyond_the_window_are_left_out(tokenizer) -> None:  # type: ignore[no-untyped-def]
    text = "word " * 500 + "Anna"
    (row,) = distil.rows([Label("Who?", text, 0.1, {2500: 1.0}, {2504: 1.0})], tokenizer)
    assert row.starts == row.ends == {0: 1.0}
    assert row.likely == ({}, {})


def test_wrong_passages_come_beside_what_was_asked(tmp_path: Path) -> None:
    texts = [f"The bridge of {name} is old. It was built by {name} Holt." for name in "ABCDEFGH"]
    lines = [
        {
            "question": f"Who built the bridge of {t[14]}?",
            "context": t,
            "start": 35,
            "end": 41,
            "group": "g",
        }
        for t in texts
    ]
    file = tmp_path / "asked.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = pairs(file, random.Random(1))
    assert {question for question, _ in found} == {line["question"] for line in lines}
    assert len(lines) < len(found) <= 2 * len(lines)


def test_the_asker_sees_the_sentences_around_a_phrase() -> None:
    shown = asking.shown(PASSAGE, *span("1973"))
    assert shown == f"{PASSAGE.split('. ')[0]}.\nAnswer: 1973"
    shown = asking.shown(PASSAGE, *span("Otto Lind"))
    assert shown == f"{PASSAGE}\nAnswer: Otto Lind"
