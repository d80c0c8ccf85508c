"""A language model on this machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator as Generating
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rag import weights
from rag.errors import ModelError, UsageError
from rag.generate.chat import Chat
from rag.generate.decoders import COMPACT, LlamaDecoder, load_decoder
from rag.generate.decoding import Decoder, Kept, decode, greedy, sampler
from rag.generate.thinking import OPEN, StopCutter, ThinkSplitter
from rag.networks import device as devices
from rag.types import Message, Reasoning, Token

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from rag.networks.llama import Llama

# What is kept free for the answer: a quarter of a small context, 1,024 tokens of a large one.
ANSWER_TOKENS = 1024
_PROBE_PROMPT, _PROBE_TOKENS = 96, 6


class Generator:
    """A loaded language model. Calls from several threads queue."""

    def __init__(self, name: str, model: Decoder, chat: Chat) -> None:
        self.name = name
        self._model = model
        self._chat = chat
        self._busy = threading.Lock()
        self._kept = Kept()

    @classmethod
    def load(
        cls,
        name: str | Path,
        *,
        device: str = "auto",
        precision: str = "auto",
        cache: Path | None = None,
        offline: bool = False,
    ) -> Generator:
        """Load a model by its known name, folder, GGUF file or hub name; fetches what is missing.

        Raises:
            ModelError: the model is missing, damaged, not a generator, or the device not there.
        """
        folder = weights.resolve(str(name), "generator", cache=cache, offline=offline)
        place = devices.pick(device)
        identity = weights.identity(str(name), folder, cache=cache)
        try:
            chat = Chat(folder)
            chosen = devices.choose_precision(
                precision,
                place,
                f"generate/{identity['name']}/{identity['weights'][:12]}",
                lambda: _faster_precision(folder, place),
                weights.cache_folder(cache),
            )
            if precision == "auto" and chosen == "float32":
                chosen = COMPACT
            decoder = load_decoder(folder, place, chosen)
            devices.release()
            return cls(identity["name"], decoder, chat)
        except ModelError:
            raise
        except Exception as error:  # transformers and tokenizers raise whatever they like
            raise ModelError(
                f"{folder} holds no language model that loads: {error}. Restore the folder, or "
                "name another generator."
            ) from error

    @property
    def network(self) -> Llama | None:
        """The weights, where they are run without transformers."""
        return self._model.llama if isinstance(self._model, LlamaDecoder) else None

    @property
    def max_prompt_tokens(self) -> int:
        """The longest prompt that leaves room for an answer."""
        return self._model.context - min(ANSWER_TOKENS, self._model.context // 4)

    def count_tokens(self, text: str) -> int:
        """How many tokens the model makes of a text, without special tokens."""
        return self._chat.count(text)

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        stop: Sequence[str] = (),
        temperature: float = 0.0,
        seed: int | None = None,
        cancel: threading.Event | None = None,
    ) -> Iterator[Token | Reasoning]:
        """See `rag.generate.Writing.stream`. No thread runs: nothing happens between two pieces.

        Raises:
            ModelError: the prompt is longer than the model reads.
            UsageError: max_tokens or temperature is out of range.
        """
        if max_tokens < 1 or temperature < 0:
            raise UsageError("max_tokens is at least 1 and temperature at least 0.")
        prompt = self._chat.prompt(messages)
        ids = self._chat.encode(prompt)
        room = self._model.context - len(ids)
        if room < 1:
            raise ModelError(
                f"The prompt has {len(ids):,} tokens; {self.name} reads {self._model.context:,}. "
                "Ask for fewer sentences or name a model with a longer context."
            )
        tokens = decode(
            self._model,
            ids,
            max_tokens=min(max_tokens, room),
            ends=self._chat.ends,
            pick=greedy if temperature == 0 else sampler(temperature, seed),
            lookup=self._model.rewinds,
            kept=self._kept,
        )
        stops = [*stop, *(() if self._chat.has_template else ("\nUser:", "\nAssistant:"))]
        splitter = ThinkSplitter(thinking=prompt.rstrip().endswith(OPEN))
        return self._stream(tokens, splitter, StopCutter(stops), cancel)

    def _stream(
        self,
        tokens: Generating[int],
        splitter: ThinkSplitter,
        cutter: StopCutter,
        cancel: threading.Event | None,
    ) -> Iterator[Token | Reasoning]:
        # Closed within the turn: a reply that is broken off gives back the cache of its prompt.
        with self._turn(cancel) as mine, closing(tokens):
            if not mine:
                return
            for piece in _texts(self._chat.tokenizer, tokens):
                if cancel is not None and cancel.is_set():
                    return
                yield from cutter.cut(splitter.feed(piece))
                if cutter.stopped:
                    return
            yield from cutter.cut(splitter.finish())
            yield from cutter.finish()

    @contextmanager
    def _turn(self, cancel: threading.Event | None) -> Iterator[bool]:
        """Wait until the model is free; false if the caller gave up first."""
        while not self._busy.acquire(timeout=0.05 if cancel is not None else -1):
            if cancel is not None and cancel.is_set():
                yield False
                return
        try:
            yield cancel is None or not cancel.is_set()
        finally:
            devices.release()  # 2 ms; without it two dozen replies leave 50 MB behind
            self._busy.release()


def _texts(tokenizer: Tokenizer, tokens: Iterator[int]) -> Iterator[str]:
    """The text that each token adds: empty for one that ends within a character."""
    from tokenizers.decoders import DecodeStream

    stream = DecodeStream(skip_special_tokens=False)
    for token in tokens:
        yield stream.step(tokenizer, token) or ""


def _faster_precision(folder: Path, device: str) -> str:
    """Time a short prompt and reply in both formats, each loaded by itself to save memory."""
    seconds = {}
    for name in ("bfloat16", COMPACT):
        model = load_decoder(folder, device, name)
        prompt = list(range(1000, 1000 + _PROBE_PROMPT))
        times = []
        for _ in range(2):
            start = time.perf_counter()
            options = {"max_tokens": _PROBE_TOKENS, "ends": (), "pick": greedy, "lookup": False}
            list(decode(model, prompt, **options))  # type: ignore[arg-type]
            times.append(time.perf_counter() - start)
        seconds[name] = min(times)
        del model
    faster = seconds[COMPACT] > devices.WORTHWHILE * seconds["bfloat16"]
    return "bfloat16" if faster else "float32"
