import math
import time

import pytest

from training.trainer import progress


def test_a_run_is_as_far_as_its_passes_or_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "perf_counter", lambda: 160.0)
    assert progress(1.5, 3, 100.0, math.inf) == 0.5
    assert progress(0.3, 3, 100.0, 4.0) == 0.25
    assert progress(0.3, 3, 100.0, 1.0) == 1.0
