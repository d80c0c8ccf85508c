"""Texts to vectors, in batches of like length, in the number format that is fastest here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from rag import weights
from rag.errors import ModelError
from rag.interaction import Embedded, Query
from rag.networks import device as devices
from rag.networks.encoders import Encoder, Vectors, load_encoder
from rag.networks.parallel import batches, side_by_side

# A batch of this many padded tokens keeps its activations in the cache of two CPU cores. Measured
# on 155-token paragraphs: 4 to 8 texts a batch are as fast as 16 or 32, or faster.
# A GPU takes as many as fit into the memory that is free.
BATCH_TOKENS = {"cpu": 1280, "mps": 8192, "cuda": 131_072}
# What one token of a wide encoder (1024 dimensions) needs at most while a layer works on it.
BYTES_PER_TOKEN = 65_536
# A format is refused where it turns a vector by more than this cosine.
SAME_DIRECTION = 0.99
# A call for this many texts or fewer is about a question, not an ingest; what it gave is kept for
# the next one, in 16 MB at most.
FEW, REMEMBERED = 128, 8192
REMEMBERED_SPANS = 1024  # texts
T = TypeVar("T")
_PROBE = tuple(
    f"Sentence {i} of a probe: the steam engine turned heat into work, and work into money. " * 7
    for i in range(6)
)


class Embedder:
    """A loaded embedding model. Its vectors have length 1, so that a dot product is a cosine.

    Safe to use from several threads.
    """

    def __init__(self, model: Encoder, identity: Mapping[str, str], device: str) -> None:
        self._model = model
        self._identity = identity
        self._budget = _budget(device)
        self._where = device if model.concurrent else ""
        self._recent = Recent(REMEMBERED)
        self._query = lru_cache(FEW)(model.query)
        self._word_spans = lru_cache(REMEMBERED_SPANS)(model.word_spans)

    @classmethod
    def load(
        cls,
        name: str | Path,
        *,
        device: str = "auto",
        precision: str = "auto",
        cache: Path | None = None,
        offline: bool = False,
    ) -> Embedder:
        """Load a model by its known name, folder or hub name; fetches it where it is missing.

        Raises:
            ModelError: the model is missing, damaged, not an embedder, or the device not there.
        """
        folder = weights.resolve(str(name), "embedder", cache=cache, offline=offline)
        place, remembered = devices.pick(device), weights.cache_folder(cache)
        identity = weights.identity(str(name), folder, cache=cache)
        try:
            model = load_encoder(folder, place)
        except Exception as error:  # tokenizers and transformers raise whatever they like
            raise ModelError(
                f"{folder} holds no embedding model that loads: {error}. Restore the folder, or "
                "name another embedder."
            ) from error
        chosen = devices.choose_precision(
            precision,
            place,
            f"embed/{identity['name']}/{identity['weights'][:12]}",
            lambda: _faster_precision(model, place),
            remembered,
            model.formats,
        )
        kept = remembered / "ranges" / identity["weights"][:12]
        return cls(model.in_precision(chosen, kept), identity, place)

    @property
    def max_tokens(self) -> int:
        """The longest text that is read whole, as `count_tokens` counts."""
        return self._model.max_tokens

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._model.dimension

    @property
    def compares_words(self) -> bool:
        """Do `encode_chunks` and `query` give the states of single tokens, to be compared by
        `rag.interaction`? Where not, their `words` are empty."""
        return self._model.compares_words

    def fingerprint(self) -> dict[str, Any]:
        """What decides whether stored vectors fit this model; holds no path and no dtype."""
        return {
            **self._identity,
            "pooling": self._model.pooling,
            "prompts": dict(self._model.prompts),
            "dimension": self.dimension,
            "max_tokens": self.max_tokens,
        }

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as a document, special tokens and the model's prompt included.

        A text is read whole exactly if its count is at most `max_tokens`; the rest is cut off.
        """
        return self._model.tokens(texts) if texts else []

    def encode(
        self, texts: Sequence[str], *, on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Documents to vectors, f32 (n, d), in their order.

        What was asked for in a small call of late is remembered: the sentences of a passage are
        compared with every question for an explanation that finds it.

        Args:
            on_progress: called after each batch with the number of texts done so far.
        """
        out = np.empty((len(texts), self.dimension), dtype=np.float32)
        few = len(texts) <= FEW
        known = self._recent.fill(out, texts) if few else set()
        new = [i for i in range(len(texts)) if i not in known]
        done = len(known)
        if known and on_progress is not None:
            on_progress(done)
        work = partial(self._model.vectors, query=False)
        for part, vectors in self._in_batches(work, [texts[i] for i in new]):
            out[[new[i] for i in part]] = np.concatenate(vectors)
            done += len(part)
            if on_progress is not None:
                on_progress(done)
        if few:
            self._recent.add([(texts[i], out[i]) for i in new])
        return out

    def encode_chunks(
        self, texts: Sequence[str], *, on_progress: Callable[[int], None] | None = None
    ) -> list[Embedded]:
        """Documents to vectors, as `encode`, each with the signs of its tokens' states."""
        found: dict[int, Embedded] = {}
        for part, chunks in self._in_batches(self._model.embedded, texts):
            found.update(zip(part, chain.from_iterable(chunks), strict=True))
            if on_progress is not None:
                on_progress(len(found))
        return [found[i] for i in range(len(texts))]

    def word_spans(self, text: str) -> NDArray[np.int32]:
        """The characters [start, end) of each token that `encode_chunks` gives a state of: int32
        (t, 2), with t = 0 unless `compares_words`.

        A chunk is embedded behind its title and headings: the last t of its states are then those
        of the t tokens of its own text.
        """
        return self._word_spans(text)

    def _in_batches(
        self, work: Callable[[Sequence[str]], T], texts: Sequence[str]
    ) -> Iterator[tuple[list[int], list[T]]]:
        """Places in `texts`, each once, with what `work` makes of these, as `_halved`."""
        lengths = [min(n, self.max_tokens) for n in self.count_tokens(texts)]
        parts = batches(lengths, self._budget, self._where)
        made = side_by_side(
            lambda part: self._halved(work, [texts[i] for i in part]), parts, self._where
        )
        yield from zip(parts, made, strict=True)

    def _halved(self, work: Callable[[Sequence[str]], T], texts: Sequence[str]) -> list[T]:
        """What `work` makes of the texts, all at once or in as many parts as memory demands."""
        import torch

        try:
            return [work(texts)]
        except torch.OutOfMemoryError as error:  # other programs use the GPU, too
            if len(texts) == 1:
                raise ModelError(
                    "The GPU's memory does not hold one text. Free some, or set device to cpu."
                ) from error
        self._budget = max(self._budget // 2, self.max_tokens)
        middle = len(texts) // 2
        return [*self._halved(work, texts[:middle]), *self._halved(work, texts[middle:])]

    def encode_query(self, text: str) -> Vectors:
        """A question to its vector, f32 (d,); models with prompts treat it unlike a document."""
        return self.query(text).vector

    def query(self, text: str) -> Query:
        """A question to its vector, as `encode_query`, with the states of its tokens."""
        return self._query(text)

    def forget(self) -> None:
        """Drop what is remembered of earlier calls, to time the next one."""
        self._recent = Recent(REMEMBERED)
        self._query.cache_clear()
        self._word_spans.cache_clear()

    def states(self, text: str) -> tuple[list[tuple[int, int]], Vectors]:
        """The states of the last layer for the tokens of `text`, f32 (t, d), with their spans.

        Special tokens are left out, and so is what lies beyond `max_tokens`.
        """
        return self._model.states(text)


class Recent:
    """The vectors of the texts asked for last. Safe to use from several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._vectors: dict[str, Vectors] = {}  # in the order of their last use
        self._lock = Lock()

    def fill(self, out: Vectors, texts: Sequence[str]) -> set[int]:
        """Writes the vectors that are remembered into their rows of `out`; which rows these are."""
        with self._lock:
            known = {i for i, text in enumerate(texts) if text in self._vectors}
            for i in known:
                out[i] = self._vectors[texts[i]] = self._vectors.pop(texts[i])
        return known

    def add(self, pairs: Sequence[tuple[str, Vectors]]) -> None:
        with self._lock:
            self._vectors.update((text, vector.copy()) for text, vector in pairs)
            while len(self._vectors) > self._most:
                del self._vectors[next(iter(self._vectors))]


def _budget(device: str) -> int:
    """Padded tokens of a batch."""
    most = BATCH_TOKENS[device.partition(":")[0]]
    if not device.startswith("cuda"):
        return most
    import torch

    free, _ = torch.cuda.mem_get_info(device)
    return max(2048, min(most, free // BYTES_PER_TOKEN))


def _faster_precision(model: Encoder, device: str) -> str:
    exact, *others = (name for name in devices.formats(device) if name in model.formats)
    models = {exact: model}
    for name in others:
        # torch names its operations on bytes as it likes from one version to the next.
        with suppress(AttributeError, RuntimeError, TypeError):
            models[name] = _tried(model.in_precision(name))
    return devices.fastest(
        {name: partial(m.vectors, _PROBE, query=False) for name, m in models.items()},
        lambda exact, other: float((exact * other).sum(axis=1).min()) >= SAME_DIRECTION,
    )


def _tried(model: Encoder) -> Encoder:
    model.vectors(_PROBE[:1], query=False)
    return model
