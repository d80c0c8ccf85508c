"""A Llama decoder (Touvron et al. 2023, arXiv:2302.13971) in plain torch.

transformers takes 3 to 5 seconds to import and more time between the matrix products of a small
model than in them. This covers the plain case; `fits` says when that is. A test compares the two.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from rag.networks.fourbit import Matrix
from rag.networks.packing import in_file

FEW = 16  # positions read at once, up to which plain products are faster than fused attention
GROWTH = 256  # positions by which a cache grows at least
PARTS = ("qkv", "out", "gate_up", "down")  # the products of a layer, in their order


def fits(config: Mapping[str, Any]) -> bool:
    """Can this module run a model with that config.json?"""
    rope = config.get("rope_scaling") or config.get("rope_parameters") or {}
    return (
        config.get("model_type") == "llama"
        and config.get("hidden_act", "silu") == "silu"
        and not config.get("attention_bias")
        and not config.get("mlp_bias")
        and rope.get("rope_type", "default") == "default"
        and "quantization_config" not in config
    )


def attention(
    q: Tensor, k: Tensor, v: Tensor, seen: Tensor | None, *, onward: bool = True
) -> Tensor:
    """Attention with shared keys: q (heads, t, d), k and v (kv_heads, total, d) to (t, heads * d).

    For a few positions on a CPU two plain products in float32 take a quarter of the time of torch's
    fused kernel, which repeats the keys first, and lose nothing.

    Args:
        seen: bool (t, total); None where there is one position, or many that are the first.
        onward: with `seen` None, does each position see itself and those before it only?
    """
    (heads, t, d), groups = q.shape, k.shape[0]
    if t > FEW or q.device.type != "cpu":
        mixed = functional.scaled_dot_product_attention(
            q[None],
            k[None],
            v[None],
            attn_mask=seen,
            is_causal=onward and seen is None and t > 1,
            enable_gqa=True,
        )[0]
        return mixed.transpose(0, 1).reshape(t, heads * d)
    scores = torch.bmm((q.float() * d**-0.5).reshape(groups, -1, d), k.float().transpose(1, 2))
    if seen is not None:
        scores.view(groups, -1, t, k.shape[1]).masked_fill_(~seen, -torch.inf)
    mixed = torch.bmm(torch.softmax(scores, dim=-1), v.float()).view(heads, t, d)
    return mixed.transpose(0, 1).reshape(t, heads * d).to(q.dtype)


@dataclass(slots=True, eq=False)
class Cache:
    """Keys and values of the positions read so far; `length` may be set back, never forward."""

    keys: Tensor  # (layers, heads, capacity, d)
    values: Tensor
    length: int = 0

    def reserve(self, positions: int) -> None:
        """Make room for `positions` more."""
        need = self.length + positions
        if need > self.keys.shape[2]:
            grown = (*self.keys.shape[:2], need + GROWTH, self.keys.shape[3])
            for name in ("keys", "values"):
                old: Tensor = getattr(self, name)
                new = old.new_empty(grown)
                new[:, :, : self.length] = old[:, :, : self.length]
                setattr(self, name, new)


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    attention_norm: Tensor  # (2 * n,): each norm twice, see `_normed`
    qkv: Matrix  # ((heads + 2 * kv_heads) * d, n): one product instead of three
    out: Matrix
    mlp_norm: Tensor
    gate_up: Matrix
    down: Matrix


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What `rag.networks.lora` adds to the products of each layer, and its norms.

    `low` has for each layer the pairs (r, i), (o, r) of qkv, out, gate_up and down in this order;
    `norms` the two norms of each layer, each twice, and at last the one behind all layers. `low`
    stays in bfloat16, as it is stored: widened it would take 10 MB more. There may be fewer layers
    than the model has: the others are left out.
    """

    low: tuple[tuple[tuple[Tensor, Tensor], ...], ...]
    norms: tuple[Tensor, ...]

    @classmethod
    def of(cls, weights: Mapping[str, Tensor], llama: Llama) -> Change:
        """From the tensors of an adapter's file.

        Raises:
            KeyError, ValueError: one is missing, or of another shape than the model's.
        """
        w = {name: tensor.to(llama.norm.device) for name, tensor in weights.items()}
        count = 1 + max(int(name.split(".")[0]) for name in w if name[0].isdecimal())
        low = tuple(
            tuple((w[f"{i}.{part}.a"], w[f"{i}.{part}.b"]) for part in PARTS) for i in range(count)
        )
        for i, (layer, pairs) in enumerate(zip(llama.layers[:count], low, strict=True)):
            for part, (a, b) in zip(PARTS, pairs, strict=True):
                out, into = getattr(layer, part).whole.shape
                if a.shape[1:] != (into,) or b.shape != (out, len(a)):
                    raise ValueError(f"{i}.{part} does not fit {into} inputs and {out} outputs")
        names = [f"{i}.{norm}" for i in range(count) for norm in ("attention_norm", "mlp_norm")]
        norms = tuple(w[name].to(llama.norm.dtype).repeat(2) for name in (*names, "norm"))
        return cls(low, norms)


