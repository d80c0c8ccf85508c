import random

from hypothesis import given
from hypothesis import strategies as st

from training import augment
from training.data import Example

WORDS = st.sampled_from(["harbour", "river", "1973", "Anna", "the", "stone", "bridge", "slowly"])
SENTENCES = st.lists(
    st.lists(WORDS, min_size=2, max_size=8).map(lambda words: "So " + " ".join(words) + "."),
    min_size=1,
    max_size=6,
)


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """A passage of a few sentences with a marked word in one of them, answer or only tempting."""
    parts = draw(SENTENCES)
    at = draw(st.integers(0, len(parts) - 1))
    start = sum(len(part) + 1 for part in parts[:at]) + len("So ")
    end = start + len(parts[at][len("So ") :].split()[0].rstrip("."))
    spans = ((start, end),)
    answerable = draw(st.booleans())
    return Example(
        "Which one?", " ".join(parts), spans if answerable else (), "g", () if answerable else spans
    )


def marked(example: Example) -> list[str]:
    return [example.context[a:b] for a, b in example.answers + example.plausible]


@given(examples(), st.integers(0, 1000))
def test_what_is_marked_moves_along_with_its_sentence(example: Example, seed: int) -> None:
    for change in (augment.shuffle, augment.thin):
        changed = change(example, random.Random(seed))
        if example.answers:
            assert marked(changed) == marked(example)
        else:
            assert not changed.answers
            assert set(marked(changed)) <= set(marked(example))
        assert set(changed.context.split()) <= set(example.context.split())


@given(examples(), st.integers(0, 1000))
def test_another_passage_before_or_after_moves_the_answer(example: Example, seed: int) -> None:
    joined = augment.join(example, "Something else entirely.", random.Random(seed))
    assert [joined.context[a:b] for a, b in joined.answers] == [
        example.context[a:b] for a, b in example.answers
    ]


@given(examples())
def test_a_passage_without_its_answer_has_none(example: Example) -> None:
    less = augment.removed(example)
    if less is not None and example.answers:
        assert not less.answers
        assert not any(text in less.context for text in example.answer_texts)


def test_wrong_passages_never_name_the_answer() -> None:
    right = Example("Who built the bridge?", "Anna built the bridge.", ((0, 4),), "g")
    other = Example("Who crossed the bridge?", "Otto crossed the bridge of Anna.", ((0, 4),), "g")
    wrong = augment.Wrong.build([right, other], ["Nobody built the bridge.", "Fish swim."])
    assert "Nobody built the bridge." in wrong.of(right)
    assert other.context not in wrong.of(right)
