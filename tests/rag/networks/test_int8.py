"""Products of bytes give the vectors of floats, nearly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from rag import weights
from rag.networks import device
from rag.networks.encoders import PlainBert, load_encoder
from rag.networks.int8 import STEPS, _stepped

needs_bytes = pytest.mark.skipif(
    not device.int8_levels("cpu"), reason="This processor has no products of bytes."
)
TEXTS = [
    "The Danube rises in the Black Forest and flows through ten countries to the Black Sea.",
    "Operating income of the segment rose by 14 % to $ 3,127 million in the third quarter of 2022.",
    "Attention is computed for all positions at once, so that a layer can be trained in parallel.",
    "Who?",
]


@pytest.fixture(scope="module")
def exact() -> PlainBert:
    model = load_encoder(weights.resolve("all-MiniLM-L6-v2", "embedder"), "cpu")
    assert isinstance(model, PlainBert)
    return model


@needs_bytes
def test_vectors_keep_their_direction_and_their_neighbours(exact: PlainBert) -> None:
    bytes_ = exact.in_precision("int8")
    ours, theirs = (model.vectors(TEXTS, query=False) for model in (bytes_, exact))
    # With seven bits a text without sense, such as "Who?", turns by more.
    assert (ours * theirs).sum(axis=1).min() > (0.99 if device.int8_levels("cpu") > 63 else 0.98)
    assert np.abs(ours @ ours.T - theirs @ theirs.T).max() < 0.05


@needs_bytes
def test_a_vector_does_not_depend_on_what_shares_its_batch(exact: PlainBert) -> None:
    bytes_ = exact.in_precision("int8")
    together = bytes_.vectors(TEXTS, query=False)
    alone = np.concatenate([bytes_.vectors([text], query=False) for text in TEXTS])
    assert (together * alone).sum(axis=1).min() > 0.9995


def test_formats_follow_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    assert device.formats("mps") == ("float32",)
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: {"avx512_vnni": True})
    assert device.formats("cpu") == ("float32", "int8")
    assert device.int8_levels("cpu") == 127
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: {"avx2": True})
    assert device.formats("cpu") == ("float32", "int8")
    assert 255 * device.int8_levels("cpu") * 2 < 2**15
    monkeypatch.setattr("torch.cpu.get_capabilities", dict)
    assert device.formats("cpu") == ("float32",)


def test_the_fastest_way_that_fits_is_taken() -> None:
    def slow() -> int:
        return sum(range(200_000))

    assert device.fastest({"a": slow, "b": lambda: 1}, lambda first, other: False) == "a"
    assert device.fastest({"a": slow, "b": lambda: 1}, lambda first, other: other == 1) == "b"
    assert device.fastest({"a": lambda: 1, "b": slow}, lambda first, other: True) == "a"


def test_a_far_channel_in_steps_is_the_same_channel() -> None:
    """Up to the bend of the GELU, and no step reaches farther than the other channels."""
    torch.manual_seed(2)
    first = torch.randn(64, 8) * 0.5
    first[5] *= 12
    bias, second = torch.randn(64), torch.randn(8, 64)
    x = torch.randn(2000, 8)
    between = functional.gelu(functional.linear(x, first, bias))
    (weight, shift), after, low, high = _stepped(
        (first, bias), second, between.amin(0), between.amax(0)
    )
    assert len(weight) == len(high) == len(low) == 64 + STEPS
    cap = float(high.max())
    assert cap < float(between.max()) / 3
    cut = functional.gelu(functional.linear(x, weight, shift)).clamp(max=cap * 1.1)
    error = (cut @ after.T - between @ second.T).abs().amax(1)
    # The GELU dips by .17 before it rises; a step and its neighbour do so at once.
    assert float(error.max()) < 0.6 * float(second[:, 5].abs().max())


@needs_bytes
def test_what_bytes_need_to_know_is_measured_once(
    exact: PlainBert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "ranges" / "weights"
    first = exact.in_precision("int8", kept).vectors(TEXTS, query=False)
    monkeypatch.setattr("rag.networks.ranges._measured", None)
    again = exact.in_precision("int8", kept).vectors(TEXTS, query=False)
    np.testing.assert_array_equal(first, again)


@needs_bytes
@pytest.mark.parametrize("spoilt", [b"", b"not safetensors", None])
def test_what_was_kept_and_is_spoilt_is_measured_anew(
    exact: PlainBert, tmp_path: Path, spoilt: bytes | None
) -> None:
    first = exact.in_precision("int8", tmp_path / "weights").vectors(TEXTS, query=False)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    if spoilt is None:
        file.unlink()
    else:
        file.write_bytes(spoilt)
    again = exact.in_precision("int8", tmp_path / "weights").vectors(TEXTS, query=False)
    np.testing.assert_array_equal(first, again)
    assert file.read_bytes() == whole


@needs_bytes
def test_a_cache_that_cannot_be_written_is_no_error(exact: PlainBert, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    exact.in_precision("int8", tmp_path / "file" / "weights")
