"""How close sentences are, of real files with the real small embedder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag import Hit, Models, Pipeline
from rag.evidence import split
from rag.interaction import closeness
from rag.patterns.standing import Standing
from rag.scoring.closeness import compare

LIGHTHOUSE = (
    "The lighthouse of Brennau stands on a rock before the harbour. "
    "Its lamp was mended by Ida Brook in spring. "
    "In summer the keeper sells ice cream to the guests of the island."
)
BUOY = "The red buoy swims two miles off the coast."
# Long enough for two chunks.
LOG = " ".join(f"On day {day} the keeper saw {day + 3} ships and one whale." for day in range(60))


@pytest.fixture(scope="module")
def island(models: Models, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    from ingest import add

    folder = tmp_path_factory.mktemp("island")
    (folder / "lighthouse.txt").write_text(LIGHTHOUSE, encoding="utf-8")
    (folder / "log.txt").write_text(f"{LOG} The anchor of the Petrel was lost.", encoding="utf-8")
    (folder / "buoy.txt").write_text(BUOY, encoding="utf-8")
    add([folder], collection="island", settings=models.settings, embedder=models.embedder)
    with Pipeline.open("island", models=models) as opened:
        yield opened


def found(pipeline: Pipeline, question: str) -> list[Hit]:
    return list(pipeline.search(question, k=5).hits)


@pytest.mark.parametrize(
    ("question", "closest"),
    [
        ("Who repaired the light?", "Its lamp was mended by Ida Brook in spring."),
        ("Where is the lighthouse?", "The lighthouse of Brennau stands on a rock"),
        ("What can visitors buy?", "In summer the keeper sells ice cream"),
        ("What happened to the Petrel's anchor?", "The anchor of the Petrel was lost."),
    ],
)
def test_the_closest_sentence_tells_it(island: Pipeline, question: str, closest: str) -> None:
    hits = found(island, question)
    sentences = split(hits)
    close = compare(question, hits, sentences, island.models.embedder, island.collection)
    assert sentences[int(close.argmax())].text.startswith(closest)


def test_every_sentence_of_joined_chunks_has_words(island: Pipeline) -> None:
    question = "How many ships did the keeper see?"
    hits = found(island, question)
    assert max(len(hit.rows) for hit in hits) > 1
    close = compare(question, hits, split(hits), island.models.embedder, island.collection)
    assert (close > 0).all()


def test_a_sentence_that_is_a_whole_chunk_is_as_close_as_that(island: Pipeline) -> None:
    question, embedder = "Where is the buoy?", island.models.embedder
    hits = [hit for hit in found(island, question) if hit.text == BUOY]
    words = island.collection.words(np.asarray(hits[0].rows))[0]
    own = words[len(words) - len(embedder.word_spans(BUOY)) :]  # without the title before it
    query = embedder.query(question)
    close = compare(question, hits, split(hits), embedder, island.collection)
    expected = closeness(query, [own])[0] / query.known
    assert close.tolist() == pytest.approx([expected], abs=1e-5)


def test_a_row_has_the_title_and_the_headings_above_it(models: Models, tmp_path: Path) -> None:
    from ingest import add

    rows = "\n".join(f"| Line {n} | {n + 2}.50 |" for n in range(1, 5))
    text = f"# Fares of the ferry\n\n| Route | Euros |\n| --- | --- |\n{rows}\n"
    (tmp_path / "fares.md").write_text(text, encoding="utf-8")
    add([tmp_path], collection="fares", settings=models.settings, embedder=models.embedder)
    question = "What does the ferry cost on line 2?"
    with Pipeline.open("fares", models=models) as opened:
        hits = list(opened.search(question, k=1).hits)
        sentences = split(hits)
        close = compare(question, hits, sentences, models.embedder, opened.collection)
        bare = [replace(item, head="", stands=Standing()) for item in sentences]
        alone = compare(question, hits, bare, models.embedder, opened.collection)
    rows_at = [i for i, item in enumerate(sentences) if item.head]
    assert rows_at
    assert (close >= alone).all()
    assert (close[rows_at] > alone[rows_at]).all()


def test_an_index_that_knows_nothing_of_words_is_read_again(island: Pipeline) -> None:
    question = "Who repaired the light?"
    hits, embedder = found(island, question), island.models.embedder
    sentences = split(hits)
    known = compare(question, hits, sentences, embedder, island.collection)

    class Wordless:
        def chunks(self, rows: object) -> object:
            return island.collection.chunks(rows)  # type: ignore[arg-type]

        def words(self, rows: np.ndarray) -> list[np.ndarray]:
            return [np.zeros((0, 0), np.uint8) for _ in rows]

    again = compare(question, hits, sentences, embedder, Wordless())  # type: ignore[arg-type]
    assert again.argmax() == known.argmax()
    np.testing.assert_allclose(again, known, atol=0.1)


def test_a_question_of_unknown_characters_is_compared_as_a_whole(island: Pipeline) -> None:
    hits, embedder = found(island, "Who repaired the light?"), island.models.embedder
    sentences = split(hits)
    close = compare("ꙮꙮꙮ?", hits, sentences, embedder, island.collection)
    vectors = embedder.encode([item.whole for item in sentences])
    np.testing.assert_allclose(close, vectors @ embedder.encode_query("ꙮꙮꙮ?"), atol=1e-6)


def test_nothing_found_is_close_to_nothing(island: Pipeline) -> None:
    close = compare("Who?", [], [], island.models.embedder, island.collection)
    assert close.shape == (0,)
