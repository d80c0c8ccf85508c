"""Pictures inside documents, made ready for a model that describes them.

Nothing is taken unless it is wanted, which the worker is told. They are decoded here, in the
worker, and leave it as plain pixels: what a file brings is not decoded anywhere else.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.types import Block, Page

MOST = 64  # figures of one document
LONGEST_SIDE = 896  # pixels; what most vision models look at
_LEAST_SIDE = 64  # pixels; what is smaller is an icon, a bullet or a rule
_PALE = 48  # between the lightest and the darkest: below it is a ground or a watermark
_NARROW = 12  # times as wide as high, or the other way: a rule, a banner
_FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP")
_MOST_PIXELS = 50_000_000  # by the header, before anything is decoded

_left = 0
_seen: set[bytes] = set()


def want(most: int) -> None:
    """How many figures of the next document are taken; 0 for none."""
    global _left
    _left = most
    _seen.clear()


def wanted() -> bool:
    """Whether another figure of this document is taken."""
    return _left > 0


def of_file(data: bytes) -> NDArray[np.uint8] | None:
    """The pixels of a picture file, or None where it is none, too large, or not wanted."""
    from PIL import Image

    if not wanted():
        return None
    Image.MAX_IMAGE_PIXELS = None  # the size is checked here
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            if image.size[0] * image.size[1] > _MOST_PIXELS:
                return None
            return taken(image)
    except (OSError, SyntaxError, ValueError, OverflowError, TypeError):
        return None  # a picture that can't be read costs its description


def taken(image: Any) -> NDArray[np.uint8] | None:
    """The pixels of a Pillow image u8 (h, w, 3), on white, upright, not too large.

    None where it is too small to say anything, or was taken before: a logo stands on each page.
    """
    from PIL import Image, ImageOps

    global _left
    width, height = image.size
    if not wanted() or min(width, height) < _LEAST_SIDE:
        return None
    if max(width, height) > _NARROW * min(width, height):
        return None
    if image.format == "JPEG":
        image.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
    image = ImageOps.exif_transpose(image)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image.convert("RGB")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    pixels = np.asarray(image)
    key = pixels.tobytes()
    if key in _seen or int(pixels.max()) - int(pixels.min()) < _PALE:
        return None
    _seen.add(key)
    _left -= 1
    return pixels


def place(page: Page, blocks: Sequence[Block]) -> int:
    """Where the description of a figure of `page` goes: behind the last block that ends there.

    A block that goes on from the page before and to the next is not torn apart.
    """
    ends = [block.end for block in blocks if page.start <= block.end <= page.end]
    across = [block.end for block in blocks if block.start < page.start < block.end]
    return max(ends, default=across[0] if across else page.start)
