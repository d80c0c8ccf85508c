"""`footnote models`: which models there are, and making them ready."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.commands.console import FootnoteGroup, emit, json_option, note

if TYPE_CHECKING:
    from rag.hub.known import ModelDescription

SECONDS_BETWEEN_REPORTS = 0.5


@click.group(cls=FootnoteGroup)
def models() -> None:
    """Show the models that need no hub, and make them ready."""


@models.command(name="list")
@json_option
def list_models(as_json: bool) -> None:
    """List the known models: kind, licence, size, source, checksum, ready or not."""
    from rag.hub.copies import known

    rows = [_row(model) for model in known()]
    if as_json:
        emit({"models": rows})
        return
    columns = ("name", "kind", "licence", "size", "source", "sha256", "ready")
    table = [columns, *(_cells(row, columns) for row in rows)]
    widths = [max(len(line[i]) for line in table) for i in range(len(columns))]
    for line in table:
        click.echo("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip())


@models.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@json_option
def fetch(names: tuple[str, ...], as_json: bool) -> None:
    """Make models ready (all that Footnote uses by default, unless some are NAMEd).

    Fetches, verifies and converts what is missing or damaged; ready ones cost nothing.
    """
    from rag import weights
    from rag.hub import copies

    settings = _settings()
    done = []
    for name in names or tuple(model.name for model in copies.known()):
        start = time.perf_counter()
        folder = weights.fetch(
            name, cache=settings.cache_folder, offline=settings.offline, progress=_Meter(name)
        )
        seconds = round(time.perf_counter() - start, 2)
        note(f"{name}: ready in {folder}")
        done.append({"name": name, "path": str(folder), "seconds": seconds})
    if as_json:
        emit({"fetched": done})


@models.command()
@click.argument("name")
@json_option
def path(name: str, as_json: bool) -> None:
    """Print the folder of a model that is ready."""
    folder = str(_folder(name))
    emit({"name": name, "path": folder}) if as_json else click.echo(folder)


@models.command()
@click.argument("name")
@json_option
def info(name: str, as_json: bool) -> None:
    """Tell everything that is known of a model."""
    from rag.hub.copies import describe

    row = _row(describe(name))
    if as_json:
        emit(row)
        return
    for key, value in row.items():
        shown = _size(value) if key == "size" else "-" if value is None else str(value)
        click.echo(f"{key:9} {shown}")


def _settings() -> Any:
    from rag.settings import Settings

    return Settings.load()


def _folder(name: str) -> Path:
    from rag import weights
    from rag.errors import ModelError
    from rag.hub import copies

    root = weights.cache_folder(_settings().cache_folder)
    model = copies.describe(name)
    folder = copies.usable(model, root)
    if folder is None:
        raise ModelError(
            f"{copies.complaint(model, root)}. Run `footnote models fetch {name}` to mend it."
        )
    return folder


def _row(model: ModelDescription) -> dict[str, Any]:
    from rag import weights
    from rag.hub import copies

    cache = _settings().cache_folder
    folder = copies.usable(model, weights.cache_folder(cache))
    size, digest = model.size, model.files[0].sha256 if model.files else None
    if folder is not None and not model.files:  # shipped: what lies there is what there is
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        digest = weights.identity(model.name, folder, cache=cache)["weights"]
    return {
        "name": model.name,
        "kind": model.kind,
        "licence": model.licence,
        "size": size,
        "source": model.source,
        "package": f"{model.package}=={model.version}" if model.package else None,
        "hub": model.hub,
        "revision": model.revision,
        "sha256": digest,
        "ready": folder is not None,
        "path": str(folder) if folder else None,
    }


def _cells(row: dict[str, Any], columns: tuple[str, ...]) -> tuple[str, ...]:
    shown = {
        **row,
        "size": _size(row["size"]),
        "sha256": (row["sha256"] or "-")[:12],
        "ready": "yes" if row["ready"] else "no",
    }
    return tuple(str(shown[column]) for column in columns)


def _size(count: int) -> str:
    return f"{count / 1e6:.0f} MB"


class _Meter:
    """Reports progress on standard error, a line now and then."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._last = ("", 0.0)

    def __call__(self, what: str, done: int, total: int) -> None:
        step, then = self._last
        now = time.monotonic()
        if step == what and done < total and now - then < SECONDS_BETWEEN_REPORTS:
            return
        self._last = (what, now)
        share = 100 * done // total if total else 100
        note(f"{self._name}: {what} {share:3d}% of {_size(total)}")
