"""Loading and running the default models opens no connection, not even a failing one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

# The audit hook sees what any library does, however it got hold of the socket module.
WITNESS = """
import sys
def witness(event, arguments):
    local = event == "socket.connect" and (
        isinstance(arguments[1], (str, bytes)) or arguments[1][0] in ("127.0.0.1", "::1"))
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname") and not local:
        print("OPENED", event, arguments, flush=True)
sys.addaudithook(witness)
"""
EMBED = """
from rag.embed import Embedder
assert Embedder.load("all-MiniLM-L6-v2").encode_query("x").shape == (384,)
"""
EMBED_BY_LIBRARY = """
from rag import weights
from rag.networks.encoders import SentenceModel
folder = weights.resolve("all-MiniLM-L6-v2", "embedder")
assert SentenceModel(folder, "cpu").vectors(["x"], query=True).shape == (1, 384)
"""
WRITE = """
from rag.generate.local import Generator
from rag.types import Message
generator = Generator.load("SmolLM2-135M-Instruct")
assert list(generator.stream([Message("user", "Hello")], max_tokens=2))
"""
WRITE_BY_LIBRARY = """
from rag import weights
from rag.generate.decoders import TransformersDecoder
model = TransformersDecoder(weights.resolve("SmolLM2-135M-Instruct", "generator"), "cpu", "float32")
assert model.read([1, 2], model.new_cache(), 1).shape[0] == 1
"""
READ = """
from rag import weights
from rag.read import Reader
reader = Reader.load(weights.resolve("footnote-reader", "reader"))
assert reader.read("Who?", ["James Watt did."])[0].best()
"""


@pytest.fixture(scope="module", autouse=True)
def _models_are_ready() -> None:
    from rag import weights
    from rag.hub import copies

    for model in copies.known():
        weights.fetch(model.name)


@pytest.mark.parametrize("offline", ["1", ""], ids=["told so", "by itself"])
@pytest.mark.parametrize(
    "work",
    [EMBED, WRITE, READ, EMBED_BY_LIBRARY, WRITE_BY_LIBRARY],
    ids=["embed", "write", "read", "embed by library", "write by library"],
)
def test_no_connection_is_opened(work: str, offline: str) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "HF_HUB_OFFLINE"}
    done = subprocess.run(
        [sys.executable, "-c", WITNESS + work],
        env={**environment, "FOOTNOTE_OFFLINE": offline},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "OPENED" not in done.stdout


def test_the_witness_sees() -> None:
    look_up = "import socket\ntry: socket.getaddrinfo('footnote.invalid', 1)\nexcept OSError: pass"
    done = subprocess.run(
        [sys.executable, "-c", WITNESS + look_up], capture_output=True, text=True, check=True
    )
    assert "OPENED" in done.stdout


# A namespace of its own has no network at all: not even loopback is up.
NO_NETWORK = ("unshare", "--user", "--map-root-user", "--net")


def _has_namespaces() -> bool:
    try:
        tried = subprocess.run([*NO_NETWORK, "true"], capture_output=True, check=False)
    except OSError:
        return False
    return tried.returncode == 0


@pytest.mark.skipif(not _has_namespaces(), reason="this system allows no network namespaces")
def test_the_command_line_works_with_loopback_down(tmp_path: Path) -> None:
    document = tmp_path / "bridge.txt"
    document.write_text("The old bridge over the river Lenne was built in 1873 by Anna Falk.")

    def footnote(*words: str) -> dict[str, Any]:
        done = subprocess.run(
            [*NO_NETWORK, sys.executable, "-m", "app.cli", *words, "--json"],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "FOOTNOTE_INDEX_ROOT": str(tmp_path / "indexes")},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    assert footnote("ingest", "add", str(document))["added"] == 1
    answer = footnote("ask", "When was the old bridge over the Lenne built?")
    assert answer["found"]
    assert "1873" in answer["short"]
    written = footnote("ask", "When was the old bridge built?", "--mode", "write")
    assert written["citations"]
