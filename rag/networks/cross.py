"""Cross-encoders: a model that reads question and passage together and says how well they fit.

Any sequence classifier with one output (or two, of which the second means "relevant") serves, as
those of sentence-transformers do (Nogueira and Cho 2019, arXiv:1901.04085). None ships: it is on
only where one is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError
from rag.networks.parallel import one_at_a_time
from rag.networks.vocabulary import check_vocabulary

LONGEST = 512  # tokens of question and passage together
BATCH = 16


@dataclass(frozen=True, slots=True, eq=False)
class CrossEncoder:
    """A loaded cross-encoder. Safe to use from several threads, one after another."""

    model: Any
    tokenizer: Any
    device: str
    lock: Any = field(default_factory=Lock, repr=False)

    @classmethod
    def load(cls, folder: Path, *, device: str = "cpu") -> CrossEncoder:
        """Load `folder` (config.json, model.safetensors, tokenizer files); nothing is fetched.

        Raises:
            ModelError: the folder holds no such model, or one that is no cross-encoder.
        """
        from rag.networks.quiet import quiet
        from rag.weights import no_network

        quiet()  # before anything of transformers
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        try:
            with no_network():
                tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
                model, told = AutoModelForSequenceClassification.from_pretrained(
                    folder, local_files_only=True, use_safetensors=True, output_loading_info=True
                )
        except Exception as error:  # parsers of models raise whatever they like
            raise ModelError(
                f"The reranker in {folder} cannot be loaded ({error}). Restore the folder, name "
                "another reranker, or none."
            ) from error
        if told["missing_keys"] or model.config.num_labels > 2:
            raise ModelError(
                f"The model in {folder} is no cross-encoder: it has no head that says how well a "
                "passage fits. Name another reranker, or none."
            )
        check_vocabulary(tokenizer, folder)
        return cls(model.to(device).eval(), tokenizer, device)

    @one_at_a_time
    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """How well each passage fits, f32 (n,), in logits; comparable for one question only."""
        import torch

        longest = min(LONGEST, self.model.config.max_position_embeddings)
        found = [np.zeros(0, dtype=np.float32)]
        with torch.inference_mode():
            for at in range(0, len(passages), BATCH):
                batch = list(passages[at : at + BATCH])
                inputs = self.tokenizer(
                    [question] * len(batch), batch, padding=True, truncation="longest_first",
                    max_length=longest, return_tensors="pt",
                ).to(self.device)  # fmt: skip
                logits = self.model(**inputs).logits.float().cpu().numpy()
                found.append(logits[:, -1] - (logits[:, 0] if logits.shape[1] == 2 else 0))
        return np.concatenate(found).astype(np.float32)
