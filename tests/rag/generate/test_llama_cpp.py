"""GGUF files read by llama.cpp: what it writes is what the converted weights write."""

from __future__ import annotations

import http.client
import subprocess
import sys
import threading
from contextlib import closing
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from gguf import GGMLQuantizationType

from rag import weights
from rag.errors import ModelError, ServerError
from rag.generate import Writing, llama_cpp
from rag.generate.local import Generator
from rag.models import Models
from rag.settings import Settings
from rag.types import Message
from tests.rag.gguf_files import random_model, write

pytest.importorskip("xllamacpp")

QUESTION = [Message("user", "steam m steam")]


def made(folder: Path, **changes: Any) -> Path:
    return write(random_model("tied"), folder / "tiny.gguf", GGMLQuantizationType.F32, **changes)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("gguf"))


@pytest.fixture(scope="module")
def generator(file: Path) -> Writing:
    return Models(Settings(generator=str(file))).generator


def said(generator: Writing, **options: Any) -> str:
    pieces = generator.stream(QUESTION, **{"max_tokens": 8, **options})
    return "".join(piece.text for piece in pieces)


def test_it_writes_what_the_converted_weights_write(
    file: Path, generator: Writing, tmp_path: Path
) -> None:
    converted = Generator.load(file, precision="float32", cache=tmp_path)
    assert said(generator) == said(converted) != ""
    assert generator.name == "tiny"
    assert generator.max_prompt_tokens < 128  # what the model was trained for, not the 8,192


def test_tokens_are_counted_by_the_model(generator: Writing) -> None:
    assert generator.count_tokens("steam") == 1
    assert generator.count_tokens("m steam") == 3
    assert generator.count_tokens("") == 0


def test_a_vocabulary_that_is_not_converted(tmp_path: Path) -> None:
    file = made(tmp_path, sentencepiece=True)
    with pytest.raises(ModelError, match="tokenizer"):
        Generator.load(file, cache=tmp_path)
    assert said(Models(Settings(generator=str(file))).generator)


def test_it_answers_nobody_else(generator: Writing) -> None:
    url = generator._url  # type: ignore[attr-defined]
    assert url.hostname == "127.0.0.1"
    for path in ("/v1/models", "/tokenize", "/slots", "/props"):
        with closing(http.client.HTTPConnection(url.netloc)) as connection:
            connection.request("POST" if path == "/tokenize" else "GET", path, "{}")
            assert connection.getresponse().status == 401


def test_a_prompt_that_is_too_long_is_told(generator: Writing) -> None:
    with pytest.raises(ServerError, match=r"llama\.cpp with tiny .*context.*fewer sentences"):
        list(generator.stream([Message("user", "m " * 500)], max_tokens=8))


def test_it_stops_when_it_is_told(generator: Writing) -> None:
    cancel = threading.Event()
    stream = generator.stream(QUESTION, max_tokens=100, cancel=cancel)
    next(iter(stream))
    cancel.set()
    assert len(list(stream)) < 100


def test_loading_can_be_interrupted(file: Path) -> None:
    lines = f"""
import signal
from rag.generate import llama_cpp
import xllamacpp

llama_cpp.load({str(file)!r})
signal.signal(signal.SIGALRM, signal.default_int_handler)
for i in range(40):
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.001 * (i + 1))
        llama_cpp.load({str(file)!r})
        signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt:
        pass
"""
    subprocess.run([sys.executable, "-c", lines], check=True, timeout=600)  # it hung


def test_a_damaged_file_is_told(file: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.gguf"
    damaged.write_bytes(file.read_bytes()[:-1000])
    with pytest.raises(ModelError, match="damaged"):
        llama_cpp.load(str(damaged))


@pytest.mark.parametrize("name", ["SmolLM2-135M-Instruct", "/models/smollm", "owner/model"])
def test_other_names_are_left_to_others(name: str) -> None:
    assert not llama_cpp.reads(name)


def test_a_folder_may_be_called_as_such_a_file(tmp_path: Path) -> None:
    (tmp_path / "model.gguf").mkdir()
    assert not llama_cpp.reads(str(tmp_path / "model.gguf"))


@pytest.mark.parametrize("name", ["nowhere/model.gguf", "/nowhere/at/all/model.GGUF", "~/no.gguf"])
def test_a_file_that_is_not_there_is_told(name: str) -> None:
    with pytest.raises(ModelError, match="There is no file"):
        _ = Models(Settings(generator=name)).generator


def test_a_file_of_the_hub(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    name = "owner/model/parts/tiny.gguf"
    with pytest.raises(ModelError, match="hub's cache"):
        llama_cpp.load(name, offline=True)
    kept = tmp_path / "hub/models--owner--model"
    folder = kept / "snapshots" / ("a" * 40) / "parts"
    folder.mkdir(parents=True)
    (folder / "tiny.gguf").symlink_to(file)
    (kept / "refs").mkdir()
    (kept / "refs/main").write_text("a" * 40)
    assert said(llama_cpp.load(name, offline=True))


def test_a_model_of_several_files_is_fetched_with_all(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 0 if len(asked) > 1 else 1, "/kept\n")

    monkeypatch.setattr(subprocess, "run", run)
    found = weights.gguf_file("owner/model/q4/big-00001-of-00003.gguf")
    assert found == Path("/kept/q4/big-00001-of-00003.gguf")
    assert fnmatch("q4/big-00003-of-00003.gguf", asked[-1][-1])
    assert not fnmatch("q8/big-00003-of-00003.gguf", asked[-1][-1])


def test_an_old_processor_is_left_to_what_is_converted(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert llama_cpp.reads(str(file))
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: {"avx": True})
    assert not llama_cpp.reads(str(file))
