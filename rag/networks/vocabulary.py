"""Tokenizers: one for all that read the same file, and none that knows no words."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from rag.errors import ModelError


def plain_tokenizer(file: Path) -> Any:
    """The tokenizers.Tokenizer of a file, which cuts and pads nothing.

    The generator and the second reader, which is one with other weights, share it (.25 s and 20
    MB): whoever needs another setting makes one of their own.
    """
    return _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(file: Path, changed: int) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def check_vocabulary(tokenizer: Any, folder: Path) -> None:
    """Refuse a tokenizer of transformers that has nothing but special tokens, as transformers makes
    where the files of a model lack it.

    Raises:
        ModelError: all texts would be the same to the model.
    """
    if not hasattr(tokenizer, "get_vocab"):
        return  # of another library, as models for pictures or fixed vectors have
    if len(tokenizer.get_vocab()) <= len(tokenizer.all_special_tokens):
        raise ModelError(
            f"The model in {folder} has no tokenizer, without which it knows no words. Copy its "
            "tokenizer files (tokenizer.json, or vocab.txt) there, too."
        )
