"""The writer's commands: `footnote ingest add | sync | remove | status`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from ingest.ending import interruptible
from rag.commands.console import (
    INTERRUPTED,
    FootnoteGroup,
    asked_option,
    collection_of,
    collection_option,
    emit,
    json_option,
    note,
    root_option,
)
from rag.errors import UsageError

if TYPE_CHECKING:
    from ingest.records import Report, Status

_SOME_FAILED = 1


@click.group(cls=FootnoteGroup)
def ingest() -> None:
    """Put documents into collections, keep them in step, take them out."""


# FOOTNOTE_PASSWORD is another one: it lets people into the web app.
password_option = click.option(
    "--password",
    envvar="FOOTNOTE_FILE_PASSWORD",
    help="Opens encrypted files (or FOOTNOTE_FILE_PASSWORD).",
)
hidden_option = click.option(
    "--hidden-text",
    is_flag=True,
    default=None,
    help="Index text that a document hides from its readers, too.",
)
originals_option = click.option(
    "--originals",
    type=click.Choice(["copy", "refer"]),
    help="Keep each file in the collection, or only remember its path.",
)


@ingest.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@collection_option
@root_option
@originals_option
@password_option
@hidden_option
@json_option
def add(
    paths: tuple[str, ...],
    collection: str,
    index_root: str | None,
    originals: str | None,
    password: str | None,
    hidden_text: bool | None,
    as_json: bool,
) -> None:
    """Add files, folders and patterns to a collection, which is made if there is none.

    What is known and unchanged is passed over, so the command can be repeated at any time; after
    an interruption it goes on where it was.
    """
    from ingest.embedder import Late
    from ingest.pipeline import add as run
    from ingest.show import shown
    from rag.settings import Settings

    settings = Settings.load(index_root=index_root, originals=originals, hidden_text=hidden_text)
    with interruptible() as cancel, shown() as progress:
        report = run(
            paths,
            collection=collection,
            settings=settings,
            embedder=Late(settings, own=True),
            progress=progress,
            cancel=cancel,
            password=password,
        )
    _finish(report, as_json, moved=True)


@ingest.command()
@click.argument("folder", metavar="DIR")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--watch", is_flag=True, help="Go on until Ctrl-C, and follow every change.")
@click.option("--allow-empty", is_flag=True, help="Remove all documents if DIR holds none.")
@collection_option
@root_option
@originals_option
@password_option
@hidden_option
@json_option
def sync(
    folder: str,
    dry_run: bool,
    watch: bool,
    allow_empty: bool,
    collection: str,
    index_root: str | None,
    originals: str | None,
    password: str | None,
    hidden_text: bool | None,
    as_json: bool,
) -> None:
    """Make a collection mirror a folder: add, change, move and remove documents.

    Documents of the collection that come from elsewhere stay.
    """
    from ingest.embedder import Late
    from ingest.pipeline import sync as run
    from ingest.show import shown
    from rag.settings import Settings

    settings = Settings.load(index_root=index_root, originals=originals, hidden_text=hidden_text)
    embedder = Late(settings, own=True)

    def once(cancel: Event, dry_run: bool = False) -> Report:
        with shown() as progress:
            return run(
                folder,
                collection=collection,
                settings=settings,
                embedder=embedder,
                progress=progress,
                cancel=cancel,
                password=password,
                dry_run=dry_run,
                allow_empty=allow_empty,
            )

    with interruptible() as cancel:
        if not watch:
            report = once(cancel, dry_run=dry_run)
        elif dry_run:
            raise UsageError("--watch and --dry-run do not go together. Leave one of them out.")
        else:
            return _watch(folder, settings.root, once, cancel, as_json)
    return _finish(report, as_json, moved=True)


def _watch(
    given: str,
    root: Path,
    once: Callable[..., Report],
    cancel: Event,
    as_json: bool,
) -> None:
    from ingest.discover import folder_of
    from ingest.show import report_table
    from ingest.watch import Watch

    folder = folder_of(given)

    def told(report: Report) -> None:
        report_table(report)
        if as_json:
            emit(_report_json(report, moved=True))

    note(f"Watching {folder}; Ctrl-C ends it.")
    Watch(
        folder,
        root,
        lambda: once(cancel),
        told,
        lambda error: note(f"Not in step: {error} Trying again."),
        cancel,
    ).run()
    note("Stopped watching. What was stored is kept.")


@ingest.command()
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@collection_option
@root_option
@json_option
def remove(
    documents: tuple[str, ...], collection: str, index_root: str | None, as_json: bool
) -> None:
    """Remove documents, each given by id, path or unique file name; all of them or none."""
    from ingest.manage import remove as run
    from rag.settings import Settings

    report = run(documents, collection=collection, settings=Settings.load(index_root=index_root))
    _finish(report, as_json)


@ingest.command()
@click.argument("document", required=False)
@asked_option
@root_option
@json_option
def status(
    document: str | None, collection: str | None, index_root: str | None, as_json: bool
) -> None:
    """Show what a collection holds, or where one DOCUMENT (id, path or file name) came from."""
    from ingest.manage import origin
    from ingest.manage import status as run
    from ingest.show import origin_table, status_table
    from rag.settings import Settings

    settings = Settings.load(index_root=index_root)
    name = collection_of(collection, settings.root)
    if document is not None:
        one = origin(document, name, settings=settings)
        return emit(asdict(one)) if as_json else origin_table(one)
    found = run(name, settings=settings)
    return emit(_status_json(found)) if as_json else status_table(found)


def _finish(report: Report, as_json: bool, moved: bool = False) -> None:
    from ingest.show import report_table

    report_table(report)
    if as_json:
        emit(_report_json(report, moved))
    if report.cancelled:
        note("Interrupted. What was stored by then is kept; the same command goes on from there.")
        raise click.exceptions.Exit(INTERRUPTED)
    if report.failed:
        raise click.exceptions.Exit(_SOME_FAILED)


def _report_json(report: Report, moved: bool = False) -> dict[str, Any]:
    """The JSON object of `add`, `sync` and `remove`."""
    return {
        "collection": report.collection,
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        **({"moved": report.moved} if moved else {}),
        "removed": report.removed,
        "failed": [asdict(failure) for failure in report.failed],
        "documents": report.documents,
        "chunks": report.chunks,
        "seconds": round(report.seconds, 3),
    }


def _status_json(found: Status) -> dict[str, Any]:
    from ingest.discover import may_be_there

    return {
        "collection": found.collection,
        "documents": len(found.documents),
        "chunks": found.chunks,
        "folders": list(found.folders),
        "behind": list(found.behind),
        "updated": found.updated,
        "embedder": found.embedder,
        "files": [
            {
                "document": info.id,
                "path": info.path,
                "title": info.title,
                "type": info.type,
                "pages": info.pages,
                "chunks": info.chunks,
                "bytes": info.bytes,
                "added": info.added,
                "parser": info.parser,
                "here": may_be_there(Path(info.path)),
                "warnings": list(info.warnings),
            }
            for info in found.documents
        ],
    }
