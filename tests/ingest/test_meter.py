from itertools import pairwise

import pytest

from ingest.meter import Meter, Publishing
from ingest.records import Progress


def test_the_time_left_is_told_once_several_files_are_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    monkeypatch.setattr("ingest.meter.time.monotonic", lambda: now)
    meter = Meter(100, None)
    seen: list[Progress] = []
    for chunks in (1000, *[10] * 20):
        meter.known(chunks)
        now += 1.0
        meter.embedded(100)
        seen.append(meter.progress())
        meter.stored(100)
    told = [progress.seconds_left is not None for progress in seen]
    assert told == [False] * 9 + [True] * 12
    # 1,200 chunks in 21 files, as many in each of the others, 2,100 done, 100 a second.
    assert seen[-1].seconds_left == pytest.approx((1200 * 100 / 21 - 2100) / 100, rel=0.1)


def test_a_single_file_tells_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("ingest.meter.time.monotonic", lambda: now)
    meter = Meter(1, None)
    meter.known(50)
    now = 1.0
    meter.embedded(10)
    assert meter.progress().seconds_left == pytest.approx(4.0)


@pytest.mark.parametrize(("cost", "most"), [(0.1, 26), (6.0, 11)])
def test_it_is_published_soon_at_first_and_never_for_long(
    cost: float, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr("ingest.meter.time.monotonic", lambda: now)
    publishing, at = Publishing(), [0.0]

    def publish() -> None:
        nonlocal now
        now += cost

    while now < 600:
        now += 1.0
        if publishing.due():
            publishing(publish)
            at.append(now)
    assert at[1] <= 5 + cost, "a process that is killed after ten seconds gets on, too"
    assert max(later - before for before, later in pairwise(at)) <= max(32.0, 12 * cost)
    assert len(at) <= most
