"""Waiting for threads without guessing how long they take."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(happened: Callable[[], object]) -> None:
    """Returns as soon as `happened()` is true."""
    while not happened():
        time.sleep(0.005)
