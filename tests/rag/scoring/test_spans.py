"""The choice among the reader's spans, with the real reader and shipped weights."""

import re
from pathlib import Path

import numpy as np
import pytest

from rag import evidence, weights
from rag.networks.reading import Reading
from rag.read import Reader
from rag.scoring import spans
from rag.scoring.formal_places import places
from rag.types import Hit

ABOUT = (
    "The old bridge over the Lenne was built in 1873 by Anna Falk, an engineer from Altena. "
    "It is 120 metres long and carries two railway tracks. In 1944 it was destroyed."
)
OTHER = "The new bridge is made of steel. Nobody knows why it was painted green."


@pytest.fixture(scope="module")
def reader() -> Reader:
    weights.fetch("footnote-reader")
    return Reader.load(weights.resolve("footnote-reader", "reader"))


def hit(text: str, score: float) -> Hit:
    return Hit("d", str(Path("/d.txt")), "d", None, 0, len(text), text, (), score, score, 1.0)


def offered(reader: Reader, question: str, hits: list[Hit]) -> list[spans.Candidates]:
    found = evidence.split(hits)
    readings = reader.read(question, [h.text for h in hits])
    shared = evidence.shares(question, found, {})[:, :2]
    similarity = np.full(len(found), 0.5, np.float32)
    told = places(question, hits, found)
    return spans.candidates(question, hits, found, readings, similarity, shared, {}, told)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who built the old bridge over the Lenne?", "Anna Falk"),
        ("When was the old bridge built?", "1873"),
        ("How long is the old bridge?", "120 metres"),
    ],
)
def test_the_best_span_is_of_the_kind_that_is_asked_for(
    reader: Reader, question: str, answer: str
) -> None:
    hits = [hit(ABOUT, 1.0), hit(OTHER, 0.2)]
    found = evidence.split(hits)
    best = spans.best(offered(reader, question, hits))
    top = max(range(len(best)), key=lambda i: best[i].score if best[i] else -99.0)
    span = best[top]
    assert span
    assert answer in hits[found[top].hit].text[span.start : span.end]
    assert len(hits[found[top].hit].text[span.start : span.end]) < 30


def test_every_candidate_lies_in_its_sentence(reader: Reader) -> None:
    hits = [hit(ABOUT, 1.0), hit(OTHER, 0.2)]
    for item, mine in zip(
        evidence.split(hits), offered(reader, "Who built it?", hits), strict=True
    ):
        assert len(mine.spans) <= spans.CANDIDATES
        assert mine.rows.shape == (len(mine.spans), len(spans.FEATURES))
        assert all(item.start <= s.start < s.end <= item.end for s in mine.spans)


def test_the_cell_of_a_table_is_offered(reader: Reader) -> None:
    table = "Model | Tracks | Length\nOld bridge | two | 120 metres\nNew bridge | one | 90 metres"
    hits = [hit(table, 1.0)]
    best = spans.best(offered(reader, "What is the length of the new bridge?", hits))
    top = max((s for s in best if s), key=lambda s: s.score)
    assert table[top.start : top.end] == "90 metres"


def test_a_span_is_measured_anew_for_another_question() -> None:
    offsets = np.asarray([m.span() for m in re.finditer(r"\w+", ABOUT)], dtype=np.int32)
    logits = np.asarray([ABOUT[a:b] == "1873" for a, b in offsets], dtype=np.float32)
    reading = Reading(ABOUT, 0.0, logits, logits, offsets)

    def of(question: str, feature: str) -> float:
        hits, found = [hit(ABOUT, 1.0)], evidence.split([hit(ABOUT, 1.0)])
        none = np.zeros((len(found), 2), np.float32)
        told = [None] * len(found)
        item = spans.candidates(question, hits, found, [reading], none[:, 0], none, {}, told)[0]
        assert ABOUT[item.spans[0].start : item.spans[0].end] == "1873"
        return float(item.rows[0, spans.FEATURES.index(feature)])

    for _ in range(2):
        assert of("When was the old bridge built?", "date_wanted") == 1
        assert of("Who built the old bridge in 1873?", "date_wanted") == 0
        assert of("When was the old bridge built?", "repeats") == 0
        assert of("Who built the old bridge in 1873?", "repeats") == 1
        assert of("When was the old ferry sunk?", "near") < of("When was it built?", "near")


def test_a_time_of_day_is_nobody(reader: Reader) -> None:
    table = "Time | Event\n16:00 | Release 3.0.2 goes live\n17:10 | Ada Lind finds the fault"
    hits = [hit(table, 1.0)]
    best = spans.best(offered(reader, "Who approved the release 3.0.2?", hits))
    assert not any(s and table[s.start : s.end] in ("16:00", "17:10") for s in best)
    assert any(any(o.spans) for o in offered(reader, "When did release 3.0.2 go live?", hits))
    number = [hit("Name | Phone\nPraxis | 0341 555 77", 1.0)]
    called = [s for o in offered(reader, "Who can I call?", number) for s in o.spans]
    assert any("555" in number[0].text[s.start : s.end] for s in called)


def test_a_row_with_an_empty_cell_does_not_answer_by_another(reader: Reader) -> None:
    table = "Quarter | Plan | Actual\nQ2 2025 | 340,000 | 351,200\nQ3 2025 | 365,000 | –"
    hits = [hit(table, 1.0)]
    found = evidence.split(hits)
    best = spans.best(offered(reader, "What is the actual revenue of Q3 2025?", hits))
    assert [bool(s) for item, s in zip(found, best, strict=True) if item.head] == [True, False]
