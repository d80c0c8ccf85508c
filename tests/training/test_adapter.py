"""What is learnt in batches is what is read later."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from rag import weights
from rag.models import SECOND_BASE
from rag.networks.lora import LoraSpans
from training.adapter import Adapter
from training.data import Example
from training.teacher import lessons, loss

PASSAGE = "The Danube rises in the Black Forest of Germany and drains into the Black Sea."
EXAMPLES = [
    Example("Where does the Danube rise?", PASSAGE, ((20, 36),), "a"),
    Example("When was the Danube bridged?", PASSAGE * 2, (), "a", ((4, 10),)),
]


@pytest.fixture(scope="module")
def base() -> Path:
    return weights.resolve(SECOND_BASE, "generator")


@pytest.mark.parametrize("layers", [None, 4])
def test_it_learns_and_ships_as_it_read(base: Path, tmp_path: Path, layers: int | None) -> None:
    torch.manual_seed(0)
    model = Adapter(base, "cpu", layers=layers).eval()
    batch = lessons(EXAMPLES, model)
    ((learnt, rate),) = model.learnt(1e-3)
    optimizer = torch.optim.AdamW(learnt, lr=rate)
    values = []
    for _ in range(6):
        value = loss(model, batch, 1.0)
        value.backward()
        optimizer.step()
        optimizer.zero_grad()
        values.append(float(value.detach()))
    assert values[-1] < 0.7 * values[0]
    # Weights ship in bfloat16, so these are rounded first.
    with torch.no_grad():
        for weight in learnt:
            weight.copy_(weight.bfloat16())
    model.save(tmp_path)
    shipped = LoraSpans.load(tmp_path, model.llama, base)
    assert len(shipped.change.low) == (layers or len(model.llama.layers))
    windows = [lesson.window for lesson in batch]
    pairs = zip(model.logits(windows), shipped.logits(windows), strict=True)
    for ours, theirs in pairs:
        np.testing.assert_allclose(ours, theirs, atol=2e-3)
    again = Adapter(base, "cpu", tmp_path, layers).eval()
    for ours, theirs in zip(model.logits(windows), again.logits(windows), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-3)
