"""The reader's commands: ask, chat and search here, those of its neighbours added."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from rag.commands.collections import collections, show
from rag.commands.console import (
    FootnoteGroup,
    asked_option,
    collection_of,
    emit,
    json_option,
    note,
    printable,
    root_option,
    was_interrupted,
)
from rag.commands.models import models
from rag.commands.options import (
    answer_options,
    everywhere_option,
    scope_of,
    scope_options,
    written_option,
)
from rag.wording import count

if TYPE_CHECKING:
    from rag.pipeline import Pipeline
    from rag.types import Answer, Message

SHOWN = 4  # names of what the search was narrowed to


@click.group(cls=FootnoteGroup)
def cli() -> None:
    """Ask questions of collections of documents, and look into them."""


for _command in (models, collections, show):
    cli.add_command(_command)


def _open(collection: str | None, **settings: Any) -> Pipeline:
    from rag.index.listing import folder_of
    from rag.networks import starting
    from rag.pipeline import Pipeline
    from rag.settings import Settings

    loaded = Settings.load(**settings)
    name = collection_of(collection, loaded.root)
    if folder_of(loaded.root, name).is_dir():  # a wrong name is told without torch
        starting.start()
    return Pipeline.open(name, settings=loaded)


# --- asking -------------------------------------------------------------------------------------


@cli.command()
@click.argument("question")
@asked_option
@root_option
@scope_options
@everywhere_option
@written_option
@answer_options
@click.option("--system-prompt", help="Role and tone of the assistant.")
@click.option("--threshold", type=float, help="Confidence below which the answer is refused.")
@json_option
def ask(
    question: str,
    collection: str | None,
    index_root: str | None,
    everywhere: bool,
    as_written: bool,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Answer QUESTION from the documents of a collection, with citations."""
    names = ("mode", "effort", "think", "generator", "system_prompt", "threshold")
    settings = {name: chosen.pop(name) for name in names}
    with _open(collection, index_root=index_root, **settings) as pipeline:
        how: dict[str, Any] = {
            "scope": scope_of(pipeline, chosen), "everywhere": everywhere, "as_written": as_written
        }  # fmt: skip
        if as_json:
            emit(_answer_json(pipeline.ask(question, **how)))
        else:
            _tell(pipeline, question, **how)


@cli.command()
@asked_option
@root_option
@everywhere_option
@written_option
@answer_options
def chat(
    collection: str | None,
    index_root: str | None,
    everywhere: bool,
    as_written: bool,
    **settings: Any,
) -> None:
    """Ask one question after another, follow-ups too; an empty line or Ctrl-D ends."""
    from rag.errors import FootnoteError
    from rag.types import Message

    history: list[Message] = []
    with _open(collection, index_root=index_root, **settings) as pipeline:
        note(f"Asking {pipeline.collection.name!r}. An empty line ends.")
        while True:
            try:
                question = click.prompt("?", default="", show_default=False, prompt_suffix=" ")
            except click.Abort as ended:
                if was_interrupted(ended):
                    raise
                return
            if not question.strip():
                return
            try:
                answer = _tell(
                    pipeline, question, history=history, everywhere=everywhere,
                    as_written=as_written,
                )  # fmt: skip
                history.append(Message("user", answer.searched or question))
                if answer.found:
                    history.append(Message("assistant", answer.short or answer.text))
            except FootnoteError as error:  # a server that is away may be back for the next one
                note(printable(str(error)))


def _tell(pipeline: Pipeline, question: str, **how: Any) -> Answer:
    """Stream the draft to the terminal; where the check changed it, say so and show the answer.

    A file or a pipe gets the checked answer alone. `how` it is asked is passed on to
    `Pipeline.stream`.
    """
    from rag.types import Done, Reasoning, Token

    draft, thinking, watched = "", False, sys.stdout.isatty()
    for event in pipeline.stream(question, **how):
        if isinstance(event, Reasoning):
            note(event.text if thinking else f"Thinking: {event.text}", newline=False)
            thinking = True
        elif isinstance(event, Token) and watched:
            if thinking and not draft:
                note("\n")
            draft += event.text
            click.echo(event.text, nl=False)
        elif isinstance(event, Done):
            if thinking and not draft:
                note("\n")
            _conclude(event.answer, draft)
            return event.answer
    raise AssertionError("a stream ends with Done")


