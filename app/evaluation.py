"""`footnote eval`: index a data set in a temporary collection, ask its questions, report."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.kept import Kept
from app.measured import Measure, changed, indexed, one_by_one
from rag.commands.console import (
    INTERRUPTED,
    FootnoteGroup,
    asked_option,
    collection_of,
    dumped,
    emit,
    json_option,
    note,
    root_option,
    together,
)
from rag.errors import UsageError
from rag.wording import count

if TYPE_CHECKING:
    from rag.evaluate import Outcome, Question
    from rag.evaluation.datasets import DataSet
    from rag.pipeline import Pipeline

# What a collection is made with: asked under another value, it gives the same answers, or none.
_INDEXED = ("embedder", "chunk_tokens", "hidden_text", "vision", "originals", "keep_generations")


def _writable(_context: click.Context, _option: click.Parameter, path: Path | None) -> Path | None:
    """Refuses a report that can't be written before any question is asked, not after all are."""
    if path is None:
        return None
    folder = path.absolute().parent
    if not folder.is_dir():
        raise click.BadParameter(f"There is no folder {folder}; make it first.")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise click.BadParameter(f"{path} can't be written; name another file.")
    return path


_options = together(
    click.option("--limit", type=click.IntRange(1), help="Ask a random sample only."),
    click.option("--seed", default=0, show_default=True, help="Seed of the sample."),
    click.option(
        "--html", "page", type=click.Path(dir_okay=False, path_type=Path), callback=_writable,
        help="Write a report.",
    ),
    click.option(
        "--outcomes", "outcomes_file", type=click.Path(dir_okay=False, path_type=Path),
        callback=_writable,
        help="Write every question with its answer and measures, worst first, as JSON. What was "
        "broken off goes on from FILE.part with the same command.",
    ),
    click.option(
        "--against", multiple=True, metavar="NAME=VALUE",
        help="Compare with other settings, paired.",
    ),
    json_option,
)  # fmt: skip


@click.group("eval", cls=FootnoteGroup)
def evaluation() -> None:
    """Measure retrieval and answers on questions whose answers are known."""


@evaluation.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_options
def squad(file: Path, **options: Any) -> None:
    """FILE in SQuAD's JSON: every paragraph is a document."""
    from rag.evaluate import answered
    from rag.evaluation import datasets

    _data_set(file, datasets.squad(file), answered, **options)


@evaluation.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_options
def beir(folder: Path, **options: Any) -> None:
    """FOLDER in BEIR's form (corpus.jsonl, queries, qrels/test.tsv): retrieval only."""
    from rag.evaluate import retrieval
    from rag.evaluation import datasets

    _data_set(folder, datasets.beir(folder), retrieval, **options)


@evaluation.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@asked_option
@root_option
@_options
def questions(file: Path, collection: str | None, index_root: str | None, **options: Any) -> None:
    """FILE with your own questions (CSV, JSON or JSON Lines: question, answer, document)."""
    from rag.evaluate import answered, file_name
    from rag.evaluation import testset
    from rag.pipeline import Pipeline
    from rag.settings import Settings

    _separate(file, **options)
    asked = _sample(testset.read(file), options["limit"], options["seed"])
    _changes(options["against"])  # a wrong one is told before an hour of asking
    settings = Settings.load(index_root=index_root)
    collection = collection_of(collection, settings.root)
    with Pipeline.open(collection, settings=settings) as pipeline:
        names = {file_name(info.path) for info in pipeline.collection.documents()}
        note(testset.described(asked, names))
        _ask(f"{file.name} on {collection}", pipeline, answered, asked, listed=True, **options)


def _data_set(
    file: Path, found: DataSet, measure: Measure, *, limit: int | None, seed: int, **options: Any
) -> None:
    _separate(file, **options)
    asked = _sample(_askable(file, found.questions), limit, seed)
    _changes(options["against"])
    with indexed(found.passages) as pipeline:
        _ask(file.name, pipeline, measure, asked, **options)


def _askable(file: Path, questions: Sequence[Question]) -> Sequence[Question]:
    """The questions without those that nobody may ask; one would end the run when its turn comes.

    Raises:
        UsageError: there are none.
    """
    from rag.question.shape import checked

    asked, wrong = [], []
    for item in questions:
        try:
            checked(item.question)
            asked.append(item)
        except UsageError as error:
            wrong.append(str(error))
    if not asked:
        raise UsageError(f"{file} holds no questions with what is known of them.")
    if wrong:
        note(f"Left out: {count(len(wrong), 'question')}. The first: {wrong[0]}")
    return asked


