"""Letters of a PDF page that PDFium drops, and accents that it puts beside their letters.

Where each letter is drawn on its own, the second of two that overlap ("ff" in italics) passes for
a shadow of the first. TeX's old fonts draw an accent apart from its letter; it comes too early or
too late, between spaces that are not on the page.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections import deque
from itertools import pairwise, repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.parsers.pdf_calls import Calls
from ingest.parsers.pdf_spaces import SPACE

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TEXT = 1  # the type of a PDFium object that is text
_BEFORE = 5  # objects that PDFium compares one with
_OWN = 0.15  # of its height: a letter drawn that far from its twin is no shadow of it
_AFTER = 2  # characters, with a space that is none, to the letter that follows
_NEAR = 0.15  # of their height is less than the space between two words
_OVER = 0.6  # of it is the most by which slanted letters stand over each other
_COMBINING = {
    0x60: "\u0300", 0xB4: "\u0301", 0x2C6: "\u0302", 0x2DC: "\u0303", 0xAF: "\u0304",
    0x2D8: "\u0306", 0x2D9: "\u0307", 0xA8: "\u0308", 0x2DA: "\u030a", 0x2DD: "\u030b",
    0x2C7: "\u030c", 0xB8: "\u0327", 0x2DB: "\u0328",
} | {code: chr(code) for code in range(0x300, 0x330)}  # fmt: skip
_ACCENTS = np.array(sorted(_COMBINING), np.uint32)
_DOTLESS = {"\u0131": "i", "\u0237": "j"}
_COMBINING_FIRST = 0xA8  # what no text without accents apart, except with graves, has
_MOST = 1_000  # accents of a page


def silent(
    page: Any, ask: Calls, things: NDArray[np.uint64], raw_boxes: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.float32]]:
    """What is drawn on a page and is not in its text: characters that stand there once more, the
    boxes of these, and the boxes of blanks.

    `page` is PDFium's page, `things` are the text objects of its characters; boxes, `raw_boxes`
    too, are as of PDFium: left, top, right, bottom in page space.
    """
    address = ctypes.cast(page, ctypes.c_void_p).value
    count = ask.objects(address)
    objects = np.fromiter(map(ask.item, repeat(address), range(count)), np.uint64, count)
    known = set(things.tolist())  # faster than numpy, which sorts
    quiet = [place for place, one in enumerate(objects.tolist()) if one not in known]
    left_out = np.array(quiet, np.intp)
    kinds = np.fromiter(map(ask.kind, objects[left_out].tolist()), np.intp, len(left_out))
    left_out = left_out[kinds == _TEXT]
    bounds = _bounds(ask, objects[left_out])
    drawn = bounds[:, 2] > bounds[:, 0]
    found = []
    for one, box in zip(left_out[drawn].tolist(), bounds[drawn], strict=True):
        before = objects[max(0, one - _BEFORE) : one][::-1]
        for other, twin_box in zip(before.tolist(), _bounds(ask, before), strict=True):
            if not _is_beside(twin_box, box):
                continue
            twin = np.flatnonzero(things == other)
            if len(twin) == 1 and _look(ask, int(objects[one])) == _look(ask, other):
                left, low = (box - twin_box)[:2].tolist()
                shift = np.array([left, low, left, low], np.float32)
                found.append((int(twin[0]), raw_boxes[twin[0]] + shift))
                break
    found.sort(key=lambda pair: pair[0])
    again = np.array([twin for twin, _ in found], np.intp)
    there = np.array([place for _, place in found], np.float32).reshape(-1, 4)
    # No word has two pairs of equal letters after each other: it has a shadow.
    close = np.diff(again) <= _AFTER
    own = ~(np.append(close, False) | np.append(False, close)) if len(again) else again > 0
    return again[own], there[own], bounds[~drawn][:, [0, 3, 2, 1]]


def _bounds(ask: Calls, objects: NDArray[np.uint64]) -> NDArray[np.float32]:
    """Left, bottom, right, top of objects in page space."""
    bounds = np.zeros((len(objects), 4), np.float32)
    base = bounds.ctypes.data
    sides = [range(base + 4 * i, base + 4 * i + 16 * len(objects), 16) for i in range(4)]
    deque(map(ask.bounds, objects.tolist(), *sides), maxlen=0)
    return bounds


def _look(ask: Calls, thing: int) -> tuple[int, ...]:
    """How a text object is drawn: its mode and its colour. What nobody sees is no second letter."""
    colour = (ctypes.c_uint * 4)()
    base = ctypes.addressof(colour)
    ask.paint(thing, *(base + 4 * i for i in range(4)))
    return (ask.mode(thing), *colour)


def _is_beside(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    """Is the second box as large as the first and on its line, and so far to the right that it is
    no shadow? It would not have been dropped if they didn't overlap."""
    width, height = (one[2:] - one[:2]).tolist()
    left, low, right, high = (other - one).tolist()
    same = abs(left - right) < 0.01 * width and max(abs(low), abs(high)) < 0.01 * height
    return bool(same and _OWN * height < left < width)


