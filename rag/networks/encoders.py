"""The two ways of running an embedding model.

An ordinary BERT with mean or first-token pooling is run by `rag.networks.bert`, which loads in
well under a second. Every other model goes through sentence-transformers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from rag import weights
from rag.errors import ModelError
from rag.interaction import Embedded, Query, signs, weighted
from rag.networks.parallel import one_at_a_time
from rag.networks.vocabulary import check_vocabulary, plain_tokenizer

if TYPE_CHECKING:
    from torch import Tensor

    from rag.networks.bert import Bert
    from rag.networks.int8 import Int8Bert

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """What the two ways of running a model have in common; `rag.embed.Embedder` makes batches.

    `tokens` counts, special ones included; `vectors` are f32 (n, dimension) of length 1. `embedded`
    and `query` add token states if `compares_words`; `word_spans` int32 (t, 2) says where in a text
    those tokens are. `states` f32 (t, dimension) come with their spans, for any model.
    """

    max_tokens: int  # what is longer is cut
    dimension: int
    pooling: str  # how token states become a vector: mean, cls …
    compares_words: bool  # are the states of single tokens meant to be compared?
    prompts: Mapping[str, str]  # what is put before a text, by its role
    formats: tuple[str, ...]  # number formats that it can run in
    concurrent: ClassVar[bool]  # may several threads use it at once?

    def tokens(self, texts: Sequence[str]) -> list[int]: ...
    def vectors(self, texts: Sequence[str], *, query: bool) -> Vectors: ...
    def embedded(self, texts: Sequence[str]) -> list[Embedded]: ...
    def query(self, text: str) -> Query: ...
    def states(self, text: str) -> tuple[list[tuple[int, int]], Vectors]: ...
    def word_spans(self, text: str) -> NDArray[np.int32]: ...
    def in_precision(self, precision: str, kept: Path | None = None) -> Encoder: ...


def load_encoder(folder: Path, device: str) -> Encoder:
    """Take the way that fits the model in `folder`."""
    pooling = _plain_bert_pooling(folder)
    return PlainBert.load(folder, pooling, device) if pooling else SentenceModel(folder, device)


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _plain_bert_pooling(folder: Path) -> str | None:
    """`mean` or `cls` where `rag.networks.bert` runs the BERT of a folder exactly, else None."""
    from rag.networks import bert

    kinds = [str(part["type"]).rsplit(".", 1)[-1] for part in _json(folder / "modules.json")]
    settings = _json(folder / "1_Pooling" / "config.json")
    on = {key.removeprefix("pooling_mode_") for key, value in settings.items() if value is True}
    prompts = _json(folder / "config_sentence_transformers.json").get("prompts") or {}
    plain = (
        kinds == ["Transformer", "Pooling", "Normalize"]
        and bert.fits(_json(folder / "config.json"))
        and (folder / "model.safetensors").is_file()
        and (folder / "tokenizer.json").is_file()
        and not _json(folder / "sentence_bert_config.json").get("do_lower_case")
        and not any(prompts.values())
    )
    pooled = {frozenset({"mean_tokens"}): "mean", frozenset({"cls_token"}): "cls"}
    return pooled.get(frozenset(on - {"include_prompt"})) if plain else None


class PlainBert:
    """BERT, then pooling, then normalising."""

    formats: tuple[str, ...] = ("float32", "bfloat16", "int8")
    concurrent: ClassVar[bool] = True

    def __init__(
        self, model: Bert | Int8Bert, tokenizer: Any, pooling: str, max_tokens: int, device: str
    ) -> None:
        self._bert = model
        self._tokenizer = tokenizer
        self._device = device
        self.pooling = pooling
        # Pooled from the first token alone, the others were never meant for that.
        self.compares_words = pooling == "mean"
        self.prompts: Mapping[str, str] = {}  # a model with prompts is not run here
        self.max_tokens = max_tokens
        self.dimension = int(model.weights["embeddings.LayerNorm.weight"].shape[0])

    @classmethod
    def load(cls, folder: Path, pooling: str, device: str) -> PlainBert:
        from rag.networks.bert import Bert

        tokenizer = plain_tokenizer(folder / "tokenizer.json")
        limit = _json(folder / "sentence_bert_config.json").get("max_seq_length")
        positions = int(_json(folder / "config.json")["max_position_embeddings"])
        return cls(
            Bert.load(folder, device=device), tokenizer, pooling, int(limit or positions), device
        )

    def in_precision(self, precision: str, kept: Path | None = None) -> PlainBert:
        """The same in another format; what int8 measures is kept in a file named after `kept`."""
        import torch

        from rag.networks.bert import Bert
        from rag.networks.int8 import Int8Bert
        from rag.networks.ranges import TEXTS, ranges

        if not isinstance(self._bert, Bert):
            raise ModelError("A model in int8 can't be changed to another number format.")
        if precision == "int8":
            read = [encoded.ids for encoded in self._tokenizer.encode_batch(list(TEXTS))]
            model: Bert | Int8Bert = Int8Bert.of(self._bert, ranges(self._bert, read, kept))
        else:
            model = self._bert.to(getattr(torch, precision))
        return PlainBert(model, self._tokenizer, self.pooling, self.max_tokens, self._device)

    def tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(found) for found in self._tokenizer.encode_batch_fast(list(texts))]

    def vectors(self, texts: Sequence[str], *, query: bool) -> Vectors:
        return self._pooled(*self._run(texts)[1:])

    def embedded(self, texts: Sequence[str]) -> list[Embedded]:
        rows, states, mask = self._run(texts)
        vectors = self._pooled(states, mask)
        if not self.compares_words:
            return [Embedded(vector) for vector in vectors]
        positive = (states > 0).cpu().numpy()
        found = []
        for row, vector, above in zip(rows, vectors, positive, strict=True):
            words = self._wordy(row)
            found.append(Embedded(vector, signs(above[: len(row)][words])))
        return found

    def query(self, text: str) -> Query:
        encoded = self._tokenizer.encode(text)
        (row,), states, mask = self._states([encoded.ids])
        vector = self._pooled(states, mask)[0]
        if not self.compares_words:
            return Query(vector)
        words = np.flatnonzero(self._wordy(row))
        spans = [encoded.offsets[i] for i in words.tolist()]
        known = weighted(text, spans, states[0, words].cpu().numpy())
        number = self._tokenizer.token_to_id("[UNK]")
        unknown = 0 if number is None else row.count(number)
        return Query(vector, known * np.float32(len(words) / max(len(words) + unknown, 1)))

    def states(self, text: str) -> tuple[list[tuple[int, int]], Vectors]:
        encoded = self._tokenizer.encode(text)
        (row,), states, _ = self._states([encoded.ids])
        offsets = encoded.offsets[: len(row) - 1]  # the last one is [SEP]
        return _real(offsets, states[0].cpu().numpy())

    def word_spans(self, text: str) -> NDArray[np.int32]:
        encoded = self._tokenizer.encode(text)
        places = np.asarray(encoded.offsets, np.int32).reshape(-1, 2)
        found: NDArray[np.int32] = places[self._wordy(encoded.ids)]
        return found

    def _run(self, texts: Sequence[str]) -> tuple[list[list[int]], Tensor, Tensor]:
        """The tokens of each text, their states f32 (b, t, d) and where there are any (b, t)."""
        return self._states([e.ids for e in self._tokenizer.encode_batch_fast(list(texts))])

    def _states(self, found: Sequence[list[int]]) -> tuple[list[list[int]], Tensor, Tensor]:
        import torch

        from rag.networks.bert import pad

        # The last token is [SEP]; a text that is cut keeps it.
        cut = [
            i if len(i) <= self.max_tokens else [*i[: self.max_tokens - 1], i[-1]] for i in found
        ]
        ids, mask = pad(cut, self._device)
        with torch.inference_mode():
            return cut, self._bert(ids, mask).float(), mask

    def _pooled(self, states: Tensor, mask: Tensor) -> Vectors:
        import torch

        with torch.inference_mode():
            if self.pooling == "mean":
                weight = mask[:, :, None].float()
                pooled = (states * weight).sum(1) / weight.sum(1)
            else:
                pooled = states[:, 0]
            out: Vectors = torch.nn.functional.normalize(pooled, dim=1).cpu().numpy()
        return out

    def _wordy(self, row: Sequence[int]) -> NDArray[np.bool_]:
        """Which tokens of `row` are words or parts of them, bool (tokens,)."""
        for number in set(row) - self._is_word.keys():
            self._is_word[number] = any(map(str.isalnum, self._tokenizer.id_to_token(number)))
        return np.fromiter(map(self._is_word.__getitem__, row), bool, len(row))

    @cached_property
    def _is_word(self) -> dict[int, bool]:
        """What is known of tokens by their numbers; of the whole vocabulary it would take .1 s."""
        return dict.fromkeys(self._tokenizer.get_added_tokens_decoder(), False)


class SentenceModel:
    """Anything that sentence-transformers loads from safetensors without code of its own."""

    formats: tuple[str, ...] = ("float32", "bfloat16")
    compares_words: bool = False  # not measured
    concurrent: ClassVar[bool] = False  # the tokenizers of transformers are set anew at a call

    def __init__(self, folder: Path, device: str) -> None:
        from rag.networks.quiet import quiet

        self.lock = RLock()
        quiet()
        with weights.no_network():
            from sentence_transformers import SentenceTransformer

            self._model = SentenceTransformer(
                str(folder), device=device, local_files_only=True, trust_remote_code=False,
                model_kwargs={"use_safetensors": True, "dtype": "float32"},
            )  # fmt: skip
        check_vocabulary(self._model.tokenizer, folder)
        prompts = self._model.prompts or {}
        self.prompts: Mapping[str, str] = {k: str(v) for k, v in prompts.items() if v}
        self.max_tokens = int(self._model.max_seq_length or 512)
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        pooling = [m for m in self._model if type(m).__name__ == "Pooling"]
        self.pooling = str(pooling[0].pooling_mode) if pooling else "model"

    def in_precision(self, precision: str, kept: Path | None = None) -> SentenceModel:
        import copy

        import torch

        other = copy.copy(self)
        other._model = copy.deepcopy(self._model).to(getattr(torch, precision))
        return other

    @one_at_a_time
    def tokens(self, texts: Sequence[str]) -> list[int]:
        prompt = self.prompts.get("document", "")
        encoded = self._model.tokenizer([prompt + text for text in texts], truncation=False)
        return [len(ids) for ids in encoded["input_ids"]]

    @one_at_a_time
    def vectors(self, texts: Sequence[str], *, query: bool) -> Vectors:
        encode = self._model.encode_query if query else self._model.encode_document
        found = encode(
            list(texts),
            batch_size=len(texts),
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        out: Vectors = np.asarray(found, dtype=np.float32)
        return out

    def embedded(self, texts: Sequence[str]) -> list[Embedded]:
        return [Embedded(vector) for vector in self.vectors(texts, query=False)]

    def query(self, text: str) -> Query:
        return Query(self.vectors([text], query=True)[0])

    @one_at_a_time
    def states(self, text: str) -> tuple[list[tuple[int, int]], Vectors]:
        found = self._model.tokenizer(text, truncation=True, return_offsets_mapping=True)
        states = self._model.encode(
            text, output_value="token_embeddings", show_progress_bar=False, prompt=""
        )
        return _real(found["offset_mapping"], states.float().cpu().numpy())

    def word_spans(self, text: str) -> NDArray[np.int32]:
        return np.zeros((0, 2), np.int32)  # none is compared


def _real(offsets: Sequence[tuple[int, int]], states: Vectors) -> tuple[list[Any], Vectors]:
    """Without the tokens that stand for no text."""
    pairs = list(zip(offsets, range(len(states)), strict=False))
    kept = [i for (start, end), i in pairs if end > start]
    return [(int(offsets[i][0]), int(offsets[i][1])) for i in kept], states[kept]
