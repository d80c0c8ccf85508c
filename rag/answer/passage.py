"""A passage of a document as evidence, as it stands there."""

from __future__ import annotations

from rag.index.collection import Collection
from rag.types import DocumentInfo, Evidence


def piece(
    collection: Collection, info: DocumentInfo, n: int, start: int, end: int, heading: str
) -> Evidence:
    """The text of a document from `start` to `end` as evidence number `n`."""
    return Evidence(
        n=n,
        document=info.id,
        path=info.path,
        title=info.title,
        page=collection.page_at(info.id, start),
        start=start,
        end=end,
        quote=collection.text(info.id, start, end),
        headings=(heading,) if heading else (),
        score=1.0 / n,
    )
