"""The signs of the states of each chunk's tokens (`rag.interaction`), in two mapped files.

`tokens.bits` has ceil(d / 8) bytes for each token, `tokens.first` (int64, rows + 1) where those of
each row begin, and where the last end. A segment has neither where nothing is known of any row: it
was written by an earlier version, or with an embedder whose tokens are not compared.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import numpy as np

from rag.interaction import Signs

BITS, FIRST = "tokens.bits", "tokens.first"


class TokenBuilder:
    """Writes them, row by row. Those of fifty thousand chunks would fill memory."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self._folder = folder
        self._width = -(-dimension // 8)
        self._bits = (folder / BITS).open("w+b")
        self._first = [0]

    def add(self, words: Signs) -> None:
        """The next row; without any word where they are not known."""
        self._bits.write(words.tobytes())
        self._first.append(self._first[-1] + len(words))

    def of(self, row: int) -> Signs:
        """Those of a row that was added."""
        start, end = (at * self._width for at in self._first[row : row + 2])
        self._bits.seek(start)
        found = np.frombuffer(self._bits.read(end - start), np.uint8)
        self._bits.seek(0, os.SEEK_END)
        return found.reshape(-1, self._width)

    def finish(self) -> None:
        """Completes the files; leaves none where no row has words."""
        self._bits.close()
        if self._first[-1]:
            (self._folder / FIRST).write_bytes(np.asarray(self._first, "<i8").tobytes())
        else:
            (self._folder / BITS).unlink()

    def abandon(self) -> None:
        """Lets go of a file that is worthless, whether or not the disk still takes its end."""
        with suppress(OSError):
            self._bits.close()


class Tokens:
    """Those of a segment, opened for reading. Safe to use from several threads.

    Raises:
        FileNotFoundError: a file is not there (any more).
        ValueError: the files do not fit each other.
    """

    def __init__(self, folder: Path, dimension: int) -> None:
        width = -(-dimension // 8)
        self.first = np.fromfile(folder / FIRST, "<i8")
        bits = np.memmap(folder / BITS, np.uint8, "r")
        if not len(self.first) or len(bits) != self.first[-1] * width:
            raise ValueError(f"{folder / BITS} has {len(bits)} bytes, {FIRST} tells of others")
        self._bits = bits.reshape(-1, width)

    def __len__(self) -> int:
        """Rows."""
        return len(self.first) - 1

    def of(self, row: int) -> Signs:
        """The words of a row, none where they are not known."""
        found: Signs = self._bits[self.first[row] : self.first[row + 1]]
        return found
