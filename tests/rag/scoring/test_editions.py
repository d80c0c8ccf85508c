"""Last year's and this year's price list, as they are indexed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath

import pytest

from rag import Models, Pipeline
from rag.evidence import Sentence
from rag.patterns.standing import Standing
from rag.scoring.editions import is_of_other_year, superseded
from tests.rag.records import hit

FILES = {
    "prices 2023 OLD.csv": "Job,Price\nTuning,45\nNew strings,20\nVarnish,300\n",
    "price_list_2024.csv": "Job,Price £,Minutes\nTuning,49,60\nNew strings,24,30\n",
    "club rules 2022.md": "# Rules\n\nThe yearly fee of the choir is 40 euros for everybody.\n",
    "club rules 2024.md": "# Rules\n\nThe yearly fee of the choir is 55 euros for everybody.\n",
    "diary 2024.md": "# Diary\n\nVarnish for the cello came by post today.\n",
}


@pytest.fixture(scope="module")
def shop(models: Models, tmp_path_factory: pytest.TempPathFactory) -> str:
    from ingest import add

    folder = tmp_path_factory.mktemp("shop")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    add([folder], collection="shop", settings=models.settings, embedder=models.embedder)
    return "shop"


@pytest.fixture
def pipeline(shop: str, models: Models) -> Iterator[Pipeline]:
    with Pipeline.open(shop, models=models) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "short", "file"),
    [
        ("how much is tuning", "49", "price_list_2024.csv"),
        ("how much are new strings", "24", "price_list_2024.csv"),
        ("How much is the yearly fee of the choir?", "55 euros", "club rules 2024.md"),
        # what is asked of its time, or only the earlier one has, is answered by that
        ("how much was tuning in 2023", "45", "prices 2023 OLD.csv"),
        ("what does tuning cost in 2024", "49", "price_list_2024.csv"),
        ("how much is varnish", "300", "prices 2023 OLD.csv"),
    ],
)
def test_the_later_edition_answers(
    pipeline: Pipeline, question: str, short: str, file: str
) -> None:
    answer = pipeline.ask(question)
    assert answer.found
    assert answer.short == short
    assert [PurePath(citation.path).name for citation in answer.citations] == [file]


def test_a_question_for_what_was_before_supersedes_nothing(pipeline: Pipeline) -> None:
    for question, is_now in (("how much is tuning", True), ("what did tuning cost before", False)):
        measured = pipeline.signals(question, twice=False)
        found = superseded(question, measured.hits, measured.found)
        assert bool(found) is is_now
        assert all(measured.scores[old] < measured.scores[new] for old, new in found)


def rows(*told: tuple[int, str, str, str]) -> list[tuple[int, int]]:
    """What is superseded of rows, each told with its year, its heading, its head and its text."""
    years = sorted({year for year, *_ in told})
    hits = [replace(hit(""), path=f"/prices {year}.csv") for year in years]
    found = [
        Sentence(years.index(year), n, n, row, head, Standing(under))
        for n, (year, under, head, row) in enumerate(told)
    ]
    return superseded("How much is a small one?", hits, found)


def test_of_two_tables_with_the_same_row_the_one_alike_is_later() -> None:
    small = "Size | Price", "Small | 5"
    lists = (2023, "Prices 2023 Boats"), (2024, "Prices 2024 Kayaks"), (2024, "Prices 2024 Boats")
    assert rows(*((*where, *small) for where in lists)) == [(0, 2)]


def test_the_number_of_a_row_is_no_name_of_it() -> None:
    head = "No | Job | Price"
    told = (2023, "1 | Tuning | 45"), (2024, "1 | Strings | 24"), (2024, "2 | Tuning | 49")
    assert rows(*((year, "Prices", head, row) for year, row in told)) == [(0, 2)]


@pytest.mark.parametrize(
    ("question", "text", "paths", "other"),
    [
        ("What was the fee in 2022?", "The fee is 5.", ("fees 2024.md", "fees 2025.md"), True),
        ("What was the fee in 2024?", "The fee is 5.", ("fees 2024.md", "fees 2025.md"), False),
        ("What was the fee in 2024?", "The fee is 5.", ("fees 2025.md", "fees 2024.md"), True),
        ("What was the fee in 2025?", "The fee is 5.", ("fees 2024.md", "fees 2025.md"), True),
        ("2025年的费用是多少？", "费用是5元。", ("收费标准2024版.md", "收费标准2025版.md"), True),
        ("2024年的费用是多少？", "费用是5元。", ("收费标准2024版.md", "收费标准2025版.md"), False),
        ("Wie ist der Beitrag seit 2025?", "Er ist 5.", ("fees 2024.md", "fees 2025.md"), False),
        ("费用比2025年涨了多少？", "涨价5元。", ("收费标准2024版.md", "收费标准2025版.md"), False),
        ("What is the fee?", "The fee is 5.", ("fees 2024.md", "fees 2025.md"), False),
        ("What was the fee in 2022?", "It was 4 in 2022.", ("fees 2024.md", "fees 2025.md"), False),
        # years called by two, of which one is in both
        ("What was due for 2025-26?", "3 May 2025: 5", ("tax 2024-25.md", "tax 2023-24.md"), True),
        ("What was due for 2024/25?", "3 May 2025: 5", ("tax 2024-25.md", "tax 2023-24.md"), False),
        ("What was due for 2025-26?", "2025-26: 5", ("tax 2024-25.md", "tax 2023-24.md"), False),
        ("What was due in 2025?", "3 May 2025: 5", ("tax 2024-25.md", "tax 2023-24.md"), False),
        # a contract of one year may hold for others
        ("What is the fee in 2025?", "The fee is 5.", ("contract 2023.md", "fees 2022.md"), False),
    ],
)
def test_a_year_of_which_a_series_has_no_edition(
    question: str, text: str, paths: tuple[str, str], other: bool
) -> None:
    hits = [replace(hit(text), path=f"/papers/{path}", document=path) for path in paths]
    assert is_of_other_year(question, hits, hits[0]) is other


def test_another_year_is_not_answered_by_the_editions_that_there_are(pipeline: Pipeline) -> None:
    assert not pipeline.ask("How much was the yearly fee of the choir in 2019?").found
