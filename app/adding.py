"""Adding and removing documents as jobs, and the folder in which uploaded files are kept."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath
from threading import Lock

from app import following, measuring
from app.database import APP_FOLDER
from app.jobs import Job, Snapshot
from app.service import Service
from ingest.records import Progress, Report
from rag.errors import ModelError, StorageError, UsageError
from rag.index.manifest import check_name

FOLDERS = "folders"  # where uploaded folders keep their form
_LONGEST_NAME = 200  # bytes; file systems take 255
_PIECE = 1 << 20
_placing = Lock()


@dataclass(frozen=True, slots=True)
class Waiting:
    """The models have to be there before a file can be read."""


def checked_name(name: str, there: Sequence[str]) -> str:
    """A name for a new collection.

    Raises:
        UsageError: it can't be one, or there is one of that name; says what to do.
    """
    name = check_name(" ".join(name.split()))
    if name in there:
        raise UsageError(f"There is a collection {name!r} already; choose another name.")
    return name


def keep_upload(service: Service, collection: str, name: str, content: memoryview) -> Path:
    """Stores an uploaded file and returns its path.

    A single file goes into a folder named after its content: the same file comes to the same place,
    and two files of one name keep out of each other's way. A file of an uploaded folder ("a/b.txt")
    keeps its place in it, in a second folder "a (2)" where another file is there already.

    Raises:
        StorageError: it can't be written; says why.
    """
    parts = [part for part in name.replace("\\", "/").split("/") if part] or [""]
    *folders, last = map(safe_name, parts)
    kept = uploads(service, collection)
    try:
        if not folders:
            path = kept / hashlib.sha256(content).hexdigest()[:16] / last
            _put(path, content)  # where it is already it keeps its time: it is unchanged
            return path
        for number in count(1):
            top = folders[0] if number == 1 else f"{folders[0]} ({number})"
            path = kept.joinpath(FOLDERS, top, *folders[1:], last)
            if _put(path, content) or _holds(path, content):
                return path
    except OSError as error:
        raise StorageError(f"{name} can't be stored: {error.strerror or error}.") from None
    raise AssertionError


def _put(path: Path, content: memoryview) -> bool:
    """Writes a file, whole or not at all; false where there is one already, which is left as it is.

    Two uploads at the same time may want the same place: only the first gets it.
    """
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.parent / f".{uuid.uuid4().hex}.partial"
    try:
        with partial.open("xb") as file:
            for at in range(0, len(content), _PIECE):
                file.write(content[at : at + _PIECE])
        with _placing:
            if path.exists():
                return False
            partial.replace(path)
            return True
    finally:
        partial.unlink(missing_ok=True)


def _holds(path: Path, content: memoryview) -> bool:
    return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content


def safe_name(name: str) -> str:
    """The last part of a file name, without what a file system or a terminal stumbles over."""
    last = PurePosixPath(name.replace("\\", "/")).name
    clean = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "_", last).strip().lstrip(".") or "file"
    stem, dot, ending = clean.rpartition(".")
    while len(os.fsencode(clean)) > _LONGEST_NAME:
        stem = stem[:-1]
        clean = stem + dot + ending
        if not stem:
            return clean[:40]
    return clean


def uploads(service: Service, collection: str) -> Path:
    """Where the uploaded files of a collection are."""
    return following.uploads(service.root, collection)


def add(
    service: Service,
    collection: str,
    paths: Sequence[str | Path],
    *,
    anew: bool = False,
    password: str | None = None,
) -> str:
    """Queues adding files, folders or patterns to a collection; returns the job's id.

    `anew` reads documents once more that are there already; `password` opens encrypted ones.
    """

    def work(job: Job) -> Report | None:
        from ingest.pipeline import add as ingest

        job.report(Waiting())
        if not service.wait_for_models(job.cancel):
            if job.cancel.is_set():
                return None
            raise ModelError(service.preload().error or "The models can't be loaded.")
        return ingest(
            list(paths),
            collection=collection,
            settings=service.settings,
            embedder=service.models.embedder,
            progress=job.report,
            cancel=job.cancel,
            password=password,
            anew=anew,
        )

    # Each call is work of its own: a second upload waits for the first, in the same lane.
    return service.jobs.start("add", subject(collection), work, lane=subject(collection), many=True)


def remove(service: Service, collection: str, documents: Sequence[str]) -> int:
    """Removes documents and the uploads that they came from; returns how many.

    Raises:
        FootnoteError: nothing was removed; says why.
    """
    from ingest.manage import remove as forget

    report = forget(list(documents), collection=collection, settings=service.settings)
    kept = uploads(service, collection).resolve()
    for outcome in report.outcomes:
        path = Path(outcome.path)
        if kept in path.parents:
            _forget_upload(path, kept)
    return len(report.outcomes)


def _forget_upload(path: Path, kept: Path) -> None:
    """Deletes an uploaded file and the folders that it leaves empty."""
    try:
        path.unlink(missing_ok=True)
        for folder in path.parents:
            if folder == kept:
                break
            folder.rmdir()
    except OSError:  # not empty, or held open: what is left is deleted with the collection
        return


def drop(service: Service, collection: str) -> None:
    """Deletes a collection with its uploads and its conversations.

    Raises:
        FootnoteError: it is in use, or can't be deleted; says why.
    """
    _check_idle(service, collection)
    service.forget(collection)
    following.delete(service.root, collection)
    _dismiss(service, collection)


def rename_collection(service: Service, collection: str, name: str) -> str:
    """Gives a collection another name, which is returned; conversations, uploads and choices
    follow.

    Raises:
        FootnoteError: it is in use, or the name can't be given; says why.
    """
    name = checked_name(name, [info.name for info in service.collections()])
    _check_idle(service, collection)
    following.rename(service.root, collection, name, service.settings.keep_generations)
    service.forget(collection)
    _dismiss(service, collection)
    return name


def _check_idle(service: Service, collection: str) -> None:
    if any(not job.over for job in jobs(service, collection)):
        raise UsageError(f"Files are being added to {collection!r}. Cancel that first.")
    if any(not job.over for job in measuring.jobs(service, collection)):
        raise UsageError(f"{collection!r} is being evaluated. Stop that first.")


def _dismiss(service: Service, collection: str) -> None:
    """Forgets the results of jobs, which quote the documents of the collection."""
    for job in (*jobs(service, collection), *measuring.jobs(service, collection)):
        service.jobs.dismiss(job.id)


def drop_everything(service: Service) -> None:
    """Deletes all collections, uploads, conversations, judgements and choices of this index root.

    Files that were added by their path stay where they are.

    Raises:
        FootnoteError: work is under way, or something can't be deleted; says why.
    """
    stored = [info.name for info in service.collections()]
    started = [name for name in begun(service) if name not in stored]
    for name in (*stored, *started):  # of all, before any is deleted
        _check_idle(service, name)
    for name in stored:
        drop(service, name)
    for name in started:
        following.forget(service.root, name)
        _dismiss(service, name)
    service.store.delete_all()
    chosen = service.settings
    service.preferences.forget()
    if service.settings != chosen:  # or a server that was chosen would go on being asked
        service.switch()
    shutil.rmtree(service.root / APP_FOLDER / "uploads", ignore_errors=True)


def rename(service: Service, collection: str, document: str, title: str) -> None:
    """Gives a document another title.

    Raises:
        FootnoteError: it can't be; says why.
    """
    from ingest.manage import rename as retitle

    retitle(document, title, collection=collection, settings=service.settings)


def jobs(service: Service, collection: str) -> list[Snapshot]:
    """The jobs that add to a collection, newest first."""
    return service.jobs.about(subject(collection), "add")


def begun(service: Service) -> list[str]:
    """The collections that documents were added to and of which none has been stored yet.

    What was stored once is in the list of collections, or has been deleted or renamed since, be it
    in the shell.
    """
    names = (name.removeprefix(subject("")) for name in service.jobs.subjects("add"))
    return [name for name in names if not any(map(_has_stored, jobs(service, name)))]


def _has_stored(job: Snapshot) -> bool:
    return isinstance(job.result, Report) and job.result.documents > 0


def subject(collection: str) -> str:
    """What jobs on a collection are filed under."""
    return f"collection {collection}"


def share(progress: object) -> float:
    """How much of an ingest is done, 0 to 1, as far as can be told."""
    if not isinstance(progress, Progress) or not progress.files_total:
        return 0.0
    by_files = progress.files / progress.files_total
    if progress.seconds_left is not None and progress.rate > 0:
        left = progress.seconds_left * progress.rate
        return min(1.0, max(by_files, progress.chunks / max(progress.chunks + left, 1)))
    return min(1.0, by_files)
