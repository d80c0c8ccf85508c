"""What a question names, in a collection of reports that are all alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Models, Pipeline, Scope
from rag.index.collection import Collection
from rag.narrowing.identity import dates, names
from rag.narrowing.narrow import narrowing, place
from rag.narrowing.section import section_rows

REPORT = """# {company}

Quarterly report

## Results

In this quarter the net sales of {company} were {sales} crowns. The gross margin was {margin}
percent of sales. {company} paid a dividend.

## Risks

Ice on the river is a risk for {company}. Prices of grain are another one.
"""
NOTES = """# The goats of Halden

Goats graze on the hills above the river. Their milk becomes cheese. A flood is a risk for them.
"""


@pytest.fixture(scope="module")
def reports(models: Models, tmp_path_factory: pytest.TempPathFactory) -> str:
    from ingest import add

    folder = tmp_path_factory.mktemp("reports")
    sales = iter(range(1100, 9000, 1100))
    for company, short in (("Norrfrakt", "NRF"), ("Sunnmill", "SNM")):
        for quarter in ("2022 Q3", "2023 Q1", "2023 Q2"):
            text = REPORT.format(company=company, sales=f"{next(sales):,}", margin=len(quarter))
            (folder / f"{quarter} {short}.md").write_text(text, encoding="utf-8")
    (folder / "goats.md").write_text(NOTES, encoding="utf-8")
    report = add([folder], collection="reports", settings=models.settings, embedder=models.embedder)
    assert not report.failed
    return "reports"


@pytest.fixture
def pipeline(reports: str, models: Models) -> Iterator[Pipeline]:
    with Pipeline.open(reports, models=models) as opened:
        yield opened


NRF = {"2022 Q3 NRF.md", "2023 Q1 NRF.md", "2023 Q2 NRF.md"}
SNM = {name.replace("NRF", "SNM") for name in NRF}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What were Norrfrakt's net sales in Q3 2022?", {"2022 Q3 NRF.md"}),
        ("What were the net sales of Norrfrakt in the third quarter of 2022?", {"2022 Q3 NRF.md"}),
        ("What was the gross margin of Sunnmill in 2022 Q3 and in Q1 2023?",
         {"2022 Q3 SNM.md", "2023 Q1 SNM.md"}),
        ("Did Sunnmill pay a dividend?", SNM),
        ("What were Sunnmill's sales in its most recent report?", {"2023 Q2 SNM.md"}),
        ("How did Norrfrakt's sales change in the latest report compared to previous ones?", NRF),
        ("Compare the risks of Norrfrakt and Sunnmill in Q1 2023.",
         {"2023 Q1 NRF.md", "2023 Q1 SNM.md"}),
        ("How did Norrfrakt's dividend compare to its milk?", NRF),
        ("How did Norrfrakt's dividend compare to goat cheese?", set()),
        ("Which is larger, Norrfrakt or Ikea?", set()),
        ("Who led Sunnmill and the Blue Circus?", set()),
        ("What does goats.md say about milk?", {"goats.md"}),
        ("What do my-goats.md and goats.md say about milk?", {"goats.md"}),
        ("What does my-goats.md say about milk?", set()),
        ("What is the goats file about?", {"goats.md"}),
        ("The goats of Halden", {"goats.md"}),
        ("According to “The goats of Halden”, what is a risk?", {"goats.md"}),
        ("In the Q3 2022 reports, which risks are named?", {"2022 Q3 NRF.md", "2022 Q3 SNM.md"}),
        ("What does The Goats of Halden say about floods?", {"goats.md"}),
        ("What eats the goats of halden?", set()),
        ("Give me a summary of the goats", {"goats.md"}),
        ("What is a risk for goats?", set()),
        ("What were the net sales in Q3 2022?", set()),
        ("What is the gross margin?", set()),
        ("What do the reports say about ice?", set()),
        ("Is Ice a risk in 2022?", set()),
        ("Who is the king of Sweden?", set()),
        ("wat were norrfrakts sales", set()),
    ],
)  # fmt: skip
def test_a_question_is_narrowed_to_what_it_names_and_only_then(
    pipeline: Pipeline, question: str, expected: set[str]
) -> None:
    found = narrowing(question, names(pipeline.collection))
    assert set(found.labels) == expected
    assert len(found.documents) == len(found.labels)


def test_the_answer_is_looked_for_there_and_says_so(pipeline: Pipeline) -> None:
    answer = pipeline.ask("What were Sunnmill's net sales in Q3 2022?")
    assert answer.narrowed == ("2022 Q3 SNM.md",)
    assert "4,400" in answer.text
    assert {Path(item.path).name for item in answer.citations} == {"2022 Q3 SNM.md"}
    wide = pipeline.ask("What were Sunnmill's net sales in Q3 2022?", everywhere=True)
    assert wide.narrowed == ()
    assert wide.coverage.documents > 1


def test_what_is_not_there_is_looked_for_everywhere(pipeline: Pipeline) -> None:
    answer = pipeline.ask("According to goats.md, who paid a dividend in the quarter?")
    assert answer.narrowed == ()
    assert answer.coverage.documents > 1


def test_a_scope_that_was_given_is_kept(pipeline: Pipeline) -> None:
    chosen = pipeline.collection.document("2023 Q1 SNM.md").id
    asked = "What were Norrfrakt's net sales in Q3 2022?"
    assert place(asked, pipeline.collection, Scope(types=("pdf",))).scope.types == ("pdf",)
    answer = pipeline.ask(asked, scope=Scope(documents=(chosen,)))
    assert answer.narrowed == ()
    assert {item.document for item in answer.evidence} == {chosen}
    assert not pipeline.ask(asked, scope=Scope(types=("pdf",))).found


def test_searching_narrows_on_request(pipeline: Pipeline) -> None:
    asked = "What were Norrfrakt's net sales in Q3 2022?"
    narrow = pipeline.search(asked, everywhere=False)
    assert narrow.narrowed == ("2022 Q3 NRF.md",)
    assert {Path(hit.path).name for hit in narrow.hits} == {"2022 Q3 NRF.md"}
    assert pipeline.search(asked).narrowed == ()


@pytest.mark.parametrize(
    "question",
    [
        "The goats of Halden",
        "What is the goats file about?",
        "Summarise goats.md",
        "Describe goats.md, please.",
        "What does goats.md contain?",
    ],
)
def test_a_title_and_a_named_document_get_a_summary(pipeline: Pipeline, question: str) -> None:
    answer = pipeline.ask(question)
    assert answer.mode == "summary"
    assert answer.narrowed == ("goats.md",)
    assert "Goats graze" in answer.text
    assert {Path(item.path).name for item in answer.citations} == {"goats.md"}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Describe the milk in goats.md", "cheese"),
        ("Summarise the risks for Norrfrakt in 2022 Q3 NRF.md", "Ice on the river"),
    ],
)
def test_what_is_asked_about_a_named_document_is_answered_and_not_its_beginning(
    pipeline: Pipeline, question: str, said: str
) -> None:
    answer = pipeline.ask(question)
    assert answer.found
    assert answer.mode != "summary"
    assert said in answer.text


def test_a_section_is_found_by_its_heading(pipeline: Pipeline) -> None:
    mask = section_rows(pipeline.collection, (), "risks")
    assert mask is not None
    assert 0 < mask.sum() < len(mask)
    assert section_rows(pipeline.collection, (), "no such heading") is None
    found = pipeline.search("What is named in the section on risks?", k=9, everywhere=False)
    assert found.narrowed == ("section “risks”",)
    assert all("Risks" in hit.headings for hit in found.hits)


def test_dates_are_told_in_any_order() -> None:
    assert dates("2022 Q3 report") == {"2022", "q3"} == dates("3Q 2022")
    assert dates("10-Q of 12345 items") == frozenset()


def test_a_document_alone_of_its_kind_is_named_by_that(models: Models, tmp_path: Path) -> None:
    from ingest import add

    (tmp_path / "lease.md").write_text("# Residential lease\n\nThe rent is 900 crowns a month.\n")
    (tmp_path / "a.md").write_text("# Report on bees\n\nBees pay no rent to anybody.\n")
    (tmp_path / "b.md").write_text("# Report on wasps\n\nWasps live in the roof.\n")
    settings = models.settings.replace(index_root=str(tmp_path / "indexes"))
    add([tmp_path], collection="c", settings=settings, embedder=models.embedder)
    with Pipeline(Collection.open(tmp_path / "indexes", "c"), models, settings) as opened:
        of = names(opened.collection)
        assert narrowing("How high is the rent in the lease?", of).labels == ("lease.md",)
        assert narrowing("What does the report say about rent?", of).labels == ()
        answer = opened.ask("Summarise the lease.")
        assert (answer.mode, answer.narrowed) == ("summary", ("lease.md",))


def test_the_latest_of_a_kind_is_told_by_its_day(models: Models, tmp_path: Path) -> None:
    from ingest import add

    for day, said in (("2024-03-12", "rent"), ("2024-05-14", "paint"), ("2023-11-30", "snow")):
        text = f"# Minutes of the meeting\n\nAll talk was about the {said} of the old boathouse.\n"
        (tmp_path / f"minutes-{day}.md").write_text(text)
    (tmp_path / "bees.md").write_text("# Bees\n\nBees have no meeting in the old boathouse.\n")
    settings = models.settings.replace(index_root=str(tmp_path / "indexes"))
    add([tmp_path], collection="c", settings=settings, embedder=models.embedder)
    with Pipeline(Collection.open(tmp_path / "indexes", "c"), models, settings) as opened:
        for question in ("What is in the latest minutes?", "What are the latest minutes about?"):
            answer = opened.ask(question)
            assert answer.narrowed == ("minutes-2024-05-14.md",)
            assert "paint" in answer.text


def test_the_days_of_a_document_are_those_of_its_name_and_title(
    models: Models, tmp_path: Path
) -> None:
    from ingest import add

    (tmp_path / "a.md").write_text("# Protokoll 14.05.2024\n\nDie Miete steigt.\n")
    (tmp_path / "b_2023-11-30.md").write_text("# Minutes 12 Dec 2023\n\nIt rained.\n")
    (tmp_path / "c.md").write_text("# Minutes 2024-05-13\n\nIt snowed.\n")
    settings = models.settings.replace(index_root=str(tmp_path / "indexes"))
    add([tmp_path], collection="c", settings=settings, embedder=models.embedder)
    with Collection.open(tmp_path / "indexes", "c") as opened:
        found = {name.shown: name.days for name in names(opened).all}
    assert found == {
        "a.md": ("2024-05-14",),
        "b_2023-11-30.md": ("2023-11-30", "2023-12-12"),
        "c.md": ("2024-05-13",),
    }


def test_the_report_of_another_company_or_quarter_does_not_answer(pipeline: Pipeline) -> None:
    threshold = pipeline.settings.threshold
    there = pipeline.ask("What were Norrfrakt's net sales in Q1 2023?")
    assert there.found
    for absent in (
        "What were Norrfrakt's net sales in Q4 2023?",
        "How many goats does Norrfrakt graze on the hills above the river?",
    ):
        answer = pipeline.ask(absent)
        assert answer.confidence < threshold
        assert not answer.found


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What was the gross margin of Norrfrakt in Q1 2023?", "What was the gross margin?"),
        ("What was Norrfrakt's gross margin as reported in the latest report?",
         "What was the gross margin?"),
        ("In Norrfrakt's Q1 2023 report, what was the gross margin?", "What was the gross margin?"),
        ("For the first quarter of 2023, what were the net sales of Sunnmill?",
         "What were the net sales?"),
        ("Did Norrfrakt pay a dividend in the Q3 2022 report?", "Did Norrfrakt pay a dividend?"),
        ("How has Norrfrakt's gross margin changed?", "How has the gross margin changed?"),
        ("How do Norrfrakt's and Sunnmill's net sales differ?", ""),  # each is of some only
        ("What was the price of Norrfrakt stock in Q1 2023?",
         "What was the price of Norrfrakt stock?"),
        ("What do the goats graze on?", ""),
        ("What about Norrfrakt?", ""),  # nothing would be left of it
    ],
)  # fmt: skip
def test_what_is_asked_of_a_document_is_told_without_its_name(
    pipeline: Pipeline, question: str, asked: str
) -> None:
    assert place(question, pipeline.collection, Scope()).named.rest == asked


@pytest.fixture(scope="module")
def rowing(models: Models, tmp_path_factory: pytest.TempPathFactory) -> str:
    from ingest import add

    folder = tmp_path_factory.mktemp("rowing")
    for day in ("2023-11-14", "2024-05-14", "2024-11-12"):
        text = f"# Rowing club, minutes of {day}\n\nChair: Ada Lind\n\nThe oars were counted.\n"
        (folder / f"Minutes {day} Rowing Club.md").write_text(text)
    (folder / "Invoice 2024 boatyard.md").write_text("# Invoice 2024\n\nTotal: 340 crowns.\n")
    (folder / "Regatta 2024.md").write_text("# Regatta 2024\n\nThe regatta was won by Ada.\n")
    add([folder], collection="rowing", settings=models.settings, embedder=models.embedder)
    return "rowing"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Where was the meeting of 12 November 2024?", {"Minutes 2024-11-12 Rowing Club.md"}),
        ("who came to the meeting in may 2024", {"Minutes 2024-05-14 Rowing Club.md"}),
        ("Wer kam zur Sitzung am 14. Mai 2024?", {"Minutes 2024-05-14 Rowing Club.md"}),
        ("Who kept the minutes of 14.11.2023?", {"Minutes 2023-11-14 Rowing Club.md"}),
        ("total of the invoice of 2024", {"Invoice 2024 boatyard.md"}),
        ("Who has been chair of the club since November 2024?", set()),
        ("Which invoice came on 12 November 2024?", {"Invoice 2024 boatyard.md"}),
        ("Where was the meeting of 3 June 2024?", set()),
        ("Who won on 14 May 2024?", set()),
    ],
)
def test_a_day_or_month_narrows_to_the_minutes_of_it(
    rowing: str, models: Models, question: str, expected: set[str]
) -> None:
    with Pipeline.open(rowing, models=models) as opened:
        assert set(narrowing(question, names(opened.collection)).labels) == expected


def test_a_company_that_is_named_by_its_first_lines_is_not_answered_from_another(
    models: Models, tmp_path: Path
) -> None:
    from ingest import add

    told = "as planned, as was told in the meeting of the owners, who were glad and drank to it."
    things = "rent wage harvest weather freight ballast insurance timber coal iron grain".split()
    parts = [f"## Item {n}\n\nThe {thing} was {told}" for n, thing in enumerate(things)]
    research = "## Research\n\nThe research expense rose by 12% since more chemists were hired.\n"
    for short, company in (("NRF", "Norrfrakt"), ("SNM", "Sunnmill"), ("OST", "Ostvik")):
        text = "\n\n".join(["# FORM 10-Q", company, "(name of the registrant)", *parts])
        text += f"\n\n{research}" if short == "SNM" else ""
        (tmp_path / f"2023 Q1 {short}.md").write_text(f"{text}\n", encoding="utf-8")
    add([tmp_path], collection="lead", settings=models.settings, embedder=models.embedder)
    with Pipeline.open("lead", models=models) as opened:
        there = opened.ask("By how much did Sunnmill's research expense rise?")
        other = opened.ask("What made Norrfrakt's research expense rise in 2023?")
    assert there.found
    assert there.narrowed == ("2023 Q1 SNM.md",)
    assert not other.found


def test_the_contract_of_another_person_does_not_answer(models: Models, tmp_path: Path) -> None:
    from ingest import add

    files = {
        "contract Ada Lind.md": "# Contract\n\nThe tool allowance is £180 a year.\n",
        "agreement J Mills.md": "# Training\n\nApprentice: Joanne Mills. She has 28 days off.\n",
        "diary.md": "# Diary\n\nAda and Joanne cleaned the workshop today.\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    settings = models.settings.replace(index_root=str(tmp_path / "indexes"))
    add([tmp_path], collection="staff", settings=settings, embedder=models.embedder)
    with Pipeline.open("staff", settings=settings) as opened:
        assert opened.ask("How much is the tool allowance of Ada Lind?").found
        assert not opened.ask("How much is the tool allowance of Joanne Mills?").found


def test_a_leaflet_tells_nothing_of_what_another_is_called_by(
    tmp_path: Path, models: Models
) -> None:
    """The name of a drug has no capital, and the dose of another looks like an answer."""
    from ingest import add

    table = "# Patient leaflet: {drug} {mg} mg\n\n| Who | At most per day |\n| --- | --- |\n{rows}"
    adults = "| Adults | {} tablets |\n| Adolescents | {} tablets |\n"
    for drug, mg, rows in (
        ("Ibuprofen", 400, adults.format(3, 2)),
        ("Paracetamol", 500, adults.format(8, 4)),
        ("Amoxicillin", 250, "| Children from 15 to 20 kg | 21 ml |\n"),
    ):
        text = table.format(drug=drug, mg=mg, rows=rows)
        (tmp_path / f"{drug}.md").write_text(text, encoding="utf-8")
    settings = models.settings.replace(index_root=str(tmp_path / "indexes"))
    add([tmp_path], collection="drugs", settings=settings, embedder=models.embedder)
    with Pipeline.open("drugs", models=Models(settings)) as pipeline:
        assert "3 tablets" in pipeline.ask("How much ibuprofen may an adult take a day?").text
        assert not pipeline.ask("How much amoxicillin may an adult take a day?").found


def test_a_chinese_question_is_asked_of_the_paper_that_it_calls(
    tmp_path: Path, models: Models
) -> None:
    """No line of somebody's report has the name; that of another person is like it."""
    from ingest import add

    text = (
        "# 健康体检报告\n\n姓名：{who}\n年龄：{age}岁\n\n| 项目 | 结果 |\n| --- | --- |\n{rows}\n"
    )
    pressure = "| 血压 | {} mmHg |\n| 体重 | {} kg |"
    for who, age, rows in (
        ("王建国", 58, pressure.format("148/92", 81) + "\n| 尿酸 | 462 μmol/L |"),
        ("李秀英", 55, pressure.format("122/78", 56)),
    ):
        (tmp_path / f"体检报告_{who}.md").write_text(
            text.format(who=who, age=age, rows=rows), encoding="utf-8"
        )
    (tmp_path / "日记.md").write_text("# 日记\n\n今天和王建国去了公园。\n", encoding="utf-8")
    settings = models.settings.replace(index_root=str(tmp_path / "indexes"))
    add([tmp_path], collection="zh", settings=settings, embedder=models.embedder)
    with Pipeline.open("zh", models=Models(settings)) as pipeline:
        of = names(pipeline.collection)
        told = narrowing("李秀英的血压是多少？", of)
        assert told.labels == ("体检报告_李秀英.md",)
        assert told.rest == "血压是多少？"
        assert not narrowing("血压正常是多少？", of)
        assert "122/78" in pipeline.ask("李秀英的血压是多少？").text
        assert "462" not in pipeline.ask("李秀英的尿酸是多少？").text


