"""How a command that writes ends early: asked by a person or the system, with what is done kept."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event
from types import FrameType

from rag.commands.console import note

_ASKED = (signal.SIGTERM, signal.SIGHUP)  # `kill`, a service that is stopped, a closed terminal


@contextmanager
def interruptible() -> Iterator[Event]:
    """The first Ctrl-C ends the work and keeps what is done; the second ends it at once.

    Other requests to end do as the first, also where several come, as at the end of a session.
    """
    cancel = Event()

    def interrupt(number: int, frame: FrameType | None) -> None:
        if number == signal.SIGHUP:
            leave_terminal()
        if cancel.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        if not cancel.is_set():
            cancel.set()
            note("Ending after this batch; Ctrl-C again ends at once.")

    # `nohup` has hanging up ignored, and so it stays.
    asked = [n for n in _ASKED if signal.getsignal(n) is not signal.SIG_IGN]
    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, *asked)}
    try:
        yield cancel
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def leave_terminal() -> None:
    """Has what is told go nowhere where the terminal is gone: each word to it is an error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        with suppress(OSError):  # it may be closed
            if stat.S_ISCHR(os.fstat(stream).st_mode):
                os.dup2(nowhere, stream)
    os.close(nowhere)
