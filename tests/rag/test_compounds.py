"""German compounds of a question, by whose parts the documents are found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest import add
from rag.compounds import parts, splits
from rag.models import Models
from rag.pipeline import Pipeline

LEASE = (
    "Der Vertrag über Strom läuft bis zum 31. Oktober. Nach der Küche wird die Diele gestrichen."
)
JOB = "Vierzig Stunden in der Woche wird gearbeitet.\n\nDer Urlaub beträgt 28 Tage."


@pytest.fixture
def contracts(tmp_path: Path, models: Models) -> Iterator[Pipeline]:
    for name, text in (("miete.txt", LEASE), ("arbeit.txt", JOB)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    settings = replace(models.settings, index_root=str(tmp_path / "indexes"))
    add(
        [tmp_path / "miete.txt", tmp_path / "arbeit.txt"],
        collection="de",
        settings=settings,
        embedder=models.embedder,
    )
    with Pipeline.open("de", models=Models(settings)) as opened:
        yield opened


def test_the_ways_to_part_a_word() -> None:
    ways = list(splits("urlaubstage"))
    assert ("urlaub", "tage") in ways
    assert ("urlaubs", "tage") in ways
    assert all(len(part) > 2 for way in ways for part in way)
    assert not list(splits("kino"))


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("Wie viele Urlaubstage hat er?", {"urlaub", "tag"}),
        ("Wie lange läuft der Stromvertrag?", {"strom", "vertrag"}),
        ("Wie groß ist der Küchentisch?", {"kuch"}),  # of two parts one
        ("Wie lange ist der Urlaub?", set()),  # known as it is
        ("Was kostet das Schwimmbad?", set()),
        ("How long is the Urlaubstage?", set()),
    ],
)
def test_the_parts_of_a_word_that_no_document_has(
    contracts: Pipeline, question: str, terms: set[str]
) -> None:
    assert set(parts(question, contracts.collection)) == terms


def test_a_compound_finds_what_has_its_parts(contracts: Pipeline) -> None:
    for question, name in (
        ("Wie viele Urlaubstage hat Herr Nolte?", "arbeit.txt"),
        ("Bis wann läuft mein Stromvertrag?", "miete.txt"),
    ):
        assert Path(contracts.search(question).hits[0].path).name == name
