"""Misspelt words put right from the documents of the harbour, the cheese and the lighthouse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.pipeline import Pipeline
from rag.spelling import corrected, half_of, slips


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("Who built the harbuor?", "Who built the harbour?"),  # two letters swapped
        ("How long does the chese ripen?", "How long does the cheese ripen?"),  # one of two
        ("How long does the cheeese ripen?", "How long does the cheese ripen?"),
        ("How many ferrries call?", "How many ferries call?"),
        ("Where do the viistors go?", "Where do the visitors go?"),
        ("What is the temprature?", "What is the temperature?"),  # one letter too few
        ("What is the temparature?", "What is the temperature?"),  # by ear
        ("What is the temperarure?", "What is the temperature?"),  # the key beside it
        ("Harbuor: who built it?", "Harbour: who built it?"),
        ("Waht did it cost?", "What did it cost?"),
        ("What tpye of ship calls?", "What tpye of ship calls?"),  # there is no type in there
        ("What dose a visit csot?", "What dose a visit cost?"),
        ("Are fishing bats pulled up?", "Are fishing bats pulled up?"),  # a word, if a wrong one
        ("Where is Brenau?", "Where is Brennau?"),
        ("how high is the leuchtrum of brennau", "how high is the Leuchtturm of brennau"),
        ("Wer ist der Wärtr des Leuchtturms?", "Wer ist der Wärter des Leuchtturms?"),
        ("Wann wurde der Leuchttrum gebaut?", "Wann wurde der Leuchtturm gebaut?"),
    ],
)
def test_a_slip_is_put_right(pipeline: Pipeline, asked: str, understood: str) -> None:
    assert corrected(asked, pipeline.collection) == understood


@pytest.mark.parametrize(
    "asked",
    [
        "Who built the harbour?",
        "Who owns the hydrogel?",  # a rare word that the documents lack
        "Is there a timetable for ferrets?",  # one slip from nothing, and a word
        "Who is Clare Oswyn?",  # another person, maybe
        "Who built the “harbuor”?",  # meant as it is
        'Who built the "harbuor"?',
        "What is in harbuor.md?",
        "What is at harbuor@example.org?",
        "What does HARBUOR stand for?",
        "Wann wurde der Mietvertrag unterschrieben?",
        "港口是什么时候建成的？",
        "",
    ],
)
def test_what_may_be_meant_stays(pipeline: Pipeline, asked: str) -> None:
    assert corrected(asked, pipeline.collection) == asked


def test_hansen_is_not_hanson() -> None:
    assert slips("hansen", "hanson")
    assert not slips("hansen", "hanson", name=True)
    assert not slips("krishnan", "krishna", name=True)
    assert slips("shakespere", "shakespeare", name=True)
    assert slips("herve", "hervé", name=True)
    assert slips("beitish", "british", name=True)
    assert not slips("hydrogel", "hydrogen")
    assert not slips("lease", "please")  # nobody misses the first letter


WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=5, max_size=12)


@given(WORDS, st.data())
def test_each_kind_of_slip_is_known(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(word) - 2))
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    for typed in (swapped, word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]):
        assert typed == word or bool(slips(typed, word)) == bool(slips(word, typed))
        assert typed == word or slips(typed, word)


@given(st.text("abcéo", min_size=4, max_size=9), st.data())
def test_what_is_looked_at_has_all_that_are_slips_away(meant: str, data: st.DataObject) -> None:
    at, other = (data.draw(st.integers(1, len(meant) - 2)) for _ in range(2))
    slip = data.draw(st.sampled_from(["", meant[at] * 2, "o", meant[at + 1] + meant[at]]))
    typed = meant[:at] + slip + meant[at + 1 :]
    typed = typed[:other] + typed[other : other + 1] + typed[other:]
    looked_at = half_of(typed).findall(f"\nzebra 3\n{meant} 5\n{meant}n")
    assert "zebra" not in looked_at
    for word in (meant, meant + "n"):
        assert word in looked_at or not slips(typed, word)


def test_the_answer_tells_how_it_was_understood(pipeline: Pipeline) -> None:
    answer = pipeline.ask("Who built the harbuor of Brennau?")
    assert answer.short == "Clara Oswin"
    assert answer.question == "Who built the harbuor of Brennau?"
    assert answer.searched == "Who built the harbour of Brennau?"
    assert pipeline.search("harbuor", k=1).question == "harbour"


def test_a_question_can_be_taken_as_written(pipeline: Pipeline) -> None:
    answer = pipeline.ask("Who built the harbuor of Brennau?", as_written=True)
    assert answer.searched is None
    assert pipeline.search("harbuor", k=1, as_written=True).question == "harbuor"
