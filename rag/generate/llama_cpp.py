"""A GGUF file read by llama.cpp itself, where the package `xllamacpp` is installed.

It knows every architecture and number format that such files have, in the memory that the file
takes; `rag.gguf` knows three, and widens them to four times the size of one in four bits. It is
the same server that others run beside Footnote, but in this process: it hears on the loopback
only, at a port of its own, and answers nobody without a key that is made up at each start.
"""

from __future__ import annotations

import http.client
import json
import platform
import secrets
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rag import weights
from rag.errors import ModelError, ServerError
from rag.generate.remote import RemoteGenerator
from rag.paths import at_home

CONTEXT = 8192  # tokens of prompt and reply; of a model of 7 billion weights they take 1 GB
# Seconds: nothing comes while a prompt is read, and a large model reads a dozen tokens a second.
SILENCE = 3600.0
# What is copied from the prompt is guessed: so many tokens after so many that match.
GUESSED, MATCHING = 7, 3
# Tokens of a prompt between two looks whether anybody still waits; with 2,048, as llama.cpp has it,
# who asks after a stop waits for a minute. Fewer at once take as long in all.
AT_ONCE = 128
_QUIET = -1


def reads(name: str) -> bool:
    """Is `name` that of a GGUF file, and llama.cpp able to run here?"""
    is_file = name.lower().endswith(".gguf") and not at_home(name).is_dir()
    return is_file and find_spec("xllamacpp") is not None and _able()


def load(name: str, *, device: str = "auto", offline: bool = False) -> RemoteGenerator:
    """The model of a GGUF file, as a server in this process that lives as long as it.

    Args:
        name: a path, or `owner/model/file.gguf` on the hub.
        device: "cpu" keeps it off a GPU, where the installed llama.cpp knows one.

    Raises:
        ModelError: the file is missing and may not or can't be fetched, or llama.cpp can't load it.
    """
    return _Served(weights.gguf_file(name, offline=offline), device)


class _Served(RemoteGenerator):
    _advice = "Ask for fewer sentences, or name another generator."

    def __init__(self, path: Path, device: str) -> None:
        key = secrets.token_urlsafe(32)
        # Where Ctrl-C does not come: a server that is given up before it has begun to take
        # questions waits for ever for its own end.
        with ThreadPoolExecutor(1) as apart:
            apart.submit(self._start, path, key, device).result()
        about = self._told("GET", "/v1/models")["data"][0]["meta"]
        self._context = min(int(about["n_ctx"]), int(about["n_ctx_train"]))

    def _start(self, path: Path, key: str, device: str) -> None:
        import xllamacpp

        try:
            self._engine = xllamacpp.Server(_parameters(path, key, device))
        except RuntimeError as error:  # its reason stands in a log that is kept quiet
            raise ModelError(
                f"llama.cpp can't load {path}. The file may be damaged, newer than the installed "
                "xllamacpp, or larger than the memory. Fetch it again, or name another generator."
            ) from error
        url = self._engine.listening_address
        super().__init__(url, model=path.stem, key=key, silence=SILENCE)
        self._told("GET", "/lora-adapters")  # is answered once it takes questions

    @property
    def _where(self) -> str:
        return f"llama.cpp with {self.name}"

    def count_tokens(self, text: str) -> int:
        """How many tokens the model makes of a text, without special tokens."""
        return len(self._told("POST", "/tokenize", {"content": text})["tokens"])

    def _told(self, method: str, path: str, body: dict[str, str] | None = None) -> Any:
        """The reply of another end of the server than the one for chats."""
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        with closing(http.client.HTTPConnection(self._url.netloc, timeout=SILENCE)) as connection:
            try:
                connection.request(method, path, json.dumps(body) if body else None, headers)
                return json.loads(connection.getresponse().read())
            except (OSError, http.client.HTTPException) as error:  # as in a fork that outlives it
                raise ServerError(f"{self._where} is gone ({error}). Open it again.") from error


def _parameters(path: Path, key: str, device: str) -> Any:
    import xllamacpp

    from rag.networks.device import threads

    found = xllamacpp.CommonParams()
    found.model.path = str(path)
    found.n_ctx, found.n_parallel = CONTEXT, 1
    found.n_batch = AT_ONCE
    found.cache_ram_mib = 0  # or up to 8 GB of former prompts are kept
    if device == "cpu":
        found.n_gpu_layers = 0
    for cores in (found.cpuparams, found.cpuparams_batch):
        cores.n_threads, cores.poll = threads(), 0  # threads that spin cost others the most
    guesses = found.speculative
    guesses.types = [xllamacpp.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE]
    guesses.ngram_simple.size_n, guesses.ngram_simple.size_m = MATCHING, GUESSED
    found.api_keys = [key]
    found.endpoint_slots = found.ui = False  # would show what is asked; serves a page
    found.verbosity = _QUIET
    return found


def _able() -> bool:
    """Has the processor what xllamacpp is compiled for? Without it the process would be killed."""
    import torch

    return platform.machine().lower() not in ("x86_64", "amd64") or bool(
        torch.cpu.get_capabilities().get("avx2")
    )
