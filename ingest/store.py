"""From parsed files to stored documents: chunks, embedded (or known), the writer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from ingest.chunk import chunks as split
from ingest.chunk import embedded_text
from ingest.parsers.clean import title_of
from ingest.read import Read
from ingest.records import DRIVE, LINKED
from rag.index.collection import Writer
from rag.interaction import Embedded
from rag.types import Chunk, Document, DocumentInfo, Parsed


class Embedding(Protocol):
    """What turns texts into vectors: `rag.embed.Embedder`."""

    @property
    def max_tokens(self) -> int: ...
    @property
    def compares_words(self) -> bool: ...
    def count_tokens(self, texts: Sequence[str]) -> list[int]: ...
    def encode_chunks(
        self, texts: Sequence[str], *, on_progress: Callable[[int], None] | None = None
    ) -> list[Embedded]: ...
    def fingerprint(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that is read and cut, not embedded yet. `texts` are what will be embedded."""

    read: Read
    parsed: Parsed
    title: str
    chunks: tuple[Chunk, ...]
    texts: tuple[str, ...]


def cut(read: Read, embedder: Embedding, max_tokens: int, hidden: bool = False) -> Draft:
    """Parsed → chunks of at most `max_tokens` (0: all that the embedder reads).

    `hidden` cuts text that is not seen as well.
    """
    parsed = read.parsed
    assert parsed is not None
    title = parsed.title or title_of(Path(read.source.path))
    longest = min(max_tokens or embedder.max_tokens, embedder.max_tokens)
    chunks = tuple(
        split(
            parsed,
            count_tokens=embedder.count_tokens,
            max_tokens=longest,
            title=title,
            hidden=hidden,
        )
    )
    texts = tuple(embedded_text(title, chunk, parsed.text) for chunk in chunks)
    return Draft(read, parsed, title, chunks, texts)


def placed(metadata: Mapping[str, str], link: str, drive: str) -> dict[str, str]:
    """What is told of a document, with the link and the drive by which its file was found."""
    others = {key: value for key, value in metadata.items() if key not in (LINKED, DRIVE)}
    return others | ({LINKED: link} if link else {}) | ({DRIVE: drive} if drive else {})


def embed(
    drafts: Sequence[Draft],
    writer: Writer,
    embedder: Embedding,
    on_progress: Callable[[int], None] | None = None,
) -> dict[str, Embedded]:
    """All texts of `drafts`, embedded; only those not stored yet have to be.

    Those that an earlier version stored, without the states of their tokens, are embedded again.
    """
    texts = list(dict.fromkeys(text for draft in drafts for text in draft.texts))
    found = writer.known(texts)
    if embedder.compares_words:
        found = {text: embedded for text, embedded in found.items() if len(embedded.words)}
    new = [text for text in texts if text not in found]
    if new:
        found.update(zip(new, embedder.encode_chunks(new, on_progress=on_progress), strict=True))
    return found


def store(draft: Draft, embedded: Mapping[str, Embedded], writer: Writer) -> DocumentInfo:
    """Adds a document in place of the one that is known."""
    source, known, parsed = draft.read.source, draft.read.known, draft.parsed
    candidate = draft.read.candidate
    parsed = replace(parsed, metadata=placed(parsed.metadata, candidate.link, candidate.drive))
    document = Document(
        id=known.id if known else _new_id(writer, source.path),
        source=source,
        title=draft.title,
        added=known.added if known else datetime.now(UTC).isoformat(timespec="seconds"),
        parsed=parsed,
    )
    found = [embedded[text] for text in draft.texts]
    return writer.add(document, draft.chunks, draft.texts, found)


def _new_id(writer: Writer, path: str) -> str:
    """An id that follows from the path, unless a document that was moved has it."""
    for salt in count():
        key = f"{path}\0{salt}" if salt else path
        found = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        if writer.get(found) is None:
            return found
    raise AssertionError
