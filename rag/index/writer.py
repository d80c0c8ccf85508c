"""Writing a collection: changes gather in new segments, and `publish` puts them in force at once.

Publishing costs what changed, not what there is: a deletion is a line in the next manifest, an
addition a new segment. Segments of similar size are merged, three at a time, so that a chunk is
rewritten O(log n) times and a collection of a million chunks has about ten segments.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from rag.errors import DocumentNotFound, FootnoteError, StorageError
from rag.index import generations, originals
from rag.index.manifest import Manifest, SegmentEntry, check_name, key_of, plain
from rag.index.merging import consolidate
from rag.index.pending import Pending
from rag.index.reader import Collection
from rag.index.segment import Segment, SegmentBuilder, check_added, holding, known_in, merge
from rag.index.tidy import KEEP, settle_name, sweep
from rag.interaction import Embedded
from rag.types import Chunk, Document, DocumentInfo

SEAL_AT = 50_000  # chunks held in memory at most


class Writer:
    """The one writer of a collection; a context manager. What isn't published is discarded.

    Without `embedder`, the fingerprint of the model whose vectors will be added, the collection
    must exist; it keeps the one that it was made with.

    `keep` is how many generations stay on disk, the one in force among them. All that one writer
    publishes counts as one: a rollback leads back to what was there before it began. `without`
    names damaged segments: their documents are gone unless they are added again.
    """

    def __init__(
        self,
        root: Path,
        name: str,
        *,
        embedder: Mapping[str, Any] | None = None,
        keep: int = KEEP,
        without: Iterable[str] = (),
    ) -> None:
        self.name = check_name(name)
        self._keep = keep
        self._without = frozenset(without)
        self._root = Path(root)
        self._folder = self._root / key_of(name)
        self._embedder = None if embedder is None else plain(embedder)
        self._held = ExitStack()
        self._failed = False

    def __enter__(self) -> Self:
        """Takes the lock, tidies up after a killed writer, opens what is published.

        Raises:
            CollectionBusy: another writer holds it.
            CollectionNotFound: there is none, and no embedder to make one with.
            CollectionMismatch: it was made with another embedder.
            CollectionDamaged: what is published can't be relied on.
            StorageError: the folder can't be written.
        """
        if self._embedder is None and generations.current(self._folder) is None:
            Collection.open(self._root, self.name)
        with ExitStack() as held:
            held.enter_context(generations.lock(self._root, key_of(self.name), self.name))
            with generations.storage(self._folder):
                (self._folder / "segments").mkdir(parents=True, exist_ok=True)
                (self._folder / "files").mkdir(exist_ok=True)
                self._open(verify=True)
                # What is damaged is no place to come back to, but may need any of the originals.
                self._base = None if self._without else self.manifest.generation or None
                sweep(self._folder, self._keep, files=not self._without)
            self._held = held.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        with self._held:
            self._close()
            if self._embedder is not None and generations.current(self._folder) is None:
                shutil.rmtree(self._folder, ignore_errors=True)  # never published: leave no trace
            elif self._failed:  # a full drive gets back what was half written
                with suppress(FootnoteError, OSError):
                    sweep(self._folder, self._keep, files=not self._without)

    def _open(self, verify: bool) -> None:
        self._reader: Collection | None = None
        self.manifest = Manifest(self.name, self._embedder or {})
        if generations.settle(self._folder) is not None:
            settle_name(self._folder, self.name)
            self._reader = Collection.open(
                self._root,
                self.name,
                fingerprint=self._embedder,
                verify=verify,
                without=self._without,
            )
            self.manifest = self._reader.manifest
        self._builder: SegmentBuilder | None = None
        self._sealed: list[Segment] = []
        self._originals: list[Path] = []
        self.folders = frozenset(self.manifest.folders)
        self._pending = Pending(self._reader)

    def _close(self) -> None:
        if self._builder is not None:
            self._builder.abandon()
        for segment in self._sealed:
            segment.close()
        if self._reader is not None:
            self._reader.close()

    # --- looking ---

    @property
    def dimension(self) -> int:
        return int(self.manifest.embedder["dimension"])

    @property
    def changed(self) -> bool:
        """Whether there is something to publish."""
        followed = self.folders != frozenset(self.manifest.folders)
        return self._reader is None or any((self._pending.changed, followed, self._without))

    @property
    def counts(self) -> tuple[int, int]:
        """Documents and chunks, as they would be published."""
        return self._pending.counts

    def all(self) -> list[DocumentInfo]:
        """Every document as it would be published, by path."""
        return self._pending.all()

    def get(self, document: str) -> DocumentInfo | None:
        """A document by id."""
        return self._pending.get(document)

    def find(self, path: str) -> DocumentInfo | None:
        """The document made from the file at `path`."""
        return self._pending.find(path)

    def same(self, sha256: str) -> list[DocumentInfo]:
        """Documents whose files have this content."""
        return self._pending.same(sha256)

    def known(self, texts: Sequence[str]) -> dict[str, Embedded]:
        """Those of the texts that are embedded in the collection already."""
        return known_in([*self._segments(), *filter(None, [self._builder])], texts)

    # --- changing ---

    def add(
        self,
        document: Document,
        chunks: Sequence[Chunk],
        texts: Sequence[str],
        embedded: Sequence[Embedded],
    ) -> DocumentInfo:
        """Adds a document, in place of the one that has its id.

        `texts` are what was `embedded` of each chunk and what BM25 will find.
        """
        check_added(document, chunks, texts, embedded)
        with self._guard():
            self._bury(document.id)
            if self._builder is None:
                self._builder = SegmentBuilder(self._folder / "segments", self.dimension)
            info = self._builder.add(document, chunks, texts, embedded)
            self._pending.put(info, self._builder.id)
            generations.checkpoint("document-added")
            if len(self._builder) >= SEAL_AT:
                self._seal()
        return info

    def remove(self, document: str) -> DocumentInfo:
        """Removes a document, by id.

        Raises:
            DocumentNotFound: there is none.
        """
        info = self.get(document)
        if info is None:
            raise DocumentNotFound(f"No document {document!r} in collection {self.name!r}.")
        with self._guard():
            self._bury(document)
        return info

    def relocate(self, infos: Sequence[DocumentInfo]) -> None:
        """Replaces what is told of documents (path, title, times); content and ids stay."""
        with self._guard():
            self._seal()
            sources = holding(self._segments(), [info.id for info in infos], self._pending.buried)
            changes = {info.id: info for info in infos}
            if not sources:
                return
            entry = merge(self._folder / "segments", sources, self.dimension, changes)
            for info in infos:
                self._bury(info.id)
                self._pending.put(info, entry.id)
            self._adopt(entry)

    def keep_original(self, path: Path, sha256: str) -> bool:
        """Copies a file into the collection; False where it is not what `sha256` says."""
        try:
            source = path.open("rb")
        except OSError:
            return False
        with source, self._guard():
            kept = originals.keep(self._folder, source, sha256)
        self._originals += [kept] if kept else []
        return kept is not None

    def follow(self, folders: Iterable[str]) -> None:
        """Notes the folders that sync keeps in step."""
        self.folders = frozenset(folders)

    # --- publishing ---

    def publish(self, compact: bool = False) -> int:
        """Puts all changes in force and returns the generation; nothing to do, nothing done.

        `compact` merges everything into one segment. A crash at any moment leaves the collection
        as it was before or as it is after.

        Raises:
            StorageError: the disk is full; what was published before is unharmed.
        """
        if not (self.changed or compact):
            return self.manifest.generation
        with self._guard():
            self._seal()
            grown, died = bool(self._sealed), bool(self._pending.buried)
            segments = self._living_segments()
            if grown or compact:
                segments = consolidate(segments, self._adopt, self.dimension, compact)
            for path in self._originals:
                generations.sync_file(path)
            generations.sync_folder(self._folder / "files")
            generations.sync_folder(self._folder)
            generations.sync_folder(self._root)
            manifest = self.manifest.successor(
                [segment.entry for segment in segments],
                self._pending.buried,
                self.folders,
                self._pending.counts,
                self._base,
            )
            number = generations.publish(self._folder, manifest.to_json())
            self._close()
            died, self._without = died or bool(self._without), frozenset()
            self._open(verify=False)
            sweep(self._folder, self._keep, files=died)
            generations.checkpoint("published")
        return number

    def _segments(self) -> list[Segment]:
        return [*(self._reader.segments if self._reader else ()), *self._sealed]

    def _living_segments(self) -> list[Segment]:
        segments = self._segments()
        for segment in segments:
            if segment.entry.id in self._pending.buried:
                segment.bury(self._pending.buried[segment.entry.id])
        return [segment for segment in segments if segment.living()]

    # --- bookkeeping ---

    @contextmanager
    def _guard(self) -> Iterator[None]:
        if self._failed:
            raise StorageError(f"An earlier write to collection {self.name!r} failed. Start again.")
        try:
            with generations.storage(self._folder):
                yield
        except BaseException:
            self._failed = True  # pending changes may be half made: they must not be published
            raise

    def _seal(self) -> None:
        if self._builder is not None:
            builder, self._builder = self._builder, None
            self._adopt(builder.finish())

    def _adopt(self, entry: SegmentEntry) -> Segment:
        segment = Segment(self._folder / "segments" / entry.id, entry, verify=False)
        self._sealed.append(segment)
        return segment

    def _bury(self, document: str) -> None:
        if self._builder is not None and document in self._builder.ids:
            self._seal()  # a document dies in a whole segment
        self._pending.bury(document)