def test_a_name_with_an_umlaut_and_the_year_of_a_meeting_narrow(
    tmp_path: Path, models: Models
) -> None:
    """German chunks have "Jürgen" as "jurg", English stems do not."""
    from ingest import add

    letter = "# Arztbrief\n\nDer Patient {} wurde am Knie operiert und ist wieder zu Hause.\n"
    minutes = "# Protokoll der Eigentümerversammlung\n\nDas Hausgeld ist auf {} Euro erhöht.\n"
    for name, text in (
        ("Arztbrief Jürgen Vogt.md", letter.format("Jürgen Vogt")),
        ("Arztbrief Hannes Lang.md", letter.format("Hannes Lang")),
        ("Protokoll 2023.md", minutes.format(200)),
        ("Protokoll 2024.md", minutes.format(210)),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    settings = models.settings.replace(index_root=str(tmp_path / "indexes"))
    add([tmp_path], collection="de", settings=settings, embedder=models.embedder)
    with Pipeline.open("de", models=Models(settings)) as pipeline:
        of = names(pipeline.collection)
        asked = narrowing("Woran wurde Jürgen Vogt operiert?", of)
        assert asked.labels == ("Arztbrief Jürgen Vogt.md",)
        asked = narrowing("Was sagt die Eigentümerversammlung 2024 zum Hausgeld?", of)
        assert asked.labels in ((), ("Protokoll 2024.md",))
        asked = narrowing("Wie war die Eigentümerversammlung 2023?", of)
        assert asked.labels == ("Protokoll 2023.md",)
