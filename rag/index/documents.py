"""The documents of a generation: finding one, reading its text, blocks and pages."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from unicodedata import normalize

from rag.errors import DocumentNotFound, UsageError
from rag.index import generations
from rag.index.chunks import PIECE
from rag.index.manifest import Manifest
from rag.index.segment import Segment
from rag.types import Block, DocumentInfo, Page, Scope

Place = tuple[int, int]  # segment, number of the document in it


class Documents:
    """What a generation holds, document by document. The base of `Collection`."""

    def __init__(self, folder: Path, manifest: Manifest, segments: Sequence[Segment]) -> None:
        self.folder = folder
        self.manifest = manifest
        self.segments = tuple(segments)
        self._place = lru_cache(4096)(self._find_place)
        self._info = lru_cache(4096)(self._read_info)
        self._starts = lru_cache(1024)(self._read_starts)
        self._piece = lru_cache(512)(self._read_piece)
        self._landmarks = lru_cache(256)(self._read_landmarks)

    def documents(self, scope: Scope | None = None) -> list[DocumentInfo]:
        """All documents that a scope admits, by path.

        Raises:
            UsageError: a date is not an ISO date.
        """
        infos = [
            info
            for segment in self.segments
            for info in segment.chunks.infos(n for n, _, _ in segment.within(scope or Scope()))
        ]
        return sorted(infos, key=lambda info: (info.path, info.id))

    def document(self, key: str) -> DocumentInfo:
        """A document by id, path, file name, or beginning of its id, whichever is unique.

        Raises:
            DocumentNotFound: there is none; says what there is.
            UsageError: several documents answer to `key`; names them.
        """
        return self._info(self._place(key))

    def find(self, column: str, value: str) -> list[DocumentInfo]:
        """Documents by `id`, `path`, `name` (of the file) or `sha256`; perhaps none."""
        return [self._info(at) for at in self._matches(column, value)]

    def text(self, document: str, start: int = 0, end: int | None = None) -> str:
        """A document's text[start:end]."""
        at = self._place(document)
        length = self._info(at).characters
        start, end, _ = slice(start, end).indices(length)
        if end <= start:
            return ""
        first = start // PIECE
        pieces = (self._piece(at, i) for i in range(first, (end - 1) // PIECE + 1))
        return "".join(pieces)[start - first * PIECE : end - first * PIECE]

    def blocks(self, document: str) -> tuple[Block, ...]:
        """The blocks of a document, sorted."""
        segment, number = self._place(document)
        return self.segments[segment].chunks.blocks(number)

    def landmarks(self, document: str) -> tuple[Block, ...]:
        """The headings of a document and its pieces of code, sorted."""
        return self._landmarks(self._place(document))

    def page_starts(self, document: str) -> tuple[tuple[int, int], ...]:
        """Number and start of each page of a document, in order; empty where it has none."""
        return self._starts(self._place(document))

    def page_at(self, document: str, offset: int) -> int | None:
        """The number of the page on which an offset lies; None where there are no pages."""
        before = [number for number, start in self.page_starts(document) if start <= offset]
        return before[-1] if before else None

    def page(self, document: str, number: int) -> Page:
        """A page of a paginated document, by its 1-based number, with its character boxes.

        Raises:
            UsageError: the document has no such page.
        """
        segment, at = self._place(document)
        found = self.segments[segment].chunks.pages(at, number)
        if not found:
            info = self.document(document)
            raise UsageError(
                f"{info.path} has no page {number}; it has {info.pages or 'no pages'}."
            )
        return found[0]

    def original(self, document: str) -> Path | None:
        """The file that a document was made from, as it was then; None where it is gone."""
        info = self.document(document)
        kept = self.folder / "files" / info.sha256
        if kept.is_file():
            return kept
        path = Path(info.path)
        try:
            status = path.stat()
            if status.st_size != info.bytes:
                return None
            same = (
                status.st_mtime_ns == info.modified_ns or generations.sha256_of(path) == info.sha256
            )
        except (OSError, ValueError):
            return None
        return path if same else None

    def _read_info(self, at: Place) -> DocumentInfo:
        return self.segments[at[0]].chunks.infos([at[1]])[0]

    def _read_starts(self, at: Place) -> tuple[tuple[int, int], ...]:
        return self.segments[at[0]].chunks.page_starts(at[1])

    def _read_piece(self, at: Place, piece: int) -> str:
        return self.segments[at[0]].chunks.piece(at[1], piece)

    def _read_landmarks(self, at: Place) -> tuple[Block, ...]:
        blocks = self.segments[at[0]].chunks.blocks(at[1])
        return tuple(block for block in blocks if block.kind in ("heading", "code"))

    def _matches(self, column: str, value: str) -> list[Place]:
        return [
            (i, n) for i, segment in enumerate(self.segments) for n in segment.find(column, value)
        ]

    def _find_place(self, key: str) -> Place:
        found: list[Place] = []
        # A keyboard gives "ü", a disk may hold "u" and its dots: they are one name.
        for name in dict.fromkeys((key, normalize("NFC", key), normalize("NFD", key))):
            found = found or self._matches("id", name) or self._matches("path", name)
            if name:  # Path("") is the working folder
                found = found or self._matches("path", str(Path(name).absolute()))
            found = found or self._matches("name", name)
        if not found and len(key) >= 4:
            found = [
                (i, n) for i, s in enumerate(self.segments)
                for n in s.chunks.find_prefix(key) if n not in s.dead
            ]  # fmt: skip
        if len(found) > 1:
            named = "; ".join(f"{info.id} is {info.path}" for info in map(self._info, found[:10]))
            raise UsageError(f"{key!r} names {len(found)} documents, give an id: {named}.")
        if not found:
            raise DocumentNotFound(_no_document(self, key))
        return found[0]


def _no_document(generation: Documents, key: str) -> str:
    names = [Path(info.path).name for info in generation.documents()]
    there = ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")
    name = generation.manifest.collection
    return f"No document {key!r} in collection {name!r}. It holds: {there or 'nothing'}."
