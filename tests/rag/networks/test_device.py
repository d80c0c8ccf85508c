from __future__ import annotations

import subprocess
import sys

import pytest

ASK = """
import numpy
from threadpoolctl import threadpool_info
from rag.networks.device import set_threads
set_threads()
print(max(each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"))
"""


@pytest.mark.parametrize(("said", "threads"), [("", 1), ("2", 2)])
def test_products_of_numpy_take_one_thread_unless_told_otherwise(
    said: str, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", said)
    found = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    assert int(found.stdout) == threads
