"""From a file to a parsed file, ahead of the embedding; a file need not hold still meanwhile."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from ingest.discover import Candidate
from ingest.parsers import registered, version
from ingest.records import DRIVE, LINKED
from rag.errors import DocumentError, FootnoteError, StorageError
from rag.types import DocumentInfo, Parsed, Source

_ATTEMPTS = 3  # at a file that changes while it is read
_AHEAD = 6  # files read before they are needed
_THREADS = 2
_LOOK = 0.2  # seconds between two looks at whether to go on waiting

T = TypeVar("T")
R = TypeVar("R")


class Parser(Protocol):
    """What reads files: `ingest.worker.ParserPool`."""

    def parse(self, path: Path, *, password: str | None = None) -> tuple[Parsed, str, str]: ...


@dataclass(frozen=True, slots=True)
class Read:
    """A file that was read. `parsed` is None where its content is the one that is known."""

    candidate: Candidate
    known: DocumentInfo | None
    source: Source
    parsed: Parsed | None

    @classmethod
    def again(cls, known: DocumentInfo, source: Source, parsed: Parsed) -> Read:
        """A document whose original was read once more, wherever that lay."""
        found = (known.metadata.get(LINKED, ""), known.metadata.get(DRIVE, ""))
        path, size = Path(source.path), source.bytes
        return cls(Candidate(path, size, source.modified_ns, True, *found), known, source, parsed)


def read(
    candidate: Candidate,
    known: DocumentInfo | None,
    parser: Parser,
    password: str | None = None,
) -> Read:
    """Hashes a file, and parses it unless its content is that of the document that is `known`.

    What nothing reads, as a film of many gigabytes, is refused by its first bytes and not hashed.

    Raises:
        DocumentError: it can't be read, or does not hold still.
    """
    path = candidate.path
    for _ in range(_ATTEMPTS):
        before = _look(path)
        if known is not None and is_current(known) and known.sha256 == _sha256(path):
            sha256, parsed, kind, name = known.sha256, None, known.type, known.parser
        else:
            parsed, kind, name = parser.parse(path, password=password)
            sha256 = _sha256(path)
        if _look(path) == before:
            size, modified_ns, _ = before
            source = Source(str(path), sha256, size, modified_ns, kind, name)
            return Read(candidate, known, source, parsed)
    raise DocumentError(f"{path.name}: it kept changing while it was read. Add it again later.")


def is_current(known: DocumentInfo) -> bool:
    """Whether a document was read by the parser that would read it today."""
    where = registered().get(known.type)
    return where is None or known.parser == version(known.type, where)


def ahead(
    items: Iterable[T], work: Callable[[T], R], stopped: Callable[[], bool] = lambda: False
) -> Iterator[tuple[T, R | DocumentError]]:
    """`(item, work(item))` in order, done by threads a few items ahead of the consumer.

    Ends early once it is `stopped`, with the work on an item as well: a scan may take an hour.
    What makes one file fail comes back in place of its result, a mistake of ours included; only
    what concerns all files (the disk, a model) is raised.
    """
    waiting: deque[tuple[T, Future[R]]] = deque()
    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="read")
    try:
        for item in items:
            waiting.append((item, threads.submit(work, item)))
            if len(waiting) > _AHEAD:
                first, future = waiting.popleft()
                if not _awaited(future, stopped):
                    return
                yield first, _result(future)
        for item, future in waiting:
            if not _awaited(future, stopped):
                return
            yield item, _result(future)
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


def _awaited(future: Future[Any], stopped: Callable[[], bool]) -> bool:
    """Waits for a result; false once it is `stopped`."""
    while not stopped():
        if wait([future], _LOOK).done:
            return True
    return False


def _result(future: Future[R]) -> Any:
    try:
        return future.result()
    except DocumentError as error:
        return error
    except StorageError:
        raise
    except FootnoteError as error:
        return DocumentError(str(error))
    except OSError as error:
        return DocumentError(f"can't be read: {error.strerror or error}.")
    except Exception as error:
        return DocumentError(f"could not be read: {type(error).__name__}: {error}")


def _look(path: Path) -> tuple[int, int, int]:
    try:
        status = path.stat()
    except OSError as error:
        raise DocumentError(f"{path.name}: can't be read: {error.strerror}.") from None
    return status.st_size, status.st_mtime_ns, status.st_ino


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise DocumentError(f"{path.name}: can't be read: {error.strerror}.") from None
