"""Spaces and line breaks of a PDF page that PDFium guesses wrong, told from where letters stand."""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPACE = 32
_SPACED = re.compile(r"(?<!\S)\S(?: \S){4,}(?=[.,:;!?]?(?:\s|$))")
_MARKS = frozenset(".,:;!?-–()'’\"“”&_=")  # what stands between letter-spaced letters
_OTHERS = 0.3  # of what is letter-spaced are no letters, at most
_WIDEST = 0.8  # of their height is the most between letter-spaced letters
_WORD = 1.5  # times that is between words, at least
_TIGHT = 0.12  # of their height is the least between words
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def string(codes: NDArray[np.uint32]) -> str:
    """The text of characters."""
    return codes.astype("<u4").tobytes().decode("utf-32-le", "replace")


def fallen(
    codes: NDArray[np.uint32], boxes: NDArray[np.float32], lines: NDArray[np.intp]
) -> NDArray[np.intp]:
    """The line of each character, where one goes on at the left of a lower line as a new one."""
    solid = np.flatnonzero((codes != SPACE) & (boxes[:, 2] > boxes[:, 0]))
    left, top, bottom = boxes[solid, 0], boxes[solid, 1], boxes[solid, 3]
    height = (bottom - top)[:-1]
    falls = (top[1:] > bottom[:-1] - 0.25 * height) & (left[1:] < left[:-1] - 4 * height)
    falls &= lines[solid[:-1]] == lines[solid[1:]]
    if not falls.any():
        return lines
    steps = np.zeros(len(lines), np.intp)
    steps[solid[1:][falls]] = 1
    return np.asarray(lines + np.cumsum(steps))


def closed(
    codes: NDArray[np.uint32], boxes: NDArray[np.float32], lines: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Which characters stay without the spaces inside of words that are letter-spaced."""
    stay = np.ones(len(codes), np.bool_)
    text = string(codes)
    edges = [0, *(np.flatnonzero(np.diff(lines)) + 1).tolist(), len(text)]
    for first, last in pairwise(edges):
        for match in _SPACED.finditer(text[first:last]):
            letters = match[0].lower()[::2]
            others = [letter for letter in letters if not letter.isalpha()]
            formula = len(others) > _OTHERS * len(letters) or not _MARKS.issuperset(others)
            if formula or letters in _ALPHABET:
                continue
            places = first + np.arange(*match.span(), 2)
            gaps = boxes[places[1:], 0] - boxes[places[:-1], 2]
            usual = median(gaps.tolist())
            height = float(boxes[places[0], 3] - boxes[places[0], 1])
            apart = gaps > max(_WORD * usual, usual + _TIGHT * height)
            if 0 < usual < _WIDEST * height:
                stay[places[:-1][~apart] + 1] = False
    return stay


def missing(
    codes: NDArray[np.uint32],
    boxes: NDArray[np.float32],
    lines: NDArray[np.intp],
    blanks: NDArray[np.float32],
) -> NDArray[np.intp]:
    """Before which characters the page has a space that PDFium leaves out, being a narrow one.

    `blanks` are the boxes of what is drawn on the page without a width.
    """
    if not len(blanks) or len(codes) < 2:
        return np.zeros(0, np.intp)
    one, two = boxes[:-1], boxes[1:]
    height = one[:, 3] - one[:, 1]
    gap = two[:, 0] - one[:, 2]
    near = (gap > _TIGHT * height) & (height > 0) & (two[:, 2] > two[:, 0])
    near &= (codes[:-1] != SPACE) & (codes[1:] != SPACE) & (lines[:-1] == lines[1:])
    found = []
    for place in np.flatnonzero(near).tolist():
        slack = 0.1 * height[place]
        inside = (blanks[:, 0] > one[place, 2] - slack) & (blanks[:, 0] < two[place, 0] + slack)
        inside &= (blanks[:, 1] > one[place, 1]) & (blanks[:, 1] < one[place, 3] + slack)
        if inside.any():
            found.append(place + 1)
    return np.array(found, np.intp)


def respaced(
    where: NDArray[np.intp],
    codes: NDArray[np.uint32],
    boxes: NDArray[np.float32],
    lines: NDArray[np.intp],
    blanks: NDArray[np.float32],
) -> tuple[NDArray[np.intp], NDArray[np.uint32], NDArray[np.float32], NDArray[np.intp]]:
    """Characters of a page, `where` they are in PDFium's text, with their codes, boxes and lines,
    after spaces and line breaks have been put right."""
    lines = fallen(codes, boxes, lines)
    stay = closed(codes, boxes, lines)
    if not stay.all():
        where, codes, boxes, lines = where[stay], codes[stay], boxes[stay], lines[stay]
    at = missing(codes, boxes, lines, blanks)
    if not len(at):
        return where, codes, boxes, lines
    ends = boxes[at - 1][:, [2, 1, 2, 3]]  # of the letters before, without a width
    return (
        np.insert(where, at, where[at - 1]),
        np.insert(codes, at, SPACE),
        np.insert(boxes, at, ends, axis=0),
        np.insert(lines, at, lines[at - 1]),
    )
