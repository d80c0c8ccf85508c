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
    """Weights by name, without the prefix `bert.`, all of one dtype and on one device."""

    weights: Mapping[str, Tensor]
    layers: int
    heads: int
    epsilon: float

    @classmethod
    def load(cls, folder: Path, *, device: str = "cpu", dtype: torch.dtype = torch.float32) -> Bert:
        """Read `folder`/config.json and model.safetensors. `fits` has to hold."""
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        tensors = load_file(folder / "model.safetensors", device=device)
        named = {name.removeprefix("bert."): tensor for name, tensor in tensors.items()}
        weights = {n: t.to(dtype) if t.is_floating_point() else t for n, t in named.items()}
        return cls(
            weights,
            config["num_hidden_layers"],
            config["num_attention_heads"],
            config["layer_norm_eps"],
        )

    def to(self, dtype: torch.dtype) -> Bert:
        """The same model in another number format."""
        weights = {n: t.to(dtype) if t.is_floating_point() else t for n, t in self.weights.items()}
        return Bert(weights, self.layers, self.heads, self.epsilon)

    def __call__(self, ids: Tensor, mask: Tensor, types: Tensor | None = None) -> Tensor:
        """Hidden states (b, t, d) of the last layer.

        Args:
            ids: int64 (b, t), padded on the right.
            mask: bool (b, t), true where there is a token.
            types: int64 (b, t), 0 for the first text of a pair and 1 for the second; None for 0.
        """
        w, t = self.weights, ids.shape[1]
        segment = w["embeddings.token_type_embeddings.weight"]
        x = w["embeddings.word_embeddings.weight"][ids]
        x = x + (segment[0] if types is None else segment[types])
        x = x + w["embeddings.position_embeddings.weight"][:t]
        x = self._norm(x, "embeddings.LayerNorm")
        # Without padding there is nothing to hide, and attention without a mask is faster.
        seen = None if bool(mask.all()) else mask[:, None, None, :]
        for i in range(self.layers):
            x = self._layer(x, seen, f"encoder.layer.{i}.")
        return x

    def _layer(self, x: Tensor, seen: Tensor | None, name: str) -> Tensor:
        b, t, d = x.shape
        q, k, v = (
            self._linear(x, f"{name}attention.self.{part}")
            .view(b, t, self.heads, -1)
            .transpose(1, 2)
            for part in ("query", "key", "value")
        )
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=seen)
        mixed = mixed.transpose(1, 2).reshape(b, t, d)
        x = x + self._linear(mixed, name + "attention.output.dense")
        x = self._norm(x, name + "attention.output.LayerNorm")
        inner = functional.gelu(self._linear(x, name + "intermediate.dense"))
        return self._norm(x + self._linear(inner, name + "output.dense"), name + "output.LayerNorm")

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return functional.linear(x, self.weights[name + ".weight"], self.weights[name + ".bias"])

    def _norm(self, x: Tensor, name: str) -> Tensor:
        weight, bias = self.weights[name + ".weight"], self.weights[name + ".bias"]
        return functional.layer_norm(x, weight.shape, weight, bias, self.epsilon)


def pad(rows: Sequence[Sequence[int]], device: str = "cpu") -> tuple[Tensor, Tensor]:
    """Token ids int64 (b, t), padded with 0, and their mask bool (b, t)."""
    width = max(map(len, rows), default=0)
    ids = torch.tensor([[*row, *([0] * (width - len(row)))] for row in rows], dtype=torch.int64)
    lengths = torch.tensor([len(row) for row in rows])
    mask = torch.arange(width)[None, :] < lengths[:, None]
    return ids.to(device), mask.to(device)
