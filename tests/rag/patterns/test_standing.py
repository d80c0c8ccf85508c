from dataclasses import replace

import pytest

from rag import Models
from rag.evidence import split
from rag.patterns.standing import before, is_of_another_time, stands_under_another
from rag.types import Block
from tests.rag.records import hit

REPORT = replace(
    hit("Net income was 5.8 million euros, and 4.1 million in Q3 2023."),
    title="Norrfrakt – Quarterly Report Q3 2024",
    headings=("Results",),
    path="/reports/norrfrakt-2024-q3.md",
)


def test_the_reader_is_told_what_is_asked_for_and_the_passage_does_not_say() -> None:
    asked = "What were the results of Norrfrakt?"
    assert before(REPORT, asked) == "Norrfrakt – Quarterly Report Q3 2024. Results.\n"
    assert before(REPORT, "What did Norrfrakt earn?") == "Norrfrakt – Quarterly Report Q3 2024.\n"
    assert before(REPORT, "How high was the net income?") == ""
    whole = replace(REPORT, text=f"{REPORT.title}\n\nResults\n\n{REPORT.text}")
    assert before(whole, asked) == ""
    assert before(replace(REPORT, title="000123", headings=("Year | Sales",)), "Sales?") == ""


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("What was its net income in Q3 2024?", False),
        ("What was its net income in the third quarter of 2024?", False),
        ("What was its net income in Q2 2024?", True),
        ("What was its net income in Q3 2023?", False),  # the text says so
        ("What was its net income in Q4 2023?", True),
        ("What was its net income in 2022?", False),
        ("How did its net income change from Q2 2024 to Q3 2024?", False),
        ("What was its net income?", False),
    ],
)
def test_a_report_of_another_quarter_is_told(question: str, other: bool) -> None:
    assert is_of_another_time(question, REPORT) is other


def test_documents_without_a_date_are_of_no_other_time() -> None:
    assert not is_of_another_time("Who came on 9 July 2024?", hit("Ada came on 14 May 2024."))


@pytest.mark.parametrize(
    ("question", "path", "title", "other"),
    [
        ("What was decided on 14 May 2024?", "minutes-2024-05-14.md", "Minutes", False),
        ("What was decided on 14 May 2024?", "minutes_2024-05-14.md", "Minutes", False),
        ("What was decided on 14 May 2024?", "minutes-2024-05-13.md", "Minutes", True),
        ("Was geschah am 14. Mai 2024?", "p.md", "Protokoll 14.05.2024", False),
        ("Was geschah am 14. Mai 2024?", "p.md", "Protokoll 2024-05-14", False),
        ("Was geschah am 14.5.2024?", "p.md", "Protokoll vom 14. Mai 2024", False),
        ("Was geschah am 14. Mai 2024?", "p.md", "Protokoll 14.06.2024", True),
        ("What is due in December 2024?", "i.md", "Invoice 12 Dec 2024", False),
        ("What is due in December 2024?", "i.md", "Invoice 12 Nov 2024", True),
        ("What was decided on the 14th of May 2024?", "minutes-2024-05-14.md", "Minutes", False),
        ("What was paid in January 2026?", "bill_january.txt", "Bill", False),
        ("What was paid in January 2026?", "bill_february.txt", "Bill", True),
        ("What was paid on 9 January 2026?", "bill_january.txt", "Bill", True),
    ],
)
def test_a_day_is_the_same_however_it_is_written(
    question: str, path: str, title: str, other: bool
) -> None:
    passage = replace(hit("So it was."), path=path, title=title, headings=())
    assert is_of_another_time(question, passage) is other


@pytest.mark.parametrize(
    ("path", "text", "other"),
    [
        ("bill_january.txt", "Statement for January 2025. You paid 90 euros.", True),
        ("2025-bill-january.txt", "You paid 90 euros.", True),
        ("bill_january.txt", "You paid 90 euros by 3 February 2026.", False),
    ],
)
def test_a_bill_of_january_of_another_year_is_another(path: str, text: str, other: bool) -> None:
    passage = replace(hit(text), path=path, title="Bill", headings=())
    assert is_of_another_time("What was paid in January 2026?", passage) is other


@pytest.mark.parametrize(
    ("title", "text", "other"),
    [
        ("Protocol, version 1", "Block for 2 hours.", True),
        ("Protocol, version 2", "Block for 1 hour.", False),
        ("Protocol, version 1", "Block for 2 hours. Version 2: for 1 hour.", False),
        ("Protocol", "Block for 1 hour.", False),
    ],
)
def test_a_paper_of_another_version_is_another(title: str, text: str, other: bool) -> None:
    passage = replace(hit(text), title=title)
    assert stands_under_another("How long is the blocking in version 2?", passage) is other


def test_an_item_knows_its_list_and_a_heading_is_one() -> None:
    text = "Our values\n\nWe have two values:\n\n- Care for all.\n- Craft in all.\n\nThat is it."
    passage = replace(hit(text, start=100), title="Handbook")
    found = split([passage], {"d1": [Block(100, 110, "heading", 1)]})
    told = {item.text: item.stands for item in found}
    assert told["Our values"].heading
    assert told["- Care for all."].lead == told["- Craft in all."].lead == "We have two values:"
    assert told["- Care for all."].under == "Handbook Our values"
    assert told["That is it."].lead == ""
    assert not told["That is it."].heading
    care = next(item for item in found if item.text == "- Care for all.")
    assert care.whole == "We have two values:\n- Care for all."


def test_spans_are_offsets_of_the_passage_and_not_of_what_was_told_before(models: Models) -> None:
    told = before(REPORT, "What was the net income of Norrfrakt?")
    assert told
    (reading,) = models.reader.read("What was the net income?", [told + REPORT.text])
    span = reading.behind(len(told)).best()
    assert span is not None
    assert "5.8 million" in REPORT.text[span.start : span.end]
