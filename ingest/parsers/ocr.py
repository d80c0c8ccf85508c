"""Text recognition: RapidOCR (PP-OCR) with the models that come in its package.

It is an extra (`ocr`), since it brings onnxruntime and OpenCV. Its models read
Latin script, Chinese and Japanese; lines in other scripts get low scores and are left out.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST_SIDE = 2_000  # pixels; a page of A4 at about 170 dpi
DPI = 200
MISSING = (
    "Install text recognition (in Footnote's folder: .venv/bin/pip install -e '.[ocr]'), or run it "
    "on the file with another program first."
)
_SURE = 0.6  # mean score of a line; below it is a picture, or a script that the models don't know
_PROSE = 20  # characters of the middle line of a column of prose; tables have shorter cells
_COLUMN = 4  # lines that make a column


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text with a box for each character: f32 (len(text), 4), in pixels."""

    text: str
    boxes: NDArray[np.float32]
    score: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        low, high = self.boxes[:, :2].min(axis=0), self.boxes[:, 2:].max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def available() -> bool:
    """Whether text recognition is installed."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    threads = min(4, os.cpu_count() or 1)
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.max_side_len": LONGEST_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def recognise(image: NDArray[np.uint8]) -> list[Line]:
    """The lines of an image u8 (height, width, 3), in reading order; empty where it has no text."""
    if min(image.shape[:2]) < 16:
        return []
    found = _engine()(image, return_word_box=True)
    if found.txts is None or found.word_results is None:
        return []
    lines = []
    for text, score, corners, words in zip(
        found.txts, found.scores, found.boxes, found.word_results, strict=True
    ):
        text = " ".join(text.split())
        if text and float(score) >= _SURE:
            lines.append(Line(text, _boxes(text, np.asarray(corners), words), float(score)))
    return in_reading_order(lines)


def _boxes(text: str, corners: NDArray[Any], words: Sequence[Any]) -> NDArray[np.float32]:
    """A box for each character: those of a word share its box evenly, the rest share the line's."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    edges = np.linspace(low[0], high[0], len(text) + 1)
    boxes = np.empty((len(text), 4), np.float32)
    boxes[:, 0], boxes[:, 2] = edges[:-1], edges[1:]
    boxes[:, 1], boxes[:, 3] = low[1], high[1]
    position = 0
    for word, _, place in words:
        start = text.find(word, position) if word else -1
        if start < 0 or place is None:
            continue
        position = start + len(word)
        points = np.asarray(place, np.float32)
        left, right = points[:, 0].min(), points[:, 0].max()
        edges = np.linspace(left, right, len(word) + 1)
        boxes[start:position, 0], boxes[start:position, 2] = edges[:-1], edges[1:]
    return boxes


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """Top to bottom; columns of prose one after the other (a recursive XY cut)."""
    return [lines[index] for index in _ordered([line.box for line in lines],
            [len(line.text) for line in lines], list(range(len(lines))))]  # fmt: skip


def _ordered(
    boxes: Sequence[tuple[float, float, float, float]], lengths: Sequence[int], which: list[int]
) -> list[int]:
    if len(which) < 2 * _COLUMN:
        return _rows(boxes, which)
    gap = _gap(boxes, which, 0)
    if gap is not None:
        left = [i for i in which if boxes[i][2] <= gap]
        right = [i for i in which if boxes[i][0] >= gap]
        if all(_is_prose(lengths, side) for side in (left, right)):
            return _ordered(boxes, lengths, left) + _ordered(boxes, lengths, right)
    cut = _gap(boxes, which, 1)
    if cut is None:
        return _rows(boxes, which)
    above = [i for i in which if boxes[i][3] <= cut]
    below = [i for i in which if boxes[i][1] >= cut]
    return _ordered(boxes, lengths, above) + _ordered(boxes, lengths, below)


def _is_prose(lengths: Sequence[int], side: Sequence[int]) -> bool:
    middle = sorted(lengths[i] for i in side)[len(side) // 2] if side else 0
    return len(side) >= _COLUMN and middle >= _PROSE


def _gap(
    boxes: Sequence[tuple[float, float, float, float]], which: Sequence[int], axis: int
) -> float | None:
    """The middle of the widest stretch along an axis that no line touches."""
    spans = sorted((boxes[i][axis], boxes[i][axis + 2]) for i in which)
    best, where = 0.0, None
    end = spans[0][1]
    for start, stop in spans[1:]:
        if start - end > best:
            best, where = start - end, (start + end) / 2
        end = max(end, stop)
    return where


def _rows(boxes: Sequence[tuple[float, float, float, float]], which: list[int]) -> list[int]:
    """Lines at one height from left to right."""
    rows: list[list[int]] = []
    for i in sorted(which, key=lambda i: boxes[i][1] + boxes[i][3]):
        middle = (boxes[i][1] + boxes[i][3]) / 2
        if rows and boxes[rows[-1][0]][1] < middle < boxes[rows[-1][0]][3]:
            rows[-1].append(i)
        else:
            rows.append([i])
    return [i for row in rows for i in sorted(row, key=lambda i: boxes[i][0])]
