"""What people see of an ingest: progress while it runs, a table of what became of each file."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ingest.discover import may_be_there
from ingest.records import Origin, Outcome, Progress, Report, Status
from rag.commands.console import note, printable
from rag.wording import count, held

_LINE_EVERY = 5.0  # seconds, where standard error is not a terminal
_FOLDED = 50  # a longer table shows what has changed, or if that is long, too, what is odd of it
_WORST = ("failed", "skipped", "removed", "changed", "added", "moved")  # first in a folded table
_WIDEST = 40  # columns of a terminal; a longer name pushes its own row only
_NAMED = 3  # files that are not in step
_STYLES = {"failed": "red", "skipped": "yellow", "removed": "magenta", "unchanged": "dim"}


@contextmanager
def shown() -> Iterator[Callable[[Progress], None]]:
    """A listener that draws a bar on a terminal, and writes a line now and then elsewhere."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"))
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Loading the model", total=None, told="")

        def listen(progress: Progress) -> None:
            bar.update(
                task,
                description=progress.stage.capitalize(),
                total=max(progress.files_total, 1),
                completed=progress.files,
                told=_told(progress),
            )

        yield listen


def _lines() -> Callable[[Progress], None]:
    last = time.monotonic()

    def listen(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= _LINE_EVERY:
            last = time.monotonic()
            note(f"{progress.stage}: {_told(progress)}")

    return listen


def _told(progress: Progress) -> str:
    parts = [
        f"{progress.files:,} of {progress.files_total:,} files",
        f"{progress.chunks:,} of {progress.chunks_total:,} chunks",
    ]
    if progress.rate:
        parts.append(f"{progress.rate:.0f}/s")
    if progress.seconds_left is not None:
        parts.append(f"{duration(progress.seconds_left)} left")
    return ", ".join(parts)


def duration(seconds: float) -> str:
    """Seconds for people: "8 s", "3 min 20 s", "2 h 5 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def report_table(report: Report) -> None:
    """What became of each file, on standard error; folded where it is long."""
    told = _folded(report.outcomes)
    if told:
        head = ("File", "Became", "Chunks", "Note")
        names = Counter(Path(outcome.path).name for outcome in told)
        rows = [_row(outcome, names[Path(outcome.path).name] > 1) for outcome in told]
        if sys.stderr.isatty():
            table = Table(*head, box=None, pad_edge=False)
            for (name, what, *rest), outcome in zip(rows, told, strict=True):
                became = Text(what, _STYLES.get(outcome.what, "green"))
                table.add_row(Text(name), became, *map(Text, rest))
            Console(stderr=True).print(table)
        else:
            note("\n".join(_columns([head, *rows])))
        if len(told) < len(report.outcomes):
            note(f"… and {len(report.outcomes) - len(told):,} more")
    note(summary(report))


def _folded(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """What a person has to be told of; whatever failed, however long that is."""
    if len(outcomes) <= _FOLDED:
        return outcomes
    told = [o for o in outcomes if o.what != "unchanged"]
    if len(told) > _FOLDED:
        told = [o for o in told if o.note or o.what in ("failed", "removed", "moved")]
        told.sort(key=lambda o: _WORST.index(o.what))
    failed = sum(o.what == "failed" for o in told)
    return tuple(told[: max(_FOLDED, failed)])


def _row(outcome: Outcome, with_folder: bool) -> tuple[str, str, str, str]:
    chunks = f"{outcome.chunks:,}" if outcome.chunks else ""
    path = Path(outcome.path)
    name = f"{path.parent.name}/{path.name}" if with_folder else path.name or outcome.path
    return printable(name), outcome.what, chunks, printable(outcome.note)


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Each row on one line, for files and pipes, and where drawing a table would take seconds."""
    widths = [min(_WIDEST, max(map(cell_len, column))) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        )
        yield "  ".join(cells).rstrip()


def summary(report: Report) -> str:
    """One line: "3 added, 1 failed; default holds 12 documents, 340 chunks (4 s)"."""
    kinds = ("added", "changed", "moved", "removed", "unchanged", "skipped", "failed")
    counts = {what: sum(o.what == what for o in report.outcomes) for what in kinds}
    none = "nothing done" if report.cancelled else "nothing to do"
    done = ", ".join(f"{n:,} {what}" for what, n in counts.items() if n) or none
    return (
        f"{done}; {report.collection} holds {held(report.documents, report.chunks)} "
        f"({duration(report.seconds)})"
    )


def status_table(found: Status) -> None:
    """The documents of a collection, on standard output."""
    rows = [("Id", "File", "Type", "Pages", "Chunks", "Added")]
    for info in found.documents:
        name, pages = printable(Path(info.path).name), str(info.pages or "")
        rows.append((info.id, name, info.type, pages, f"{info.chunks:,}", info.added[:10]))
    click.echo("\n".join(_columns(rows)))
    click.echo(
        f"{found.collection}: {held(len(found.documents), found.chunks)}, "
        f"embedder {found.embedder}, updated {found.updated}"
    )
    for folder in found.folders:
        click.echo(printable(_in_step(folder, found)))


def _in_step(folder: str, found: Status) -> str:
    if folder in found.behind:
        return f"Not in step with {folder}: it is not there"
    only = len(found.folders) == 1  # links lead out of a folder
    apart = [path for path in found.behind if only or Path(path).is_relative_to(folder)]
    if not apart:
        return f"In step with {folder}"
    named = ", ".join(Path(path).name for path in apart[:_NAMED])
    more = f" and {len(apart) - _NAMED:,} more" if len(apart) > _NAMED else ""
    return f"Not in step with {folder}: {named}{more}; footnote ingest sync tells why"


def origin_table(found: Origin) -> None:
    """Where a document came from, on standard output."""
    info = found.document
    modified = datetime.fromtimestamp(info.modified_ns / 1e9, UTC).isoformat(timespec="seconds")
    state = " (changed since it was read)" if found.changed else ""
    there = "" if may_be_there(Path(info.path)) else " (no longer there)"
    pages = count(info.pages, "page") if info.pages else "no pages"
    sizes = (pages, count(info.characters, "character"), count(info.chunks, "chunk"))
    rows = {
        "Document": info.id,
        "Title": info.title,
        "Path": info.path + there + state,
        "Original": found.original or "gone; its text is kept",
        "Content": f"{info.type}, {info.bytes:,} bytes, sha256 {info.sha256}",
        "File of": modified,
        "Added": info.added,
        "Read by": info.parser,
        "Size": ", ".join(sizes),
        **{name.capitalize(): value for name, value in info.metadata.items()},
        "Same content": ", ".join(found.twins) or "none",
        "Warnings": "; ".join(info.warnings) or "none",
    }
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, value in rows.items():
        table.add_row(name, Text(printable(value), overflow="fold"))
    Console(soft_wrap=not sys.stdout.isatty()).print(table)
