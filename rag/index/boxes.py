"""The boxes of a page's characters, packed: about two bytes a character instead of sixteen."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from rag.types import Page

_STEP = 0.05  # points; enough to draw a mark


def pack(page: Page) -> bytes | None:
    """Boxes as unsigned 16-bit steps, column by column, as differences, deflated."""
    if page.boxes is None:
        return None
    steps = np.asarray(page.boxes, dtype=np.float64).T / _step(page.width, page.height)
    whole = np.clip(np.nan_to_num(np.rint(steps)), 0, 65535).astype(np.uint16)
    return zlib.compress(np.diff(whole, axis=1, prepend=np.uint16(0)).astype("<u2").tobytes(), 6)


def unpack(packed: bytes | None, width: float, height: float) -> NDArray[np.float32] | None:
    """The inverse of `pack`, to half a step."""
    if packed is None:
        return None
    differences = np.frombuffer(zlib.decompress(packed), dtype="<u2").reshape(4, -1)
    whole = np.cumsum(differences, axis=1, dtype=np.uint16)
    return np.ascontiguousarray((whole * _step(width, height)).T, dtype=np.float32)


def _step(width: float, height: float) -> float:
    return max(_STEP, width / 65535, height / 65535)