def _separate(
    asked: Path, page: Path | None = None, outcomes_file: Path | None = None, **_: Any
) -> None:
    """Refuses a report that would take the place of the questions, or of the other report."""
    files = [file.resolve() for file in (asked, page, outcomes_file) if file is not None]
    if len(set(files)) < len(files):
        raise UsageError("The questions, --html and --outcomes are three files; name another.")


def _ask(
    title: str,
    pipeline: Pipeline,
    measure: Measure,
    asked: Sequence[Question],
    *,
    against: tuple[str, ...],
    outcomes_file: Path | None,
    **options: Any,
) -> None:
    changes, other = _changes(against), None
    kept = Kept(outcomes_file)
    outcomes = one_by_one(measure, pipeline, asked, "Asking", kept)
    if changes and len(outcomes) == len(asked):
        with changed(pipeline, changes) as second:
            other = one_by_one(measure, second, asked, "Asking again", kept)
    reported = {"against": against, "outcomes_file": outcomes_file, **options}
    _report(title, outcomes, other, kept, of=len(asked), **reported)


def _changes(pairs: Sequence[str]) -> dict[str, str]:
    from rag.settings import Settings

    changes = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(f"--against {pair!r} is not NAME=VALUE, as in passages=8.")
        if name.strip() in changes:
            raise UsageError(
                f"--against gives {name.strip()} two values, and there is one other run. Compare "
                "with one, then with the other."
            )
        changes[name.strip()] = value.strip()
    indexed = [name for name in changes if name in _INDEXED and "index_root" not in changes]
    if indexed:
        raise UsageError(
            f"--against {indexed[0]} changes what is indexed, and both runs ask one index. Index "
            f"again with FOOTNOTE_{indexed[0].upper()} set, and compare the two reports."
        )
    Settings.load().replace(**changes)
    return changes


def _sample(questions: Sequence[Question], limit: int | None, seed: int) -> Sequence[Question]:
    if limit is None or limit >= len(questions):
        return questions
    return random.Random(seed).sample(list(questions), limit)


# --- what is told ---------------------------------------------------------------------------------


def _report(
    title: str,
    outcomes: Sequence[Outcome],
    other: Sequence[Outcome] | None,
    kept: Kept,
    *,
    of: int,
    page: Path | None,
    outcomes_file: Path | None,
    against: tuple[str, ...],
    as_json: bool,
    listed: bool = False,
    **_: Any,
) -> None:
    """Files first, then standard output; `listed` tells of the questions there as well.

    Where fewer than `of` questions were asked (Ctrl-C), it tells of those, and exits as
    interrupted; where the second run was broken off, of those that both have.
    """
    from rag.evaluation import report

    asked = len(outcomes)
    if other is not None:
        asked = len(other)
        outcomes = outcomes[:asked]
    if asked < of:
        goes_on = "goes on" if kept.file else "with --outcomes FILE would go on"
        note(
            f"Interrupted after {asked:,} of {of:,} questions. The measures are of those. The same "
            f"command {goes_on} from there."
        )
        title += f" (interrupted after {asked:,} of {of:,} questions)"
    measures = report.measures(outcomes, other)
    if page:
        text = report.as_html(title, outcomes, other, ", ".join(against))
        _write(page, text)
    rows = [report.as_dict(*pair) for pair in report.paired(outcomes, other)]
    if outcomes_file:
        _write(outcomes_file, dumped({**measures, "outcomes": rows}))
    if as_json:
        emit({**measures, "outcomes": rows} if listed else measures)
    else:
        _print(measures, report.worst(outcomes)[:5] if listed else [])
    if asked < of:
        raise click.exceptions.Exit(INTERRUPTED)
    kept.remove()


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", errors="replace")  # the name of a file may be none
    except OSError as error:
        raise UsageError(f"{file} can't be written: {error.strerror}.") from None
    note(f"Written: {file}")


def _print(measures: Mapping[str, Any], worst: Sequence[Outcome]) -> None:
    from rag.evaluation.report import expected

    between, other = measures["intervals"], measures.get("against", {})
    for name, value in measures.items():
        if value is None or name in ("intervals", "against"):
            continue
        low_high = "{} to {}".format(*between[name]) if name in between else ""
        change = f"{other[name]['value']:+.3f} (p {other[name]['p']:.3f})" if name in other else ""
        click.echo(f"{name:22} {value:<8} {low_high:20} {change}".rstrip())
    if worst:
        click.echo("\nWorst first:")
    for item in worst:
        answer = item.answer.text if item.answer else "-"
        click.echo(f"- {item.question.question}\n    expected: {expected(item.question)}")
        click.echo(f"    answered: {answer}")
