import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.patterns.lists import around, brief, enumerated, is_item, items, lead_in

QUOTE = (
    "It has three steps:\n\n- Tuning. People write answers.\n- Reward model: it ranks.\n- The end"
)


def test_items_come_without_marks_and_the_lead_in_apart() -> None:
    assert items(QUOTE) == ["Tuning. People write answers.", "Reward model: it ranks.", "The end"]
    assert lead_in(QUOTE) == "It has three steps:"
    assert items("1. One thing") == []
    assert items("Prose - with a dash. And more.") == []


def test_a_short_answer_has_the_names_of_the_items() -> None:
    assert brief(QUOTE) == "Tuning; Reward model; The end"
    assert brief(QUOTE, 2) == "Tuning; Reward model"
    assert brief("- " + "word " * 24 + "\n- two") is None
    assert brief("No list at all.") is None


@pytest.mark.parametrize(
    ("quote", "names"),
    [
        (
            "- Dr. Anna Schmidt: chair\n- Prof. Karl Weber – deputy",
            "Dr. Anna Schmidt; Prof. Karl Weber",
        ),
        ("- 10. Mai: Abgabe\n- 12. Juni: Prüfung", "10. Mai; 12. Juni"),
        ("- ca. 200 g Mehl\n- ca. 50 g Butter", "ca. 200 g Mehl; ca. 50 g Butter"),
        ("- approx. 5 kg flour\n- No. 7 valve", "approx. 5 kg flour; No. 7 valve"),
        ("- Art. 5: Grundsätze\n- Version 2.0: faster", "Art. 5; Version 2.0"),
        ("- Plan; then act: slowly\n- Do", "Plan; then act: slowly; Do"),
    ],
)
def test_an_abbreviation_is_no_name_of_an_item(quote: str, names: str) -> None:
    assert brief(quote) == names


def test_items_of_one_list_belong_together() -> None:
    texts = ["Before.", "It has:", "- a", "- b", "More of b.", "- c", "After."]
    gaps = [" ", "\n\n", "\n", " ", "\n", "\n\n", ""]
    assert around(3, texts, gaps) == (2, 5)
    assert around(4, texts, gaps) == (2, 5)
    assert around(1, texts, gaps) == (1, 5)
    assert around(0, texts, gaps) == (0, 0)
    assert around(6, texts, gaps) == (6, 6)


def test_no_more_items_than_are_asked_for() -> None:
    texts, gaps = [f"- item {n}" for n in range(6)], ["\n"] * 5 + [""]
    assert around(0, texts, gaps, 3) == (0, 2)
    first, last = around(4, texts, gaps, 3)
    assert first <= 4 <= last
    assert last - first == 2


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([" ", "\n", "\n\n"])), min_size=1))
def test_a_stretch_always_holds_the_sentence_it_is_about(made: list[tuple[bool, str]]) -> None:
    texts = ["- item" if listed else "Prose." for listed, _ in made]
    gaps = [gap for _, gap in made]
    for i in range(len(texts)):
        for most in (0, 1, 3):
            first, last = around(i, texts, gaps, most)
            assert 0 <= first <= i <= last < len(texts)


@given(st.text())
def test_an_item_begins_with_a_mark(text: str) -> None:
    assert is_item(f"- x{text}")
    assert not is_item(f"x{text}")


@pytest.mark.parametrize(
    "text", ["z. Hd. Frau Lind", "i. A. Meier", "z. B. Tee", "v. Chr. geboren"]
)
def test_an_abbreviation_marks_no_item(text: str) -> None:
    assert not is_item(text)


@pytest.mark.parametrize(
    "text", ["z. Hand it in", "a. No.", "(ii) fraud", "iv. theft", "b) A. Lind"]
)
def test_letters_and_roman_figures_mark_items(text: str) -> None:
    assert is_item(text)


@pytest.mark.parametrize(
    ("text", "items", "expected"),
    [
        ("It has three: the size, the data, and the time.", 3, "the size; the data; the time"),
        ("The colours are red, white and blue.", 3, "red; white; blue"),
        ("The colours are red, white and blue.", 2, None),
        ("The two rates are 1,000 and 2,500 dollars.", 2, "1,000; 2,500 dollars"),
        ("The fees are 1,500 dollars.", 2, None),
        ("It is a method, or rather a trick.", 4, None),
        ("Nothing of the kind", 0, None),
    ],
)
def test_things_named_in_a_sentence_are_told_apart(
    text: str, items: int, expected: str | None
) -> None:
    assert enumerated(text, items) == expected
