"""The decoding loop: one token after another, or several where the prompt shows what comes next.

Prompt lookup (Saxena 2023, https://github.com/apoorvumang/prompt-lookup-decoding): an answer from
evidence copies much of it, so after tokens that stand in the prompt, those that follow there are a
good guess. The model checks a whole guess in one pass, at little more than the price of one
token, and what it would not have written itself is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from torch import Tensor

# After four tokens that stood together before, the seven that followed them; else after two,
# three; else after one, one. Longer guesses give a tenth more tokens a pass, but with weights in
# four bits a pass over five tokens takes twice as long as one over one.
GUESSES = ((4, 7), (2, 3), (1, 1))
# A longer prompt is not kept: its cache would hold too much memory for what it saves.
KEPT_TOKENS = 4096

Pick = Callable[["Tensor"], list[int]]


class Decoder(Protocol):
    """A causal language model that keeps what it has read in a cache."""

    context: int  # most tokens, prompt and reply
    rewinds: bool  # can the cache be set back?
    block: int  # tokens of a prompt read at once

    def new_cache(self) -> Any: ...

    def read(self, ids: Sequence[int], cache: Any, last: int) -> Tensor:
        """Logits (last, vocabulary), of any float type, that follow each of the last ids."""
        ...

    def rewind(self, cache: Any, length: int) -> None: ...


class Kept:
    """What was read last, so that the next prompt is read only from where it differs.

    All prompts share their instructions, and those about one passage or conversation more. Prompts
    are read in blocks that begin at the same places, and only whole blocks are used again: every
    sum is then rounded as it would have been, and a reply never depends on what was asked before.
    """

    def __init__(self) -> None:
        self._ids: list[int] = []
        self._cache: Any = None

    def begin(self, model: Decoder, prompt: Sequence[int]) -> tuple[Any, int]:
        """A cache for `prompt`, and how many of its tokens are in there. One is always left."""
        cache, self._cache = self._cache, None
        if cache is None:
            return model.new_cache(), 0
        most = min(len(self._ids), len(prompt) - 1)
        same = next((i for i in range(most) if self._ids[i] != prompt[i]), most)
        same -= same % model.block
        model.rewind(cache, same)
        return cache, same

    def keep(self, model: Decoder, prompt: Sequence[int], cache: Any) -> None:
        """Call once `prompt` is read and nothing else goes on reading into `cache`."""
        if model.rewinds and len(prompt) <= KEPT_TOKENS:
            model.rewind(cache, len(prompt))
            self._ids, self._cache = list(prompt), cache


def decode(
    model: Decoder,
    prompt: Sequence[int],
    *,
    max_tokens: int,
    ends: Collection[int],
    pick: Pick,
    lookup: bool = True,
    kept: Kept | None = None,
) -> Generator[int]:
    """The tokens of a reply, up to `max_tokens` or a token of `ends` (which is not yielded).

    Close it before anybody else uses the model: only then what was read is kept.

    Args:
        pick: logits (t, vocabulary) to t tokens.
        kept: what this model read last; one reply at a time.
    """
    cache, known = kept.begin(model, prompt) if kept else (model.new_cache(), 0)
    read = False
    try:
        for chosen in _replies(model, prompt[known:], cache, prompt, pick, max_tokens, lookup):
            read = True
            if chosen in ends:
                return
            yield chosen
    finally:
        if kept and read:
            kept.keep(model, prompt, cache)


def _replies(
    model: Decoder,
    unread: Sequence[int],
    cache: Any,
    prompt: Sequence[int],
    pick: Pick,
    max_tokens: int,
    lookup: bool,
) -> Iterator[int]:
    """At most `max_tokens` tokens that follow `prompt`, of which `unread` is not in `cache`."""
    guesses = _Guesses(prompt)
    read, written = len(prompt), 0
    fed, guess = list(unread), list[int]()
    while len(fed) > model.block:
        model.read(fed[: model.block], cache, 1)
        del fed[: model.block]
    while written < max_tokens:
        chosen = pick(model.read(fed, cache, len(guess) + 1))
        # chosen[i] follows guess[:i], so it counts as long as the guess was right so far.
        right = 0
        while right < len(guess) and chosen[right] == guess[right]:
            right += 1
        if right < len(guess):
            model.rewind(cache, read + right)
        read += right
        for token in chosen[: right + 1]:
            if written == max_tokens:
                return
            guesses.add(token)
            written += 1
            yield token
        guess = guesses.next(max_tokens - written - 1) if lookup else []
        fed = [chosen[right], *guess]
        read += 1


class _Guesses:
    """Where the last tokens stood before, in the prompt or in the reply so far."""

    def __init__(self, ids: Sequence[int]) -> None:
        self._ids: list[int] = []
        self._after: dict[tuple[int, ...], int] = {}
        for token in ids:
            self.add(token)

    def add(self, token: int) -> None:
        for match, _ in GUESSES:
            if len(key := tuple(self._ids[-match:])) == match:
                self._after[key] = len(self._ids)
        self._ids.append(token)

    def next(self, most: int) -> list[int]:
        """At most `most` tokens that may follow."""
        for match, length in GUESSES:
            start = self._after.get(tuple(self._ids[-match:]))
            if start is not None:
                return self._ids[start : start + min(length, most)] if most > 0 else []
        return []


def greedy(logits: Tensor) -> list[int]:
    """The likeliest tokens."""
    return [int(i) for i in logits.argmax(dim=-1)]


def sampler(temperature: float, seed: int | None) -> Pick:
    """Draws tokens by their probability at a temperature above 0, repeatably with a seed.

    Guessing stays exact: a token counts only if it was drawn, whatever the guess was.
    """
    import torch

    source = torch.Generator()
    source.manual_seed(seed) if seed is not None else source.seed()

    def pick(logits: Tensor) -> list[int]:
        chances = torch.softmax(logits.float().cpu() / temperature, dim=-1)
        return [int(i) for i in torch.multinomial(chances, 1, generator=source)[:, 0]]

    return pick
