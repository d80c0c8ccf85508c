"""Lets tests import their helpers as `tests.rag.index.toys`, however pytest is started."""

import os
import sys
from pathlib import Path

import pytest

ROOT = str(Path(__file__).parents[3])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)


@pytest.fixture(autouse=True)
def _no_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test can kill a process, but not the machine: waiting for the disk proves nothing."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
