import random
from pathlib import Path

import pytest
import torch
from transformers import AutoTokenizer

from rag import weights
from training import batches
from training.data import Example

CONTEXT = "Anna built the bridge in 1973. Otto crossed it."


@pytest.fixture(scope="module")
def tokenizer():  # type: ignore[no-untyped-def]
    folder: Path = weights.resolve("footnote-reader", "reader")
    return AutoTokenizer.from_pretrained(folder)


def made(tokenizer, *examples: Example) -> batches.Batch:  # type: ignore[no-untyped-def]
    return batches.collate(batches.rows(examples, tokenizer, random.Random(1)))


def test_references_share_the_target(tokenizer) -> None:  # type: ignore[no-untyped-def]
    start, whole = CONTEXT.index("1973"), CONTEXT.index("in 1973")
    spans = ((start, start + 4), (start, start + 4), (start, start + 4), (whole, start + 4))
    batch = made(tokenizer, Example("When was it built?", CONTEXT, spans, "g"))
    assert sorted(batch.starts[0][batch.starts[0] > 0].tolist()) == [0.25, 0.75]
    assert batch.ends[0].max() == 1
    assert not batch.likely_starts.any()


def test_a_tempting_span_leaves_the_question_unanswerable(tokenizer) -> None:  # type: ignore[no-untyped-def]
    at = CONTEXT.index("Otto")
    batch = made(
        tokenizer,
        Example("Who tore it down?", CONTEXT, (), "g", ((at, at + 4),)),
        Example("Who tore it down?", CONTEXT, (), "g"),
    )
    assert batch.starts[:, 0].tolist() == [1, 1]
    assert batch.likely_starts.sum(dim=1).tolist() == [1, 0]
    token = int(batch.likely_starts[0].argmax())
    assert tokenizer.decode([int(batch.ids[0, token])]) == "otto"


def test_every_row_is_in_one_batch() -> None:
    rows = [batches.Row([1] * n, [0] * n, {0: 1.0}, {0: 1.0}, ({}, {})) for n in range(1, 60)]
    groups = batches.batches(rows, 200, random.Random(3))
    assert sorted(len(row.ids) for group in groups for row in group) == list(range(1, 60))
    assert all(len(group) * max(len(row.ids) for row in group) <= 200 for group in groups)
    batch = batches.collate(groups[0])
    assert torch.equal(batch.mask.sum(dim=1), torch.tensor([len(r.ids) for r in groups[0]]))
