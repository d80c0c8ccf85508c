"""The BERT encoder (Devlin et al. 2019, arXiv:1810.04805) in plain torch.

transformers and sentence-transformers take 3 to 6 seconds to import, this takes none. It covers
the common case and nothing else; `fits` says when that is. A test compares it with both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from rag.packing import in_file, packed, product

# Attention scores of 2 bytes that fit into the second cache of a core, beside what makes them.
SCORES_IN_CACHE = 1_200_000
# torch's softmax of bfloat16 takes twice as long where a row does not fill its registers.
SOFTMAX_STEP = 32
WORDS = "embeddings.word_embeddings.weight"


def fits(config: Mapping[str, Any]) -> bool:
    """Can this module run a model with that config.json?"""
    return (
        config.get("model_type") == "bert"
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and not config.get("is_decoder", False)
    )


@dataclass(frozen=True, slots=True, eq=False)
class Bert:
    """Weights by name, without the prefix `bert.`, all on one device and of one dtype, but for the
    table of words, which stays as it is in its file."""

    weights: Mapping[str, Tensor]
    layers: int
    heads: int
    epsilon: float

    @classmethod
    def load(cls, folder: Path, *, device: str = "cpu", dtype: torch.dtype = torch.float32) -> Bert:
        """Read `folder`/config.json and model.safetensors. `fits` has to hold."""
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        path = folder / "model.safetensors"
        weights = {}
        for name, tensor in load_file(path, device=device).items():
            if name.endswith(WORDS):
                weights[WORDS] = in_file(path, name, device)  # of any float type
            else:
                floats = tensor.is_floating_point()
                weights[name.removeprefix("bert.")] = tensor.float() if floats else tensor
        model = cls(
            weights,
            config["num_hidden_layers"],
            config["num_attention_heads"],
            config["layer_norm_eps"],
        )
        return model if dtype == torch.float32 else model.to(dtype)

    def to(self, dtype: torch.dtype) -> Bert:
        """This float32 model in another number format."""
        weights = {
            n: t.to(dtype) if t.is_floating_point() and n != WORDS else t
            for n, t in self.weights.items()
        }
        for name in weights:
            if name.startswith("encoder.") and name.endswith(".weight") and "LayerNorm" not in name:
                weights[name] = packed(weights[name])
        return Bert(weights, self.layers, self.heads, self.epsilon)

    def __call__(self, ids: Tensor, mask: Tensor, types: Tensor | None = None) -> Tensor:
        """Hidden states (b, t, d) of the last layer.

        Args:
            ids: int64 (b, t), padded on the right.
            mask: bool (b, t), true where there is a token.
            types: int64 (b, t), 0 for the first text of a pair and 1 for the second; None for 0.
        """
        x, real = self.embed(ids, types), bool(mask.all())
        # Without padding there is nothing to hide; with it, only attention has to see it. (On a
        # GPU it costs less than to take it out.)
        seen = None if real else mask[:, None, None, :]
        rows = None if real or x.device.type != "cpu" else mask
        x = x.flatten(0, 1) if rows is None else x[rows]
        for i in range(self.layers):
            x = self._layer(x, seen, rows, mask.shape, f"encoder.layer.{i}.")
        return spread(x, rows, mask.shape)

    def embed(self, ids: Tensor, types: Tensor | None = None) -> Tensor:
        """What the first layer gets, (b, t, d)."""
        w = self.weights
        segment = w["embeddings.token_type_embeddings.weight"]
        x = w[WORDS][ids].to(segment.dtype)
        x = x + (segment[0] if types is None else segment[types])
        x = x + w["embeddings.position_embeddings.weight"][: ids.shape[1]]
        return self.norm(x, "embeddings.LayerNorm")

    def _layer(
        self, x: Tensor, seen: Tensor | None, rows: Tensor | None, shape: torch.Size, name: str
    ) -> Tensor:
        q, k, v = (
            spread(self._linear(x, f"{name}attention.self.{part}"), rows, shape)
            .view(*shape, self.heads, -1)
            .transpose(1, 2)
            for part in ("query", "key", "value")
        )
        mixed = attention(q, k, v, seen)
        mixed = mixed.flatten(0, 1) if rows is None else mixed[rows]
        x = x + self._linear(mixed, name + "attention.output.dense")
        x = self.norm(x, name + "attention.output.LayerNorm")
        inner = self._linear(x, name + "intermediate.dense", gelu=True)
        return self.norm(x + self._linear(inner, name + "output.dense"), name + "output.LayerNorm")

    def _linear(self, x: Tensor, name: str, *, gelu: bool = False) -> Tensor:
        weight, bias = self.weights[name + ".weight"], self.weights[name + ".bias"]
        return product(x, weight, bias, gelu=gelu)

    def norm(self, x: Tensor, name: str) -> Tensor:
        """Layer normalisation by its name."""
        weight, bias = self.weights[name + ".weight"], self.weights[name + ".bias"]
        return functional.layer_norm(x, weight.shape, weight, bias, self.epsilon)


def spread(x: Tensor, rows: Tensor | None, shape: torch.Size) -> Tensor:
    """Real tokens (n, d) to (b, t, d), with zeros where `rows`, bool (b, t), has none."""
    if rows is None:
        return x.view(*shape, -1)
    out = x.new_zeros(*shape, x.shape[-1])
    out[rows] = x
    return out


def attention(q: Tensor, k: Tensor, v: Tensor, seen: Tensor | None) -> Tensor:
    """Scaled dot product attention: (b, heads, t, d) each to (b, t, heads * d).

    torch's fused kernel for CPUs multiplies bfloat16 far below what the processor can. While the
    scores stay in its cache, two plain products and a softmax are up to twice as fast.

    Args:
        seen: bool (b, 1, 1, t), true up to where each text ends, or None where all end at t.
    """
    b, heads, t, d = q.shape
    texts = max(1, SCORES_IN_CACHE // (heads * t * t))
    if q.dtype != torch.bfloat16 or q.device.type != "cpu" or heads * t * t > 8 * SCORES_IN_CACHE:
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=seen)
        return mixed.transpose(1, 2).reshape(b, t, heads * d)
    width = -(-t // SOFTMAX_STEP) * SOFTMAX_STEP
    k, v = (functional.pad(part, (0, 0, 0, width - t)) for part in (k, v))
    ends = [t] * b if seen is None else seen.sum(-1).flatten().tolist()
    out = q.new_empty(b, t, heads, d)
    for i in range(0, b, texts):
        part = slice(i, i + texts)
        scores = (q[part] * d**-0.5) @ k[part].transpose(-1, -2)
        for text, end in enumerate(ends[part]):
            if end < width:
                scores[text, ..., end:] = -torch.inf
        out[part] = (torch.softmax(scores, dim=-1) @ v[part]).transpose(1, 2)
    return out.view(b, t, heads * d)


def pad(rows: Sequence[Sequence[int]], device: str = "cpu") -> tuple[Tensor, Tensor]:
    """Token ids int64 (b, t), padded with 0, and their mask bool (b, t)."""
    width = max(map(len, rows), default=0)
    ids = torch.tensor([[*row, *([0] * (width - len(row)))] for row in rows], dtype=torch.int64)
    lengths = torch.tensor([len(row) for row in rows])
    mask = torch.arange(width)[None, :] < lengths[:, None]
    return ids.to(device), mask.to(device)
