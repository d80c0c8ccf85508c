"""What a writer has changed since the last publication, laid over what is published."""

from __future__ import annotations

from rag.index.reader import Collection
from rag.types import DocumentInfo


class Pending:
    """Documents added and buried; looks them up as if they were published."""

    def __init__(self, published: Collection | None) -> None:
        self._published = published
        self._added: dict[str, tuple[DocumentInfo, str]] = {}  # id → what is told, segment
        self._paths: dict[str, str] = {}  # path → id, of those added
        self.buried: dict[str, set[str]] = {}  # segment → documents that died in it
        self.counts = published.counts if published else (0, 0)  # documents, chunks

    @property
    def changed(self) -> bool:
        return bool(self._added or self.buried)

    def put(self, info: DocumentInfo, segment: str) -> None:
        """Notes a new document and the segment that holds it."""
        self._added[info.id] = (info, segment)
        self._paths[info.path] = info.id
        self._count(1, info.chunks)

    def bury(self, document: str) -> None:
        """Notes the death of a document, where there is one."""
        info = self.get(document)
        if info is None:
            return
        if document in self._added:
            _, segment = self._added.pop(document)
            if self._paths.get(info.path) == document:
                del self._paths[info.path]
        else:
            segment = self._segment_of(document)
        self.buried.setdefault(segment, set()).add(document)
        self._count(-1, -info.chunks)

    def all(self) -> list[DocumentInfo]:
        """Every document, by path."""
        published = self._published.documents() if self._published else []
        infos = [info for info in published if self._stands(info)]
        infos += [info for info, _ in self._added.values()]
        return sorted(infos, key=lambda info: (info.path, info.id))

    def get(self, document: str) -> DocumentInfo | None:
        """A document by id."""
        if document in self._added:
            return self._added[document][0]
        return next(iter(self._find("id", document)), None)

    def find(self, path: str) -> DocumentInfo | None:
        """A document by path."""
        if path in self._paths:
            return self._added[self._paths[path]][0]
        return next(iter(self._find("path", path)), None)

    def same(self, sha256: str) -> list[DocumentInfo]:
        """Documents by the content of their files."""
        added = [info for info, _ in self._added.values() if info.sha256 == sha256]
        return self._find("sha256", sha256) + added

    def _count(self, documents: int, chunks: int) -> None:
        self.counts = self.counts[0] + documents, self.counts[1] + chunks

    def _find(self, column: str, value: str) -> list[DocumentInfo]:
        found = self._published.find(column, value) if self._published else []
        return [info for info in found if self._stands(info)]

    def _stands(self, info: DocumentInfo) -> bool:
        buried = any(info.id in ids for ids in self.buried.values())
        return info.id not in self._added and not buried

    def _segment_of(self, document: str) -> str:
        segments = self._published.segments if self._published else ()
        return next(s.entry.id for s in segments if s.find("id", document))
