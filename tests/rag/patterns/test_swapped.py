"""A sentence with every word of its evidence, and numbers that changed places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.patterns.swapped import exchanged, is_of_another_number


def alike(one: str, other: str) -> bool:
    return True


def of_other_units(one: str, other: str) -> bool:
    return False


TOLD = "a desk cost 70 and a lamp 50".split()


@pytest.mark.parametrize(
    ("said", "swapped"),
    [
        ("a desk cost 50 and a lamp 70", True),
        ("a lamp cost 70 and a desk 50", True),
        ("a desk cost 70 and a lamp 50", False),
        ("desk cost 70", False),
        ("lamp 50", False),
        ("desk 50", False),  # one of them alone: `is_of_another_number`
        ("cost desk 70 and lamp 50", False),  # neighbours, as in another order of words
        ("lamp 50 and desk cost 70", False),  # both with their own number
    ],
)
def test_two_numbers_or_two_things_in_each_other_s_place(said: str, swapped: bool) -> None:
    assert exchanged(said.split(), TOLD, alike) is swapped


def test_numbers_that_count_different_things_are_not_exchanged() -> None:
    assert not exchanged("a desk cost 50 and a lamp 70".split(), TOLD, of_other_units)


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ("ann 12", True),
        ("12 ann", True),
        ("ben 12", False),
        ("ann 14", False),
        ("ann 13", False),  # which nothing is told of
        ("cy 12", False),
        ("ann ben 12", False),
        ("ben 14 ann 12", True),
        ("ann 2024", False),  # a year counts nothing
    ],
)
def test_a_number_of_another_thing(said: str, other: bool) -> None:
    assert is_of_another_number(said.split(), "ann 14 ben 12".split(), alike) is other
    assert not is_of_another_number(said.split(), "ann 14 ben 12".split(), of_other_units)


WORDS = st.lists(st.sampled_from("ann ben cy cost 12 14 70 2024 and".split()), max_size=12)


@given(WORDS)
def test_what_is_told_itself_has_nothing_swapped(words: list[str]) -> None:
    assert not exchanged(words, words, alike)
    assert not is_of_another_number(words, words, alike)
