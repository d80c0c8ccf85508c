"""Reports that are all alike, asked for how something went over time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Models, Pipeline

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
