"""The second reader in training: `rag.networks.lora` in batches, with gradients.

Of each layer only narrow products and the norms learn, and the head; the weights of the language
model stay as they ship. On an H200 2,800 steps of 16,384 tokens took nine minutes beside two other
runs (`training.teacher --adapter --rate 2e-3`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch.nn import functional

from rag.networks import lora
from rag.networks.llama import PARTS, Llama
from rag.networks.span_models import Window
from training.echo import Pointing

RANK = 16  # twice that for queries, keys and values, which share one product
SCALE = 2.0  # of what is added, while it is learnt (Hu et al. 2021, section 4.1)
DROPOUT = 0.05


class Adapter(Pointing):
    """A decoder that never learns and what is learnt beside it; a `SpanModel`."""

    def __init__(
        self, folder: Path, device: str, learnt: Path | None = None, layers: int | None = None
    ) -> None:
        """The model in `folder`, its first `layers` or all; `learnt` is a folder that `save` wrote,
        of as many layers or more."""
        super().__init__()
        # On a processor the weights would be laid out for products without gradients.
        self.dtype = torch.float32 if device == "cpu" else torch.bfloat16
        self.llama = Llama.load(folder, device=device, dtype=self.dtype)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.device = device
        low, norms = {}, {}
        self.layers = self.llama.layers[:layers]
        for i, layer in enumerate(self.layers):
            for part in PARTS:
                out, into = getattr(layer, part).whole.shape
                rank = 2 * RANK if part == "qkv" else RANK
                low[f"{i}/{part}/a"] = torch.randn(rank, into) / math.sqrt(into)
                low[f"{i}/{part}/b"] = torch.zeros(out, rank)
            norms[f"{i}/attention_norm"], norms[f"{i}/mlp_norm"] = (
                twice[: len(twice) // 2].float() for twice in (layer.attention_norm, layer.mlp_norm)
            )
        width = len(self.llama.norm) // 2
        norms["norm"] = self.llama.norm[:width].float()
        self.low, self.norms = (
            torch.nn.ParameterDict({n: torch.nn.Parameter(w) for n, w in some.items()})
            for some in (low, norms)
        )
        self.head = torch.nn.Linear(width, 2)
        torch.nn.init.normal_(self.head.weight, std=0.02)
        if learnt is not None:
            self._restore(load_file(learnt / lora.FILE))
        self.to(device)
        # Its products are so short that starting what lies between them is what takes time: three
        # runs beside each other are compiled as fast, each, as one was alone.
        self._layer = torch.compile(_layer, dynamic=True) if device == "cuda" else _layer

    @torch.no_grad()
    def _restore(self, saved: dict[str, torch.Tensor]) -> None:
        for name, weight in (*self.low.items(), *self.norms.items()):
            weight.copy_(saved[name.replace("/", ".")] / (SCALE if name.endswith("/b") else 1.0))
        for name, weight in self.head.named_parameters():
            weight.copy_(saved[f"head.{name}"])

    def learnt(self, rate: float) -> list[tuple[list[torch.nn.Parameter], float]]:
        """Weights that learn, with their rates."""
        return [(list(self.parameters()), rate)]

    def save(self, folder: Path) -> None:
        """Write adapter.safetensors, in bfloat16."""
        folder.mkdir(parents=True, exist_ok=True)
        named = {name.replace("/", "."): w for name, w in (*self.low.items(), *self.norms.items())}
        scaled = {n: w * SCALE if n.endswith(".b") else w for n, w in named.items()}
        head = {f"head.{name}": w for name, w in self.head.named_parameters()}
        weights = {n: w.detach().bfloat16().contiguous() for n, w in (scaled | head).items()}
        save_file(weights, folder / lora.FILE, metadata={"format": "pt"})

    def windows(self, questions: Sequence[str], passages: Sequence[str]) -> list[Window]:
        """As they are read later."""
        return lora.windows(self.tokenizer, questions, passages)

    def hidden(self, ids: torch.Tensor, read: torch.Tensor) -> torch.Tensor:
        """Hidden states (b, t, n) of ids (b, t), each of which sees what is `read` of its row."""
        llama, (b, t) = self.llama, ids.shape
        cosine, sine = llama.rotation(0, t)
        seen = read[:, None, None].expand(b, 1, t, t)
        x = llama.embedding[ids].to(self.dtype)
        inner = self.layers[0].down.whole.shape[1]
        shape = (llama.heads, llama.kv_heads, llama.head_dim, llama.epsilon)
        for i, layer in enumerate(self.layers):
            whole = [getattr(layer, part).whole for part in PARTS]
            low = [(self.low[f"{i}/{part}/a"], self.low[f"{i}/{part}/b"]) for part in PARTS]
            norms = [self.norms[f"{i}/{norm}"] for norm in ("attention_norm", "mlp_norm")]
            kept = [self._kept(x, width) for width in (x.shape[-1], x.shape[-1], inner)]
            x = self._layer(x, seen, cosine, sine, shape, norms, whole, low, kept)
        return _normed(x, self.norms["norm"], llama.epsilon)

    def _kept(self, x: torch.Tensor, width: int) -> torch.Tensor:
        """What is left of each channel: dropout with one mask for all tokens of a row."""
        if not self.training:
            return torch.ones(1, 1, width, device=x.device, dtype=x.dtype)
        kept = torch.rand(x.shape[0], 1, width, device=x.device) >= DROPOUT
        return kept.to(x.dtype) / (1 - DROPOUT)


def _layer(
    x: torch.Tensor,
    seen: torch.Tensor,
    cosine: torch.Tensor,
    sine: torch.Tensor,
    shape: tuple[int, int, int, float],
    norms: Sequence[torch.Tensor],
    whole: Sequence[torch.Tensor],
    low: Sequence[tuple[torch.Tensor, torch.Tensor]],
    kept: Sequence[torch.Tensor],
) -> torch.Tensor:
    """What one layer makes of x (b, t, n). A function of tensors alone, so that all layers share
    what `torch.compile` makes of it."""
    heads, kv_heads, width, epsilon = shape
    (b, t), split = x.shape[:2], heads + kv_heads
    y = _times(_normed(x, norms[0], epsilon), whole[0], low[0], kept[0])
    qkv = y.view(b, t, -1, width).transpose(1, 2)
    turned = qkv[:, :split]
    halves = torch.cat((turned[..., width // 2 :], turned[..., : width // 2]), dim=-1)
    turned = turned * cosine + halves * sine
    keys, values = (
        z.repeat_interleave(heads // kv_heads, 1) for z in (turned[:, heads:], qkv[:, split:])
    )
    mixed = functional.scaled_dot_product_attention(turned[:, :heads], keys, values, attn_mask=seen)
    x = x + _times(mixed.transpose(1, 2).reshape(b, t, -1), whole[1], low[1], kept[1])
    y = _times(_normed(x, norms[1], epsilon), whole[2], low[2], kept[0])
    gate, up = y.chunk(2, dim=-1)
    return x + _times(functional.silu(gate) * up, whole[3], low[3], kept[2])


def _times(
    x: torch.Tensor,
    whole: torch.Tensor,
    low: tuple[torch.Tensor, torch.Tensor],
    kept: torch.Tensor,
) -> torch.Tensor:
    down, up = (side.to(x.dtype) for side in low)
    narrow = functional.linear(functional.linear(x * kept, down), up)
    return functional.linear(x, whole) + SCALE * narrow


def _normed(x: torch.Tensor, weight: torch.Tensor, epsilon: float) -> torch.Tensor:
    return functional.rms_norm(x, weight.shape, weight.to(x.dtype), epsilon)
