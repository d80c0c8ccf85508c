"""Temporary folders of readers; what a killed program leaves of them the next one clears away.

In them lie parts of archives and mails, some of them decrypted.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path

_PREFIX = "footnote-reading-"
_HELD = "held"  # a file that is locked as long as the program that uses the folder runs


class Scratch:
    """A folder of its own, gone when it is closed; those of programs that were killed go now."""

    def __init__(self) -> None:
        place = Path(tempfile.gettempdir())
        for folder in place.glob(f"{_PREFIX}*"):
            _clear(folder)
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        lock = os.open(self.path / "new", os.O_CREAT | os.O_RDWR, 0o600)
        with suppress(OSError):  # where nothing can be locked, nobody clears either
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Under its name only once it is locked: another program may clear just now.
            (self.path / "new").rename(self.path / _HELD)
        # At the end of the program, too.
        self.close = weakref.finalize(self, _remove, self.path, lock)


def _remove(folder: Path, lock: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os.close(lock)


def _clear(folder: Path) -> None:
    """Remove a folder that nobody uses any more; one of another user stays."""
    with suppress(OSError):
        lock = os.open(folder / _HELD, os.O_RDWR | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)
