from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag.networks import device

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


@pytest.mark.parametrize(
    ("said", "spins"),
    [
        ({}, "3000"),
        ({"GOMP_SPINCOUNT": "7"}, "7"),
        ({"OMP_WAIT_POLICY": "passive"}, None),
    ],
)
def test_threads_of_torch_do_not_spin_for_long_unless_told_otherwise(
    said: dict[str, str], spins: str | None
) -> None:
    kept = {k: v for k, v in os.environ.items() if k not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")}
    found = subprocess.run(
        [sys.executable, "-c", "import rag, torch, os; print(os.environ.get('GOMP_SPINCOUNT'))"],
        env={**kept, **said, "OMP_DISPLAY_ENV": "verbose"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert found.stdout.strip() == str(spins)
    if spins and "GOMP_SPINCOUNT" in found.stderr:  # no other OpenMP tells it
        assert f"GOMP_SPINCOUNT = '{spins}'" in found.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked there")
def test_a_forked_process_does_not_wait_for_threads_that_it_lacks() -> None:
    code = """
import os, sys, time
from concurrent.futures import ThreadPoolExecutor
from rag import Models, Settings
texts = [f"The harbour number {i} was built in {1900 + i}." * 4 for i in range(200)]
models = Models(Settings())
models.embedder.encode(texts)
child = os.fork()
if not child:
    models.embedder.encode(texts)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(models.embedder.encode_query, ["one", "two"]))
    Models(Settings()).embedder.encode(texts)
    os._exit(0)
for _ in range(6000):
    ended, status = os.waitpid(child, os.WNOHANG)
    if ended:
        sys.exit(os.waitstatus_to_exitcode(status))
    time.sleep(0.1)
os.kill(child, 9)
sys.exit("the child waits for ever")
"""
    environment = {**os.environ, "OMP_NUM_THREADS": "2"}
    command = [sys.executable, "-c", code]
    subprocess.run(command, env=environment, check=True)


def test_a_format_is_chosen_among_those_of_the_program_that_runs_the_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "formats", lambda _: ("float32", "bfloat16", "int8"))
    asked: list[str] = []

    def chosen(best: str, *among: str) -> str:
        def probe() -> str:
            asked.append(best)
            return best

        return device.choose_precision("auto", "cpu", "embed/m/1", probe, tmp_path, among)

    assert chosen("int8", "float32", "bfloat16", "int8") == "int8"
    assert chosen("bfloat16", "float32", "bfloat16") == "bfloat16"
    assert chosen("float32", "float32", "bfloat16", "int8") == "int8"
    assert asked == ["int8", "bfloat16"]
