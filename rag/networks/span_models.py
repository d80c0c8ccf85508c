"""The two ways of running a span model.

An ordinary BERT is run by `rag.networks.bert`, which loads in a fraction of a second where
transformers takes three to import. Every other model goes through transformers.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError
from rag.networks.parallel import one_at_a_time
from rag.networks.vocabulary import plain_tokenizer

if TYPE_CHECKING:
    from rag.networks.bert import Bert

# A window of 384 tokens with 128 shared is the setting of the BERT SQuAD scripts.
WINDOW_TOKENS = 384
STRIDE_TOKENS = 128
QUESTION_TOKENS = 96
FILES = ("config.json", "model.safetensors", "tokenizer.json")
Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """One input of the model: `inside` bool (t,) marks the tokens that belong to the passage.

    `inputs` holds lists of t integers by the model's names; offsets int32 (t, 2) are characters.
    """

    passage: int
    inputs: dict[str, list[int]]
    inside: NDArray[np.bool_]
    offsets: NDArray[np.int32]

    @property
    def ids(self) -> list[int]:
        return self.inputs["input_ids"]


class SpanModel(Protocol):
    """What the two ways of running a model have in common."""

    concurrent: ClassVar[bool]  # may several threads use it at once?

    @property
    def device(self) -> str: ...

    def windows(self, questions: Sequence[str], passages: Sequence[str]) -> list[Window]: ...

    def logits(self, windows: Sequence[Window]) -> list[Logits]: ...


def load_spans(folder: Path, device: str, precision: str) -> SpanModel:
    """Take the way that fits the model in `folder`.

    Raises:
        ModelError: a file is missing or damaged, or the model has no span head.
    """
    from rag.networks import bert

    for name in FILES:
        if not (folder / name).is_file():
            raise ModelError(
                f"The reader's file {folder / name} is missing. "
                "Restore the folder or name another reader."
            )
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if bert.fits(config) and config["architectures"] == ["BertForQuestionAnswering"]:
            return PlainSpans.load(folder, device, precision)
        return TransformersSpans.load(folder, device, precision)
    except ModelError:
        raise
    except Exception as error:  # parsers of models raise whatever they like
        raise ModelError(
            f"The reader's {folder / 'model.safetensors'} or the files beside it cannot be "
            f"read ({error}). Restore the folder or name another reader."
        ) from error


def _headless(folder: Path) -> ModelError:
    return ModelError(
        f"{folder / 'model.safetensors'} has no span head. "
        "Name a question-answering model as the reader."
    )


@dataclass(frozen=True, slots=True, eq=False)
class PlainSpans:
    """BERT and a linear layer."""

    concurrent: ClassVar[bool] = True
    bert: Bert
    tokenizer: Any  # tokenizers.Tokenizer, truncating
    file: Path  # of the tokenizer
    device: str

    @classmethod
    def load(cls, folder: Path, device: str, precision: str) -> PlainSpans:
        import torch
        from tokenizers import Tokenizer

        from rag.networks.bert import Bert

        bert = Bert.load(folder, device=device, dtype=getattr(torch, precision))
        head = bert.weights.get("qa_outputs.weight")
        if head is None or len(head) != 2:  # where a span begins and where it ends
            raise _headless(folder)
        file = folder / "tokenizer.json"
        tokenizer = Tokenizer.from_file(str(file))
        limit = min(WINDOW_TOKENS, len(bert.weights["embeddings.position_embeddings.weight"]) - 2)
        stride = min(STRIDE_TOKENS, limit // 4)
        tokenizer.no_padding()
        tokenizer.enable_truncation(limit, stride=stride, strategy="only_second")
        return cls(bert, tokenizer, file, device)

    def in_precision(self, precision: str) -> PlainSpans:
        import torch

        model = self.bert.to(getattr(torch, precision))
        return PlainSpans(model, self.tokenizer, self.file, self.device)

    def windows(self, questions: Sequence[str], passages: Sequence[str]) -> list[Window]:
        """The windows of each (question, passage), in their order."""
        found = []
        pairs = [(self._short(q), p) for q, p in zip(questions, passages, strict=True)]
        for number, encoded in enumerate(self.tokenizer.encode_batch(pairs)):
            for part in (encoded, *encoded.overflowing):
                inside = np.asarray([side == 1 for side in part.sequence_ids], dtype=bool)
                inputs = {"input_ids": part.ids, "token_type_ids": part.type_ids}
                offsets = np.asarray(part.offsets, dtype=np.int32).reshape(-1, 2)
                found.append(Window(number, inputs, inside, offsets))
        return found

    def _short(self, question: str) -> str:
        if len(question) <= QUESTION_TOKENS:  # a token is a character at least
            return question
        encoded = plain_tokenizer(self.file).encode(question, add_special_tokens=False)  # is rare
        return shortened(question, encoded.offsets)

    def logits(self, windows: Sequence[Window]) -> list[Logits]:
        """Start and end logits, f32 (2, t) for each window."""
        import torch
        from torch.nn import functional

        from rag.networks.bert import pad

        ids, mask = pad([w.ids for w in windows], self.device)
        types, _ = pad([w.inputs["token_type_ids"] for w in windows], self.device)
        weights = self.bert.weights
        with torch.inference_mode():
            hidden = self.bert(ids, mask, types)
            head = weights["qa_outputs.weight"].float(), weights["qa_outputs.bias"].float()
            both = functional.linear(hidden.float(), *head)
        arrays: Logits = both.transpose(1, 2).cpu().numpy()
        return [row[:, : len(w.ids)] for row, w in zip(arrays, windows, strict=True)]


@dataclass(frozen=True, slots=True, eq=False)
class TransformersSpans:
    """Any `AutoModelForQuestionAnswering` with its tokenizer."""

    concurrent: ClassVar[bool] = False
    model: Any
    tokenizer: Any
    device: str = "cpu"
    lock: Any = field(default_factory=Lock, repr=False)

    @classmethod
    def load(cls, folder: Path, device: str, precision: str) -> TransformersSpans:
        import torch

        from rag.networks.quiet import quiet
        from rag.weights import no_network

        quiet()  # before anything of transformers
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        with no_network():
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            model, report = AutoModelForQuestionAnswering.from_pretrained(
                folder,
                local_files_only=True,
                use_safetensors=True,
                dtype=getattr(torch, precision),
                output_loading_info=True,
            )
        missing = any("qa_outputs" in key for key in report["missing_keys"])
        if missing or model.config.num_labels != 2:
            raise _headless(folder)
        return cls(model.to(device).eval(), tokenizer, device)

    @one_at_a_time
    def windows(self, questions: Sequence[str], passages: Sequence[str]) -> list[Window]:
        """The windows of each (question, passage), in their order."""
        limit = min(WINDOW_TOKENS, self.model.config.max_position_embeddings - 2)
        encoded = self.tokenizer(
            [self._short(question) for question in questions],
            list(passages),
            truncation="only_second",
            max_length=limit,
            stride=min(STRIDE_TOKENS, limit // 4),
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        found = []
        for i, passage in enumerate(encoded["overflow_to_sample_mapping"]):
            inside = np.asarray([side == 1 for side in encoded.sequence_ids(i)], dtype=bool)
            offsets = np.asarray(encoded["offset_mapping"][i], dtype=np.int32)
            inputs = {
                name: encoded[name][i]
                for name in ("input_ids", "token_type_ids", "attention_mask")
                if name in encoded
            }
            found.append(Window(passage, inputs, inside, offsets))
        return found

    def _short(self, question: str) -> str:
        encoded = self.tokenizer(question, add_special_tokens=False, return_offsets_mapping=True)
        return shortened(question, encoded["offset_mapping"])

    @one_at_a_time
    def logits(self, windows: Sequence[Window]) -> list[Logits]:
        """Start and end logits, f32 (2, t) for each window, padding cut off."""
        import torch

        batch = self.tokenizer.pad([w.inputs for w in windows], return_tensors="pt")
        with torch.inference_mode():
            out = self.model(**batch.to(self.device))
        both: torch.Tensor = torch.stack([out.start_logits, out.end_logits], dim=1).float()
        left = self.tokenizer.padding_side == "left"
        arrays: Logits = both.cpu().numpy()
        return [
            row[:, -len(w.ids) :] if left else row[:, : len(w.ids)]
            for row, w in zip(arrays, windows, strict=True)
        ]


def shortened(question: str, offsets: Sequence[tuple[int, int]]) -> str:
    """A question longer than its share of the window would leave no room for the passage."""
    if len(offsets) <= QUESTION_TOKENS:
        return question
    return question[: offsets[QUESTION_TOKENS - 1][1]]
