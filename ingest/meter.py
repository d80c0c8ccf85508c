"""Measures an ingest: rate, time left, and when it is worth publishing."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable

from ingest.records import Progress, Stage

_TOLD_EVERY = 0.1  # seconds between two reports of progress
_WINDOW = 30.0  # seconds over which the rate is taken
_PUBLISH_FIRST, _PUBLISH_EVERY = 2.0, 30.0  # seconds of work that a crash may cost: more each time
_PUBLISH_SHARE = 0.1  # of the time, at most, goes into publishing


class Meter:
    """Counts files and chunks and reports progress."""

    def __init__(self, files: int, listener: Callable[[Progress], None] | None) -> None:
        self._listener = listener
        self._files_total = files
        self._files = 0
        self._read = 0  # files whose chunks are known
        self._chunks_total = 0  # of those
        self._stored = 0
        self._batch = 0  # embedded, not stored yet
        self._embedded = 0  # before this batch
        self._samples: deque[tuple[float, int]] = deque([(time.monotonic(), 0)])
        self._told = float("-inf")
        self._stage: Stage = "reading"
        self._current = ""

    def reading(self, path: str) -> None:
        """A file is being read."""
        self._tell("reading", path)

    def known(self, chunks: int) -> None:
        """A file was read and has so many chunks."""
        self._read += 1
        self._chunks_total += chunks

    def embedded(self, chunks: int) -> None:
        """So many chunks of the batch are embedded by now."""
        self._batch = chunks
        now = time.monotonic()
        self._samples.append((now, self._embedded + chunks))
        while len(self._samples) > 2 and now - self._samples[0][0] > _WINDOW:
            self._samples.popleft()
        self._tell("embedding", self._current)

    def stored(self, chunks: int) -> None:
        """The batch, with chunks that needed no embedding, is stored."""
        self._stored += chunks
        self._embedded += self._batch
        self._batch = 0

    def finished(self, path: str) -> None:
        """A file is done with, whatever became of it."""
        self._files += 1
        self._tell(self._stage, path)

    def storing(self) -> None:
        self._tell("storing", "", force=True)

    def done(self) -> None:
        self._tell("done", "", force=True)

    def _tell(self, stage: Stage, current: str, force: bool = False) -> None:
        self._stage, self._current = stage, current
        now = time.monotonic()
        if self._listener is None or (now - self._told < _TOLD_EVERY and not force):
            return
        self._told = now
        self._listener(self.progress())

    def progress(self) -> Progress:
        """How far it is."""
        (begun, before), (now, count) = self._samples[0], self._samples[-1]
        rate = (count - before) / (now - begun) if now > begun else 0.0
        unread = self._files_total - max(self._read, self._files)
        expected = self._chunks_total + unread * self._chunks_total / max(self._read, 1)
        done = self._stored + self._batch
        # Of the first few files one may be far longer than all others: nothing is told from those.
        enough = self._read and self._read >= math.sqrt(self._files_total)
        left = (expected - done) / rate if rate and enough else None
        return Progress(
            stage=self._stage,
            files=self._files,
            files_total=self._files_total,
            chunks=done,
            chunks_total=self._chunks_total,
            rate=rate,
            seconds_left=left,
            current=self._current,
        )


class Publishing:
    """Says when to publish: often enough to lose little, seldom enough to cost little."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._cost = 0.0
        self._every = _PUBLISH_FIRST  # so that who is killed again and again gets on, too

    def due(self) -> bool:
        worked = time.monotonic() - self._last
        return worked > self._every and self._cost < _PUBLISH_SHARE * worked

    def __call__(self, publish: Callable[[], object]) -> None:
        begun = time.monotonic()
        publish()
        self._last = time.monotonic()
        self._cost = self._last - begun
        self._every = min(2 * self._every, _PUBLISH_EVERY)
