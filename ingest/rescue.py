"""Documents out of a damaged segment: from its chunk store, or from the original once more."""

from __future__ import annotations

import shutil
import tempfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from ingest.chunk import embedded_text
from ingest.parsers.clean import title_of
from ingest.read import Parser, Read
from ingest.store import Embedding, cut, embed, store
from rag.errors import CollectionError
from rag.index import vectors
from rag.index.chunks import Chunks, info_of
from rag.index.collection import Writer
from rag.index.segment import CHUNKS, DOCUMENTS, VECTORS, text_hash
from rag.index.tokens import BITS, Tokens
from rag.interaction import Embedded
from rag.settings import Settings
from rag.types import Chunk, Document, DocumentInfo, Parsed, Source

# What a store with flipped bytes may raise, beside what it says itself.
_UNREADABLE = (CollectionError, ValueError, KeyError, TypeError, IndexError, zlib.error)


def listed(place: Path) -> list[DocumentInfo]:
    """The documents of a segment, the dead ones too, from its list and its store, as far as read.

    A line of the list that was damaged is left out; the store may know that document.
    """
    found: dict[str, DocumentInfo] = {}
    with suppress(OSError):
        for line in (place / DOCUMENTS).read_bytes().splitlines():
            with suppress(ValueError, TypeError, KeyError):
                info = info_of(line.decode())
                found[info.id] = info
    with suppress(*_UNREADABLE):
        store = Chunks(place / CHUNKS)
        with suppress(*_UNREADABLE):
            # The store goes first where it can be read: a flipped digit in the list parses too.
            found |= {info.id: info for info in store.infos()}
        store.close()
    return list(found.values())


class Rescue:
    """Adds the documents of a damaged segment in `place` to a writer again, under their ids.

    `store_whole` and `vectors_whole` tell whether those files can be relied on. `embedder` is
    loaded only if something has to be embedded.
    """

    def __init__(
        self,
        place: Path,
        writer: Writer,
        embedder: Callable[[], Embedding],
        *,
        store_whole: bool,
        vectors_whole: bool,
    ) -> None:
        self._writer = writer
        self._embedder = embedder
        self._store_whole = store_whole
        self._store: Chunks | None = None
        with suppress(*_UNREADABLE):
            self._store = Chunks(place / CHUNKS)
        self._vectors = vectors.Vectors(place / VECTORS) if vectors_whole else None
        self._tokens: Tokens | None = None
        if self._vectors is not None and (place / BITS).is_file():
            self._tokens = Tokens(place, self._vectors.dimension)

    def close(self) -> None:
        if self._store is not None:
            self._store.close()

    def from_store(self, info: DocumentInfo, proven: bool = False) -> bool:
        """Adds a document as the store has it, without parsing; False where that can't be done.

        `proven` accepts a store that is damaged, for texts that match the hashes that were noted
        when they were embedded.
        """
        if self._store is None or not (self._store_whole or proven):
            return False
        try:
            made, chunks, rows = self._read(info)
        except _UNREADABLE:
            return False
        texts = tuple(embedded_text(info.title, chunk, made.text) for chunk in chunks)
        if proven and not self._matches(texts):
            return False
        self._writer.add(made, chunks, texts, self._embedded(texts, rows))
        return True

    def _read(self, info: DocumentInfo) -> tuple[Document, list[Chunk], range]:
        assert self._store is not None
        ((number, first, count),) = self._store.select("id = ?", (info.id,))
        pieces: list[str] = []
        while piece := self._store.piece(number, len(pieces)):
            pieces.append(piece)
        text = "".join(pieces)
        if len(text) != info.characters:
            raise ValueError(f"{len(text)} characters")
        parsed = Parsed(
            text,
            self._store.blocks(number),
            tuple(self._store.pages(number)),
            None,
            info.metadata,
            info.warnings,
        )
        source = Source(
            info.path, info.sha256, info.bytes, info.modified_ns, info.type, info.parser
        )
        rows = range(first, first + count)
        found = self._store.rows(rows)
        chunks = [found[row][2] for row in rows]
        if any(not 0 <= c.start < c.end <= len(text) for c in chunks):
            raise ValueError("a chunk outside the text")
        return Document(info.id, source, info.title, info.added, parsed), chunks, rows

    def _matches(self, texts: tuple[str, ...]) -> bool:
        assert self._store is not None
        hashes = list({text_hash(text) for text in texts})
        try:
            return len(self._store.known(hashes)) == len(hashes)
        except _UNREADABLE:
            return False

    def _embedded(self, texts: tuple[str, ...], rows: range) -> list[Embedded]:
        if self._vectors is not None and rows.stop <= len(self._vectors):
            found = self._vectors.rows(np.arange(rows.start, rows.stop))
            if self._tokens is None:
                return [Embedded(vector) for vector in found]
            pairs = zip(found, map(self._tokens.of, rows), strict=True)
            return [Embedded(vector, np.array(words)) for vector, words in pairs]
        known = self._writer.known(texts)
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, self._embedder().encode_chunks(new), strict=True))
        return [known[text] for text in texts]

    def from_original(
        self,
        info: DocumentInfo,
        path: Path,
        parser: Parser,
        settings: Settings,
        password: str | None,
    ) -> None:
        """Reads the file once more.

        Raises:
            DocumentError: it can't be read.
        """
        with tempfile.TemporaryDirectory(prefix="footnote-") as folder:
            # Its name tells Markdown from plain text.
            name = Path(info.path).name
            named = Path(folder, name if title_of(Path(name)).isprintable() else "file")
            shutil.copyfile(path, named)
            parsed, kind, by = parser.parse(named, password=password)
        source = Source(info.path, info.sha256, info.bytes, info.modified_ns, kind, by)
        read = Read.again(info, source, parsed)
        embedder = self._embedder()
        draft = cut(read, embedder, settings.chunk_tokens, settings.hidden_text)
        store(draft, embed([draft], self._writer, embedder), self._writer)
