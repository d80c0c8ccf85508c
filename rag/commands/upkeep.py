"""The commands that keep collections: backup, restore, compact, history and rollback."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from rag.commands.console import emit, json_option, note, root_of, root_option
from rag.wording import count, held

_overwrite = click.option("--overwrite", is_flag=True, help="Take the place of what is there.")


@click.command()
@click.argument("name")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_overwrite
@root_option
@json_option
def backup(name: str, file: Path, overwrite: bool, index_root: str | None, as_json: bool) -> None:
    """Write collection NAME with the originals that it keeps into one FILE, and verify it."""
    from rag.index.archive import backup as run

    found = run(root_of(index_root), name, file, overwrite=overwrite)
    if as_json:
        emit(asdict(found))
    else:
        note(
            f"{found.path} holds {name!r}: {held(found.documents, found.chunks)}, "
            f"{found.bytes / 1e6:,.1f} MB; every byte was read back and compared."
        )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", help="Restore under another name.")
@_overwrite
@root_option
@json_option
def restore(
    file: Path, name: str | None, overwrite: bool, index_root: str | None, as_json: bool
) -> None:
    """Restore a collection from a backup FILE; `collections rollback` undoes an --overwrite."""
    from rag.index.archive import restore as run
    from rag.settings import Settings

    settings = Settings.load(index_root=index_root)
    found = run(settings.root, file, name=name, overwrite=overwrite, keep=settings.keep_generations)
    if as_json:
        emit({"restored": found.collection, "documents": found.documents, "chunks": found.chunks})
    else:
        note(f"Restored {found.collection!r}: {count(found.documents, 'document')}.")


@click.command()
@click.argument("name")
@click.option("--forget", is_flag=True, help="Give up earlier generations: frees the most.")
@root_option
@json_option
def compact(name: str, forget: bool, index_root: str | None, as_json: bool) -> None:
    """Write collection NAME anew without what was removed, in as few parts as can be."""
    from rag.index.collection import Writer, collections
    from rag.settings import Settings

    settings = Settings.load(index_root=index_root)
    root = settings.root

    def size() -> int:
        return sum(info.bytes for info in collections(root) if info.name == name)

    before = size()
    with Writer(root, name, keep=1 if forget else settings.keep_generations) as writer:
        writer.publish(compact=True)
    if as_json:
        emit({"compacted": name, "bytes_before": before, "bytes": size()})
    else:
        kept = "" if forget else " (with earlier generations, which --forget gives up)"
        note(f"{name!r}: {before / 1e6:,.1f} MB before, {size() / 1e6:,.1f} MB now{kept}.")


@click.command()
@click.argument("name")
@root_option
@json_option
def history(name: str, index_root: str | None, as_json: bool) -> None:
    """The generations of collection NAME that a rollback can put back, newest first."""
    from rag.index.collection import past

    generations = past(root_of(index_root), name)
    if as_json:
        rows = [
            {
                "generation": manifest.generation,
                "published": manifest.created,
                "documents": manifest.documents,
                "chunks": manifest.chunks,
                "in_force": i == 0,
            }
            for i, manifest in enumerate(generations)
        ]
        emit({"collection": name, "generations": rows})
        return
    for i, manifest in enumerate(generations):
        mark = "" if i else "  in force"
        size = held(manifest.documents, manifest.chunks)
        click.echo(f"{manifest.generation:>6}  {manifest.created}  {size}{mark}")


@click.command()
@click.argument("name")
@click.option("--to", type=int, metavar="GENERATION", help="Not the one before, but this one.")
@root_option
@json_option
def rollback(name: str, to: int | None, index_root: str | None, as_json: bool) -> None:
    """Undo the last change of collection NAME; the same command again takes that back."""
    from rag.index.collection import past
    from rag.index.collection import rollback as run

    root = root_of(index_root)
    number = run(root, name, to=to)
    now = past(root, name)[0]
    if as_json:
        counts = {"documents": now.documents, "chunks": now.chunks}
        emit({"collection": name, "generation": number, **counts})
    else:
        note(f"{name!r} holds {held(now.documents, now.chunks)} again.")


COMMANDS = (backup, restore, compact, history, rollback)
