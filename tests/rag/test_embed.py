"""Vectors are those of sentence-transformers, whichever way they are computed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import torch

from rag import weights
from rag.embed import Embedder, Recent
from rag.errors import ModelError
from rag.interaction import Embedded, Query, closeness
from rag.networks.encoders import PlainBert, SentenceModel, Vectors, load_encoder

TEXTS = [
    "James Watt improved the steam engine in Birmingham.",
    "",
    "Maschinen wandeln Wärme in Arbeit um. 蒸汽机 and العربية 🎉",
    "long " * 400,
    "A question?",
    " white\n\tspace ",
]


@pytest.fixture(scope="module")
def folder() -> Path:
    return weights.resolve("all-MiniLM-L6-v2", "embedder")


@pytest.fixture(scope="module")
def embedder(folder: Path) -> Embedder:
    return Embedder.load("all-MiniLM-L6-v2", device="cpu", precision="float32")


@pytest.fixture(scope="module")
def reference(folder: Path) -> SentenceModel:
    return SentenceModel(folder, "cpu")


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a * b).sum(axis=1)


def test_both_ways_agree(folder: Path, embedder: Embedder, reference: SentenceModel) -> None:
    assert isinstance(load_encoder(folder, "cpu"), PlainBert)
    theirs = reference.vectors(TEXTS, query=False)
    assert cosines(embedder.encode(TEXTS), theirs).min() > 0.9999
    assert embedder.count_tokens(TEXTS) == reference.tokens(TEXTS)
    assert (embedder.dimension, embedder.max_tokens) == (reference.dimension, reference.max_tokens)


def test_first_token_pooling_agrees(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "cls"
    shutil.copytree(folder, copy)
    pooling = copy / "1_Pooling/config.json"
    settings = json.loads(pooling.read_text())
    settings.update(pooling_mode_cls_token=True, pooling_mode_mean_tokens=False)
    pooling.write_text(json.dumps(settings))
    ours = load_encoder(copy, "cpu")
    assert isinstance(ours, PlainBert)
    theirs = SentenceModel(copy, "cpu")
    assert ours.pooling == theirs.pooling == "cls"
    found = cosines(ours.vectors(TEXTS, query=False), theirs.vectors(TEXTS, query=False))
    assert found.min() > 0.9999


def test_a_model_without_the_files_of_its_tokenizer_is_refused(
    folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "mute"
    shutil.copytree(folder, copy)
    for name in ("tokenizer.json", "vocab.txt", "tokenizer_config.json", "special_tokens_map.json"):
        (copy / name).unlink(missing_ok=True)
    with pytest.raises(ModelError, match="tokenizer"):
        Embedder.load(copy, device="cpu", cache=tmp_path)


def test_a_model_with_prompts_gets_them(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "prompted"
    shutil.copytree(folder, copy)
    prompts = {"query": "search query: ", "document": "search document: "}
    (copy / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts}))
    prompted = Embedder.load(copy, device="cpu", precision="float32", cache=tmp_path)
    plain = Embedder.load(folder, device="cpu", precision="float32")
    text = "James Watt"
    expected = plain.encode([prompts["document"] + text])[0]
    assert prompted.encode([text])[0] @ expected > 0.9999
    assert prompted.encode_query(text) @ plain.encode_query(prompts["query"] + text) > 0.9999
    assert prompted.count_tokens([text]) == plain.count_tokens([prompts["document"] + text])
    assert prompted.fingerprint()["prompts"] == prompts
    assert prompted.fingerprint() != plain.fingerprint()


def test_vectors_have_length_one_and_keep_their_order(embedder: Embedder) -> None:
    seen: list[int] = []
    vectors = embedder.encode(TEXTS, on_progress=seen.append)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    alone = np.stack([embedder.encode_query(text) for text in TEXTS])
    assert cosines(vectors, alone).min() > 0.9999
    assert seen == sorted(seen)
    assert seen[-1] == len(TEXTS)


def test_nothing_in_nothing_out(embedder: Embedder) -> None:
    assert embedder.encode([]).shape == (0, 384)
    assert embedder.count_tokens([]) == []


def test_a_text_of_max_tokens_is_read_whole(embedder: Embedder) -> None:
    """One word more than fits changes nothing; the last word that fits does."""
    text = "engine " * (embedder.max_tokens - 3)
    whole, longer = text + "rose", text + "rose rose"
    assert embedder.count_tokens([whole]) == [embedder.max_tokens]
    assert embedder.count_tokens([longer]) == [embedder.max_tokens + 1]
    vectors = embedder.encode([whole, longer, text + "war"])
    assert vectors[0] @ vectors[1] > 0.99999
    assert vectors[0] @ vectors[2] < 0.9999


def test_a_question_counts_by_the_share_of_it_that_is_known(embedder: Embedder) -> None:
    assert embedder.query("Who mended the lamp in 1969?").known == pytest.approx(1.0, abs=1e-5)
    assert 0.1 < embedder.query("哪支球队在超级碗50中获胜？").known < 0.4  # "50" and "中" of eleven
    assert embedder.query("谁赢").known == 0.0


def test_the_fingerprint_tells_weights_apart_and_no_path(embedder: Embedder, folder: Path) -> None:
    print_ = embedder.fingerprint()
    assert print_["name"] == "all-MiniLM-L6-v2"
    assert print_["weights"].startswith("53aa5117")
    assert (print_["pooling"], print_["prompts"], print_["dimension"]) == ("mean", {}, 384)
    assert str(folder) not in json.dumps(print_)
    assert Embedder.load(folder, precision="float32").fingerprint() == print_


def test_automatic_precision_is_probed_once_and_faithful(
    embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = Embedder.load("all-MiniLM-L6-v2", device="cpu", cache=tmp_path)
    found = cosines(chosen.encode(TEXTS), embedder.encode(TEXTS))
    assert found[[0, 2, 4, 5]].min() > 0.99
    assert found.min() > 0.95, "nothing at all, or one word 400 times"
    monkeypatch.setattr("rag.embed._faster_precision", None)
    Embedder.load("all-MiniLM-L6-v2", device="cpu", cache=tmp_path)


def test_a_format_that_this_torch_lacks_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> None:
        raise AttributeError("no such operation")

    monkeypatch.setattr("rag.networks.int8.Int8Bert.of", missing)
    monkeypatch.setattr("rag.networks.device.formats", lambda device: ("float32", "int8"))
    chosen = Embedder.load("all-MiniLM-L6-v2", device="cpu", cache=tmp_path)
    assert isinstance(chosen._model, PlainBert)
    assert json.loads((tmp_path / "precision.json").read_text()).popitem()[1] == "float32"


def test_emulated_bfloat16_is_never_probed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cpu.get_capabilities", dict)
    monkeypatch.setattr("rag.embed._faster_precision", None)
    Embedder.load("all-MiniLM-L6-v2", device="cpu", cache=tmp_path)


def test_sentences_are_embedded_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = Embedder.load(folder, device="cpu", precision="float32")
    first = embedder.encode([TEXTS[0], TEXTS[4]])
    question = embedder.encode_query(TEXTS[4])
    seen: list[list[str]] = []
    real = embedder._model.vectors

    def watched(texts: list[str], *, query: bool) -> np.ndarray:
        seen.append(list(texts))
        return real(texts, query=query)

    monkeypatch.setattr(embedder._model, "vectors", watched)
    again = embedder.encode([TEXTS[4], TEXTS[2], TEXTS[0]])
    np.testing.assert_array_equal(again[[2, 0]], first)
    np.testing.assert_array_equal(embedder.encode_query(TEXTS[4]), question)
    assert seen == [[TEXTS[2]]]


def test_the_oldest_text_is_forgotten() -> None:
    recent = Recent(2)
    vectors = np.arange(6, dtype=np.float32).reshape(3, 2)
    recent.add([("a", vectors[0]), ("b", vectors[1])])
    out = np.zeros((1, 2), dtype=np.float32)
    assert recent.fill(out, ["a"]) == {0}
    recent.add([("c", vectors[2])])
    assert recent.fill(out, ["b"]) == set()
    assert recent.fill(out, ["a"]) == {0}
    np.testing.assert_array_equal(out[0], vectors[0])


class Small:
    """A model on a device that has memory for four short texts at once."""

    max_tokens, dimension, pooling = 256, 1, "mean"
    prompts: ClassVar[dict[str, str]] = {}
    formats, concurrent, compares_words = ("float32",), False, False

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    def vectors(self, texts: Sequence[str], *, query: bool) -> Vectors:
        if len(texts) > 4 or any(len(text) > 100 for text in texts):
            raise torch.OutOfMemoryError("out of memory")
        self.sizes.append(len(texts))
        return np.asarray([[float(text)] for text in texts], dtype=np.float32)

    def embedded(self, texts: Sequence[str]) -> list[Embedded]:
        return [Embedded(vector) for vector in self.vectors(texts, query=False)]

    def query(self, text: str) -> Query:
        return Query(self.vectors([text], query=True)[0])

    def word_spans(self, text: str) -> np.ndarray:
        return np.zeros((0, 2), np.int32)


def test_where_the_memory_of_a_device_does_not_do_batches_are_cut() -> None:
    model: Any = Small()
    embedder = Embedder(model, {}, "cpu")
    texts = [str(i) for i in range(30)]
    assert embedder.encode(texts)[:, 0].tolist() == list(range(30))
    assert [chunk.vector[0] for chunk in embedder.encode_chunks(texts)] == list(range(30))
    assert max(model.sizes) <= 4
    with pytest.raises(ModelError, match="memory"):
        embedder.encode(["9" * 101])


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json"])
def test_a_damaged_folder_gives_a_clear_error(folder: Path, tmp_path: Path, name: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / name).write_text("{")
    with pytest.raises(ModelError, match="copy"):
        Embedder.load(copy, cache=tmp_path)


def test_a_torn_file_of_weights_leads_to_the_folder(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    os.truncate(copy / "model.safetensors", 50_000_000)
    with pytest.raises(ModelError, match=r"copy.*Restore the folder"):
        Embedder.load(copy, cache=tmp_path)


def test_an_unknown_device_is_refused() -> None:
    with pytest.raises(ModelError, match="device"):
        Embedder.load("all-MiniLM-L6-v2", device="cuda:9" if not _cuda() else "xpu")


def _cuda() -> bool:
    return bool(torch.cuda.is_available())


def test_a_chunk_has_its_vector_and_what_its_words_are_like(embedder: Embedder) -> None:
    seen: list[int] = []
    chunks = embedder.encode_chunks(TEXTS, on_progress=seen.append)
    np.testing.assert_allclose(
        np.stack([chunk.vector for chunk in chunks]), embedder.encode(TEXTS), atol=1e-6
    )
    assert seen[-1] == len(TEXTS)
    for text, chunk in zip(TEXTS, chunks, strict=True):
        if not text.isascii():
            continue  # tokens that the model does not know are no words
        spans, states = embedder.states(text)
        worded = [any(map(str.isalnum, text[a:b])) for a, b in spans]
        expected = np.packbits(states[worded] > 0, axis=1)
        # In bytes a component that is next to nothing may turn with the texts beside it.
        assert chunk.words.shape == expected.shape
        assert np.unpackbits(chunk.words ^ expected).sum() <= 0.03 * 8 * expected.size


def test_a_chunk_is_close_where_each_word_has_one_like_it(embedder: Embedder) -> None:
    question = "Who repaired the broken lighthouse lamp?"
    query = embedder.query(question)
    chunks = embedder.encode_chunks(
        [
            "The lamp of the lighthouse was mended by Anna Berg.",
            "The annual report was approved by all members of the board.",
        ]
    )
    near = closeness(query, [chunk.words for chunk in chunks])
    assert near[0] > near[1] + 0.1
    np.testing.assert_array_equal(query.vector, embedder.encode_query(question))