def mended(
    codes: NDArray[np.uint32],
    boxes: NDArray[np.float32],
    where: NDArray[np.intp],
    lines: NDArray[np.intp],
    lost: tuple[NDArray[np.intp], NDArray[np.float32]],
) -> tuple[NDArray[np.intp], NDArray[np.uint32], NDArray[np.float32]]:
    """Which characters of a page are its text, with those that are `lost` and without what accents
    leave; their codes and boxes. Words from right to left that PDFium has backwards are turned.

    `boxes` are left, top, right, bottom, where y grows downwards; `where` are the characters to be
    kept, `lines` has the line of each.
    """
    again, there = lost
    again, there = again[np.isin(again, where)], there[np.isin(again, where)]
    at = np.searchsorted(where, again) + 1
    boxes = boxes[where]
    if len(at):
        where, boxes = np.insert(where, at, again), np.insert(boxes, at, there, axis=0)
    codes = codes[where]
    touched = at + np.arange(len(at))
    gone = np.zeros(len(where), np.bool_)
    if len(codes) and codes.max() >= _COMBINING_FIRST:
        _turn(codes, boxes, where, lines[where])
        gone[_accented(codes, boxes)] = True
        touched = np.concatenate([touched, np.flatnonzero(gone)])
    if len(touched):
        _close(codes, boxes, gone, touched)
        where, codes, boxes = where[~gone], codes[~gone], boxes[~gone]
    return where, codes, boxes


def mend_ligatures(codes: NDArray[np.uint32], boxes: NDArray[np.float32]) -> None:
    """Puts lam before alef where both are one Arabic glyph, which PDFium turns round."""
    if not len(codes) or codes.max() < 0x0644:
        return
    turned = np.isin(codes[:-1], (0x0622, 0x0623, 0x0625, 0x0627)) & (codes[1:] == 0x0644)
    for index in np.flatnonzero(turned & (boxes[:-1] == boxes[1:]).all(axis=1)).tolist():
        codes[index], codes[index + 1] = codes[index + 1], codes[index]


def _turn(
    codes: NDArray[np.uint32],
    boxes: NDArray[np.float32],
    where: NDArray[np.intp],
    lines: NDArray[np.intp],
) -> None:
    """Turns words of letters from right to left round, in place, whose letters go to the right."""
    words = np.where(_is_leftwards(codes), lines + 1, 0)
    if not words.any():
        return
    edges = np.flatnonzero(np.diff(words, prepend=0, append=0))
    for start, end in pairwise(edges.tolist()):
        lefts = boxes[start:end, 0]
        if words[start] and end - start > 1 and lefts[0] < lefts[-1]:
            order = start + np.argsort(-lefts, kind="stable")
            codes[start:end], where[start:end] = codes[order], where[order]
            boxes[start:end] = boxes[order]


def _is_leftwards(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Letters of Hebrew, Arabic and their kin; not their digits, which go to the right."""
    letters = (codes >= 0x590) & (codes < 0x900)
    letters |= ((codes >= 0xFB1D) & (codes < 0xFE00)) | ((codes >= 0xFE70) & (codes < 0xFEFD))
    digits = ((codes >= 0x660) & (codes < 0x66D)) | ((codes >= 0x6F0) & (codes < 0x6FA))
    return np.asarray(letters & ~digits)


def _accented(codes: NDArray[np.uint32], boxes: NDArray[np.float32]) -> list[int]:
    """Places of accents that now are part of the letters they stand over, changed in place."""
    letters = (codes >= 65) & ~np.isin(codes, _ACCENTS)
    middles, heights = (boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3] - boxes[:, 1]
    done = []
    for place in np.flatnonzero(np.isin(codes, _ACCENTS))[:_MOST].tolist():
        left, top, right, bottom = boxes[place].tolist()
        common = np.minimum(boxes[:, 3], bottom) - np.maximum(boxes[:, 1], top)
        over = letters & (common > 0.5 * heights) & (common > 0.5 * (bottom - top))
        middle = (left + right) / 2
        over &= (boxes[:, 0] < middle) & (middle < boxes[:, 2])
        if not over.any():
            continue
        letter = int(np.where(over, np.abs(middles - middle), np.inf).argmin())
        base = chr(codes[letter])
        base = _DOTLESS.get(base, base) if base.isalpha() else ""
        whole = unicodedata.normalize("NFC", base + _COMBINING[int(codes[place])])
        if base and len(whole) == 1:
            codes[letter] = ord(whole)
            boxes[letter, 1] = min(boxes[letter, 1], top)
            done.append(place)
    return done


def _close(
    codes: NDArray[np.uint32],
    boxes: NDArray[np.float32],
    gone: NDArray[np.bool_],
    touched: NDArray[np.intp],
) -> None:
    """Marks spaces beside places as gone where the letters around them stand together."""
    empty = gone | (codes == SPACE)
    for place in touched.tolist():
        a, b = place, place + 1
        while a >= 0 and empty[a]:
            a -= 1
        while b < len(codes) and empty[b]:
            b += 1
        if a < 0 or b == len(codes):
            continue
        apart = float(boxes[b, 0] - boxes[a, 2])
        height = float(min(boxes[a, 3] - boxes[a, 1], boxes[b, 3] - boxes[b, 1]))
        near = -_OVER * height < apart < _NEAR * height
        spaces = a + 1 + np.flatnonzero(codes[a + 1 : b] == SPACE)
        gone[spaces if near else spaces[1:]] = True
