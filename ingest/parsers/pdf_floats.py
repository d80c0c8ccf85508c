"""Sentences of a PDF that go on behind a table, a figure or a footnote, put together again.

Where typesetting lets such a thing float to the edge of a column, a reader skips it. A sentence
that is cut there would be two halves in two passages, and neither answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from ingest.parsers.pdf_rows import CAPTION, ENDS, ITEM, Row

_STAMP = re.compile(r"arXiv:\d")  # along the margin of a first page
_WORD = re.compile(r"[^\W\d_]{2,}")
_FEW = 3  # words, with fewer of which a row is a label
_MOST = 12  # blocks between the two parts of a sentence
_ALIKE = 0.06  # of sizes of type
_FULL = 0.97  # of the width of its block, from which a line was full
_WIDTHS = 0.1  # by which columns of one text differ at most


@dataclass(slots=True)
class _Block:
    """Rows that belong together and what separates them; `goes_on` are indices of those before
    which a part was cut off."""

    rows: list[Row]
    joints: list[str] = field(default_factory=list)
    goes_on: list[int] = field(default_factory=list)

    @property
    def last(self) -> Row:
        return self.rows[-1]


def _width(rows: Sequence[Row]) -> float:
    return max(row.right for row in rows) - min(row.left for row in rows)


def rejoined(
    rows: Sequence[Row], joints: Sequence[str]
) -> tuple[list[Row], list[str], frozenset[int]]:
    """Rows with what stood inside a sentence moved out of it, what separates them then, and which
    of them go on with one, after a space.

    `joints` are what separates the rows, "\\n\\n" where a block begins; inside blocks it stays,
    since a block has a column, a pitch and marks of its own. Rows stay on their pages,
    and these in their order: what is on the page where a sentence was begun moves before its
    paragraph, what is on the page where it goes on behind it.
    """
    blocks: list[_Block] = []
    for row, joint in zip(rows, ["\n\n", *joints], strict=False):
        if joint == "\n\n":
            blocks.append(_Block([row]))
        else:
            blocks[-1].rows.append(row)
            blocks[-1].joints.append(joint)
    position = 0
    while position < len(blocks):
        rest = _rest(blocks, position)
        if rest is None or not _join(blocks, position, rest):
            position += 1
    ordered: list[Row] = []
    between: list[str] = []
    held = []
    for block in blocks:
        held += [len(ordered) + index for index in block.goes_on]
        between += [*(["\n\n"] if ordered else []), *block.joints]
        ordered += block.rows
    return ordered, between, frozenset(held)


def _rest(blocks: Sequence[_Block], position: int) -> int | None:
    """Which block goes on with the last sentence of one that is cut off by what floats."""
    block = blocks[position]
    if not _is_cut(block, blocks[position - 1] if position else None):
        return None
    beside = blocks[position + 1 : position + 2]
    if beside and _is_near(block.last, beside[0].rows[0]) and not _goes_on(block, beside[0]):
        return None
    for other in range(position + 1, min(position + 2 + _MOST, len(blocks))):
        if blocks[other].rows[0].page > block.last.page + 1:
            return None
        if _goes_on(block, blocks[other]):
            between = blocks[position + 1 : other]
            return other if _is_elsewhere(block, blocks[other], between) else None
        if not _floats(blocks[other], block.last.size):
            return None
    return None


def _is_cut(block: _Block, above: _Block | None) -> bool:
    """Is it prose whose last line is full and ends no sentence? The first line of a paragraph
    alone is measured by the one above."""
    last = block.last
    if last.kind not in ("paragraph", "list") or CAPTION.match(block.rows[0].text):
        return False
    if ENDS.search(last.text) or len(_WORD.findall(last.text)) < _FEW:
        return False
    alone = len(block.rows) == 1
    rows = [*above.rows, last] if alone and above else block.rows
    there = takewhile(lambda row: row.page == last.page, reversed(rows))
    here = [
        row
        for row in there
        if abs(row.left - last.left) < 50 and abs(row.size - last.size) <= _ALIKE * last.size
    ]
    left = min(row.left for row in here)
    full = last.right - left >= _FULL * (max(row.right for row in here) - left)
    return full and len(here) > (1 if alone else 0)


def _goes_on(block: _Block, other: _Block) -> bool:
    """Does prose of the same type and width begin in the middle of a sentence?"""
    a, b = block.last, other.rows[0]
    if b.kind != "paragraph" or abs(a.size - b.size) > _ALIKE * a.size:
        return False
    if CAPTION.match(b.text) or ITEM.match(b.text):
        return False
    # With a name, too, in the next column or on the next page.
    prose = min(len(block.rows), len(other.rows)) > 1
    named = prose and _is_behind(a, b) and a.text[-1:].isalnum()
    cut = a.hyphen and not b.text[:1].isupper()
    if not (b.text[:1].islower() or cut or named) or len(_WORD.findall(b.text)) < _FEW:
        return False
    column = _width(block.rows[-3:])
    if len(other.rows) == 1:
        return _width(other.rows) <= (1 + _WIDTHS) * column
    return abs(_width(other.rows[:3]) - column) <= _WIDTHS * column


def _is_near(a: Row, b: Row) -> bool:
    """Does b, in type of the same size, begin in the middle of a sentence right below a?"""
    right_below = a.page == b.page and -0.5 * a.size < b.top - a.bottom < a.size
    return right_below and b.text[:1].islower() and abs(a.size - b.size) <= _ALIKE * a.size


def _is_behind(a: Row, b: Row) -> bool:
    """Does b stand in another column than a, or on another page?"""
    return a.page != b.page or b.top < a.top


def _floats(block: _Block, size: float) -> bool:
    """Is it what typesetting moves to where there is room?"""
    first = block.rows[0]
    if first.kind in ("table", "code") or CAPTION.match(first.text) or _STAMP.match(first.text):
        return True
    if first.kind == "heading":
        return False
    return len(block.rows) == 1 or first.size < (1 - _ALIKE) * size


def _is_elsewhere(block: _Block, other: _Block, between: Sequence[_Block]) -> bool:
    """Does it go on in another column or on another page, right below, or behind a table or a
    captioned figure? Behind a formula, which belongs where it stands, it does not."""
    a, b = block.last, other.rows[0]
    captions = [CAPTION.match(one.rows[0].text) or one.rows[0].kind == "table" for one in between]
    below = not between and _is_near(a, b)
    if not b.text[:1].islower() and any(one.rows[0].text[:1].islower() for one in between):
        return a.hyphen  # or else one of these is what goes on
    return _is_behind(a, b) or below or any(captions)


def _join(blocks: list[_Block], position: int, rest: int) -> bool:
    """Puts a block together with its rest, in place; False where a page would get out of order."""
    block, other, between = blocks[position], blocks[rest], blocks[position + 1 : rest]
    begun, ends = block.last.page, other.last.page
    before = [one for one in between if one.rows[0].page == begun != ends]
    after = [one for one in between if one not in before]
    if before and (block.rows[0].page != begun or any(one.last.page != begun for one in before)):
        return False
    if any(not one.rows[0].page == one.last.page == ends for one in after):
        return False
    start = position
    while before and start and blocks[start - 1].rows[0].kind == "heading":
        start -= 1  # a heading stays with what it is of
    if before and blocks[start].rows[0].page != begun:
        return False
    block.goes_on += [len(block.rows) + index for index in (0, *other.goes_on)]
    block.joints += [" ", *other.joints]
    block.rows += other.rows
    headings = blocks[start:position]
    blocks[start : rest + 1] = [*before, *headings, block, *after]
    return True
