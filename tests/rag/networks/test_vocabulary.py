"""Tokenizers that are shared."""

from __future__ import annotations

import json
from pathlib import Path

from rag import weights
from rag.networks.vocabulary import plain_tokenizer


def test_readers_of_one_file_share_a_tokenizer_that_cuts_nothing() -> None:
    file = weights.resolve("all-MiniLM-L6-v2", "embedder") / "tokenizer.json"
    found = plain_tokenizer(file)
    assert found is plain_tokenizer(file)
    assert len(found.encode("word " * 2000).ids) == 2002


def test_a_file_that_was_replaced_is_read_again(tmp_path: Path) -> None:
    source = weights.resolve("all-MiniLM-L6-v2", "embedder") / "tokenizer.json"
    about = json.loads(source.read_text(encoding="utf-8"))
    file = tmp_path / "tokenizer.json"
    file.write_text(json.dumps(about), encoding="utf-8")
    first = plain_tokenizer(file).encode("Word").tokens
    about["normalizer"] = None
    file.write_text(json.dumps(about), encoding="utf-8")
    assert plain_tokenizer(file).encode("Word").tokens != first
