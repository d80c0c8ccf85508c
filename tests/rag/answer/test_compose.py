"""From evidence and claims to the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answer.compose import Basis, checked, quotation, summary
from rag.answer.quote import numbered
from rag.ground import ground
from rag.question.shape import Shape
from rag.types import Coverage
from tests.rag.records import evidence

FACTS = tuple(
    evidence("It was built by Clara Oswin in 1873.", "The harbour is the oldest of its coast.")
)
SPAN = replace(FACTS[0], span=(16, 27))
QUESTION = "Who built the harbour?"
BASIS = Basis(QUESTION, Shape("fact"), 0.9, (SPAN, FACTS[1]), Coverage(2, 1), ("a.txt",))


def test_a_draft_must_say_what_a_confident_reader_found() -> None:
    draft = ground("The harbour is the oldest of its coast.", FACTS, QUESTION)
    assert draft[0].supported
    assert checked(BASIS, draft).mode == "quote"
    assert checked(replace(BASIS, sure=0.35), draft).mode == "write"
    assert checked(replace(BASIS, shape=Shape("explain")), draft).mode == "write"
    agreeing = ground("The harbour was built by Clara Oswin.", FACTS, QUESTION)
    answer = checked(BASIS, agreeing)
    assert (answer.mode, answer.short) == ("write", "Clara Oswin")
    assert answer.text == "The harbour was built by Clara Oswin. [1]"


def test_a_verdict_comes_first_and_is_the_short_answer() -> None:
    basis = replace(BASIS, shape=Shape("yesno"), verdict="Yes")
    answer = quotation(basis)
    assert answer.short == "Yes"
    assert answer.text.startswith("Yes. It was built")
    said = ground("Yes, it was built by Clara Oswin.", FACTS, QUESTION)
    assert checked(basis, said).text == "Yes, it was built by Clara Oswin. [1]"
    assert quotation(replace(basis, verdict=None)).short is None


def test_a_list_is_shown_item_by_item_as_many_as_are_asked_for() -> None:
    (listed,) = evidence("They found three:\n- Position bias: a preference.\n- Verbosity.\n- Self")
    basis = replace(BASIS, evidence=(listed,), shape=Shape("list", items=2, listed=True))
    answer = quotation(basis)
    assert answer.text == "They found three: Position bias: a preference; Verbosity. [1]"
    assert answer.short == "Position bias; Verbosity"
    assert answer.citations[0].quote == listed.quote


def test_both_sides_are_quoted_however_little_the_second_scores() -> None:
    weak = replace(FACTS[1], score=0.001)
    compared = replace(BASIS, evidence=(SPAN, weak), shape=Shape("fact", sides=("a", "b")))
    assert [item.n for item in quotation(compared).citations] == [1, 2]
    alone = replace(compared, shape=Shape("fact"))
    assert [item.n for item in quotation(alone).citations] == [1]
    assert quotation(alone).narrowed == ("a.txt",)


@pytest.mark.parametrize(("word", "most"), [("harbour ", 25), ("港口", 25)])
def test_a_fact_gets_a_second_sentence_where_both_are_short(word: str, most: int) -> None:
    """In scripts without spaces two characters count as a word."""
    for words, shown in ((most, [1, 2]), (most + 1, [1])):
        pair = tuple(evidence(word * most, word * words))
        answer = quotation(replace(BASIS, evidence=pair))
        assert [item.n for item in answer.citations] == shown
    listed = replace(BASIS, evidence=pair, shape=Shape("list"))
    assert [item.n for item in quotation(listed).citations] == [1, 2]


def test_a_summary_says_of_how_many_documents_it_is() -> None:
    some, all_ = summary(BASIS, 7).text, summary(BASIS, 1).text
    assert some.startswith("Going by titles, headings and first sentences of 1 of 7 documents: It")
    assert all_.startswith("Going by titles, headings and first sentences: It was built")


def test_a_short_answer_is_one_line() -> None:
    (item,) = evidence("42 dB\nat night")
    basis = replace(BASIS, evidence=(replace(item, span=(0, 14)),))
    assert quotation(basis).short == "42 dB at night"


def test_code_keeps_its_lines_and_mail_loses_its_marks() -> None:
    code, prose = evidence("Run:\n\nfor a in b:\n    print(a)", "> It is over\n> now.")
    shown = replace(BASIS, shape=Shape("explain"), evidence=(replace(code, code=True), prose))
    assert quotation(shown).text == "Run:\nfor a in b:\n    print(a) [1]\nIt is over now. [2]"


def test_marks_of_documents_are_told_from_ours() -> None:
    code, prose = evidence(
        "The target is taken from argv[2].", "It was built in 1997 [1], they say [2]."
    )
    shown = replace(BASIS, shape=Shape("explain"), evidence=(code, prose))
    quoted = quotation(shown)
    assert quoted.text == f"{code.quote} [1] {prose.quote} [2]"
    written = checked(shown, ground("The target is argv[2] [1].", [code, prose], "What is it?"))
    assert (written.mode, written.text) == ("write", "The target is argv[2]. [1]")
    for answer in (quoted, written, quotation(replace(shown, verdict="Yes"))):
        ours = [answer.text[start:end] for start, end in answer.marks]
        assert ours == [f"[{citation.n}]" for citation in answer.citations]
        assert all(answer.text[:start].endswith(". ") for start, _ in answer.marks)


def test_marks_rise_as_an_answer_is_read() -> None:
    first, second, third = evidence("Then it was sold.", "It was built.", "Far away.")
    late, early = replace(first, start=100, end=117), second
    ordered = numbered([late, early, replace(third, score=0.001)], Shape("explain"))
    assert [item.n for item in ordered] == [2, 1, 3]
    shown = replace(BASIS, shape=Shape("explain"), evidence=ordered)
    assert quotation(shown).text == "It was built. [1] Then it was sold. [2]"
    assert [c.n for c in quotation(shown).citations] == [1, 2]
