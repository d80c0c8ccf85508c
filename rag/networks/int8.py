"""The BERT of `rag.networks.bert` with its matrix products in 8-bit integers.

Processors with VNNI multiply bytes twice as fast as bfloat16 and four times as fast as float32;
those with AVX2 alone are a third faster than with float32, with weights of seven bits.
Weights get one scale for each output; inputs one scale and zero point for each product, from the
ranges seen on a few fixed texts, so that a vector never depends on what shares its batch. Two
things keep that exact enough:

- Inputs are divided, and weights multiplied, by a factor for each channel that shares the
  difficulty out (SmoothQuant, Xiao et al. 2022, arXiv:2211.10438).
- After the GELU a few channels reach four times as far as all others. Where the GELU is linear
  they are cut in steps of equal height, x = min(x, c) + min(x - c, c) + …, each a channel of its
  own (after outlier channel splitting, Zhao et al. 2019, arXiv:1901.09504).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from rag.networks.bert import WORDS, Bert, Tokens, attention
from rag.networks.device import int8_levels, native_bfloat16
from rag.networks.ranges import Ranges

# Channels after the GELU that may be cut in steps, and the room left above what was seen.
STEPS = 16
HEADROOM = 1.1


@dataclass(frozen=True, slots=True, eq=False)
class _Product:
    """x (n, i) to x @ w.T + bias (n, o); the input is quantised before."""

    weight: Tensor  # int8 (o, i), as oneDNN wants it
    scales: Tensor  # f32 (o,)
    zeros: Tensor
    bias: Tensor
    scale: float  # of the input
    zero: int
    spread: Tensor  # f32 (i,): what an input is multiplied with before it is rounded
    middle: Tensor  # f32 (): the zero point and a half

    @classmethod
    def of(cls, weight: Tensor, bias: Tensor, low: Tensor, high: Tensor, smooth: bool) -> _Product:
        """Quantise a weight f32 (o, i) for inputs between `low` and `high`, each f32 (i,)."""
        reach = torch.maximum(low.abs(), high.abs()).clamp(min=1e-5)
        share = torch.ones_like(reach)
        if smooth:
            share = (reach / weight.abs().amax(0).clamp(min=1e-5)).sqrt()
        weight = weight * share
        bottom = float((low / share).min()) * HEADROOM
        top = float((high / share).max()) * HEADROOM
        scale = max((top - bottom) / 255, 1e-9)
        zero = min(255, max(0, round(-bottom / scale)))
        scales = (weight.abs().amax(1) / int8_levels("cpu")).clamp(min=1e-9)
        rounded = (weight / scales[:, None]).round().to(torch.int8)
        return cls(
            torch.ops.onednn.qlinear_prepack(rounded, None),
            scales,
            torch.zeros(len(weight), dtype=torch.int32),
            bias.clone(),
            scale,
            zero,
            1 / (share * scale),
            torch.tensor(zero + 0.5),
        )

    def quantise(self, x: Tensor) -> Tensor:
        """f32 or bf16 (n, i) to uint8."""
        return torch.addcmul(self.middle, x, self.spread).clamp_(0, 255).to(torch.uint8)

    def plain(self, x: Tensor, dtype: torch.dtype) -> Tensor:
        return self._run(x, 1.0, 0, dtype, "none", "")

    def gelu(self, x: Tensor, then: _Product) -> Tensor:
        """With the GELU after it, quantised for the product that follows."""
        return self._run(x, then.scale, then.zero, torch.uint8, "gelu", "none")

    def _run(
        self, x: Tensor, scale: float, zero: int, dtype: torch.dtype, after: str, how: str
    ) -> Tensor:
        out: Tensor = torch.ops.onednn.qlinear_pointwise(
            x,
            self.scale,
            self.zero,
            self.weight,
            self.scales,
            self.zeros,
            self.bias,
            scale,
            zero,
            dtype,
            after,
            [],
            how,
        )
        return out

    def add(self, x: Tensor, other: Tensor) -> Tensor:
        """With `other` f32 (n, o) added."""
        out: Tensor = torch.ops.onednn.qlinear_pointwise.binary(
            x,
            self.scale,
            self.zero,
            self.weight,
            self.scales,
            self.zeros,
            other,
            self.bias,
            1.0,
            0,
            torch.float32,
            1.0,
            0,
            "add",
            1.0,
            "none",
            [],
            "",
        )
        return out


def _stepped(
    first: tuple[Tensor, Tensor], second: Tensor, low: Tensor, high: Tensor
) -> tuple[tuple[Tensor, Tensor], Tensor, Tensor, Tensor]:
    """The layers before and after a GELU with its farthest channels cut in steps.

    Returns weight and bias of the first, weight of the second, and the bounds in between.
    """
    weight, bias = first
    cap = float(high.sort(descending=True).values[min(STEPS, len(high)) // 2])
    steps = [(c, k) for c in (high > cap).nonzero()[:, 0].tolist()
             for k in range(1, int(float(high[c]) / cap) + 2)][:STEPS]  # fmt: skip
    if cap < 3 or not steps:  # the GELU is not linear there
        return first, second, low, high
    channels = torch.tensor([c for c, _ in steps])
    heights = torch.tensor([cap * k for _, k in steps])
    spare = STEPS - len(steps)  # rows of zeros, since odd widths are slow
    weight = torch.cat((weight, weight[channels], weight.new_zeros(spare, weight.shape[1])))
    bias = torch.cat((bias, bias[channels] - heights, bias.new_zeros(spare)))
    second = torch.cat((second, second[:, channels], second.new_zeros(len(second), spare)), dim=1)
    low = torch.cat((low, low.min().expand(STEPS)))
    high = torch.cat((high, low.new_zeros(STEPS))).clamp(max=cap / HEADROOM)
    return (weight, bias), second, low, high


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    qkv: _Product
    out: _Product
    inner: _Product
    outer: _Product
    name: str

    @classmethod
    def of(cls, model: Bert, name: str, seen: Ranges) -> _Layer:
        w, a = model.weights, name + "attention.self."
        parts = ("query", "key", "value")
        qkv = torch.cat([w[f"{a}{part}.weight"] for part in parts])
        bias = torch.cat([w[f"{a}{part}.bias"] for part in parts])
        out, inner, outer = (
            name + part for part in ("attention.output.dense", "intermediate.dense", "output.dense")
        )
        first, second, low, high = _stepped(
            (w[inner + ".weight"], w[inner + ".bias"]), w[outer + ".weight"], *seen[outer]
        )
        return cls(
            _Product.of(qkv, bias, *seen[a + "query"], smooth=True),
            _Product.of(w[out + ".weight"], w[out + ".bias"], *seen[out], smooth=True),
            _Product.of(*first, *seen[inner], smooth=True),
            _Product.of(second, w[outer + ".bias"], low, high, smooth=False),
            name,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Int8Bert:
    """`rag.networks.bert.Bert` in bytes; embeddings, attention and normalising stay in floats."""

    model: Bert  # without the weights that are in `stack`
    stack: tuple[_Layer, ...]
    dtype: torch.dtype  # of the attention

    @classmethod
    def of(cls, model: Bert, seen: Ranges) -> Int8Bert:
        """Quantise a float32 model whose products get inputs within the ranges `seen`."""
        dtype = torch.bfloat16 if native_bfloat16("cpu") else torch.float32
        names = [f"encoder.layer.{i}." for i in range(model.layers)]
        stack = tuple(_Layer.of(model, name, seen) for name in names)
        # Copied, or else the whole file stays mapped and in memory; the words are mapped alone.
        kept = {
            n: t if n == WORDS else t.clone()
            for n, t in model.weights.items()
            if "LayerNorm" in n or "layer" not in n
        }
        return cls(Bert(kept, model.layers, model.heads, model.epsilon), stack, dtype)

    @property
    def weights(self) -> dict[str, Tensor]:
        """Those that are still floats."""
        return dict(self.model.weights)

    def __call__(self, ids: Tensor, mask: Tensor, types: Tensor | None = None) -> Tensor:
        """Hidden states f32 (b, t, d); see `rag.networks.bert.Bert`."""
        tokens = Tokens.of(mask)
        x = tokens.gather(self.model.embed(ids, types))
        for layer in self.stack:
            x = self._layer(layer, x, tokens)
        return tokens.spread(x)

    def _layer(self, layer: _Layer, x: Tensor, tokens: Tokens) -> Tensor:
        qkv = tokens.spread(layer.qkv.plain(layer.qkv.quantise(x), self.dtype))
        q, k, v = qkv.view(*tokens.shape, 3, self.model.heads, -1).permute(2, 0, 3, 1, 4)
        mixed = tokens.gather(attention(q, k, v, tokens))
        x = layer.out.add(layer.out.quantise(mixed), x)
        x = self.model.norm(x, layer.name + "attention.output.LayerNorm")
        inner = layer.inner.gelu(layer.inner.quantise(x), layer.outer)
        return self.model.norm(layer.outer.add(inner, x), layer.name + "output.LayerNorm")