def _conclude(answer: Answer, draft: str) -> None:
    if draft:
        click.echo()
    if answer.searched:
        note(f"Understood as: {answer.searched}")
    _tell_narrowed(answer.narrowed)
    if answer.text != draft:
        if draft:
            note("— draft above; checked against the documents:")
        click.echo(answer.text)
    if answer.mode == "reply":  # nothing was looked for
        return
    click.echo()
    for item in answer.citations:
        title = printable(item.title)
        place = f"{item.document}:{item.start}-{item.end}"
        click.echo(f"[{item.n}] {title}{_page(item.page)} ({place})")
        click.echo(f"    “{' '.join(item.quote.split())}”")
    if not answer.found and answer.evidence:
        click.echo("Nearest passages:")
        for near in answer.evidence:
            quote = " ".join(near.quote.split())[:160]
            click.echo(f"  {printable(near.title)}{_page(near.page)}: {quote}…")
    read = answer.coverage
    # Rounded down, so that a refusal never shows the threshold itself.
    note(
        f"Read {count(read.passages, 'passage')} of {count(read.documents, 'document')}, "
        f"confidence {int(100 * answer.confidence)}%, {answer.timings.get('total', 0):.1f} s."
    )


def _page(number: int | None) -> str:
    return f", page {number}" if number else ""


def _tell_narrowed(names: Sequence[str]) -> None:
    """Say which documents or sections alone were searched, if any were singled out."""
    if names:
        listed = ", ".join(map(printable, names[:SHOWN]))
        listed += f" and {len(names) - SHOWN} more" if names[SHOWN:] else ""
        note(f"Searched only in: {listed}. With --everywhere, in all documents.")


@cli.command()
@click.argument("question")
@asked_option
@root_option
@scope_options
@everywhere_option
@written_option
@click.option("-k", default=5, show_default=True, type=click.IntRange(1, 1000), help="How many.")
@click.option("--rerank", is_flag=True, help="Read the best ones and order them by what they say.")
@json_option
def search(
    question: str,
    collection: str | None,
    index_root: str | None,
    k: int,
    everywhere: bool,
    as_written: bool,
    rerank: bool,
    as_json: bool,
    **narrowing: Any,
) -> None:
    """Show the passages nearest to QUESTION."""
    from rag.question.shape import checked

    with _open(collection, index_root=index_root) as pipeline:
        result = pipeline.search(
            question, k=k, scope=scope_of(pipeline, narrowing), rerank=rerank,
            everywhere=everywhere, as_written=as_written,
        )  # fmt: skip
    if as_json:
        wanted = ("document", "path", "page", "start", "end", "score", "text", "headings")
        hits = [{key: getattr(hit, key) for key in wanted} for hit in result.hits]
        told = {"question": result.question, "hits": hits, "timings": result.timings}
        emit({**told, "narrowed": list(result.narrowed)} if result.narrowed else told)
        return
    if result.question != checked(question):
        note(f"Understood as: {result.question}")
    _tell_narrowed(result.narrowed)
    for rank, hit in enumerate(result.hits, start=1):
        where = printable(" › ".join(dict.fromkeys((hit.title, *hit.headings))))
        click.secho(f"{rank}. {where}{_page(hit.page)}", bold=True)
        click.echo(f"   {hit.document}:{hit.start}-{hit.end}  score {hit.score:.2f}")
        click.echo(click.wrap_text(" ".join(hit.text.split())[:400], 88, "   ", "   "))
    if not result.hits:
        note("Nothing was found.")


def _answer_json(answer: Answer) -> dict[str, Any]:
    """The JSON object of `footnote ask --json`."""
    places = ("n", "document", "path", "page", "start", "end", "quote")

    def place(item: Any) -> dict[str, Any]:
        return {key: getattr(item, key) for key in places}

    return {
        "question": answer.question,
        "found": answer.found,
        "answer": answer.text,
        "short": answer.short,
        "mode": answer.mode,
        "confidence": answer.confidence,
        "citations": [place(item) for item in answer.citations],
        "evidence": [{**place(item), "score": item.score} for item in answer.evidence],
        "coverage": asdict(answer.coverage),
        "timings": dict(answer.timings),
        "searched": answer.searched,
        "reasoning": answer.reasoning,
        "narrowed": list(answer.narrowed),
        "marks": [list(span) for span in answer.marks],
    }