@dataclass(frozen=True, slots=True, eq=False)
class Llama:
    """The weights of a decoder, all on one device and of one dtype, but for the embeddings, which
    stay as they are in their file."""

    embedding: Tensor  # (vocabulary, n)
    layers: tuple[_Layer, ...]
    norm: Tensor
    head: Matrix  # (vocabulary, n)
    heads: int
    kv_heads: int
    head_dim: int
    epsilon: float
    theta: float
    context: int
    rotations: dict[int, tuple[Tensor, Tensor]] = field(default_factory=dict)

    @classmethod
    def load(
        cls, folder: Path, *, device: str = "cpu", dtype: torch.dtype, compact: bool = False
    ) -> Llama:
        """Read `folder`/config.json and model.safetensors. `fits` has to hold.

        `compact` leaves matrices in bfloat16 if they are stored so, whatever `dtype` is.
        """
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        w = {
            name: tensor if compact and tensor.dtype == torch.bfloat16 else tensor.to(dtype)
            for name, tensor in load_file(folder / "model.safetensors", device=device).items()
        }
        layers = []
        for i in range(config["num_hidden_layers"]):
            at, ff = f"model.layers.{i}.self_attn.", f"model.layers.{i}.mlp."
            qkv = torch.cat([w.pop(f"{at}{part}_proj.weight") for part in "qkv"])
            gate_up = torch.cat([w.pop(f"{ff}{part}_proj.weight") for part in ("gate", "up")])
            layers.append(
                _Layer(
                    w[f"model.layers.{i}.input_layernorm.weight"].to(dtype).repeat(2),
                    Matrix.of(qkv, dtype),
                    Matrix.of(w.pop(f"{at}o_proj.weight"), dtype),
                    w[f"model.layers.{i}.post_attention_layernorm.weight"].to(dtype).repeat(2),
                    Matrix.of(gate_up, dtype),
                    Matrix.of(w.pop(f"{ff}down_proj.weight"), dtype),
                )
            )
        heads = int(config["num_attention_heads"])
        rope = config.get("rope_parameters") or config
        return cls(
            embedding=in_file(folder / "model.safetensors", "model.embed_tokens.weight", device),
            layers=tuple(layers),
            norm=w["model.norm.weight"].to(dtype).repeat(2),
            head=Matrix.of(w.get("lm_head.weight", w["model.embed_tokens.weight"]), dtype),
            heads=heads,
            kv_heads=int(config.get("num_key_value_heads", heads)),
            head_dim=int(config.get("head_dim") or config["hidden_size"] // heads),
            epsilon=float(config["rms_norm_eps"]),
            theta=float(rope.get("rope_theta", 10000.0)),
            context=int(config["max_position_embeddings"]),
        )

    def prepare(self) -> None:
        """Make what products of few rows need, which the first word written would wait for."""
        for matrix in (
            self.head,
            *(getattr(layer, part) for layer in self.layers for part in PARTS),
        ):
            matrix.few()

    def cache(self) -> Cache:
        """An empty cache."""
        shape = (len(self.layers), self.kv_heads, 0, self.head_dim)
        return Cache(self.norm.new_empty(shape), self.norm.new_empty(shape))

    def __call__(self, ids: Tensor, cache: Cache, last: int) -> Tensor:
        """Read ids (t,) after what is in `cache`; logits (last, vocabulary) of the last ones."""
        t = len(ids)
        cache.reserve(t)
        past, total = cache.length, cache.length + t
        cosine, sine = self.rotation(past, total)
        # Position i sees itself and what came before; the fused kernel knows that of a first read.
        seen = None
        if t > 1 and (past or t <= FEW):
            seen = torch.ones(t, total, dtype=torch.bool, device=ids.device).tril(past)
        x = self.embedding[ids].to(self.norm.dtype)
        for i, layer in enumerate(self.layers):
            y = self._normed(x, layer.attention_norm)
            qkv = layer.qkv.times(y).contiguous()
            qkv = qkv.view(t, -1, self.head_dim).transpose(0, 1)
            turned, v = qkv[: -self.kv_heads], qkv[-self.kv_heads :]
            swapped = turned.roll(self.head_dim // 2, -1)
            turned = turned * cosine + swapped * sine
            keys, values = cache.keys[i, :, :total], cache.values[i, :, :total]
            keys[:, past:] = turned[self.heads :]
            values[:, past:] = v
            x = x + layer.out.times(attention(turned[: self.heads], keys, values, seen))
            y = self._normed(x, layer.mlp_norm)
            gate, up = layer.gate_up.times(y).chunk(2, dim=-1)
            x = x + layer.down.times(functional.silu(gate) * up)
        cache.length = total
        x = self._normed(x[-last:], self.norm)
        return self.head.times(x)

    def both_ways(self, ids: Tensor, change: Change) -> Tensor:
        """Hidden states (t, n) of ids (t,), each seeing all, behind the layers of `change`."""
        t, split = len(ids), self.heads + self.kv_heads
        cosine, sine = self.rotation(0, t)
        x = self.embedding[ids].to(self.norm.dtype, copy=True)
        for i, (layer, low) in enumerate(zip(self.layers, change.low, strict=False)):
            y = self._normed(x, change.norms[2 * i])
            qkv = _times(y, layer.qkv, low[0]).contiguous()
            qkv = qkv.view(t, -1, self.head_dim).transpose(0, 1)
            turned = qkv[:split] * cosine + qkv[:split].roll(self.head_dim // 2, -1) * sine
            q, k = turned[: self.heads], turned[self.heads :]
            mixed = attention(q, k, qkv[split:], None, onward=False)
            x += _times(mixed, layer.out, low[1])
            y = self._normed(x, change.norms[2 * i + 1])
            gate, up = _times(y, layer.gate_up, low[2]).chunk(2, dim=-1)
            x += _times(functional.silu(gate).mul_(up), layer.down, low[3])
        return self._normed(x, change.norms[-1])

    def _normed(self, x: Tensor, twice: Tensor) -> Tensor:
        """Divided by the root mean square: a layer norm of x and -x, whose mean is 0. It gives the
        same bits as torch's own, which takes twice as long for one token, but for a paragraph in
        float32 half."""
        if x.dtype == torch.float32 and len(x) > FEW:
            n = x.shape[-1]
            return functional.rms_norm(x, (n,), twice[:n], self.epsilon)
        both = torch.cat((x, -x), dim=-1)
        normed = functional.layer_norm(both, twice.shape, twice, None, self.epsilon)
        return normed[:, : x.shape[-1]].contiguous()

    def rotation(self, start: int, end: int) -> tuple[Tensor, Tensor]:
        """Cosine and sine (end - start, d) of the rotary embedding (Su et al. 2021)."""
        if not self.rotations or len(self.rotations[0][0]) < end:
            count = min(self.context, max(end, 2048)) if end <= self.context else end
            steps = torch.arange(0, self.head_dim, 2, dtype=torch.float32) / self.head_dim
            angles = torch.outer(torch.arange(count, dtype=torch.float32), self.theta**-steps)
            angles = torch.cat((angles, angles), dim=-1).to(self.norm.device)
            dtype = self.norm.dtype
            sine = angles.sin()
            sine[:, : self.head_dim // 2].neg_()  # what comes from the second half is turned back
            self.rotations[0] = angles.cos().to(dtype), sine.to(dtype)
        cosine, sine = self.rotations[0]
        return cosine[start:end], sine[start:end]


def _times(x: Tensor, matrix: Matrix, low: tuple[Tensor, Tensor]) -> Tensor:
    """x W + x A B."""
    down, up = (side.to(x.dtype) for side in low)
    return matrix.times(x).addmm_(functional.linear(x, down), up.T)
