"""Reports that are all alike, asked for how something went over time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Models, Pipeline
from rag.several import _is_told

QUARTERS = {
    "2023 Q3": ("September 30, 2023", "September 30, 2022", "1,310", "1,120", "12"),
    "2024 Q1": ("March 31, 2024", "March 31, 2023", "1,480", "1,205", "14"),
    "2024 Q2": ("June 30, 2024", "June 30, 2023", "1,655", "1,250", "17"),
}
REPORT = """# {company} quarterly report

{company} runs ferries. The effective tax rate was {tax} percent.

## Statement of income

| Three months ended | {now} | {then} |
| --- | --- | --- |
| Passengers | 310 | 305 |
| Net sales | {sales} | {before} |
| Cost of sales | 702 | 655 |
"""


@pytest.fixture(scope="module")
def reports(models: Models, tmp_path_factory: pytest.TempPathFactory) -> str:
    from ingest import add

    folder = tmp_path_factory.mktemp("series")
    for company in ("Norrfrakt", "Sunnmill"):
        for quarter, (now, then, sales, before, tax) in QUARTERS.items():
            if company == "Sunnmill":
                sales, before = before, "900"
            text = REPORT.format(
                company=company, now=now, then=then, sales=sales, before=before, tax=tax
            )
            (folder / f"{quarter} {company}.md").write_text(text, encoding="utf-8")
    report = add([folder], collection="series", settings=models.settings, embedder=models.embedder)
    assert not report.failed
    return "series"


@pytest.fixture
def pipeline(reports: str, models: Models) -> Iterator[Pipeline]:
    with Pipeline.open(reports, models=models) as opened:
        yield opened


def test_each_report_answers_for_its_time_in_order(pipeline: Pipeline) -> None:
    answer = pipeline.ask("How have Norrfrakt's net sales changed over time?")
    assert answer.found
    assert [Path(place.path).name for place in answer.citations] == [
        f"{quarter} Norrfrakt.md" for quarter in QUARTERS
    ]
    places = [answer.text.find(sales) for *_, sales, _, _ in QUARTERS.values()]
    assert -1 < places[0] < places[1] < places[2]
    row = "Three months ended: Net sales, March 31, 2024: 1,480"
    assert f"2024 Q1 Norrfrakt.md: {row} [2]" in answer.text
    assert "1,205" not in answer.text  # of the year before, which nobody asked for
    assert answer.short is None


def test_sales_are_revenue_where_reports_call_them_so(pipeline: Pipeline) -> None:
    answer = pipeline.ask("How has Norrfrakt's net revenue developed over these quarters?")
    assert [item.found for item in answer.evidence] == [
        sales for *_, sales, _, _ in QUARTERS.values()
    ]


def test_one_report_calls_it_otherwise_as_well(pipeline: Pipeline) -> None:
    answer = pipeline.ask("What was the turnover of Norrfrakt in Q1 2024?")
    assert answer.found
    assert answer.short == "1,480"
    assert answer.question == "What was the turnover of Norrfrakt in Q1 2024?"
    assert answer.searched == "What was the net sales of Norrfrakt in Q1 2024?"


def test_as_written_no_other_name_is_tried(pipeline: Pipeline) -> None:
    one = pipeline.ask("What was the turnover of Norrfrakt in Q1 2024?", as_written=True)
    each = pipeline.ask("How has Norrfrakt's turnover changed over time?", as_written=True)
    assert not one.found
    assert "1,480" not in each.text
    assert not any((one.searched, each.searched))


def test_prose_answers_for_its_time_as_well(pipeline: Pipeline) -> None:
    answer = pipeline.ask("What was Sunnmill's effective tax rate in each quarter?")
    assert [f"{tax} percent" in answer.text for *_, tax in QUARTERS.values()] == [True] * 3


def test_one_report_answers_with_the_cell_of_its_own_time(pipeline: Pipeline) -> None:
    answer = pipeline.ask("What were the net sales of Sunnmill in Q2 2024?")
    assert answer.short == "1,250"
    assert answer.narrowed == ("2024 Q2 Sunnmill.md",)
    latest = pipeline.ask("What were Norrfrakt's net sales in the latest report?")
    assert latest.short == "1,655"


def test_what_no_report_tells_is_not_made_up(pipeline: Pipeline) -> None:
    assert not pipeline.ask("How has Norrfrakt's number of lighthouses changed over time?").found


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("What was Norrfrakt's effective tax rate in Q1 2024 and what were its net sales?",
         "14 percent; 1,480"),
        ("In Q2 2024, what were the net sales of Norrfrakt and what was its tax rate?",
         "1,655; 17 percent"),
    ],
)  # fmt: skip
def test_questions_joined_by_and_are_answered_one_after_another(
    pipeline: Pipeline, question: str, short: str
) -> None:
    answer = pipeline.ask(question)
    assert answer.short == short
    assert len(answer.citations) == 2
    assert len(answer.narrowed) == 1


def test_a_part_that_no_document_answers_is_named(pipeline: Pipeline) -> None:
    answer = pipeline.ask(
        "What were the net sales of Sunnmill in Q2 2024 and what is the name of its parrot?"
    )
    assert answer.short == "1,250"
    assert answer.text.endswith("do not seem to say: What is the name of Sunnmill's parrot?")
    assert len(answer.citations) == 1


def test_where_no_part_is_answered_nothing_is(pipeline: Pipeline) -> None:
    asked = "Who is the president of France and what is the capital of Peru?"
    assert not pipeline.ask(asked).found


def test_a_part_is_asked_where_it_belongs(pipeline: Pipeline) -> None:
    first, second = "net sales of Norrfrakt in Q1 2024", "Sunnmill's net sales in Q2 2024"
    answer = pipeline.ask(f"What were the {first} and what were {second}?")
    assert answer.short == "1,480; 1,250"
    assert [Path(place.path).name for place in answer.citations] == [
        "2024 Q1 Norrfrakt.md", "2024 Q2 Sunnmill.md",
    ]  # fmt: skip


def test_a_caption_tells_nothing_of_a_report(models: Models, tmp_path: Path) -> None:
    from ingest import add

    for quarter, cash in (("2023 Q3", "1,310"), ("2024 Q1", ""), ("2024 Q2", "1,655")):
        told = f"The cash used in investing activities was {cash} crowns.\n" if cash else ""
        text = (
            f"# Norrfrakt quarterly report\n\nNorrfrakt runs ferries. {told}\n"
            "STATEMENTS OF CASH USED IN INVESTING ACTIVITIES (Unaudited) (In crowns)\n\n"
            "Cash used in investing activities, as supplementary disclosure:\n\n"
            "The harbour was dredged.\n"
        )
        (tmp_path / f"{quarter} Norrfrakt.md").write_text(text, encoding="utf-8")
    add([tmp_path], collection="captions", settings=models.settings, embedder=models.embedder)
    with Pipeline.open("captions", models=models) as opened:
        answer = opened.ask(
            "How has Norrfrakt's cash used in investing activities changed over time?"
        )
    assert answer.found
    assert [Path(c.path).name[:7] for c in answer.citations] == ["2023 Q3", "2024 Q2"]
    assert all("crowns." in citation.quote for citation in answer.citations)


def test_where_more_is_said_of_it_is_no_answer_of_a_report(models: Models, tmp_path: Path) -> None:
    from ingest import add

    for quarter, sum_ in (("2023 Q3", "310"), ("2024 Q1", "425"), ("2024 Q2", "655")):
        text = (
            "# Norrfrakt quarterly report\n\n## Legal proceedings\n\n"
            "See Item 1 of Part I, “Financial Statements — Note 4 — Legal Proceedings.”\n\n"
            "## Note 4\n\nNorrfrakt is involved in claims and litigation. "
            f"A harbour has sued it for {sum_} crowns over a broken pier.\n"
        )
        (tmp_path / f"{quarter} Norrfrakt.md").write_text(text, encoding="utf-8")
    add([tmp_path], collection="pointers", settings=models.settings, embedder=models.embedder)
    with Pipeline.open("pointers", models=models) as opened:
        answer = opened.ask("What legal proceedings are disclosed by Norrfrakt in these quarters?")
    assert [citation.quote.split()[0] for citation in answer.citations] == ["Norrfrakt"] * 3


def test_each_report_says_why(models: Models, tmp_path: Path) -> None:
    from ingest import add

    reasons = {
        "2023 Q3": "The increase in net sales was driven by more passengers on the night ferry.",
        "2024 Q1": "The increase in net sales was driven by higher fares on all lines.",
        "2024 Q2": "The increase in net sales was driven by a new line to the islands.",
    }
    for quarter, (now, then, sales, before, tax) in QUARTERS.items():
        told = REPORT.format(
            company="Norrfrakt", now=now, then=then, sales=sales, before=before, tax=tax
        )
        text = f"{told}\n## Discussion\n\n{reasons[quarter]}\n"
        (tmp_path / f"{quarter} Norrfrakt.md").write_text(text, encoding="utf-8")
    add([tmp_path], collection="reasons", settings=models.settings, embedder=models.embedder)
    with Pipeline.open("reasons", models=models) as opened:
        answer = opened.ask(
            "What factors have driven the change in Norrfrakt's net sales over these quarters?"
        )
        figures = opened.ask("How have Norrfrakt's net sales changed over time?")
    lines = answer.text.splitlines()
    assert len(lines) == 3
    for line, (quarter, reason) in zip(lines, reasons.items(), strict=True):
        assert line.startswith(f"{quarter} Norrfrakt.md: ")
        assert reason in line
    assert not any(reason in figures.text for reason in reasons.values())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Sales rose.", True),
        ("“Sales rose.”", True),
        ("销售额上升了。", True),
        ("Net sales | 310", True),
        ("Statement of income", False),
        ("The sales of 2024 were:", False),
        ("2024年的销售额：", False),
    ],
)
def test_what_only_names_what_is_below_it_tells_nothing(text: str, told: bool) -> None:
    assert _is_told(text, listed=False) is told
