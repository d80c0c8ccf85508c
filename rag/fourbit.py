"""Matrix products for a few tokens with weights that came in four bits.

What bounds the writing of one token is how fast all weights come from memory. A model that was
stored in blocks of 32 weights with 16 equal steps each (llama.cpp's Q4_1) is expanded to bfloat16,
where a paragraph is read fastest, and also kept as it was, where a token is written three times as
fast. Both are the same numbers but for the rounding of bfloat16.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from rag.packing import packed, product

GROUP = 32
FEW = 4  # rows up to which torch's product in four bits is the faster one
# Weights that were in four bits are met again to .0014 of their size, others miss by .08.
SAME = 0.004
SAMPLE = 64  # rows that are tried first
_PRODUCTS = ("_convert_weight_to_int4pack_for_cpu", "_weight_int4pack_mm_for_cpu")


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """A weight (o, i) laid out for products."""

    whole: Tensor  # as `packed` makes it
    nibbles: Tensor | None  # uint8, in torch's layout
    steps: Tensor | None  # bf16 (i / GROUP, o, 2): the step of each group and its ninth level

    @classmethod
    def of(cls, weight: Tensor) -> Matrix:
        """Lay out a weight; in four bits as well where it has no more and the processor is able."""
        found = _quantised(weight) if _able(weight) else None
        if found is None:
            return cls(packed(weight), None, None)
        levels, steps = found
        nibbles = torch.ops.aten._convert_weight_to_int4pack_for_cpu(levels, 1)
        return cls(packed(weight), nibbles, steps)

    def times(self, x: Tensor) -> Tensor:
        """x (t, i) to (t, o)."""
        if self.nibbles is None or len(x) > FEW:
            return product(x, self.whole)
        out: Tensor = torch.ops.aten._weight_int4pack_mm_for_cpu(x, self.nibbles, GROUP, self.steps)
        return out


def _able(weight: Tensor) -> bool:
    """Neither operation is part of torch's public interface; without AVX-512 nothing is gained."""
    return (
        weight.device.type == "cpu"
        and weight.dtype == torch.bfloat16
        and weight.shape[0] % 16 == 0
        and weight.shape[1] % GROUP == 0
        and all(hasattr(torch.ops.aten, name) for name in _PRODUCTS)
        and bool(torch.cpu.get_capabilities().get("avx512_f"))
    )


def _quantised(weight: Tensor) -> tuple[Tensor, Tensor] | None:
    """Levels int32 (o, i) from 0 to 15 and steps; None where the weight is not made of such."""
    if len(weight) > 2 * SAMPLE and _quantised(weight[:SAMPLE]) is None:
        return None
    groups = weight.float().view(len(weight), -1, GROUP)
    low, high = groups.aminmax(dim=-1, keepdim=True)
    step = ((high - low) / 15).clamp(min=1e-12)
    middle = low + 8 * step
    found = groups.sub_(low).div_(step)
    levels = found.round()
    missed = torch.linalg.vector_norm(found.sub_(levels).mul_(step))
    if not missed <= SAME * torch.linalg.vector_norm(weight, dtype=torch.float32):
        return None
    steps = torch.cat((step, middle), dim=-1).transpose(0, 1).contiguous()
    return levels.view(weight.shape).to(torch.int32), steps.to(weight.dtype)
