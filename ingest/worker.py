"""Parsing in a process of its own, so that a hostile file costs that file and nothing else.

PDFium is not thread-safe, and any parser may crash, hang or take all memory. One child process
(started afresh, never forked) reads one file at a time under limits of time and memory. What it
sends back is JSON and raw numbers (`ingest.wire`), never pickle: a child that a file has taken
over must not be able to run code here. It ends when its parent does.

A parser of pages tells which one it is at. That starts the clock anew, since recognising the text
of a long scan takes its time; and when the worker ends there, the file is read again without that
page.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from ingest import wire
from ingest.scratch import Scratch
from rag.errors import DocumentError
from rag.types import Parsed

_MOST_LOST = 5  # pages of one file that may end a worker; then the file is given up
_WHOLE = 24  # times the limit of one page: what a whole file may take
_GRACE = 15.0  # seconds for the process to end, or to start beside the limit of the first file
_ROOT = Path(__file__).resolve().parent.parent


class ParseResult(NamedTuple):
    """A document that was read, the type that its content has, and its parser ("pdf/1")."""

    parsed: Parsed
    type: str
    parser: str


@dataclass(slots=True)
class _Place:
    """Which page was read when the worker ended, and why it did."""

    page: int | None = None
    why: str = ""


class _Watch:
    """Calls `stop` once when `limit` seconds have gone by since the last restart."""

    def __init__(self, stop: Callable[[], object], limit: float, grace: float) -> None:
        self._stop, self._limit = stop, limit
        self._until = time.monotonic() + limit + grace
        self._last = self._until + _WHOLE * limit
        self._done = threading.Event()
        self.late = False
        self._thread = threading.Thread(target=self._run, name="parser-watch", daemon=True)
        self._thread.start()

    def restart(self) -> None:
        self._until = min(time.monotonic() + self._limit, self._last)

    def stop(self) -> None:
        self._done.set()

    def _run(self) -> None:
        while (left := self._until - time.monotonic()) > 0:
            # A restart may bring the end nearer: the grace is for the first page only.
            if self._done.wait(min(left, self._limit / 4)):
                return
        self.late = True
        self._stop()


class ParserPool:
    """Reads files in a worker process; may be shared by threads, which take turns.

    `timeout` in seconds per page of a file that has pages, else per file; `memory` in bytes of
    address space (0 for no limit; only where the system can limit it). `parsers` maps a type to
    "module:function" and goes before the registered ones. With `figures`, what is read brings its
    pictures along.
    """

    def __init__(
        self,
        *,
        timeout: float = 300.0,
        memory: int = 4 * 1024**3,
        parsers: Mapping[str, str] | None = None,
        figures: bool = False,
    ) -> None:
        self._timeout = timeout
        self._figures = figures
        self._memory = memory
        self._parsers = dict(parsers or {})
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        # Of the pool's, so that what a worker leaves behind when it is killed goes with it.
        self._scratch = Scratch()
        # Linux ends a child with the thread that started it, so one thread starts them all.
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="parser-pool")

    def __enter__(self) -> ParserPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the worker, in the middle of a file if need be."""
        self._closed = True
        self._end()
        self._scratch.close()
        self._starter.shutdown(wait=False)

    def parse(self, path: Path, *, password: str | None = None) -> ParseResult:
        """Reads one file.

        Raises:
            DocumentError: it can't be read, or it crashed the worker, took too long or too much
                memory. The next call gets a new worker.
        """
        lost: dict[int, str] = {}
        with self._lock:
            while True:
                at = _Place()
                try:
                    return self._ask(path, password, lost, at)
                except BaseException as error:
                    # An unfinished exchange (crash, Ctrl-C) leaves a worker that is out of step.
                    if not isinstance(error, DocumentError) or isinstance(error, wire.WorkerLost):
                        self._end()
                    if not isinstance(error, wire.WorkerLost):
                        raise
                    if at.page is None or len(lost) >= _MOST_LOST or self._closed:
                        raise DocumentError(str(error)) from None
                    lost[at.page] = at.why

    # --- the process ------------------------------------------------------------------------------

    def _ask(
        self, path: Path, password: str | None, lost: Mapping[int, str], at: _Place
    ) -> ParseResult:
        if self._closed:
            raise DocumentError(f"{path.name}: not read, because reading was stopped.")
        fresh = self._process is None or self._process.poll() is not None
        process = self._process = (
            self._starter.submit(self._start).result() if fresh else self._process
        )
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        watch = _Watch(process.kill, self._timeout, _GRACE if fresh else 0)

        def on_page(number: int | None) -> None:
            at.page = number
            watch.restart()

        try:
            wire.send_request(process.stdin, path, password, lost)
            return ParseResult(*wire.receive(process.stdout, path, on_page))
        except (OSError, EOFError, ValueError) as error:
            at.why = f"reading it took longer than {self._timeout:g} s"
            if not watch.late:
                at.why = "it crashed the parser; it is damaged, or too large for the memory limit"
            raise wire.WorkerLost(self._why(path, process, watch.late, error)) from None
        finally:
            watch.stop()

    def _why(
        self, path: Path, process: subprocess.Popen[bytes], late: bool, error: Exception
    ) -> str:
        if late:
            return (
                f"{path.name}: reading took longer than {self._timeout:g} s and was stopped. "
                "Split the file, or save it again from its program."
            )
        # Who sends nonsense may live on; who hung up is ending, which takes time on a busy machine.
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=2 if isinstance(error, ValueError) else _GRACE)
        code = process.returncode
        if code is None and isinstance(error, ValueError):
            return (
                f"{path.name}: the parser crashed on it: it gives no rag.types.Parsed: {error}. "
                "Leave the file out, or mend the parser."
            )
        how = f"{type(error).__name__}" if code is None else f"exit code {code}"
        if code is not None and code < 0:
            with suppress(ValueError):
                how = signal.Signals(-code).name
        return (
            f"{path.name}: the parser crashed on it ({how}); it is damaged, or too large for the "
            f"memory limit of {self._memory >> 20} MiB. Save it again from its program."
        )

    def _start(self) -> subprocess.Popen[bytes]:
        environment = dict(os.environ)
        known = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join([str(_ROOT), *([known] if known else [])])
        # One thread: the parsers use no more, and each pool of threads takes address space.
        environment.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", PYTHONUTF8="1")
        environment["TMPDIR"] = str(self._scratch.path)
        # -P: with -m the working folder comes first, and code in it would be run: a docx.py among
        # the documents, or an email.py of somebody's own.
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "ingest.worker_main", str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        assert process.stdin is not None
        with suppress(OSError):
            wire.send_setup(process.stdin, self._memory, self._parsers, self._figures)
        return process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()
