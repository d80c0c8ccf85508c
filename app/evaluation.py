"""`footnote eval`: index a data set in a temporary collection, ask its questions, report."""

from __future__ import annotations

import csv
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.console import (
    FootnoteGroup,
    collection_option,
    emit,
    json_option,
    note,
    root_option,
)
from rag.errors import UsageError

if TYPE_CHECKING:
    from rag.evaluate import Outcome, Question
    from rag.pipeline import Pipeline

limit_option = click.option("--limit", type=click.IntRange(1), help="Ask a random sample only.")
seed_option = click.option("--seed", default=0, show_default=True, help="Seed of the sample.")


@click.group("eval", cls=FootnoteGroup)
def evaluation() -> None:
    """Measure retrieval and answers on questions whose answers are known."""


@evaluation.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@limit_option
@seed_option
@json_option
def squad(file: Path, limit: int | None, seed: int, as_json: bool) -> None:
    """FILE in SQuAD's JSON: every paragraph is a document."""
    from rag.evaluate import answers, summary

    passages, questions = _read_squad(file)
    with _indexed(passages) as pipeline, _progress("Asking") as progress:
        outcomes = answers(pipeline, _sample(questions, limit, seed), progress)
    _report(summary(outcomes), as_json)


@evaluation.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@limit_option
@seed_option
@json_option
def beir(folder: Path, limit: int | None, seed: int, as_json: bool) -> None:
    """FOLDER in BEIR's form (corpus.jsonl, queries, qrels/test.tsv): retrieval only."""
    from rag.evaluate import retrieval, summary

    passages, questions = _read_beir(folder)
    with _indexed(passages) as pipeline, _progress("Searching") as progress:
        outcomes = retrieval(pipeline, _sample(questions, limit, seed), progress)
    _report(summary(outcomes), as_json)


@evaluation.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@collection_option
@root_option
@limit_option
@seed_option
@click.option("--html", "page", type=click.Path(dir_okay=False, path_type=Path), help="Report.")
@click.option(
    "--against", multiple=True, metavar="NAME=VALUE", help="Compare with other settings, paired."
)
@json_option
def questions(
    file: Path,
    collection: str,
    index_root: str | None,
    limit: int | None,
    seed: int,
    page: Path | None,
    against: tuple[str, ...],
    as_json: bool,
) -> None:
    """FILE with your own questions (CSV or JSON Lines: question, answer, document)."""
    from dataclasses import asdict

    from rag import report, testset
    from rag.evaluate import summary

    asked = _sample(testset.read(file), limit, seed)
    root = {"index_root": index_root} if index_root else {}
    outcomes = ask_all(asked, collection, root)
    if page:
        page.write_text(report.as_html(f"{file.name} on {collection}", outcomes), encoding="utf-8")
        note(f"Written: {page}")
    measures: dict[str, Any] = dict(summary(outcomes))
    if against:
        other = ask_all(asked, collection, {**root, **_changes(against)})
        differences = report.compare(outcomes, other)
        measures["against"] = {name: asdict(value) for name, value in differences.items()}
    measures["intervals"] = {n: [i.low, i.high] for n, i in report.intervals(outcomes).items()}
    if as_json:
        emit({**measures, "outcomes": [report.as_dict(o) for o in report.worst(outcomes)]})
    else:
        _print(measures, [report.as_dict(o) for o in report.worst(outcomes)[:5]])


def ask_all(
    asked: Sequence[Question],
    collection: str,
    changes: Mapping[str, Any],
    progress: Callable[[int], None] | None = None,
) -> list[Outcome]:
    """Put the questions to a collection, with some settings changed."""
    from rag.evaluate import answers
    from rag.pipeline import Pipeline
    from rag.settings import Settings

    settings = Settings.load().replace(**changes)
    with Pipeline.open(collection, settings=settings) as pipeline, _progress("Asking") as show:
        return answers(pipeline, asked, progress or show)


def _changes(pairs: Sequence[str]) -> dict[str, str]:
    changes = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(f"--against {pair!r} is not NAME=VALUE, as in passages=8.")
        changes[name.strip()] = value.strip()
    return changes


def _print(measures: Mapping[str, Any], worst: Sequence[Mapping[str, Any]]) -> None:
    between, other = measures["intervals"], measures.get("against", {})
    for name, value in measures.items():
        if value is None or name in ("intervals", "against"):
            continue
        low_high = "{} to {}".format(*between[name]) if name in between else ""
        change = f"{other[name]['value']:+.3f} (p {other[name]['p']:.3f})" if name in other else ""
        click.echo(f"{name:22} {value:<8} {low_high:20} {change}")
    click.echo("\nWorst first:")
    for item in worst:
        expected = " / ".join(item["expected"]) or "not in the documents"
        click.echo(
            f"- {item['question']}\n    expected: {expected}\n    answered: {item['answer']}"
        )


