"""Matrix products with weights that are laid out once as the processor multiplies them.

torch lays out a bfloat16 weight for oneDNN anew at every product. For one token that takes as long
as the product itself, for a paragraph a seventh of it. The results are the same to the bit.
"""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor
from torch.nn import functional

from rag.networks.device import native_bfloat16

ALL_APART = 16  # up to so many rows each number has its program; beyond, few numbers share them
_PRODUCTS = ("_reorder_linear_weight", "_linear_pointwise")


def packed(weight: Tensor) -> Tensor:
    """A weight (o, i) in the processor's layout, where there is one; fit for `product` alone.

    A torch without these products, which are not part of its public interface, keeps it as it is.
    """
    device = weight.device.type
    there = device == "cpu" and all(hasattr(torch.ops.mkldnn, name) for name in _PRODUCTS)
    if not there or weight.dtype != torch.bfloat16 or not native_bfloat16(device):
        return weight
    out: Tensor = torch.ops.mkldnn._reorder_linear_weight(weight, None)
    return out


def in_file(path: Path, name: str, device: str) -> Tensor:
    """One tensor of a safetensors file, mapped by itself: of a table of embeddings only the rows
    that are looked up come to memory, and the rest of the file can be let go."""
    with safe_open(path, "pt", device=device) as file:
        found: Tensor = file.get_tensor(name)
        return found


def rounded(rows: int) -> int:
    """The next of few numbers of rows, at most an eighth more.

    oneDNN keeps a program for each number that it meets, which takes a millisecond to make and up
    to 800 kB: after two dozen questions of all lengths that was half of a process's memory.
    """
    step = max(8, 1 << max(0, rows.bit_length() - 4))
    return -(-rows // step) * step


def product(x: Tensor, weight: Tensor, bias: Tensor | None = None, *, gelu: bool = False) -> Tensor:
    """x (t, i) times a weight (o, i), packed or not, and a GELU after it if asked: (t, o)."""
    if not weight.is_mkldnn:
        out = functional.linear(x, weight, bias)
        return functional.gelu(out) if gelu else out
    after, how = ("gelu", "none") if gelu else ("none", "")
    rows = len(x)
    if rows > ALL_APART and (spare := rounded(rows) - rows):
        x = functional.pad(x, (0, 0, 0, spare))
    made: Tensor = torch.ops.mkldnn._linear_pointwise(x, weight, bias, after, [], how)
    return made[:rows]
