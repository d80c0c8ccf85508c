"""The documents that a question is asked of, and what is shown of them as it stands."""

from __future__ import annotations

from rag.index.collection import Collection
from rag.types import DocumentInfo, Evidence, Scope


def documents(collection: Collection, scope: Scope) -> list[DocumentInfo]:
    """All documents of a collection that a scope admits, by path."""
    allowed = collection.allowed(scope)
    infos = collection.documents()
    if allowed is None:
        return infos
    kept = {collection.chunk(int(row)).document for row in allowed.nonzero()[0]}
    return [info for info in infos if info.id in kept]


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
