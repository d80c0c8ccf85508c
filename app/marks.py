"""Where a quote stands on its page: from character boxes to one rectangle a line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rag.types import Page

Box = tuple[float, float, float, float]  # left, top, right, bottom

_GAP = 3.0  # line heights between two characters that still belong to one run


def lines(boxes: NDArray[np.float32]) -> list[Box]:
    """Rectangles in points that cover characters (n, 4), one for each run on a line.

    Characters without a place are all zeros and skipped. Where most characters follow one another
    down or up the page (a turned caption), a rectangle covers a column instead.
    """
    placed = boxes[(boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])].astype(float)
    along = _direction(placed)
    found: list[list[float]] = []
    for box in placed.tolist():
        if found and _continues(found[-1], box, along):
            last = found[-1]
            found[-1] = [
                min(last[0], box[0]), min(last[1], box[1]),
                max(last[2], box[2]), max(last[3], box[3]),
            ]  # fmt: skip
        else:
            found.append(box)
    return [(b[0], b[1], b[2], b[3]) for b in found]


def _direction(placed: NDArray[np.float64]) -> int:
    """0 where the text runs across the page, 1 where it runs down or up."""
    if len(placed) < 2:
        return 0
    across, down = np.median(np.abs(np.diff(placed[:, :2], axis=0)), axis=0)
    return int(down > across)


def _continues(run: list[float], box: list[float], along: int) -> bool:
    """Whether `box` is level with `run` and not far from either of its ends."""
    across = 1 - along
    shared = min(run[across + 2], box[across + 2]) - max(run[across], box[across])
    height = min(run[across + 2] - run[across], box[across + 2] - box[across])
    gap = max(box[along] - run[along + 2], run[along] - box[along + 2])
    return shared >= 0.5 * height and gap <= _GAP * max(height, 1.0)


def on_page(page: Page, start: int, end: int) -> list[Box]:
    """The lines of text[start:end] on `page`, as fractions of its width and height."""
    if page.boxes is None:
        return []
    first, last = max(start, page.start) - page.start, min(end, page.end) - page.start
    if last <= first or page.width <= 0 or page.height <= 0:
        return []
    grown = (_grown(box) for box in lines(page.boxes[first:last]))
    return [
        (
            max(left / page.width, 0.0),
            max(top / page.height, 0.0),
            min(right / page.width, 1.0),
            min(bottom / page.height, 1.0),
        )
        for left, top, right, bottom in grown
    ]


def _grown(box: Box) -> Box:
    """A little air around the letters."""
    left, top, right, bottom = box
    return left - 1.5, top - 1.0, right + 1.5, bottom + 1.0
