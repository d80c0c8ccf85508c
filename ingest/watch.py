"""Keeps a collection in step with a folder for as long as it is asked to.

The folder is looked at again and again: that costs a stat for each file, needs no library, and
works for network drives, linked folders and containers, where notices of changes do not arrive.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from ingest.discover import discover
from ingest.records import Report
from rag.errors import CollectionDamaged, CollectionMismatch, FootnoteError, ModelError

INTERVAL = 2.0  # seconds between two looks
PATIENCE = 30.0  # seconds after which a folder that never holds still is synced as it is
_SHARE = 0.05  # of one core that looking may cost: large folders are looked at less often
_LONGEST = 60.0  # seconds until the next attempt after errors

# What no waiting mends.
_FINAL = (ModelError, CollectionMismatch, CollectionDamaged)

State = frozenset[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class Watch:
    """A folder that is watched. `sync` brings the collection in step once."""

    folder: Path
    exclude: Path
    sync: Callable[[], Report]
    on_report: Callable[[Report], None]
    on_error: Callable[[str], None]
    cancel: Event
    interval: float = INTERVAL
    patience: float = PATIENCE

    def run(self) -> None:
        """Syncs at once, then whenever the folder has changed and held still for one look.

        A folder that goes on changing, as with a log in it, is synced every `patience` seconds.
        Errors are told, each once in a row, and tried again, later and later. Returns when
        `cancel` is set.

        Raises:
            ModelError, CollectionMismatch, CollectionDamaged: at the first attempt only.
        """
        done: State | None = None
        before: State | None = None
        first, failures, told = True, 0, ""
        settled = time.monotonic()  # when the folder was last as it was synced
        while not self.cancel.is_set():
            started, pause, initial = time.monotonic(), self.interval, first
            report: Report | None = None
            try:
                now = self._look()
                looked = time.monotonic()
                pause = max(pause, (looked - started) / _SHARE)
                settled = looked if now == done else settled
                still = now == before or looked - settled >= self.patience
                before = now
                if initial or failures or (now != done and still):
                    first = False
                    report = self.sync()
                    # What changed since the look is noticed at the next one.
                    done, failures, told, settled = now, 0, "", time.monotonic()
            except _FINAL as error:
                if initial:
                    raise
                failures, told = failures + 1, self._tell(str(error), told)
            except (FootnoteError, OSError) as error:
                failures, told = failures + 1, self._tell(str(error), told)
            if report and (initial or _is_news(report)):
                self.on_report(report)
            self.cancel.wait(min(_LONGEST, pause * 2.0**failures))

    def _look(self) -> State:
        found = discover([self.folder], exclude=[self.exclude])
        files = [(str(c.path), c.size, c.modified_ns) for c in found.files]
        return frozenset([*files, *((problem.error, 0, 0) for problem in found.problems)])

    def _tell(self, message: str, told: str) -> str:
        if message != told:
            self.on_error(message)
        return message


def _is_news(report: Report) -> bool:
    return any(outcome.what not in ("unchanged", "skipped") for outcome in report.outcomes)
