"""Raised figures of a PDF page, in characters that are raised themselves: one for each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from ingest.parsers.raised import RAISED

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MARKS = np.array(sorted(RAISED), np.uint32)  # a comma may stand between them
_COMMA, _SPACE = ord(","), ord(" ")
_ENDS = frozenset(".,;:!?%)]\"'”’“»€$£")
_LOWER = 0.86  # of the height of what it stands behind is the most that is raised
_RISE = 0.22  # of that height is the least by which the line of a raised figure is higher
_HIGHEST = 0.75
_GAP = 0.4  # of that height is the most between them
_BELOW = 0.19  # of its height is what a character has below its line
_LONGEST = 3  # digits of a number; recognised text, whose boxes are loose, has longer ones


def raise_figures(
    codes: NDArray[np.uint32], boxes: NDArray[np.float32], lines: NDArray[np.intp]
) -> NDArray[np.uint32]:
    """The codes of the characters of a page, those of raised figures replaced.

    `boxes` are as high as the font, not as the character; `lines` has the line of each.
    """
    marks = np.isin(codes, _MARKS)
    if not marks.any():
        return codes
    height = (boxes[:, 3] - boxes[:, 1]).astype(np.float64)
    places = np.stack([boxes[:, 0], boxes[:, 3] - _BELOW * height, boxes[:, 2], height], axis=1)
    before = np.arange(len(codes)) - 1
    before[before > 0] -= codes[before[before > 0]] == _SPACE
    # A raised figure may be a line to PDFium, so that only its place tells what it belongs to.
    above = marks & (before >= 0) & _is_above(places, places[before])
    opens = marks & np.append(True, lines[1:] != lines[:-1])
    result = codes.copy()
    for start in np.flatnonzero(above | opens).tolist():
        end = _end(codes, places, lines, start)
        base = int(before[start])
        behind = above[start] and result[base] == codes[base] and _is_text(int(codes[base]))
        if behind or (opens[start] and _opens(codes, places, start, end)):
            _replace(result, start, end)
    return result


def _is_text(code: int) -> bool:
    """No sign of a formula: their fonts are far higher than their signs."""
    return chr(code).isalnum() or chr(code) in _ENDS


def _is_above(one: NDArray[np.float64], base: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether characters stand above the line of others, right behind them."""
    height = base[..., 3]
    rise, gap = base[..., 1] - one[..., 1], one[..., 0] - base[..., 2]
    small = (one[..., 3] > 0) & (one[..., 3] < _LOWER * height)
    high = (rise > _RISE * height) & (rise < _HIGHEST * height)
    return np.asarray(small & high & (np.abs(gap) < _GAP * height))


def _end(
    codes: NDArray[np.uint32], places: NDArray[np.float64], lines: NDArray[np.intp], start: int
) -> int:
    """Where the characters end that are as small and as high as the one at `start`."""
    end = start + 1
    height = places[start, 3]
    while (
        end < len(codes)
        and lines[end] == lines[start]
        and (int(codes[end]) in RAISED or codes[end] == _COMMA)
        and abs(places[end, 3] - height) < 0.1 * height
        and abs(places[end, 1] - places[start, 1]) < 0.1 * height
    ):
        end += 1
    return end - int(codes[end - 1] == _COMMA)


def _opens(codes: NDArray[np.uint32], places: NDArray[np.float64], start: int, end: int) -> bool:
    """Whether figures stand above what follows, as marks do at the beginning of notes."""
    after = end + int(end < len(codes) and codes[end] == _SPACE)
    if after >= len(codes) or not _is_text(int(codes[after])):
        return False
    turned = places[after].copy()  # as if it stood before them, as far away
    turned[2] = places[start, 0] - (places[after, 0] - places[end - 1, 2])
    return bool(_is_above(places[start], turned))


def _replace(codes: NDArray[np.uint32], start: int, end: int) -> None:
    text = "".join(map(chr, codes[start:end].tolist()))
    numbers = re.findall(r"[0-9]+", text)
    if numbers and max(map(len, numbers)) <= _LONGEST:
        codes[start:end] = [ord(character) for character in text.translate(RAISED)]
