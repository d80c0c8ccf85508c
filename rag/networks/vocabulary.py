"""A tokenizer that knows no words: transformers makes one where the files of a model lack it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rag.errors import ModelError


def check_vocabulary(tokenizer: Any, folder: Path) -> None:
    """Refuse a tokenizer of transformers that has nothing but special tokens.

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
