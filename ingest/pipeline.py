"""The way of a file into a collection, and of a folder.

Path → (hash, worker process) → Parsed → chunks → texts → vectors f32 (n, d) → Writer → published

Files are read ahead while others are embedded. What is done is published now and then, so that an
ingest that is killed goes on where it was. A file that can't be read is reported and stops nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Event

from ingest.discover import Candidate, Found, discover
from ingest.embedder import Late, writing
from ingest.meter import Meter, Publishing
from ingest.mirror import Mirror, compare, emptied, in_step, looked_at, moved_here, rehearse
from ingest.parsers import registered
from ingest.read import Parser, Read, ahead, is_current, read
from ingest.records import Outcome, Progress, Report, What
from ingest.store import Draft, Embedding, cut, embed, store
from rag.errors import DocumentError, FootnoteError, UnsupportedDocument, UsageError
from rag.index.collection import Writer
from rag.interaction import Embedded
from rag.settings import Settings
from rag.types import DocumentInfo

# Chunks embedded together: about ten seconds' work, since a batch is what an interruption costs.
# Sorting by length gains nothing beyond 512.
_BATCH, _SMALL_BATCH, _BATCH_SECONDS = 512, 64, 10.0
Listener = Callable[[Progress], None]


# --- what can be asked for ----------------------------------------------------------------------


def add(
    paths: str | Path | Sequence[str | Path],
    *,
    collection: str = "default",
    settings: Settings | None = None,
    embedder: Embedding | Late | None = None,
    progress: Listener | None = None,
    cancel: Event | None = None,
    password: str | None = None,
    anew: bool = False,
) -> Report:
    """Adds files, folders and patterns to a collection, which is made if there is none.

    A file that is known and unchanged costs a look at its size and time, unless it is to be read
    `anew`; one that was moved keeps its id and is not embedded again. `embedder` is a loaded one,
    or else is loaded when something has to be embedded. `cancel` ends the work soon and keeps what
    is done.

    Raises:
        UsageError: no document among `paths`.
        DocumentError: the only path there is can't be read.
        CollectionError, ModelError, StorageError: nothing more can be done; what was published
            stays.
    """
    settings = settings or Settings.load()
    if isinstance(paths, str | Path):  # each character of it would be a path, "/" the whole disk
        paths = [paths]
    found = discover(paths, exclude=[settings.root])
    if not found.files:
        raise _nothing(found, paths)
    with writing(collection, settings, embedder) as (writer, load):
        work = _Work(writer, load, settings, Meter(len(found.files), progress), cancel, password)
        work.mirror(moved_here(found, writer.all()))
        work.take(found, anew=anew)
        return work.finish()


def sync(
    folder: str | Path,
    *,
    collection: str = "default",
    settings: Settings | None = None,
    embedder: Embedding | Late | None = None,
    progress: Listener | None = None,
    cancel: Event | None = None,
    password: str | None = None,
    dry_run: bool = False,
    allow_empty: bool = False,
) -> Report:
    """Makes a collection mirror a folder: adds, changes, moves and removes documents.

    A file that was moved keeps its id and is not embedded again, also where the whole folder was.
    Documents from elsewhere stay.
    `dry_run` only says what would be done, as far as names, sizes and hashes tell. Without
    `allow_empty` a folder that has lost all its documents is taken for a drive that is not there.

    Raises:
        UsageError: `folder` is none that is there or mirrored, or holds no document (any more).
        Otherwise as `add`.
    """
    settings = settings or Settings.load()
    top, found = looked_at(folder, collection, settings.root)

    def check(mirror: Mirror) -> None:
        if not found.files and not mirror.vanished and top.is_dir():
            raise _nothing(found, [folder])
        if mirror.vanished and not (found.files or allow_empty):
            raise emptied(top, len(mirror.vanished))

    if dry_run:
        return rehearse(top, found, collection, settings.root, check)
    with writing(collection, settings, embedder) as (writer, load):
        mirror = compare(top, found, writer.all(), writer.folders)
        check(mirror)
        work = _Work(writer, load, settings, Meter(len(found.files), progress), cancel, password)
        work.mirror(mirror)
        work.take(found)
        writer.follow(in_step({*writer.folders, str(top)}, writer.all()))
        return work.finish()


# --- how it is done -----------------------------------------------------------------------------


@dataclass
class _Work:
    """One ingest: the files that wait for embedding, and what became of the others."""

    writer: Writer
    embedder: Callable[[], Embedding]
    settings: Settings
    meter: Meter
    cancel: Event | None
    password: str | None
    begun: float = field(default_factory=time.monotonic)
    outcomes: list[Outcome] = field(default_factory=list)
    moved: set[str] = field(default_factory=set)
    drafts: list[Draft] = field(default_factory=list)
    publishing: Publishing = field(default_factory=Publishing)

    def mirror(self, mirror: Mirror) -> None:
        """Moves and removes what a folder no longer holds at its place."""
        if mirror.moved or mirror.linked:
            self.writer.relocate([*(info for _, info in mirror.moved), *mirror.linked])
        for before, info in mirror.moved:
            self.moved.add(info.id)
            note = f"was {before.path}"
            self.outcomes.append(Outcome(info.path, "moved", info.id, info.chunks, note))
        for info in mirror.vanished:
            self.writer.remove(info.id)
            self.outcomes.append(Outcome(info.path, "removed", info.id))

    def take(self, found: Found, *, anew: bool = False) -> None:
        """Reads, cuts, embeds and stores files, batch by batch."""
        from ingest.figures import reading

        for problem in found.problems:
            self.outcomes.append(Outcome(problem.path, "failed", note=problem.error))
        files = [(candidate, self.writer.find(str(candidate.path))) for candidate in found.files]
        if anew:  # as if by another parser
            files = [(file, known and replace(known, parser="")) for file, known in files]
        fresh = [pair for pair in files if not self._is_unchanged(*pair)]
        if not fresh:
            return
        with reading(self.settings) as parser:
            reads = ahead(fresh, partial(self._read, parser), self._cancelled)
            for (candidate, _), result in reads:
                self.meter.reading(str(candidate.path))
                self._receive(candidate, result)
                if sum(len(draft.texts) for draft in self.drafts) >= self._batch():
                    self._flush()
            self._flush()

    def finish(self) -> Report:
        """Publishes the rest and reports."""
        what = {outcome.what for outcome in self.outcomes}
        documents, chunks = self.writer.counts
        if what == {"skipped"} and not documents:
            raise UsageError(f"None of these files can be read. {_what_is_read()}")
        self.meter.storing()
        given_up = not (what or self._cancelled())  # a folder without files and documents
        if self.writer.changed and (documents or given_up or what - {"failed", "skipped"}):
            self.writer.publish()
        self.meter.done()
        return Report(
            collection=self.writer.name,
            outcomes=tuple(self.outcomes),
            documents=documents,
            chunks=chunks,
            seconds=time.monotonic() - self.begun,
            cancelled=self._cancelled(),
        )

    def _is_unchanged(self, candidate: Candidate, known: DocumentInfo | None) -> bool:
        if known is None or not is_current(known):
            return False
        if (known.bytes, known.modified_ns) != (candidate.size, candidate.modified_ns):
            return False
        if candidate.modified_ns > time.time_ns():  # the clock was set back: times tell nothing
            return False
        if known.id not in self.moved:
            self._note(candidate, "unchanged", known)
        return True

    def _read(self, parser: Parser, pair: tuple[Candidate, DocumentInfo | None]) -> Read:
        return read(*pair, parser, self.password)

    def _receive(self, candidate: Candidate, result: Read | DocumentError) -> None:
        if isinstance(result, Read) and result.parsed is None:
            self._note(candidate, "unchanged", result.known)
        elif isinstance(result, Read):
            try:
                settings = self.settings
                draft = cut(result, self.embedder(), settings.chunk_tokens, settings.hidden_text)
            except FootnoteError:
                raise
            except Exception as error:  # a mistake of ours costs one file, not the batch
                self._note(candidate, "failed", note=f"{type(error).__name__}: {error}")
            else:
                self.meter.known(len(draft.texts))
                self.drafts.append(draft)
        else:
            skipped = isinstance(result, UnsupportedDocument) and not candidate.promising
            self._note(candidate, "skipped" if skipped else "failed", note=str(result))

    def _batch(self) -> int:
        told = self.meter.progress()
        if not told.chunks:  # the first file alone: its rate is soon known, and something is done
            return 1
        return min(_BATCH, max(_SMALL_BATCH, int(_BATCH_SECONDS * told.rate)))

    def _flush(self) -> None:
        """Embeds and stores the drafts; publishes if it is time."""
        drafts, self.drafts = self.drafts, []
        embedded: Mapping[str, Embedded] = {}
        try:
            if drafts:
                embedded = embed(drafts, self.writer, self.embedder(), self._embedded)
        except _Cancelled:
            return
        for draft in drafts:
            self._store(draft, embedded)
        self.meter.stored(sum(len(draft.texts) for draft in drafts))
        if self.publishing.due():
            self.meter.storing()
            self.publishing(self.writer.publish)

    def _store(self, draft: Draft, embedded: Mapping[str, Embedded]) -> None:
        source, candidate = draft.read.source, draft.read.candidate
        twins = [i.path for i in self.writer.same(source.sha256) if i.path != source.path]
        if self.settings.originals == "copy" and not self.writer.keep_original(
            candidate.path, source.sha256
        ):
            self._note(candidate, "failed", note=f"{candidate.path.name}: it changed while read.")
            return
        info = store(draft, embedded, self.writer)
        same = draft.read.known is not None and draft.read.known.sha256 == source.sha256
        again = [f"same file, read anew by {source.parser}"] if same else []
        notes = [*again, *info.warnings, *(f"same content as {path}" for path in twins[:1])]
        what: What = "changed" if draft.read.known else "added"
        self._note(candidate, what, info, "; ".join(notes))

    def _note(
        self, candidate: Candidate, what: What, info: DocumentInfo | None = None, note: str = ""
    ) -> None:
        path = str(candidate.path)
        known = (info.id, info.chunks) if info else (None, 0)
        self.outcomes.append(Outcome(path, what, known[0], known[1], note))
        self.meter.finished(path)

    def _embedded(self, done: int) -> None:
        self.meter.embedded(done)
        if self._cancelled():
            raise _Cancelled

    def _cancelled(self) -> bool:
        return self.cancel is not None and self.cancel.is_set()


class _Cancelled(Exception):
    """Leaves the embedding of a batch."""


def _what_is_read() -> str:
    return f"Footnote reads {', '.join(registered())}."


def _nothing(found: Found, paths: Sequence[str | Path]) -> FootnoteError:
    if found.problems:
        return DocumentError(found.problems[0].error)
    where = ", ".join(str(path) for path in paths) or "no path"
    return UsageError(f"No document in {where}. {_what_is_read()}")
