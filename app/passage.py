"""The surroundings of a quote in documents that have no pages to draw."""

from __future__ import annotations

from dataclasses import dataclass

from app.render import visible
from rag.index.collection import Collection
from rag.types import Block

AROUND = 900  # characters shown before and after the quote, up to the block that holds them


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document with the quote in its middle."""

    before: str
    quote: str
    after: str
    headings: tuple[str, ...]
    cut_before: bool  # whether the document goes on in that direction
    cut_after: bool


def around(opened: Collection, document: str, start: int, end: int) -> Passage:
    """Text around a quote, along the blocks of the document."""
    blocks = opened.blocks(document)
    length = opened.document(document).characters
    first = _edge(blocks, max(0, start - AROUND), start, before=True)
    last = _edge(blocks, min(length, end + AROUND), end, before=False)
    return Passage(
        before=visible(opened.text(document, first, start)),
        quote=visible(opened.text(document, start, end)),
        after=visible(opened.text(document, end, last)),
        headings=headings(opened, document, blocks, start),
        cut_before=first > 0,
        cut_after=last < length,
    )


def headings(
    opened: Collection, document: str, blocks: tuple[Block, ...], at: int
) -> tuple[str, ...]:
    """The headings above an offset, outermost first."""
    path: list[Block] = []
    for block in blocks:
        if block.start > at:
            break
        if block.kind == "heading":
            path = [above for above in path if above.level < block.level] + [block]
    return tuple(" ".join(visible(opened.text(document, b.start, b.end)).split()) for b in path)


def _edge(blocks: tuple[Block, ...], limit: int, quote: int, *, before: bool) -> int:
    """The edge of a block between `limit` and the quote that lies farthest from the quote.

    Where no edge lies there (one huge block), the limit itself.
    """
    if before:
        edges = [block.start for block in blocks if limit <= block.start <= quote]
        inside = not any(block.end <= quote and block.end > limit for block in blocks)
        return limit if inside and not edges else min(edges, default=limit)
    edges = [block.end for block in blocks if quote <= block.end <= limit]
    return max(edges, default=limit)
