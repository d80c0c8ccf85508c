"""A parser and an embedder that cost nothing and follow from the text."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.parsers import PARSERS, version
from rag.errors import DocumentError, EncryptedDocument, UnsupportedDocument
from rag.interaction import Embedded, signs
from rag.types import Block, Parsed

DIMENSION = 8


class ToyEmbedder:
    """Remembers what it embedded; `on_encode` may fail or wait."""

    max_tokens = 64
    compares_words = True
    dimension = DIMENSION

    def __init__(self, name: str = "toy", on_encode: Callable[[str], None] | None = None) -> None:
        self.name = name
        self.encoded: list[str] = []
        self._on_encode = on_encode

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) + 2 for text in texts]

    def encode_chunks(
        self, texts: Sequence[str], *, on_progress: Callable[[int], None] | None = None
    ) -> list[Embedded]:
        for done, text in enumerate(texts, 1):
            if self._on_encode:
                self._on_encode(text)
            self.encoded.append(text)
            if on_progress:
                on_progress(done)
        return [Embedded(_vector(text), _words(text)) for text in texts]

    def fingerprint(self) -> dict[str, Any]:
        return {"name": self.name, "weights": self.name * 4, "dimension": DIMENSION}


def _vector(text: str) -> NDArray[np.float32]:
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    vector = np.random.default_rng(seed).standard_normal(DIMENSION)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def _words(text: str) -> NDArray[np.uint8]:
    states = np.array([_vector(word) for word in text.split()], np.float32)
    return signs(states.reshape(-1, DIMENSION) > 0)


class ToyParsers:
    """Stands in for `ingest.worker.ParserPool`: text files, in this process.

    A file that begins with "!" fails in the way it says.
    """

    parsed: list[str] = []  # noqa: RUF012 - names of files, for the tests to look at

    def __enter__(self) -> ToyParsers:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def parse(self, path: Path, *, password: str | None = None) -> tuple[Parsed, str, str]:
        self.parsed.append(path.name)
        text = path.read_text(encoding="utf-8")
        if text.startswith("!unsupported"):
            raise UnsupportedDocument(f"{path.name}: nothing reads this.")
        if text.startswith("!encrypted") and password != "secret":
            raise EncryptedDocument(f"{path.name}: give the password.")
        if text.startswith("!broken"):
            raise DocumentError(f"{path.name}: damaged.")
        if text.startswith("!bug"):
            raise ZeroDivisionError("a mistake of ours")
        blocks = (Block(0, len(text), "paragraph"),) if text else ()
        return Parsed(text, blocks), "text", version("text", PARSERS["text"])
