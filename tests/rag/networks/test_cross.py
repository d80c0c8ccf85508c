"""A cross-encoder by name: a tiny one with random weights, which no one would want, does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag import Models, Pipeline
from rag.errors import ModelError
from rag.networks.cross import CrossEncoder
from rag.rerank import by_cross_encoder
from tests.rag.records import hit

SHIPPED = Path(__file__).parents[3] / "rag" / "weights_data" / "reader"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    made = tmp_path_factory.mktemp("cross")
    tokenizer = AutoTokenizer.from_pretrained(SHIPPED)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=64, num_labels=1, initializer_range=1.0,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(made)
    tokenizer.save_pretrained(made)
    return made


def test_scores_do_not_depend_on_the_company(folder: Path) -> None:
    model = CrossEncoder.load(folder)
    passages = ["A short one.", "A longer one about harbours and ferries. " * 9, "A third."] * 7
    scores = model.scores("Which one?", passages)
    assert scores.shape == (21,)
    np.testing.assert_allclose(scores[:3], scores[3:6], atol=1e-4)
    np.testing.assert_allclose(model.scores("Which one?", passages[1:2]), scores[1:2], atol=1e-4)
    assert model.scores("Which one?", []).shape == (0,)


def test_an_overlong_passage_is_cut(folder: Path) -> None:
    assert np.isfinite(CrossEncoder.load(folder).scores("Which?", ["word " * 2000])).all()


def test_what_has_no_such_head_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no cross-encoder"):
        CrossEncoder.load(SHIPPED)
    with pytest.raises(ModelError, match="cannot be loaded"):
        CrossEncoder.load(tmp_path)


def test_without_the_files_of_its_tokenizer_it_is_refused(folder: Path, tmp_path: Path) -> None:
    for name in ("config.json", "model.safetensors"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    with pytest.raises(ModelError, match="tokenizer"):
        CrossEncoder.load(tmp_path)


def test_the_blend_needs_both() -> None:
    hits = [hit("a", score=1.0), hit("b", score=0.9), hit("c", score=0.0)]
    order = by_cross_encoder(hits, np.asarray([-3.0, 5.0, 4.0], dtype=np.float32))
    assert [h.text for h in order] == ["b", "a", "c"]


def test_search_asks_it_where_it_is_named(folder: Path, library: str, models: Models) -> None:
    named = Models(models.settings.replace(reranker=str(folder)))
    named.__dict__.update(_embedder=models.embedder)
    question = "How long does Halden cheese ripen?"
    with Pipeline.open(library, models=named) as pipeline:
        hits = pipeline.search(question, k=2).hits
    with Pipeline.open(library, models=models) as plain:
        before = plain.search(question, k=6).hits
    assert named.reranker is not None
    fit = named.reranker.scores(question, [found.text for found in before])
    assert [h.text for h in hits] == [h.text for h in by_cross_encoder(before, fit)[:2]]
    assert "reranker" in named.loaded()
    assert models.reranker is None
