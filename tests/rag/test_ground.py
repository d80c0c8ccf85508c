import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ground import SUPPORTED, ground
from rag.text import numbers
from tests.rag.records import evidence

FACTS = evidence(
    "The base transformer has 65 million parameters and six layers.",
    "Vaswani and colleagues trained it on eight GPUs in 2017.",
    "It was not tested on images.",
)


def one(draft: str, question: str = "How large is it?"):  # type: ignore[no-untyped-def]
    (claim,) = ground(draft, FACTS, question)
    return claim


def test_a_sentence_of_the_evidence_is_supported_and_cited() -> None:
    claim = one("The base transformer has 65 million parameters.")
    assert claim.supported
    assert claim.cites == (1,)


def test_marks_of_the_model_are_ignored() -> None:
    assert one("It was trained on eight GPUs in 2017 [1].").cites == (2,)


def test_a_sentence_from_two_sentences_cites_both() -> None:
    claim = one("The base transformer has six layers and was trained by Vaswani on eight GPUs.")
    assert claim.supported
    assert claim.cites == (1, 2)


@pytest.mark.parametrize(
    "draft",
    [
        "The base transformer has 213 million parameters.",
        "Vaswani and colleagues trained it on eight GPUs in 2019.",
        "The transformer was trained by Hinton on eight GPUs.",
        "Bananas grow in warm climates.",
    ],
)
def test_what_the_evidence_does_not_say_is_not_supported(draft: str) -> None:
    assert not one(draft).supported


def test_a_turned_negation_is_not_supported() -> None:
    assert not one("It was tested on images.").supported
    assert one("It was not tested on images.").supported


def test_nothing_is_supported_by_nothing() -> None:
    assert [claim.supported for claim in ground("It is so.", [], "Is it?")] == [False]
    assert ground("", FACTS) == []


@given(st.lists(st.integers(0, 99_999), min_size=1, max_size=4), st.data())
def test_a_number_that_is_nowhere_in_the_evidence_is_never_supported(
    values: list[int], data: st.DataObject
) -> None:
    said = " and ".join(map(str, values))
    draft = data.draw(
        st.sampled_from([f"It has {said} layers.", f"In {said} the transformer came."])
    )
    known = frozenset().union(*(numbers(item.quote) for item in FACTS))
    for claim in ground(draft, FACTS, "When?"):
        if not numbers(claim.text) <= known:
            assert claim.support < SUPPORTED
