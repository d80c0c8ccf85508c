"""Reasoning and stop strings are found however the text is cut into pieces."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.generate.thinking import StopCutter, ThinkSplitter
from rag.types import Reasoning, Token

# Pieces of the marks turn up often enough for the hard cases to be met.
texts = st.lists(
    st.sampled_from(
        ["<think>", "</think>", "<think", "</", "<", ">", "think", " ", "\n\n", "a", "stop", "ß 水"]
    ),
    max_size=12,
).map("".join)


@st.composite
def cut_texts(draw: st.DrawFn) -> tuple[str, list[str]]:
    text = draw(texts)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    return text, [text[a:b] for a, b in pairwise([0, *cuts, len(text)])]


def split(pieces: list[str], *, thinking: bool) -> tuple[str, str]:
    """Reasoning and answer of a reply that comes in pieces."""
    splitter = ThinkSplitter(thinking=thinking)
    events = [event for piece in pieces for event in splitter.feed(piece)]
    events += splitter.finish()
    assert all(event.text for event in events)
    kinds = [type(event) for event in events]
    assert kinds == sorted(kinds, key=lambda kind: kind is Token), "reasoning comes first"
    return (
        "".join(e.text for e in events if isinstance(e, Reasoning)),
        "".join(e.text for e in events if isinstance(e, Token)),
    )


@given(cut_texts(), st.booleans())
def test_pieces_make_no_difference(cut: tuple[str, list[str]], thinking: bool) -> None:
    text, pieces = cut
    assert split(pieces, thinking=thinking) == split([text], thinking=thinking)


@pytest.mark.parametrize(
    ("text", "thinking", "expected"),
    [
        ("<think>\nWhy?\n</think>\n\nBecause.", False, ("Why?", "Because.")),
        ("Why?\n</think>\n\nBecause.", True, ("Why?", "Because.")),
        ("<think>\n\n</think>\n\nBecause.", False, ("", "Because.")),
        ("Because <think> is a tag.", False, ("", "Because <think> is a tag.")),
        ("No end in sight", True, ("No end in sight", "")),
        ("<thin", False, ("", "<thin")),
        ("  An indented answer", False, ("", "  An indented answer")),
    ],
)
def test_reasoning_is_split_off(text: str, thinking: bool, expected: tuple[str, str]) -> None:
    assert split([text], thinking=thinking) == expected


@given(cut_texts(), st.lists(st.sampled_from(["stop", "a<", "\n\n", "<think>", ""]), max_size=3))
def test_an_answer_ends_before_the_first_stop_string(
    cut: tuple[str, list[str]], stops: list[str]
) -> None:
    text, pieces = cut
    cutter = StopCutter(stops)
    events = [e for piece in pieces for e in cutter.cut([Token(piece)] if piece else [])]
    events += cutter.finish()
    found = [text.find(stop) for stop in stops if stop and stop in text]
    # Of two strings that overlap, the one that is complete first ends the answer.
    answer = "".join(event.text for event in events)
    assert text.startswith(answer)
    assert not any(stop and stop in answer for stop in stops)
    assert bool(found) == cutter.stopped
    if not found:
        assert answer == text


def test_stop_strings_leave_reasoning_alone() -> None:
    cutter = StopCutter(["stop"])
    events = list(cutter.cut([Reasoning("stop"), Token("go on, stop here")]))
    assert events == [Reasoning("stop"), Token("go on, ")]
