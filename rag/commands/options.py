"""Options of the commands that ask: where is searched and how is answered."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from rag.commands.console import together
from rag.paths import at_home

if TYPE_CHECKING:
    from rag.pipeline import Pipeline
    from rag.types import Scope

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
    "--as-written", is_flag=True, help="Put no misspelt word of the question right."
)


def scope_of(pipeline: Pipeline, narrowing: dict[str, Any]) -> Scope:
    """What `scope_options` narrow the search to.

    Raises:
        DocumentNotFound: a document that is named is not there.
        UsageError: nothing in the collection is of that kind, folder and time.
    """
    from rag.types import Scope

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
        from rag.errors import UsageError

        raise UsageError(
            "No document of the collection is of that kind, folder and time. `footnote collections "
            f"show {pipeline.collection.name}` lists them all."
        )
    return scope
