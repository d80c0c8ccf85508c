"""The span reader with the weights that ship with Footnote."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag.networks.span_models
from rag.errors import ModelError
from rag.networks.reading import Reading
from rag.networks.span_models import PlainSpans, TransformersSpans
from rag.read import Reader

WEIGHTS = Path(rag.read.__file__).parent / "weights_data" / "reader"
PASSAGE = (
    "The Danube rises in the Black Forest of Germany. It flows south-east for 2,850 km, passing "
    "through four capital cities, before it drains into the Black Sea. Its largest tributary is "
    "the Sava, which joins it at Belgrade."
)
UNRELATED = (
    "Sourdough bread is leavened by wild yeast and lactic acid bacteria. The dough is left to "
    "ferment overnight, and it is baked in a hot oven until the crust is brown."
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load(WEIGHTS)


def answer(reader: Reader, question: str, passage: str) -> str:
    span = reader.read(question, [passage])[0].best()
    assert span is not None
    return passage[span.start : span.end]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Where does the Danube rise?", "Black Forest"),
        ("How long is the Danube?", "2,850"),
        ("What is the largest tributary of the Danube?", "Sava"),
    ],
)
def test_answers_a_clear_question(reader: Reader, question: str, expected: str) -> None:
    assert expected in answer(reader, question, PASSAGE)


def test_no_answer_wins_on_an_unrelated_passage(reader: Reader) -> None:
    right, wrong = reader.read("Where does the Danube rise?", [PASSAGE, UNRELATED])
    best_right, best_wrong = right.best(), wrong.best()
    assert best_right is not None
    assert best_wrong is not None
    assert best_right.score > 0 > best_wrong.score


def test_readings_come_in_the_order_of_the_passages(reader: Reader) -> None:
    passages = [PASSAGE, "Short.", UNRELATED * 4, PASSAGE]
    readings = reader.read("Where does the Danube rise?", passages)
    assert [reading.passage for reading in readings] == passages
    # Padding beside a longer passage must not change what is read.
    assert readings[0].best() == readings[3].best()
    alone = reader.read("Where does the Danube rise?", [PASSAGE])[0]
    np.testing.assert_allclose(alone.starts, readings[0].starts, atol=1e-3)


def test_no_passages_and_empty_passages(reader: Reader) -> None:
    assert reader.read("Who?", []) == []
    for empty in ("", "   ", "...", "\n"):
        (reading,) = reader.read("Who was it?", [empty])
        assert reading.best() is None
        assert reading.spans(3) == []


def test_a_long_passage_is_read_in_windows_to_its_end(reader: Reader) -> None:
    passage = f"{UNRELATED} " * 12 + PASSAGE + f" {UNRELATED}" * 12
    (reading,) = reader.read("What is the largest tributary of the Danube?", [passage])
    assert len(reading.offsets) > rag.networks.span_models.WINDOW_TOKENS
    # Each token once, in the order of the text.
    assert (np.diff(reading.offsets[:, 0]) > 0).all()
    span = reading.best()
    assert span is not None
    assert "Sava" in passage[span.start : span.end]


def test_a_question_longer_than_the_window_leaves_room_for_the_passage(reader: Reader) -> None:
    question = "Where does the Danube rise? " + "And please be brief. " * 300
    (reading,) = reader.read(question, [PASSAGE])
    assert reading.offsets[-1, 1] == len(PASSAGE)


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        ("Zażółć 🎉 gęślą: the prize went to Łukasz Żółtowski in Łódź.", "Łukasz Żółtowski"),
        (
            "Cafe\u0301 owner E\u0301lodie Lefe\u0300vre won the prize.",
            "E\u0301lodie Lefe\u0300vre",
        ),
        ("👩‍👩‍👧 news 👩‍👩‍👧: the prize went to Ana María Núñez.", "Ana María Núñez"),
    ],
)
def test_offsets_count_characters_in_any_script(
    reader: Reader, passage: str, expected: str
) -> None:
    assert expected in answer(reader, "Who won the prize?", passage)


def test_spans_do_not_overlap_and_come_best_first(reader: Reader) -> None:
    (reading,) = reader.read("Where does the Danube rise?", [PASSAGE])
    spans = reading.spans(5)
    assert len(spans) == 5
    assert spans[0] == reading.best()
    assert [s.score for s in spans] == sorted((s.score for s in spans), reverse=True)
    ordered = sorted(spans, key=lambda s: s.start)
    assert all(a.end <= b.start for a, b in pairwise(ordered))


def test_bf16_weights_read_the_same_answer() -> None:
    reader = Reader.load(WEIGHTS, precision="bfloat16")
    assert "Sava" in answer(reader, "What is the largest tributary of the Danube?", PASSAGE)


TEXT = 'He said (in "Rome", 44 BC): “Pay $3.50 — or 5 % of the U.S. total!” '
WORDS = [(m, m + 3) for m in range(0, len(TEXT) - 3, 3)]


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    logits = st.lists(st.floats(-20, 20, width=32), min_size=len(WORDS), max_size=len(WORDS))
    return Reading(
        TEXT,
        draw(st.floats(-20, 20)),
        np.asarray(draw(logits), dtype=np.float32),
        np.asarray(draw(logits), dtype=np.float32),
        np.asarray(WORDS, dtype=np.int32),
    )


@given(readings(), st.integers(0, 70), st.integers(0, 70), st.integers(1, 40))
def test_the_best_span_lies_in_the_range_asked_for(
    reading: Reading, start: int, end: int, max_tokens: int
) -> None:
    span = reading.best(start, end, max_tokens)
    if span is None:
        return
    assert start <= span.start < span.end <= end
    assert span.end - span.start <= 3 * max_tokens
    text = TEXT[span.start : span.end]
    assert text == text.strip()
    assert text[0] not in ",.;:!?)"
    assert text[-1] not in ",;:!?("


def one_span(text: str) -> str:
    """What is shown when the model marks the whole of `text`."""
    ones = np.ones(1, dtype=np.float32)
    reading = Reading(text, 0.0, ones, ones, np.asarray([[0, len(text)]], dtype=np.int32))
    span = reading.best()
    assert span is not None
    return text[span.start : span.end]


@pytest.mark.parametrize(
    ("marked", "shown"),
    [
        (" Paris, ", "Paris"),
        ("in 1973.", "in 1973"),
        ("the U.S.", "the U.S."),
        ("(about 5 %)", "(about 5 %)"),
        ("about 5 %)", "about 5 %"),
        ('"Nature"', "Nature"),
        ("$3.50;", "$3.50"),
        ("-40 °C", "-40 °C"),
        ("C++", "C++"),
        ("World Health Organization (WHO)", "World Health Organization (WHO)"),
    ],
)
def test_edges_are_trimmed_to_what_belongs_to_the_answer(marked: str, shown: str) -> None:
    assert one_span(marked) == shown


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(WEIGHTS, tmp_path / "reader")
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name):
        Reader.load(folder)


def test_damaged_weights_are_named(tmp_path: Path) -> None:
    folder = shutil.copytree(WEIGHTS, tmp_path / "reader")
    with (folder / "model.safetensors").open("r+b") as weights:
        weights.truncate(100_000)
    with pytest.raises(ModelError, match=r"model\.safetensors"):
        Reader.load(folder)


def test_an_encoder_without_a_span_head_is_refused(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = shutil.copytree(WEIGHTS, tmp_path / "reader")
    weights = load_file(folder / "model.safetensors")
    kept = {name: w for name, w in weights.items() if not name.startswith("qa_outputs")}
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match="no span head"):
        Reader.load(folder)
    one = {name: w[:1] if name.startswith("qa_outputs") else w for name, w in weights.items()}
    save_file(one, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match="no span head"):
        Reader.load(folder)


def test_the_shipped_files_are_what_their_checksums_say() -> None:
    import hashlib

    for line in (WEIGHTS / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((WEIGHTS / name).read_bytes()).hexdigest() == digest
    assert sum(file.stat().st_size for file in WEIGHTS.iterdir()) < 50_000_000
    config = json.loads((WEIGHTS / "config.json").read_text(encoding="utf-8"))
    assert config["architectures"] == ["BertForQuestionAnswering"]


def test_both_ways_of_running_a_bert_agree() -> None:
    pairs = [
        ("Who built it?", "It was built by Anna Falk. " * 40),
        ("When?", "In 1873."),
        ("", "x"),
    ]
    questions, passages = [q for q, _ in pairs], [p for _, p in pairs]
    plain = Reader(PlainSpans.load(WEIGHTS, "cpu", "float32")).read_pairs(questions, passages)
    whole = Reader(TransformersSpans.load(WEIGHTS, "cpu", "float32")).read_pairs(
        questions, passages
    )
    for one, other in zip(plain, whole, strict=True):
        assert np.array_equal(one.offsets, other.offsets)
        assert np.allclose(one.starts, other.starts, atol=1e-3)
        assert np.allclose(one.ends, other.ends, atol=1e-3)
        assert abs(one.null - other.null) < 1e-3


def made(passage: str, edges: list[int], values: list[float], null: float) -> Reading:
    """A reading whose tokens end at `edges`."""
    offsets = np.asarray(list(pairwise([0, *edges])), dtype=np.int32).reshape(-1, 2)
    numbers = np.asarray(values, dtype=np.float32)
    return Reading(passage, null, numbers, -numbers, offsets)


@given(st.data(), st.integers(1, 30))
def test_two_readings_become_one_of_the_tokens_of_the_first(data: st.DataObject, n: int) -> None:
    passage = "x" * n
    readings = []
    for _ in range(2):
        inner = data.draw(st.sets(st.integers(1, n)))
        edges = sorted(inner | {n})
        values = [float(edge) for edge in edges]
        readings.append(made(passage, edges, values, data.draw(st.floats(-9, 9))))
    ours, other = readings
    blended = ours.blended(other, 0.25)
    np.testing.assert_array_equal(blended.offsets, ours.offsets)
    assert blended.null == pytest.approx(0.75 * ours.null + 0.25 * other.null)
    for i, (start, end) in enumerate(ours.offsets.tolist()):
        # A token's value is where it ends, so it tells which token was taken.
        first = min(e for s, e in other.offsets.tolist() if e > start)
        last = next(e for s, e in other.offsets.tolist() if s <= end - 1 < e)
        assert blended.starts[i] == pytest.approx(0.75 * ours.starts[i] + 0.25 * first)
        assert blended.ends[i] == pytest.approx(0.75 * ours.ends[i] - 0.25 * last)


def test_what_the_other_has_not_read_is_no_answer_to_it() -> None:
    ours = made("a b c d", [1, 3, 5, 7], [1.0, 1.0, 1.0, 1.0], 0.0)
    other = made("a b c d", [1, 3], [5.0, -5.0], 0.0)
    blended = ours.blended(other, 0.5)
    assert blended.starts[3] == pytest.approx(0.5 * 1.0 + 0.5 * -5.0)
    assert ours.blended(made("", [], [], 0.0), 0.5) is ours


def test_readings_of_one_passage_keep_their_own_candidates() -> None:
    offsets = np.asarray([(0, 3), (4, 8), (9, 13)], dtype=np.int32)
    one, other = (
        Reading("Ada left Rome", 0.0, logits, logits, offsets)
        for logits in np.eye(3, dtype=np.float32)[[0, 2]] * 5
    )
    whole = [(0, 13)]
    before = one.candidates(whole, 1)
    before[0].append(before[0][0])  # what a caller does with the list is his
    for _ in range(2):
        assert [one.passage[s.start : s.end] for s in one.candidates(whole, 1)[0]] == ["Ada"]
        assert [other.passage[s.start : s.end] for s in other.candidates(whole, 1)[0]] == ["Rome"]
    assert [one.passage[s.start : s.end] for s in one.candidates([(4, 13)], 1)[0]] != ["Ada"]
    assert len(one.candidates(whole, 3)[0]) == 3
