"""The `footnote` command: the reader's and the writer's commands, evaluation and the web app."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

import click

from app.evaluation import evaluation
from app.gate import check_address, check_port
from app.options import options
from ingest.cli import ingest
from ingest.doctor_cli import doctor
from ingest.ending import leave_terminal
from rag.cli import cli as reader
from rag.commands.collections import collections
from rag.commands.console import FootnoteGroup, emit, json_option, note, root_of, root_option
from rag.errors import StorageError
from rag.generate.address import is_local
from rag.settings import settings_file
from rag.wording import count


@click.group(cls=FootnoteGroup)
@click.version_option(package_name="footnote")
def main() -> None:
    """Ask your documents, get answers with footnotes."""


for _command in (*reader.commands.values(), ingest, doctor, evaluation):
    main.add_command(_command)


@collections.command()
@click.argument("name")
@click.argument("new")
@root_option
@json_option
def rename(name: str, new: str, index_root: str | None, as_json: bool) -> None:
    """Give collection NAME the name NEW; conversations, uploads and choices in the app follow."""
    from app.following import rename as run
    from rag.settings import Settings

    settings = Settings.load(index_root=index_root)
    run(settings.root, name, new, settings.keep_generations)
    if as_json:
        emit({"renamed": name, "collection": new})
    else:
        note(f"{name!r} is {new!r} now.")


@collections.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@root_option
@json_option
def delete(name: str, yes: bool, index_root: str | None, as_json: bool) -> None:
    """Delete collection NAME, also one that is damaged, with the originals that it keeps and its
    conversations, uploads and choices in the app."""
    from app.following import delete as run
    from app.following import kept
    from rag.index.collection import collections as listed

    root = root_of(index_root)
    found = next((info for info in listed(root) if info.name == name), None)
    documents = found.documents if found else 0
    talks, files = 0, 0
    with suppress(StorageError):  # what can't be told keeps nothing from being deleted
        talks, files = kept(root, name) if found else (0, 0)
    told = [] if found and found.problem else [count(documents, "document")]
    told += [count(n, what) for n, what in ((talks, "conversation"), (files, "uploaded file")) if n]
    what = f" with {', '.join(told)}" if told else ""
    if found and not yes and not as_json:
        unread = ", which can't be opened" if found.problem else ""
        click.confirm(f"Delete {name!r}{what}{unread}?", abort=True, err=True)
    run(root, name)
    if as_json:
        emit({"deleted": name, "documents": documents})
    else:
        note(f"Deleted {name!r}{what}.")


@main.command()
@click.option("--port", default=8501, show_default=True, type=click.IntRange(1, 65535))
@click.option("--headless", is_flag=True, help="Do not open a browser.")
@click.option(
    "--address",
    default="localhost",
    show_default=True,
    help="Where to serve; for others on the network, with a password or a login, 0.0.0.0.",
)
@root_option
def app(port: int, headless: bool, address: str, index_root: str | None) -> None:
    """Serve the web app; to this machine only, unless there is a password or a login."""
    check_address(address)
    check_port(port, address)
    if index_root:
        os.environ["FOOTNOTE_INDEX_ROOT"] = index_root
    settings_file()  # raises where the working folder is gone
    page = Path(__file__).with_name("main.py")
    url = _url(address, port)
    note(f"Footnote: {url}  (Ctrl-C stops it)")
    sys.argv = ["streamlit", "run", str(page), *options(port, address=address)]
    if not headless and _has_screen():
        click.launch(url)
    # The pages are imported before the server is up, not while the first person waits.
    from streamlit.web.cli import main as serve

    import app.main  # noqa: F401
    from app.service import end

    _end_with_terminal()
    try:
        serve()
    finally:
        end(note)


def _url(address: str, port: int) -> str:
    """Where a browser of this machine finds what is served at `address`."""
    here = is_local(address) or address in ("", "0.0.0.0", "::")
    host = "localhost" if here else f"[{address}]" if ":" in address else address
    return f"http://{host}:{port}"


def _has_screen() -> bool:
    """Can a browser be opened? Elsewhere, as over ssh, one for terminals would come, or errors."""
    named = (os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
    return not sys.platform.startswith("linux") or any(named)


def _end_with_terminal() -> None:
    """Ends the server when its terminal is closed as by `kill`, which it knows, not on the spot."""

    def hang_up(number: int, frame: FrameType | None) -> None:
        leave_terminal()
        os.kill(os.getpid(), signal.SIGTERM)

    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as `nohup` has it
        signal.signal(signal.SIGHUP, hang_up)


if __name__ == "__main__":
    main(prog_name="footnote")
