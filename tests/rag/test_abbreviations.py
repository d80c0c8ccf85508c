"""Abbreviations with "&", which leave no term to look for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag import Models, Pipeline
from rag.abbreviations import written_out

TEXT = """# Statement of the Norrfrakt yard

## Notes

The growth of research and development (“R&D”) expense came from more chemists.

SG&A: Selling, general and administrative

The M&A of last year cost nothing.

## Costs

| Costs of the year | 2023 | 2022 |
| --- | --- | --- |
| Research and development | 7,442 | 6,797 |
| Selling, general and administrative | 5,973 | 6,012 |
"""


@pytest.fixture(scope="module")
def yard(models: Models, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    from ingest import add

    folder = tmp_path_factory.mktemp("yard")
    (folder / "yard.md").write_text(TEXT, encoding="utf-8")
    add([folder], collection="yard", settings=models.settings, embedder=models.embedder)
    with Pipeline.open("yard", models=models) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("What was the R&D cost?", "What was the research and development cost?"),
        ("What were R&D and SG&A?",
         "What were research and development and selling, general and administrative?"),
        ("What did the M&A cost?", "What did the M&A cost?"),  # nowhere written out
        ("What did AT&T pay?", "What did AT&T pay?"),
        ("Wer zahlt die R&D?", "Wer zahlt die research and development?"),
        ("What was R&DX?", "What was R&DX?"),
    ],
)  # fmt: skip
def test_an_abbreviation_is_written_out_as_the_documents_do(
    yard: Pipeline, question: str, written: str
) -> None:
    assert written_out(question, yard.collection) == written


def test_it_is_looked_for_in_the_words_of_the_documents(yard: Pipeline) -> None:
    answer = yard.ask("How much was spent on SG&A in 2023?")
    assert answer.found
    assert "5,973" in answer.text
    assert answer.searched == "How much was spent on selling, general and administrative in 2023?"
    assert yard.ask("How much was spent on SG&A in 2023?", as_written=True).searched is None
