"""The worker process: reads requests from standard input until it ends, answers on output."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO

from ingest import parsers, wire
from ingest.parsers import figures, pages
from ingest.parsers.detect import detect
from rag.errors import DocumentError
from rag.types import Parsed

_FORBIDDEN = frozenset(
    "socket.connect socket.bind socket.sendto socket.sendmsg socket.getaddrinfo "
    "socket.gethostbyname subprocess.Popen os.system os.exec os.posix_spawn os.fork "
    "os.forkpty os.startfile pty.spawn".split()
)
_MARKED_TEXT = frozenset(["markdown", "rst", "latex", "json", "notebook", "csv", "code"])
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def main() -> None:
    """Serves the pool until its end of the pipe closes."""
    parent = int(sys.argv[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the pool's to handle
    _die_with(parent)
    requests = sys.stdin.buffer
    # What a library prints must not get between the messages.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    setup = wire.read_header(requests)
    _limit_memory(int(setup["memory"]))
    sys.addaudithook(_forbid)
    known = {**parsers.registered(), **setup["parsers"]}
    with suppress(EOFError, BrokenPipeError):
        while True:
            request = wire.read_header(requests)
            lost = {int(number): str(why) for number, why in request["lost"].items()}
            pages.listen(partial(wire.send_page, answers), lost)
            figures.want(figures.MOST if setup["figures"] else 0)
            _answer(answers, Path(request["path"]), request["password"], known)


def _die_with(parent: int) -> None:
    """Linux only; elsewhere the closed pipe ends the worker after its file."""
    if sys.platform != "linux":
        return
    import ctypes

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit(1)


def _limit_memory(limit: int) -> None:
    if not limit:
        return
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        # What is unpacked for a while never gets larger than that.
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def _forbid(event: str, arguments: tuple[object, ...]) -> None:
    """Keeps whatever a parser does in Python from connecting and from starting programs.

    An audit hook can't be taken away again. Native code is not seen by it.
    """
    if event in _FORBIDDEN:
        raise PermissionError(f"{event} is not allowed while a file is read")


def _answer(answers: IO[bytes], path: Path, password: str | None, known: dict[str, str]) -> None:
    try:
        parsed, kind = _read(path, password, known)
        wire.send_result(answers, parsed, kind, parsers.version(kind, known[kind]))
    except DocumentError as error:
        wire.send_error(answers, error)
    except (AttributeError, TypeError, UnicodeEncodeError) as error:  # before anything was sent
        wire.send_error(
            answers,
            DocumentError(f"{path.name}: {known[kind]} gives no rag.types.Parsed: {error}."),
        )


def _read(path: Path, password: str | None, known: dict[str, str]) -> tuple[Parsed, str]:
    kind = ""
    try:
        kind = detect(path)
        return parsers.load(known[kind])(path, password=password), kind
    except DocumentError:
        raise
    except MemoryError:
        raise DocumentError(
            f"{path.name}: reading it takes more memory than is allowed. Split the file."
        ) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DocumentError(f"{path.name}: can't be read: {reason}.") from None
    except Exception as error:
        # Parsers meet every kind of damage; whatever they raise, the batch goes on.
        if kind in _MARKED_TEXT and known[kind] == parsers.PARSERS[kind]:
            with suppress(Exception):
                return _as_text(path, kind, error), kind
        told = type(error).__name__
        if kind in known and known[kind] != parsers.PARSERS.get(kind):  # its makers want to know
            told += f": {error}, in {known[kind]}"
        raise DocumentError(
            f"{path.name}: damaged or unusual file: {_in_words(error)} ({told}). "
            "Save it again from its program."
        ) from None


def _as_text(path: Path, kind: str, error: Exception) -> Parsed:
    """A text whose marks can't be made out, as it stands."""
    from ingest.parsers.plain import parse_text

    parsed = parse_text(path)
    note = f"as {kind} it can't be read: {_in_words(error)}; it was read as plain text"
    return replace(parsed, warnings=(*parsed.warnings, note))


def _in_words(error: Exception) -> str:
    """What a library stumbled over, for people."""
    where = f"{type(error).__module__}.{type(error).__name__}".lower()
    if isinstance(error, RecursionError):
        return "its parts are nested too deeply"
    if isinstance(error, UnicodeError):
        return "its text can't be decoded"
    if "zip" in where or "zlib" in where or "lzma" in where:
        return "a part of it can't be unpacked"
    if "xml" in where or "parseerror" in where:
        return "a part of it is not well-formed"
    return "its parts don't fit together"


if __name__ == "__main__":
    main()
