import pytest

from ingest.meter import Meter
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
