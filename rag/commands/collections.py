"""The commands that look into collections: show, and collections list and show."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.commands.console import (
    FootnoteGroup,
    as_typed,
    asked_option,
    collection_of,
    emit,
    json_option,
    note,
    printable,
    root_of,
    root_option,
)
from rag.commands.upkeep import COMMANDS
from rag.wording import count, held

if TYPE_CHECKING:
    from rag.index.collection import Collection


@click.command()
@click.argument("document")
@asked_option
@root_option
@click.option("--start", type=click.IntRange(0), default=0, help="First character.")
@click.option("--end", type=click.IntRange(0), default=None, help="Character to stop before.")
def show(
    document: str, collection: str | None, index_root: str | None, start: int, end: int | None
) -> None:
    """Print text of DOCUMENT exactly as citations refer to it."""
    if end is not None and end < start:
        raise click.BadParameter(f"--end {end} lies before --start {start}.")
    root = root_of(index_root)
    with _collection(collection_of(collection, root), root) as opened:
        text = opened.text(opened.document(document).id, start, end)
    click.echo(text, nl=False)


@click.group(cls=FootnoteGroup)
def collections() -> None:
    """See which collections there are, what they hold and held, and keep them in order."""


for _command in COMMANDS:
    collections.add_command(_command)


@collections.command("list")
@root_option
@json_option
def list_collections(index_root: str | None, as_json: bool) -> None:
    """The collections under the index root."""
    from rag.index.collection import collections as found

    infos = [
        replace(info, problem=info.problem and as_typed(info.problem))
        for info in found(root_of(index_root))
    ]
    if as_json:
        emit({"collections": [asdict(info) for info in infos]})
        return
    for info in infos:
        size = f"{held(info.documents, info.chunks)}, {info.bytes / 1e6:,.1f} MB"
        click.echo(f"{info.name}: {info.problem or size}")
    if not infos:
        note(as_typed("There are no collections yet. Make one with `footnote ingest add PATH`."))


@collections.command("show")
@click.argument("name")
@root_option
@json_option
def show_collection(name: str, index_root: str | None, as_json: bool) -> None:
    """The documents of collection NAME."""
    with _collection(name, root_of(index_root)) as opened:
        infos = opened.documents()
        documents, chunks = opened.counts
    if as_json:
        listed = [
            {"document": info.id, **asdict(info), "metadata": dict(info.metadata)} for info in infos
        ]
        emit({"collection": name, "documents": listed, "chunks": chunks})
        return
    for info in infos:
        pages = f", {count(info.pages, 'page')}" if info.pages else ""
        title = printable(info.title)
        click.echo(f"{info.id}  {title} ({info.type}{pages}, {count(info.chunks, 'chunk')})")
        click.echo(f"    {printable(info.path)}")
    note(f"{held(documents, chunks)}.")


def _collection(name: str, root: Path) -> Collection:
    from rag.index.collection import Collection

    return Collection.open(root, name)
