"""Options of the commands that ask: where is searched and how is answered."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from rag.commands.console import together
from rag.paths import at_home

if TYPE_CHECKING:
    from rag.index.collection import Collection
    from rag.pipeline import Pipeline
    from rag.types import Scope

_SHOWN = 4  # names of documents without text

scope_options = together(
    click.option(
        "--document", "documents", multiple=True, help="Only this document; may be repeated."
    ),
    click.option("--type", "types", multiple=True, help="Only this type; may be repeated."),
    click.option("--folder", metavar="DIR", help="Only documents in this folder."),
    click.option("--since", metavar="DATE", help="Only files modified on this day or later."),
    click.option("--until", metavar="DATE", help="Only files modified on this day or earlier."),
)

answer_options = together(
    click.option("--mode", type=click.Choice(["auto", "quote", "write"]), help="How to answer."),
    click.option(
        "--effort",
        type=click.Choice(["fast", "balanced", "best"]),
        help="How much is read, and how many drafts are written.",
    ),
    click.option(
        "--think/--no-think",
        default=None,
        help="Let the model think step by step before it writes.",
    ),
    click.option(
        "--generator",
        help="Language model: a known name, a folder, a .gguf file or a hub name.",
    ),
)

everywhere_option = click.option(
    "--everywhere",
    is_flag=True,
    help="Search all documents, also where the question names one.",
)
written_option = click.option(
    "--as-written",
    is_flag=True,
    help="Take the words of the question as they are: none is put right or replaced.",
)


def scope_of(pipeline: Pipeline, narrowing: dict[str, Any]) -> Scope:
    """What `scope_options` narrow the search to.

    Raises:
        DocumentNotFound: a document that is named is not there.
        UsageError: there is nothing in it that could be searched; says what there is.
    """
    from rag.errors import UsageError
    from rag.types import Scope

    for name in ("folder", "since", "until"):
        if narrowing[name] == "":
            raise UsageError(f"--{name} is empty. Leave it out, or say what it should be.")
    documents = tuple(pipeline.collection.document(key).id for key in narrowing["documents"])
    folder = narrowing["folder"]
    scope = Scope(
        documents=documents,
        types=tuple(narrowing["types"]),
        folder=os.path.realpath(at_home(folder)) if folder else None,
        since=narrowing["since"],
        until=narrowing["until"],
    )
    allowed = pipeline.collection.allowed(scope)
    if allowed is not None and not allowed.any() and pipeline.collection.counts[0]:
        raise UsageError(_nothing_within(pipeline.collection, scope))
    return scope


def _nothing_within(collection: Collection, scope: Scope) -> str:
    """Why nothing can be searched within a scope, and what could be."""
    command = f"`footnote collections show {quote(collection.name)}` lists all."
    admitted = collection.documents(scope)
    if admitted:
        names = ", ".join(sorted(Path(info.path).name for info in admitted)[:_SHOWN])
        return f"There is no text in what is to be searched ({names}). {command}"
    infos = collection.documents()
    days = sorted(date.fromtimestamp(info.modified_ns / 1e9).isoformat() for info in infos)
    there = [
        ("types", scope.types, ", ".join(sorted({info.type for info in infos}))),
        ("folder", scope.folder, os.path.commonpath([Path(info.path).parent for info in infos])),
        ("files modified", scope.since or scope.until, f"from {days[0]} to {days[-1]}"),
    ]
    held = "; ".join(f"{what} {held}" for what, asked, held in there if asked)
    return f"No document of {collection.name!r} is as you ask for. It has: {held}. {command}"
