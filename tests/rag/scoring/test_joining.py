"""Which sentences make one piece of evidence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evidence import split
from rag.question.shape import Shape
from rag.scoring.joining import AFTER, LONGEST, LONGEST_CODE, ROWS, asks, stretch, tells
from rag.types import Block
from tests.rag.records import hit

FACT, LIST = Shape("fact"), Shape("list", listed=True)
DEFAULT, DECISION = Shape("fact", told="default"), Shape("fact", told="decision")


def joined(text: str, about: str, shape: Shape = FACT) -> str:
    """The text that the sentence with `about` in it makes with what it needs."""
    found = split([hit(text)])
    (i,) = [n for n, item in enumerate(found) if about in item.text]
    first, last = stretch(i, [hit(text)], found, shape)
    return text[found[first].start : found[last].end]


@pytest.mark.parametrize(
    ("text", "about", "quote"),
    [
        ("Ada built a bridge. It is 40 m long.", "40 m", "Ada built a bridge. It is 40 m long."),
        ("Ada built a bridge. Ben saw it.", "Ben", "Ben saw it."),
        ("Ada built a bridge.\n\nIt is 40 m long.", "40 m", "It is 40 m long."),  # a new paragraph
        ("它建于1890年。该桥长40米。", "40米", "它建于1890年。该桥长40米。"),
        (f"{'Ada built ' * 42}it. It is long.", "long", "It is long."),  # too much together
    ],
)
def test_what_points_back_brings_the_sentence_before(text: str, about: str, quote: str) -> None:
    assert joined(text, about) == quote


def test_a_colon_brings_what_it_announces() -> None:
    text = "The pump needs these settings:\n\nPressure at two bar.\n\nFlow at ten litres."
    assert joined(text, "settings") == text
    many = f"The pump needs this:\n\n{'Some words on pressure. ' * 30}"
    assert len(joined(many, "needs this")) <= LONGEST


def test_a_question_brings_its_answer() -> None:
    assert joined("When did it close? In 1990. Ann left.", "close") == (
        "When did it close? In 1990."
    )
    sheet = "When did it close? Who built it? What did it cost?"
    assert joined(sheet, "Who") == "Who built it?"  # a sheet of questions answers none
    assert joined("Really? When did it close? In 1990.", "Really").endswith("In 1990.")


def test_what_is_told_a_sentence_later_comes_along() -> None:
    text = "The time limit of a request, in seconds. It may be long. Defaults to 30."
    assert joined(text, "time limit", DEFAULT) == text
    assert joined(text, "time limit") == "The time limit of a request, in seconds."
    late = "We spoke of the roof. One. Two. Three. Four. Decision: it is mended."
    assert AFTER == 3
    assert joined(late, "roof", DECISION) == "We spoke of the roof."
    soon = "We spoke of the roof. One.\n\nTwo. Decision: it is mended."
    assert joined(soon, "roof", DECISION) == soon
    apart = "The time limit.\n\nDefaults to 30."
    assert joined(apart, "limit", DEFAULT) == "The time limit."  # another entry


def test_a_list_is_one_where_a_list_is_asked_for() -> None:
    text = "You need:\n- a hammer\n- a saw\n- a drill\n\nAnn has all of them."
    assert joined(text, "saw", LIST) == "- a hammer\n- a saw\n- a drill"
    assert joined(text, "saw") == "- a saw"
    assert joined(text, "saw", Shape("list", items=2, listed=True)) == "- a hammer\n- a saw"


def test_rows_of_one_table_are_one() -> None:
    rows = "\n".join(f"Lamp {n} | {n} euros" for n in range(1, 13))
    text = f"Lamp | Price\n{rows}"
    assert joined(text, "Lamp 2 ", LIST).count("\n") + 1 == ROWS
    assert joined(text, "Lamp 2 ", Shape("list", items=3, listed=True)).count("\n") + 1 == 3
    assert joined(text, "Lamp 2 ") == "Lamp 2 | 2 euros"


def test_code_comes_with_what_announces_it() -> None:
    lines = [f"step_{n}()" for n in range(4)]
    code = "\n".join(lines)
    text = f"Ann wrote this.\n\nRun these steps:\n\n{code}\n\nThat is all."
    block = Block(text.index(code), text.index(code) + len(code), "code")
    passage = hit(text)
    found = split([passage], {"d1": [block]})
    (i,) = [n for n, item in enumerate(found) if "step_2" in item.text]
    first, last = stretch(i, [passage], found, FACT)
    quote = text[found[first].start : found[last].end]
    assert quote == f"Run these steps:\n\n{code}"
    assert len(quote) <= LONGEST_CODE


def test_what_asks_and_what_tells() -> None:
    (question,) = split([hit("When is it due?”")])
    (said,) = split([hit("Decision: the roof is mended by default.")])
    assert asks(question)
    assert not asks(said)
    assert tells(said, DECISION)
    assert tells(said, DEFAULT)
    assert not tells(said, FACT)
    assert not tells(question, DECISION)


PIECES = (
    "Ada built a bridge.", "It is long.", "Why?", "You need:", "\n- a saw", "\n- a drill.", "\n\n",
    "Lamp | Price\n", "Red | 5\n", "Blue | 6\n", "Defaults to 3.", "他说。", "Decision: yes.",
)  # fmt: skip


@given(
    st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12), min_size=1, max_size=3),
    st.sampled_from((FACT, LIST, DEFAULT, DECISION, Shape("list", items=2, listed=True))),
)
def test_a_stretch_has_its_sentence_and_is_of_one_passage(
    passages: list[list[str]], shape: Shape
) -> None:
    hits, start = [], 0
    for pieces in passages:
        hits.append(hit(" ".join(pieces), start=start))
        start = hits[-1].end + 10
    found = split(hits)
    for i, item in enumerate(found):
        first, last = stretch(i, hits, found, shape)
        assert 0 <= first <= i <= last < len(found)
        assert {one.hit for one in found[first : last + 1]} == {item.hit}
        own = hits[item.hit]
        quote = own.text[found[first].start - own.start : found[last].end - own.start]
        parts = [one.text for one in found[first : last + 1]]
        assert "".join(quote.split()) == "".join("".join(parts).split())
