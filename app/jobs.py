"""Long work: threads that outlive the page that started them, watched through snapshots.

Jobs wait in lanes. A lane works through its jobs one at a time, in the order in which they came,
but nobody's second job before another's first: people who ask at once are served in turn, and each
can be told the place in the queue.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, RLock, Thread
from typing import Any, Literal

from rag.errors import FootnoteError

State = Literal["waiting", "running", "done", "failed", "stopped"]
_LOOK = 0.05  # seconds between two looks at whether all have stopped
KEPT = 200  # finished jobs remembered; what they made is stored elsewhere

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a job was like at one moment."""

    id: str
    kind: str
    subject: str
    state: State
    place: int  # jobs of the lane that come before it, the running one included
    progress: Any
    result: Any
    error: str | None
    seconds: float  # since it began to run
    stopping: bool

    @property
    def over(self) -> bool:
        return self.state in ("done", "failed", "stopped")


class Job:
    """One piece of work. The work calls `report` and heeds `cancel`; others only read."""

    def __init__(
        self, kind: str, subject: str, work: Callable[[Job], Any], owner: str = ""
    ) -> None:
        self.id = uuid.uuid4().hex[:12]
        self.kind = kind
        self.subject = subject
        self.owner = owner
        self.round = 0  # jobs of its owner that were in the lane when it came
        self.cancel = Event()
        self.state: State = "waiting"
        self.progress: Any = None
        self.result: Any = None
        self.error: str | None = None
        self._work = work
        self._began: float | None = None
        self._ended: float | None = None

    def report(self, progress: Any) -> None:
        """Tells how far the work is. `progress` must not change afterwards."""
        self.progress = progress

    @property
    def seconds(self) -> float:
        if self._began is None:
            return 0.0
        return (self._ended or time.monotonic()) - self._began

    def run(self) -> None:
        """Does the work and keeps its result, or one sentence that says why there is none."""
        self._began = time.monotonic()
        self.state = "running"
        try:
            self.result = self._work(self)
            outcome: State = "stopped" if self.cancel.is_set() else "done"
        except FootnoteError as error:
            self.error, outcome = str(error), "failed"
        except Exception as error:  # a fault of ours: the page must still hear of it
            log.exception("job %s of %s failed", self.kind, self.subject)
            self.error, outcome = f"Something went wrong inside Footnote: {error!r}.", "failed"
        del self._work  # with what it was given, which may be a password or large
        self._ended = time.monotonic()
        self.state = outcome


class Registry:
    """All jobs of this process. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._jobs: dict[str, Job] = {}
        self._lanes: dict[str, deque[Job]] = {}
        self._working: set[str] = set()

    def start(
        self,
        kind: str,
        subject: str,
        work: Callable[[Job], Any],
        *,
        lane: str,
        many: bool = False,
        owner: str = "",
    ) -> str:
        """Queues `work` and returns the id of its job. `owner` is whoever waits for it.

        Unless there may be `many`, the id of a job of that kind on that subject that is under way
        is returned instead: a second click starts nothing.
        """
        with self._lock:
            for job in self._jobs.values():
                same = job.kind == kind and job.subject == subject
                if same and not many and not self._over(job):
                    return job.id
            job = Job(kind, subject, work, owner)
            self._forget_oldest()
            self._jobs[job.id] = job
            _queue(self._lanes.setdefault(lane, deque()), job)
            if lane not in self._working:
                self._working.add(lane)
                Thread(
                    target=self._work_off, args=(lane,), name=f"lane-{lane}", daemon=True
                ).start()
            return job.id

    def get(self, job: str) -> Snapshot | None:
        """A job by its id."""
        with self._lock:
            found = self._jobs.get(job)
            return self._snapshot(found) if found else None

    def about(self, subject: str, kind: str | None = None) -> list[Snapshot]:
        """The jobs on a subject, newest first."""
        with self._lock:
            found = [
                self._snapshot(job)
                for job in self._jobs.values()
                if job.subject == subject and kind in (None, job.kind)
            ]
        return found[::-1]

    def at_work(self, kind: str) -> list[Snapshot]:
        """The jobs of a kind that are not over, oldest first."""
        with self._lock:
            return [
                self._snapshot(job)
                for job in self._jobs.values()
                if job.kind == kind and not self._over(job)
            ]

    def subjects(self, kind: str) -> list[str]:
        """What jobs of a kind are about, those that are over included."""
        with self._lock:
            return list(dict.fromkeys(j.subject for j in self._jobs.values() if j.kind == kind))

    def cancel(self, job: str) -> None:
        """Asks a job to stop. One that waits is still called, and should return at once."""
        with self._lock:
            found = self._jobs.get(job)
            if found is not None:
                found.cancel.set()

    @property
    def busy(self) -> bool:
        """Whether a job is at work or waits."""
        with self._lock:
            return bool(self._working)

    def end(self, patience: float) -> None:
        """Asks all jobs to stop, and waits until they have; for `patience` seconds at most."""
        with self._lock:
            for job in self._jobs.values():
                job.cancel.set()
        until = time.monotonic() + patience
        while self.busy and time.monotonic() < until:
            time.sleep(_LOOK)

    def dismiss(self, job: str) -> None:
        """Forgets a job that is over."""
        with self._lock:
            if job in self._jobs and self._over(self._jobs[job]):
                del self._jobs[job]

    # --- within ---

    def _work_off(self, lane: str) -> None:
        while True:
            with self._lock:
                if not self._lanes[lane]:
                    self._working.discard(lane)
                    return
                job = self._lanes[lane][0]
            job.run()
            with self._lock:
                self._lanes[lane].popleft()
                for other in self._lanes[lane]:
                    other.round -= bool(job.owner and other.owner == job.owner)

    def _snapshot(self, job: Job) -> Snapshot:
        place = next((list(queue).index(job) for queue in self._lanes.values() if job in queue), 0)
        return Snapshot(
            id=job.id,
            kind=job.kind,
            subject=job.subject,
            state=job.state,
            place=place,
            progress=job.progress,
            result=job.result,
            error=job.error,
            seconds=job.seconds,
            stopping=job.cancel.is_set(),
        )

    def _forget_oldest(self) -> None:
        over = [key for key, job in self._jobs.items() if self._over(job)]
        for key in over[: max(0, len(self._jobs) - KEPT)]:
            del self._jobs[key]

    @staticmethod
    def _over(job: Job) -> bool:
        return job.state in ("done", "failed", "stopped")


def _queue(lane: deque[Job], job: Job) -> None:
    """Puts a job behind those of its own round; the one at work stays first."""
    job.round = sum(1 for other in lane if job.owner and other.owner == job.owner)
    before = [i for i, other in enumerate(lane) if i == 0 or other.round <= job.round]
    lane.insert(before[-1] + 1 if before else 0, job)
