"""Sentences that can't stand alone, with what they need: one piece of evidence of both.

"It has 65 million parameters" needs the sentence before it, an item of a list its neighbours when
a list is asked for, a row of a table likewise. The joined span is literal text of the document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.evidence import Sentence
from rag.patterns import lists
from rag.types import Hit

# Openings that point back. "This" and "these" with a noun do too; "that" is mostly a conjunction,
# "it is" often an expletive ("It is known that …"), which only costs a few words.
_POINTS_BACK = re.compile(
    r"(?:[-*•]\s+)?(?:it|its|they|their|them|he|she|his|her|him|this|these|those|such|both"
    r"|the former|the latter|here|there(?:fore|by)|er|sie|es|dies(?:e[srmn]?)?|sein\w*|ihr\w*"
    r"|il|elle|ils|elles|ce(?:la|ci)?|ces|cette|son|sa|ses|leurs?"
    r"|este|esta|estos|estas|ello|su|sus|questo|questa|questi|queste|suo|sua)\b(?!['’])",
    re.IGNORECASE,
)
_POINTS_BACK_UNSPACED = re.compile("这|這|该|該|它|他|她|其|これ|それ|この|その|彼")
LONGEST = 420  # characters of two sentences that are joined
ROWS = 8  # rows of a table that are joined


def stretch(
    i: int, hits: Sequence[Hit], found: Sequence[Sentence], *, listed: bool, items: int = 0
) -> tuple[int, int]:
    """The sentences first … last, `i` among them, that make one piece of evidence."""
    first, last = _passage(i, hits, found)
    mine = found[first : last + 1]
    gaps = _gaps(hits, mine)
    texts = [item.text for item in mine]
    if listed and mine[i - first].head:
        a, b = _rows(i - first, mine, items)
    elif listed or texts[i - first].rstrip().endswith(":"):  # which says nothing without its list
        a, b = lists.around(i - first, texts, gaps, items)
    else:
        a = b = i - first
    if a == b == i - first and _needs_more(i - first, mine, gaps):
        a -= 1
    return first + a, first + b


def _passage(i: int, hits: Sequence[Hit], found: Sequence[Sentence]) -> tuple[int, int]:
    """First and last sentence around `i` between which nothing was left out."""
    first = last = i
    while first > 0 and _touch(hits, found[first - 1], found[first]):
        first -= 1
    while last + 1 < len(found) and _touch(hits, found[last], found[last + 1]):
        last += 1
    return first, last


def _touch(hits: Sequence[Hit], one: Sentence, other: Sentence) -> bool:
    hit = hits[one.hit]
    between = hit.text[one.end - hit.start : other.start - hit.start]
    return one.hit == other.hit and one.end <= other.start and not between.strip()


def _gaps(hits: Sequence[Hit], mine: Sequence[Sentence]) -> list[str]:
    hit = hits[mine[0].hit]
    edges = [item.start for item in mine[1:]] + [hit.end]
    return [
        hit.text[item.end - hit.start : after - hit.start]
        for item, after in zip(mine, edges, strict=True)
    ]


def _needs_more(i: int, mine: Sequence[Sentence], gaps: Sequence[str]) -> bool:
    text = mine[i].text
    if i == 0 or mine[i].head or mine[i - 1].head or "\n\n" in gaps[i - 1]:
        return False
    points = _POINTS_BACK.match(text) or _POINTS_BACK_UNSPACED.match(text)
    return points is not None and mine[i].end - mine[i - 1].start <= LONGEST


def _rows(i: int, mine: Sequence[Sentence], items: int) -> tuple[int, int]:
    first = last = i
    most = min(items or ROWS, ROWS)
    while last + 1 < len(mine) and mine[last + 1].head == mine[i].head and last - i + 1 < most:
        last += 1
    while first > 0 and mine[first - 1].head == mine[i].head and last - first + 1 < most:
        first -= 1
    return first, last
