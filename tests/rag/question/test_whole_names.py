"""Names of several words: which there are, and whether a passage has them as one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.whole_names import apart, named
from rag.types import Hit

TEXT = (
    "The Horizontal Pod Autoscaler adds pods. Fluid is poured into a vertical tube. "
    "The notes are by Lovelace, Ada, and by Charles Babbage."
)


def hit(text: str = TEXT) -> Hit:
    return Hit("d", "/docs/d.txt", "Notes", None, 0, len(text), text, (), 1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What is the Vertical Pod Autoscaler?", ["vertical pod autoscaler"]),
        ("Who did Ada Lovelace's friend visit?", ["ada lovelace"]),
        ("What Columbia did", []),
        ("where is the river Thames?", []),
        ("Which year did Ann Lee and Tom Berg meet?", ["ann lee", "tom berg"]),
        ("When did Dr Lee and President Ada Berg meet Apple Inc?", ["ada berg"]),
        ("When did Councillor Lind speak?", []),
        ("What is Germany's GDP?", []),
        ("Who is Acme’s CEO?", []),
        ("What was Apple's Q3 revenue?", []),
        ("What does CEO Jane Miller earn?", ["jane miller"]),
        ("Where is Ada Berg's Tern Lodge garden plot?", ["ada berg", "tern lodge"]),
        ("How Do I Cancel My Gym Membership", []),
        ("Was macht der Vertical Pod Autoscaler mit den Pods?", []),
    ],
)
def test_names_of_several_words(question: str, names: list[str]) -> None:
    assert named(question) == names


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("horizontal pod autoscaler", True),
        ("vertical pod autoscaler", False),
        ("ada lovelace", True),
        ("ada babbage", False),
        ("lovelace notes", True),
    ],
)
def test_a_name_is_there_as_one_or_not(name: str, there: bool) -> None:
    assert apart([name], [hit("Nothing of it."), hit()]) == ([] if there else [name])


@given(st.lists(st.sampled_from(["Anna", "Berg", "Lind", "Otto"]), min_size=2, max_size=3))
def test_a_name_that_a_passage_has_is_never_apart(parts: list[str]) -> None:
    name = " ".join(parts)
    assert not apart(named(f"Who saw {name} there?"), [hit(f"On that day {name} came home.")])
