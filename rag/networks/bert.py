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

from rag.networks.packing import in_file, packed, product, rounded

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
        tokens = Tokens.of(mask)
        x = tokens.gather(self.embed(ids, types))
        for i in range(self.layers):
            x = self._layer(x, tokens, f"encoder.layer.{i}.")
        return tokens.spread(x)

    def embed(self, ids: Tensor, types: Tensor | None = None) -> Tensor:
        """What the first layer gets, (b, t, d)."""
        w = self.weights
        segment = w["embeddings.token_type_embeddings.weight"]
        x = w[WORDS][ids].to(segment.dtype)
        x = x + (segment[0] if types is None else segment[types])
        x = x + w["embeddings.position_embeddings.weight"][: ids.shape[1]]
        return self.norm(x, "embeddings.LayerNorm")

    def _layer(self, x: Tensor, tokens: Tokens, name: str) -> Tensor:
        q, k, v = (
            tokens.spread(self._linear(x, f"{name}attention.self.{part}"))
            .view(*tokens.shape, self.heads, -1)
            .transpose(1, 2)
            for part in ("query", "key", "value")
        )
        mixed = tokens.gather(attention(q, k, v, tokens))
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


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """Where the tokens of a padded batch are, (b, t), and how they are worked on by themselves.

    On a CPU a row of numbers stands for each real token, and some of zeros at the end; see
    `rounded`. On a GPU padding costs less than to take it out.
    """

    shape: tuple[int, int]
    ends: tuple[int, ...]  # of each text
    places: Tensor | None  # int64 (n,), of the real tokens in (b * t); None where all are worked on
    seen: Tensor | None  # bool (b, 1, 1, t); None where all are real

    @classmethod
    def of(cls, mask: Tensor) -> Tokens:
        b, t = mask.shape
        ends = tuple(mask.sum(-1).tolist())
        seen = None if sum(ends) == b * t else mask[:, None, None, :]
        places = None
        if seen is not None and mask.device.type == "cpu":
            places = mask.flatten().nonzero().squeeze(1)
        return cls((b, t), ends, places, seen)

    def gather(self, x: Tensor) -> Tensor:
        """(b, t, d) to rows (n, d)."""
        x = x.flatten(0, 1)
        if x.device.type != "cpu":
            return x
        x = x if self.places is None else x.index_select(0, self.places)
        return functional.pad(x, (0, 0, 0, rounded(len(x)) - len(x)))

    def spread(self, x: Tensor) -> Tensor:
        """Rows (n, d) to (b, t, d), with zeros where there is no token."""
        if self.places is None:
            return x[: self.shape[0] * self.shape[1]].view(*self.shape, -1)
        out = x.new_zeros(self.shape[0] * self.shape[1], x.shape[-1])
        out.index_copy_(0, self.places, x[: len(self.places)])
        return out.view(*self.shape, -1)


def attention(q: Tensor, k: Tensor, v: Tensor, tokens: Tokens) -> Tensor:
    """Scaled dot product attention: (b, heads, t, d) each to (b, t, heads * d).

    torch's fused kernel for CPUs multiplies bfloat16 far below what the processor can. While the
    scores stay in its cache, two plain products and a softmax are up to twice as fast.
    """
    b, heads, t, d = q.shape
    if q.dtype != torch.bfloat16 or q.device.type != "cpu" or heads * t * t > 8 * SCORES_IN_CACHE:
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=tokens.seen)
        return mixed.transpose(1, 2).reshape(b, t, heads * d)
    width = -(-t // SOFTMAX_STEP) * SOFTMAX_STEP
    q, k, v = (functional.pad(part, (0, 0, 0, width - t)) for part in (q * d**-0.5, k, v))
    most = max(1, SCORES_IN_CACHE // (heads * width * width))
    out = q.new_empty(b, t, heads, d)
    start = 0
    while start < b:
        # Powers of two, so that there are few sizes; see `rounded`.
        texts = 1 << (min(most, b - start).bit_length() - 1)
        part = slice(start, start + texts)
        scores = q[part] @ k[part].transpose(-1, -2)
        for text, end in enumerate(tokens.ends[part]):
            if end < width:
                scores[text, ..., end:] = -torch.inf
        out[part] = (torch.softmax(scores, dim=-1) @ v[part])[..., :t, :].transpose(1, 2)
        start += texts
    return out.view(b, t, heads * d)


def pad(rows: Sequence[Sequence[int]], device: str = "cpu") -> tuple[Tensor, Tensor]:
    """Token ids int64 (b, t), padded with 0, and their mask bool (b, t)."""
    width = max(map(len, rows), default=0)
    ids = torch.tensor([[*row, *([0] * (width - len(row)))] for row in rows], dtype=torch.int64)
    lengths = torch.tensor([len(row) for row in rows])
    mask = torch.arange(width)[None, :] < lengths[:, None]
    return ids.to(device), mask.to(device)
