"""Numbers of things as people write them."""

from __future__ import annotations


def count(number: int, noun: str) -> str:
    """'1 page', '2,000 pages'."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def held(documents: int, chunks: int) -> str:
    """What a collection holds: '1 document, 12 chunks'."""
    return f"{count(documents, 'document')}, {count(chunks, 'chunk')}"
