"""What all commands share: one JSON object on standard output, all else on standard error."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from rag import lazy_re
from rag.errors import FootnoteError, StorageError

INTERRUPTED = 130
Decorator = Callable[[Any], Any]
_ROOT = "rag.commands.console.index_root"
_COMMAND = lazy_re.compile(
    r"footnote (?:ask|search|chat|show|ingest|collections|doctor|eval)\b"
    r"""(?:'[^']*'|"[^"]*"|[^`;'"])*"""
)

collection_option = click.option(
    "--collection", "-c", default="default", show_default=True, help="Name of the collection."
)
asked_option = click.option(
    "--collection",
    "-c",
    show_default="the only one there is, or else default",
    help="Name of the collection.",
)


def _remembered(context: click.Context, _: click.Parameter, given: str | None) -> str | None:
    context.meta[_ROOT] = given
    return given


root_option = click.option(
    "--index-root",
    metavar="DIR",
    callback=_remembered,
    help="Folder that holds the collections (also FOOTNOTE_INDEX_ROOT).",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="One JSON object on standard output, nothing else."
)


def as_typed(text: str) -> str:
    """A text with the commands that it names as they have to be typed: with the `--index-root` of
    the command that is running, if it was given one."""
    root = click.get_current_context().meta.get(_ROOT)
    if not root:
        return text

    def rooted(found: re.Match[str]) -> str:
        elsewhere = "--index-root" in found[0]
        return found[0] if elsewhere else f"{found[0]} --index-root {shlex.quote(root)}"

    return _COMMAND.sub(rooted, text)


def root_of(index_root: str | None) -> Path:
    """The folder that holds the collections: what `--index-root` says, else the settings."""
    from rag.settings import Settings

    return Settings.load(index_root=index_root).root


def collection_of(collection: str | None, root: Path) -> str:
    """The collection that is meant: where none is named the only one there is, or else default."""
    from rag.index.listing import sole
    from rag.index.manifest import check_name

    return sole(root, "default") if collection is None else check_name(collection)


def together(*options: Decorator) -> Decorator:
    """One decorator of several options, which `--help` lists in this order."""

    def add(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return add


class FootnoteGroup(click.Group):
    """A group whose commands end with one clear sentence where Footnote knows what is wrong.

    The exit code is the error's. FOOTNOTE_DEBUG=1 shows the traceback as well.
    """

    def invoke(self, context: click.Context) -> Any:
        _open_closed()
        if isinstance(sys.stdout, io.TextIOWrapper):
            # One sign that a terminal lacks must not cost the answer; each stays one character.
            sys.stdout.reconfigure(errors="replace")
        try:
            return super().invoke(context)
        except FootnoteError as error:
            if os.environ.get("FOOTNOTE_DEBUG") == "1":
                raise
            note(f"Error: {as_typed(printable(str(error)))}")
            context.exit(error.exit_code)
        except (KeyboardInterrupt, click.Abort) as ended:
            if not was_interrupted(ended):
                raise
            note("Interrupted. What was stored by then is kept.")
            context.exit(INTERRUPTED)
        except BrokenPipeError:
            # Whoever read our output has gone; a flush at exit would complain once more.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            context.exit(0)
        except OSError as error:  # mostly standard output: `> FILE` on a full disk
            if os.environ.get("FOOTNOTE_DEBUG") == "1":
                raise
            where = "" if error.filename is None else f" ({error.filename})"
            note(
                f"Error: {error.strerror or error}{printable(where)}. Make room or check the path."
            )
            context.exit(StorageError.exit_code)


def was_interrupted(ended: BaseException) -> bool:
    """Was it Ctrl-C? At a prompt click tells it like the end of what is typed."""
    return isinstance(ended, KeyboardInterrupt) or isinstance(ended.__context__, KeyboardInterrupt)


def _open_closed() -> None:
    """Where the caller closed a stream (`>&-`), Python has none: what is written goes nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115


def emit(value: dict[str, Any]) -> None:
    """Write the one JSON object of a command; a float that is not a number becomes null."""
    click.echo(dumped(value, sys.stdout.encoding or "utf-8"))


def dumped(value: dict[str, Any], encoding: str = "utf-8") -> str:
    """A JSON object on one line, which an `encoding` can write; what is no number becomes null."""
    text = json.dumps(_finite(value), ensure_ascii=False, allow_nan=False)
    try:
        # A file name that is not UTF-8 holds half characters, which only an escape can write; so
        # it is with all that an older encoding of the terminal lacks.
        text.encode(encoding)
    except UnicodeEncodeError:
        return json.dumps(_finite(value), allow_nan=False)
    return text


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


def note(text: str, newline: bool = True) -> None:
    """A line for people: to standard error, so that standard output stays clean."""
    click.echo(text, nl=newline, err=True)


def printable(text: str) -> str:
    """A name or title as a terminal can show it: no control characters, no half characters.

    Spaces that don't break stay ("Où ?" in French), and the joiners of Persian and emoji.
    """
    return "".join(c if c.isprintable() or _is_harmless(c) else "\ufffd" for c in text)


def _is_harmless(sign: str) -> bool:
    return sign in "\u200c\u200d" or unicodedata.category(sign) == "Zs"
