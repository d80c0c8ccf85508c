from dataclasses import replace

from rag.evaluate import Outcome, Question
from rag.evaluation.report import as_dict, as_html, compare, intervals, measures, worst
from rag.types import Answer, Coverage


def outcome(question: str, f1: float | None, found: bool = True, answers: tuple = ("x",)):  # type: ignore[no-untyped-def]
    answer = Answer(
        question=question, found=found, text="<b>x</b>" if found else "no", short=None,
        mode="quote" if found else "refused", confidence=0.5, citations=(), evidence=(),
        coverage=Coverage(1, 1), timings={},
    )  # fmt: skip
    asked = Question(question, answers, {"a": 1}, impossible=not answers)
    return Outcome(asked, answer, ("a",), f1=f1, exact=f1, contains=f1, citations=f1, seconds=1.0)


GOOD = [outcome(f"q{i}", 1.0) for i in range(30)]
MIXED = [outcome(f"q{i}", float(i % 2)) for i in range(30)]


def test_an_interval_holds_its_value() -> None:
    found = intervals(MIXED)["f1"]
    assert found.low < found.value == 0.5 < found.high
    assert intervals(GOOD)["f1"].low == 1.0


def test_a_clear_difference_is_told_from_none() -> None:
    assert compare(MIXED, GOOD)["f1"].p < 0.01
    assert compare(MIXED, GOOD)["f1"].value == 0.5
    assert compare(MIXED, MIXED)["f1"].p > 0.5


def test_wrong_answers_come_before_wrong_refusals_and_right_ones() -> None:
    right, wrong = outcome("right", 1.0), outcome("wrong", 0.0)
    refused, rightly = outcome("refused", None, False), outcome("rightly", None, False, ())
    order = worst([rightly, right, refused, wrong])
    assert [o.question.question for o in order] == ["wrong", "refused", "right", "rightly"]


def test_the_page_shows_texts_and_runs_none() -> None:
    page = as_html("<script>alert(1)</script>", MIXED)
    assert "<script" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert page.count("<details") == 30
    assert "width=device-width" in page
    assert page.count("✓") == page.count("<details class=right")
    assert page.count("✗") == page.count("<details class=wrong") > 0


def test_a_page_of_two_settings_shows_both_and_the_paired_test() -> None:
    page = as_html("Own questions", MIXED, GOOD, "passages=8")
    row = next(row for row in page.split("<tr>") if row.startswith("<td>f1"))
    assert row.startswith("<td>f1<td>0.500<td>")
    assert "<td>1.000<td>+0.500 (" in row
    assert "<th>passages=8" in page


def test_measures_for_json_hold_intervals_and_differences() -> None:
    found = measures(MIXED, GOOD)
    assert found["f1"] == 0.5
    assert found["intervals"]["f1"][0] < 0.5 < found["intervals"]["f1"][1]
    assert set(found["against"]["f1"]) == {"value", "low", "high", "p"}
    assert "against" not in measures(MIXED)


def test_rankings_are_told_worst_first_too() -> None:
    asked = Question("<i>q</i>", (), {"a": 1, "b": 1})
    lost, half = Outcome(asked, None, ("x",)), Outcome(asked, None, ("x", "a"))
    best = Outcome(asked, None, ("a", "b"))
    assert worst([best, half, lost]) == [lost, half, best]
    page = as_html("Passages", [best, lost])
    assert page.count("class=wrong") == page.count("class=right") == 1
    assert "<i>q" not in page
    assert as_dict(lost)["relevant"] == ["a", "b"]


def test_numbers_on_the_page_do_not_seem_to_pass_or_to_be_exact() -> None:
    refused = outcome("refused", None, False)
    assert refused.answer is not None
    refused = replace(refused, answer=replace(refused.answer, confidence=0.2996))
    page = as_html("Own questions", [*MIXED, refused])
    assert "confidence 0.29" in page  # the threshold is 0.3
    assert "<td>words median<td>1<td>1 to 1" in page


def test_a_document_that_was_judged_not_to_hold_it_is_not_told_as_relevant() -> None:
    asked = Question("q", (), {"a": 1, "b": 0})
    assert as_dict(Outcome(asked, None, ("b",)))["relevant"] == ["a"]
    assert "<b>Relevant</b> a<p>" in as_html("Passages", [Outcome(asked, None, ("b",))])


def test_differences_are_rounded_and_in_the_order_of_the_measures() -> None:
    third = [outcome(f"q{i}", float(i % 3 == 0)) for i in range(30)]
    found = compare(MIXED, third)
    assert found["f1"].value == -0.1667
    assert list(found) == list(intervals(MIXED))
