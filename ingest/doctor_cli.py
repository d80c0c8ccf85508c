"""`footnote doctor`: one line per check, and under each failure the command that mends it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import click

from rag.commands.console import (
    FootnoteGroup,
    as_typed,
    emit,
    json_option,
    note,
    printable,
    root_option,
)

if TYPE_CHECKING:
    from ingest.records import Check

_NOT_WELL = 1
_COLOURS = {"ok": "green", "mended": "green", "warning": "yellow", "failed": "red"}


@click.group(cls=FootnoteGroup)
def commands() -> None:
    """Holds `doctor`, so that its errors are told like those of every command."""


@commands.command()
@click.option("--fix", is_flag=True, help="Mend what can be mended.")
@click.option("--collection", "-c", help="Examine only this collection.")
@click.option(
    "--password",
    envvar="FOOTNOTE_FILE_PASSWORD",
    help="Opens encrypted files that are read again (or FOOTNOTE_FILE_PASSWORD).",
)
@root_option
@json_option
def doctor(
    fix: bool,
    collection: str | None,
    password: str | None,
    index_root: str | None,
    as_json: bool,
) -> None:
    """Check settings, machine, models and every byte of the collections; say what mends them.

    The exit code is 0 where nothing failed, 1 otherwise. Warnings are no failure.
    """
    from ingest.doctor import diagnose

    checks = diagnose(
        index_root=index_root,
        collection=collection,
        fix=fix,
        password=password,
        progress=lambda what: note(f"Examining {what} …"),
    )
    checks = [replace(c, found=as_typed(c.found), remedy=as_typed(c.remedy)) for c in checks]
    failed = any(check.state == "failed" for check in checks)
    if as_json:
        emit({"ok": not failed, "checks": [asdict(check) for check in checks]})
    else:
        _table(checks)
    if failed:
        raise click.exceptions.Exit(_NOT_WELL)


def _table(checks: list[Check]) -> None:
    last: str | None = ""
    for check in checks:
        if check.collection != last:
            last = check.collection
            click.secho(f"Collection {printable(last)}" if last else "This machine", bold=True)
        state = click.style(f"{check.state:8}", fg=_COLOURS[check.state])
        click.echo(f"  {state} {check.name:12} {printable(check.found)}".rstrip())
        if check.remedy:
            click.echo(f"           {'':12} → {printable(check.remedy)}")
    counts = [f"{sum(c.state == state for c in checks)} {state}" for state in _COLOURS]
    click.echo(", ".join(counts))
