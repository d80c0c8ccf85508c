"""Matrix products for a few tokens with weights that came in four bits.

What bounds the writing of one token is how fast all weights come from memory. A model that was
stored in blocks of 32 weights with 16 equal steps each (llama.cpp's Q4_1) is expanded to bfloat16,
where a paragraph is read fastest, and also kept as it was, where a token is written three times as
fast. Both are the same numbers but for the rounding of bfloat16.

A processor without products in bfloat16 reads in float32. Weights stay in bfloat16 there as well,
which is half the memory, and are widened for each product of many rows.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import torch
from torch import Tensor
from torch.nn import functional

from rag.networks.packing import packed, product

GROUP = 32
FEW = 4  # rows up to which a product in four bits (or else in bfloat16) is the faster one ...
FEW_WIDENED = 16  # ... and where the other product has to widen its weights first
# Rows up to which a product of widened weights is made sideways, (W x')', see `Matrix.times`.
SIDEWAYS = 128
# Weights that were in four bits are met again to .0014 of their size, others miss by .08.
SAME = 0.004
SAMPLE = 64  # rows that are tried first
_PRODUCTS = ("_convert_weight_to_int4pack_for_cpu", "_weight_int4pack_mm_for_cpu")


@dataclass(frozen=True, slots=True, eq=False)
class FourBits:
    """A weight (o, i) as it was stored."""

    nibbles: Tensor  # uint8, in torch's layout
    steps: Tensor  # bf16 (i / GROUP, o, 2): the step of each group and its ninth level

    @classmethod
    def of(cls, weight: Tensor) -> FourBits | None:
        """From a weight in bfloat16; None where it has more than four bits."""
        if weight.shape[0] % 16 or weight.shape[1] % GROUP:
            return None
        with torch.inference_mode(False):  # whoever asks first, all others use it as well
            found = _quantised(weight)
            if found is None:
                return None
            levels, steps = found
            return cls(torch.ops.aten._convert_weight_to_int4pack_for_cpu(levels, 1), steps)


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """A weight (o, i) laid out for products."""

    whole: Tensor  # as `packed` makes it; bfloat16 if it was so and is multiplied in float32
    few: Callable[[], FourBits | None]  # for products of few rows

    @classmethod
    def of(cls, weight: Tensor, dtype: torch.dtype) -> Matrix:
        """Lay out a weight for inputs of `dtype`; in four bits as well where it has no more and
        the processor is able.

        Where the weight stays as it is, these are made when they are first wanted: a model that
        only reads needs none, and those of SmolLM2 take most of the time of loading it.
        """
        if not _able(weight, dtype):
            return cls(packed(weight.to(dtype)), lambda: None)
        if dtype == weight.dtype:
            found = FourBits.of(weight)
            return cls(packed(weight), lambda: found)
        # A copy, or the whole file that the weight is a view of would stay in memory.
        whole = weight.clone()
        return cls(whole, cache(partial(FourBits.of, whole)))

    def times(self, x: Tensor) -> Tensor:
        """x (t, i) to (t, o)."""
        widen = x.dtype == torch.float32 and self.whole.dtype == torch.bfloat16
        few = self.few() if len(x) <= (FEW_WIDENED if widen else FEW) else None
        if few is not None:
            out: Tensor = torch.ops.aten._weight_int4pack_mm_for_cpu(
                x.bfloat16(), few.nibbles, GROUP, few.steps
            )
        elif widen and len(x) <= FEW:
            out = functional.linear(x.bfloat16(), self.whole)
        elif widen and len(x) <= SIDEWAYS:
            # MKL shares a product of so few rows between two threads better this way round: fifty
            # take three quarters of the time. What comes of it lies in columns, which beyond costs
            # its reader more than is gained.
            out = (_widened(self.whole) @ x.T).T
        else:
            out = product(x, _widened(self.whole) if widen else self.whole)
        return out.to(x.dtype)


def _widened(weight: Tensor) -> Tensor:
    """The weight in float32, until this thread widens the next one."""
    room: Tensor | None = getattr(_room, "numbers", None)
    if room is None or room.numel() < weight.numel():
        # New memory for each product would take as long to get as the weight to widen. Made in
        # inference mode, it could not be written to outside of it.
        with torch.inference_mode(False):
            _room.numbers = room = torch.empty(weight.numel(), dtype=torch.float32)
    wide: Tensor = room[: weight.numel()].view(weight.shape).copy_(weight)
    return wide


_room = threading.local()


def _able(weight: Tensor, dtype: torch.dtype) -> bool:
    """Are there fast products of bfloat16 weights and few rows?

    The operations in four bits are no part of torch's public interface. On other processors than
    these nothing is gained.
    """
    processor = torch.cpu.get_capabilities()
    return (
        weight.device.type == "cpu"
        and weight.dtype == torch.bfloat16
        and dtype in (torch.bfloat16, torch.float32)
        and all(hasattr(torch.ops.aten, name) for name in _PRODUCTS)
        and bool(processor.get("avx512_f") or processor.get("avx2"))
    )


def _quantised(weight: Tensor) -> tuple[Tensor, Tensor] | None:
    """Levels int32 (o, i) from 0 to 15 and steps; None where the weight is not made of such."""
    if len(weight) > 2 * SAMPLE and _quantised(weight[:SAMPLE]) is None:
        return None
    groups = weight.to(torch.float32, copy=True).view(len(weight), -1, GROUP)
    low, high = groups.aminmax(dim=-1, keepdim=True)
    step = ((high - low) / 15).clamp(min=1e-12)
    middle = low + 8 * step
    found = groups.sub_(low).div_(step)
    levels = found.round()
    missed = torch.linalg.vector_norm(found.sub_(levels).mul_(step))
    if not missed <= SAME * torch.linalg.vector_norm(weight, dtype=torch.float32):
        return None
    steps = torch.cat((step, middle), dim=-1).transpose(0, 1).contiguous()
    return levels.view(weight.shape).to(torch.int32), steps.bfloat16()
