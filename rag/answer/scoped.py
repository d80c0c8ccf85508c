"""The documents that a question is asked of."""

from __future__ import annotations

from rag.index.collection import Reader
from rag.types import DocumentInfo, Scope


def documents(collection: Reader, scope: Scope) -> list[DocumentInfo]:
    """All documents of a collection that a scope admits, by path."""
    allowed = collection.allowed(scope)
    infos = collection.documents()
    if allowed is None:
        return infos
    kept = {collection.chunk(int(row)).document for row in allowed.nonzero()[0]}
    return [info for info in infos if info.id in kept]
