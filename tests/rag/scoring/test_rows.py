"""Rows that a question picks, of a table as it is indexed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Models, Pipeline
from rag.scoring.rows import picked

BOATS = """# Boats of the harbour of Brennau

| Boat | Owner | Berth | Crew |
| --- | --- | --- | --- |
| Heron | Ada Lind | North quay | 4 |
| Otter | Jo Mills | South quay | 11 |
| Puffin | Mo Sand, incl. heirs | North quay | 6 |
| Seal | Li Roth | Dry dock | 2 |

The harbour master asks all owners to pay by May.
"""
DUTY = """Tag;Schiff;Steg
03.05.2025;Möwe;Westen
04.05.2025;Lachs;Osten
04.05.2025;Hecht;Westen
"""


@pytest.fixture(scope="module")
def harbour(models: Models, tmp_path_factory: pytest.TempPathFactory) -> str:
    from ingest import add

    folder = tmp_path_factory.mktemp("harbour")
    (folder / "boats.md").write_text(BOATS, encoding="utf-8")
    (folder / "Abfahrten.csv").write_text(DUTY, encoding="utf-8")
    add([folder], collection="harbour", settings=models.settings, embedder=models.embedder)
    return "harbour"


@pytest.fixture
def pipeline(harbour: str, models: Models) -> Iterator[Pipeline]:
    with Pipeline.open(harbour, models=models) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "cells"),
    [
        ("Which boats lie at the north quay?", []),  # no cell says "lie"
        ("Which boats are at the north quay?", ["Heron", "Puffin"]),
        ("which owners have a berth at the north quay", ["Ada Lind", "Mo Sand, incl. heirs"]),
        ("Which boat has the most crew?", ["Otter"]),
        ("Which boat has the smallest crew?", ["Seal"]),
        ("Which boat at the north quay has the most crew?", []),
        ("Which boats are in the harbour of Brennau?", []),
        ("Which boat is in the dry dock?", []),  # one row, as any other fact
        ("Who owns the Heron?", []),
        ("Welche Schiffe sind am 4. Mai 2025?", ["Lachs", "Hecht"]),
        ("Welche Abfahrten sind im Westen?", ["Möwe", "Hecht"]),  # what the table is called
    ],
)
def test_rows_that_have_what_the_question_says(
    pipeline: Pipeline, question: str, cells: list[str]
) -> None:
    rows = picked(question, pipeline.signals(question), pipeline.collection)
    assert [row.found for row in rows] == cells
    for row in rows:
        text = pipeline.collection.text(row.document, row.start, row.end)
        assert text == row.quote
        assert row.head


def test_all_of_them_are_told_and_cited(pipeline: Pipeline) -> None:
    answer = pipeline.ask("Which boats are at the north quay?")
    assert answer.short == "Heron; Puffin"
    assert [citation.quote.split(" | ")[0] for citation in answer.citations] == ["Heron", "Puffin"]
    assert "Otter" not in answer.text


def test_of_a_table_that_was_not_read_to_its_end_nothing_is_said(
    models: Models, tmp_path: Path
) -> None:
    from ingest import add

    rows = "".join(f"| Boat {n} of the fishers' fleet | Quay {n % 3} | {n} |\n" for n in range(400))
    text = f"# Fleet\n\n| Boat | Berth | Crew |\n| --- | --- | --- |\n{rows}"
    (tmp_path / "fleet.md").write_text(text, encoding="utf-8")
    settings = models.settings.replace(index_root=str(tmp_path / "indexes"))
    add([tmp_path], collection="fleet", settings=settings, embedder=models.embedder)
    with Pipeline.open("fleet", settings=settings, models=None) as opened:
        for question in ("Which boats are at quay 2?", "Which boat has the most crew?"):
            assert not picked(question, opened.signals(question), opened.collection)
