"""Jobs run in turn, can be watched and stopped, and say in one sentence what went wrong."""

from __future__ import annotations

from threading import Event
from weakref import ref

import pytest

from app.jobs import Job, Registry, Snapshot
from app.library_jobs import progress_line
from ingest.records import Progress
from rag.errors import UsageError
from tests.app.waiting import until


@pytest.fixture
def jobs() -> Registry:
    return Registry()


def over(jobs: Registry, key: str) -> bool:
    found = jobs.get(key)
    return found is not None and found.over


def test_a_job_reports_and_keeps_its_result(jobs: Registry) -> None:
    go = Event()

    def work(job: Job) -> str:
        job.report("half")
        go.wait()
        return "done"

    key = jobs.start("add", "x", work, lane="a")
    until(lambda: jobs.get(key).progress == "half")
    assert jobs.get(key).state == "running"
    go.set()
    until(lambda: over(jobs, key))
    assert (jobs.get(key).state, jobs.get(key).result) == ("done", "done")
    jobs.dismiss(key)
    assert jobs.get(key) is None


def test_what_a_job_was_given_is_let_go_when_it_is_over(jobs: Registry) -> None:
    class Secret:
        pass

    secret = Secret()
    there = ref(secret)
    key = jobs.start("add", "x", lambda job, given=secret: None, lane="a")
    del secret
    until(lambda: over(jobs, key))
    assert there() is None


def test_a_lane_works_in_the_order_of_arrival_and_tells_the_place(jobs: Registry) -> None:
    go, done = Event(), []

    def work(job: Job) -> None:
        go.wait()
        done.append(job.subject)

    keys = [jobs.start("ask", name, work, lane="answers") for name in "abc"]
    until(lambda: jobs.get(keys[0]).state == "running")
    assert [jobs.get(key).place for key in keys] == [0, 1, 2]
    other = jobs.start("add", "elsewhere", lambda job: None, lane="files")
    until(lambda: over(jobs, other))  # another lane waits for nobody
    go.set()
    until(lambda: over(jobs, keys[2]))
    assert done == ["a", "b", "c"]


def test_nobodys_second_job_comes_before_anothers_first(jobs: Registry) -> None:
    go, order = Event(), []

    def work(job: Job) -> None:
        go.wait()
        order.append(job.subject)

    started = {
        name: jobs.start("ask", name, work, lane="answers", owner=name[0])
        for name in ("a1", "a2", "a3", "b1", "c1", "b2")
    }
    waiting = sorted(started, key=lambda name: jobs.get(started[name]).place)
    assert waiting == ["a1", "b1", "c1", "a2", "b2", "a3"]
    go.set()
    until(lambda: all(jobs.get(job).over for job in started.values()))
    assert order == waiting


def test_a_second_click_starts_nothing(jobs: Registry) -> None:
    go = Event()
    first = jobs.start("ask", "t", lambda job: go.wait(), lane="a")
    assert jobs.start("ask", "t", lambda job: None, lane="a") == first
    more = jobs.start("ask", "t", lambda job: None, lane="a", many=True)
    assert more != first
    go.set()
    until(lambda: over(jobs, more))
    assert jobs.start("ask", "t", lambda job: None, lane="a") != first


def test_a_job_that_is_cancelled_has_stopped(jobs: Registry) -> None:
    key = jobs.start("ask", "t", lambda job: job.cancel.wait(), lane="a")
    jobs.cancel(key)
    until(lambda: over(jobs, key))
    assert jobs.get(key).state == "stopped"


def test_at_the_end_all_are_stopped_and_waited_for(jobs: Registry) -> None:
    kept = []

    def work(job: Job) -> None:
        if job.cancel.wait(60):
            kept.append(job.subject)

    for name in "xyz":
        jobs.start("add", name, work, lane=name.replace("z", "x"))
    assert jobs.busy
    jobs.end(60)
    assert (sorted(kept), jobs.busy) == (["x", "y", "z"], False)


@pytest.mark.parametrize(
    ("error", "said"),
    [(UsageError("Say more."), "Say more."), (ZeroDivisionError("x"), "ZeroDivisionError")],
)
def test_an_error_ends_its_job_only(jobs: Registry, error: Exception, said: str) -> None:
    def work(job: Job) -> None:
        raise error

    bad = jobs.start("ask", "1", work, lane="a")
    good = jobs.start("ask", "2", lambda job: 7, lane="a")
    until(lambda: over(jobs, good))
    assert jobs.get(bad).state == "failed"
    assert said in (jobs.get(bad).error or "")
    assert jobs.get(good).result == 7


def test_how_fast_it_goes_is_told_in_whole_words() -> None:
    def said(rate: float) -> str:
        progress = Progress("embedding", 1, 9, 3, 20, rate, None, "a.txt")
        return progress_line(
            Snapshot("1", "add", "c", "running", 0, progress, None, None, 2.0, False)
        )

    assert said(0.4) == said(1.0) == "1 of 9 files · 1 passage a second"
    assert said(30.2) == "1 of 9 files · 30 passages a second"