def _report(measures: dict[str, float | int | None], as_json: bool) -> None:
    if as_json:
        emit(measures)
        return
    for name, value in measures.items():
        click.echo(f"{name:22} {'–' if value is None else value}")


def _sample(questions: Sequence[Question], limit: int | None, seed: int) -> Sequence[Question]:
    if limit is None or limit >= len(questions):
        return questions
    return random.Random(seed).sample(list(questions), limit)


# --- the data sets ------------------------------------------------------------------------------


def _read_squad(file: Path) -> tuple[dict[str, str], list[Question]]:
    """Passages by file name, and the questions."""
    from rag.evaluate import Question

    passages: dict[str, str] = {}
    questions = []
    try:
        articles = json.loads(file.read_text(encoding="utf-8"))["data"]
        for article in articles:
            for paragraph in article["paragraphs"]:
                name = f"{len(passages):06}.txt"
                passages[name] = paragraph["context"]
                for item in paragraph["qas"]:
                    impossible = bool(item.get("is_impossible", False))
                    golds = tuple(dict.fromkeys(a["text"] for a in item["answers"]))
                    questions.append(
                        Question(
                            item["question"], () if impossible else golds, {name: 1}, impossible
                        )
                    )
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{file} is not in SQuAD's JSON form ({error!r}).") from None
    return passages, questions


def _read_beir(folder: Path) -> tuple[dict[str, str], list[Question]]:
    """Passages by file name, and the queries that the test judgements name."""
    from rag.evaluate import Question

    queries_file = next(
        (f for f in (folder / "queries.jsonl", folder / "queries.test.jsonl") if f.is_file()), None
    )
    judgements_file = folder / "qrels" / "test.tsv"
    if (
        queries_file is None
        or not (folder / "corpus.jsonl").is_file()
        or not judgements_file.is_file()
    ):
        raise UsageError(f"{folder} lacks corpus.jsonl, queries.jsonl or qrels/test.tsv.")
    names: dict[str, str] = {}
    passages = {}
    for number, entry in enumerate(_lines(folder / "corpus.jsonl")):
        names[entry["_id"]] = name = f"{number:06}.txt"
        passages[name] = f"{entry.get('title', '')}\n\n{entry['text']}".strip()
    judged: dict[str, dict[str, int]] = {}
    with judgements_file.open(encoding="utf-8") as stream:
        for row in csv.reader(stream, delimiter="\t"):
            if row[0] != "query-id" and row[1] in names:
                judged.setdefault(row[0], {})[names[row[1]]] = int(row[2])
    texts = {entry["_id"]: entry["text"] for entry in _lines(queries_file)}
    return passages, [Question(texts[q], (), gains) for q, gains in judged.items() if q in texts]


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                yield json.loads(line)
            except ValueError as error:
                raise UsageError(f"{file}, line {number}, is not JSON ({error}).") from None


# --- a temporary collection -----------------------------------------------------------------------


@contextmanager
def _indexed(passages: dict[str, str]) -> Iterator[Pipeline]:
    """A pipeline over a collection made of `passages`, gone afterwards."""
    from ingest.pipeline import add
    from rag.models import Models
    from rag.pipeline import Pipeline
    from rag.settings import Settings

    with tempfile.TemporaryDirectory(prefix="footnote-eval-") as scratch:
        files = Path(scratch, "documents")
        files.mkdir()
        for name, text in passages.items():
            (files / name).write_text(text, encoding="utf-8")
        settings = Settings.load(index_root=str(Path(scratch, "indexes")), originals="refer")
        models = Models(settings)
        note(f"Indexing {len(passages):,} passages …")
        report = add([files], collection="eval", settings=settings, embedder=models.embedder)
        if report.failed:
            first = report.failed[0]
            note(
                f"{len(report.failed)} passages were not indexed, first {first.path}: {first.error}"
            )
        with Pipeline.open("eval", models=models) as pipeline:
            yield pipeline


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int], None]]:
    """A counter on standard error, with rate."""
    import time

    begun = last = time.monotonic()

    def show(done: int) -> None:
        nonlocal last
        if time.monotonic() - last > 5:
            last = time.monotonic()
            note(f"{label}: {done:,} questions, {done / (last - begun):.1f}/s")

    yield show
