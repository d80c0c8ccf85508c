"""Cuts blocks of text into atoms: the largest pieces that fit into a chunk."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.text import sentences

Span = tuple[int, int]

# A tokenizer may give one "unknown" token for a line of base64: characters bound chunks, too.
_CHARACTERS_PER_TOKEN = 8
_WINDOW = 8_000  # characters that are cut into sentences at a time
_LINE = re.compile(r"[^\n]+")
_CLAUSE = re.compile(r"[,;:—、，；：。)\]}>|/](?:\s+|(?<=[、，；：。]))|\s[-–]\s")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Atom:
    """A span that is not cut again; `cost` in tokens, without special ones."""

    start: int
    end: int
    cost: int


def atoms(
    text: str,
    spans: Sequence[Span],
    count_tokens: Callable[[Sequence[str]], list[int]],
    room: int,
) -> list[list[Atom]]:
    """Atoms of at most `room` tokens for each span: the whole, its lines, sentences or parts.

    `count_tokens` is called once for each round of cutting, over all spans at once.
    """
    special = count_tokens([""])[0]
    result: list[list[Atom | Span]] = [[span] for span in spans]
    depth = 0
    while True:
        waiting = [piece for pieces in result for piece in pieces if isinstance(piece, tuple)]
        if not waiting:
            break
        costs = iter(_costs(text, waiting, count_tokens, special, room))
        for pieces in result:
            if any(isinstance(piece, tuple) for piece in pieces):
                pieces[:] = _next_round(text, pieces, costs, room, depth)
        depth += 1
    return [[piece for piece in pieces if isinstance(piece, Atom)] for pieces in result]


def _costs(
    text: str,
    spans: Sequence[Span],
    count_tokens: Callable[[Sequence[str]], list[int]],
    special: int,
    room: int,
) -> list[int]:
    """Tokens of each span; what has far too many characters is not worth counting."""
    by_length = [-(-(end - start) // _CHARACTERS_PER_TOKEN) for start, end in spans]
    counted = [text[s:e] for (s, e), cost in zip(spans, by_length, strict=True) if cost <= room]
    counts = iter(count_tokens(counted) if counted else ())
    return [max(cost, next(counts) - special, 1) if cost <= room else cost for cost in by_length]


def _next_round(
    text: str, pieces: Sequence[Atom | Span], costs: Iterator[int], room: int, depth: int
) -> list[Atom | Span]:
    """Atoms of the spans that fit, the others cut one step further."""
    result: list[Atom | Span] = []
    for piece in pieces:
        if isinstance(piece, Atom):
            result.append(piece)
            continue
        start, end = piece
        cost = next(costs)
        if cost <= room or end - start == 1:
            result.append(Atom(start, end, cost))
        else:
            result += _cut(text, start, end, depth)
    return result


def _cut(text: str, start: int, end: int, depth: int) -> list[Span]:
    """Lines at first, then sentences, then halves; always at least two spans."""
    if depth == 0 and len(lines := _whole(text, start, end, _lines(text, start, end))) > 1:
        return lines
    if depth <= 1 and len(found := _whole(text, start, end, _sentences(text, start, end))) > 1:
        return found
    return halves(text, start, end)


def _lines(text: str, start: int, end: int) -> list[Span]:
    """Lines of a list, a table or code; the wrapped lines of a paragraph are no units."""
    lines = [match.span() for match in _LINE.finditer(text, start, end)]
    marked = sum(not text[s:e].strip()[:1].isalnum() or "|" in text[s:e] for s, e in lines)
    return lines if 2 * marked >= len(lines) else []


def _sentences(text: str, start: int, end: int) -> list[Span]:
    found: list[Span] = []
    while start < end:
        stop = end
        if end - start > _WINDOW:
            spaces = [m.end() for m in _SPACE.finditer(text, start + _WINDOW // 2, start + _WINDOW)]
            stop = spaces[-1] if spaces else start + _WINDOW
        found += [(start + s, start + e) for s, e in sentences(text[start:stop])]
        start = stop
    return found


def _whole(text: str, start: int, end: int, spans: Sequence[Span]) -> list[Span]:
    """The spans stretched so that nothing but white space lies between and around them."""
    if not spans:
        return []
    edges = [start, *(s for s, _ in spans[1:]), end]
    stretched = itertools.pairwise(edges)
    return [span for s, e in stretched if (span := _stripped(text, s, e))[1] > span[0]]


def _stripped(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def halves(text: str, start: int, end: int) -> list[Span]:
    """Two parts of about equal length, cut after a clause, between words, or anywhere."""
    middle = (start + end) // 2
    reach = max(1, min((end - start) // 4, 2_000))
    low, high = max(start + 1, middle - reach), min(end - 1, middle + reach)
    cut = middle
    for pattern in (_CLAUSE, _SPACE):
        ends = [match.end() for match in pattern.finditer(text, low, high)]
        if ends:
            cut = min(ends, key=lambda position: abs(position - middle))
            break
    else:
        while cut < high and unicodedata.combining(text[cut]):
            cut += 1
    parts = (_stripped(text, start, cut), _stripped(text, cut, end))
    return [(s, e) for s, e in parts if e > s]
