"""Pages of a PDF and pictures by text recognition, as if they had been read from a text layer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ingest.parsers import ocr
from ingest.parsers.pdf_page import Glyphs, Line
from ingest.parsers.pdf_scan import BAD, worthless

_LARGEST_PIXELS = 12_000_000


def read(document: Any, index: int, before: Glyphs) -> Glyphs:
    """Page `index` of an open pypdfium2 document by text recognition; `before` is its text layer.

    What has more characters is kept.
    """
    page = document[index]
    try:
        width, height = before.width, before.height
        scale = min(
            ocr.DPI / 72,
            1.2 * ocr.LONGEST_SIDE / max(width, height, 1),
            math.sqrt(_LARGEST_PIXELS / max(width * height, 1)),
        )
        image = page.render(scale=scale, may_draw_forms=True).to_numpy()[..., :3]
    finally:
        page.close()
    image = np.ascontiguousarray(image if image.ndim == 3 else np.repeat(image[..., None], 3, 2))
    found = glyphs(ocr.recognise(image), index, width, height, 1 / scale)
    kept = len(found.text) > len(before.text.strip()) or worthless(before.text or " ") > BAD
    found.attached = before.attached
    return found if kept else before


def glyphs(
    lines: Sequence[ocr.Line], index: int, width: float, height: float, scale: float
) -> Glyphs:
    """Recognised lines as a page; `scale` points for each pixel."""
    text = "\n".join(line.text for line in lines)
    boxes = np.zeros((len(text), 4), np.float32)
    made = []
    position = 0
    for line in lines:
        end = position + len(line.text)
        boxes[position:end] = line.boxes * scale
        left, top, right, bottom = (side * scale for side in line.box)
        made.append(
            Line(
                page=index,
                start=position,
                end=end,
                left=left,
                top=top,
                right=right,
                bottom=bottom,
                text=line.text,
                hyphen=_is_hyphenated(line.text),
                # The box of a line is higher than its type by about a third.
                size=max((bottom - top) * 0.75, 1.0),
            )
        )
        position = end + 1
    return Glyphs(text, boxes, made, width, height, 0, 0, 0, recognised=True)


def _is_hyphenated(text: str) -> bool:
    return len(text) > 2 and text[-1] in "-‐" and text[-2].isalpha()
