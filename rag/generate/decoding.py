"""The decoding loop: one token after another, or several where the prompt shows what comes next.

Prompt lookup (Saxena 2023, https://github.com/apoorvumang/prompt-lookup-decoding): an answer from
evidence copies much of it, so after two tokens that stand in the prompt, those that follow there
are a good guess. The model checks a whole guess in one pass, at little more than the price of one
token, and what it would not have written itself is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from torch import Tensor

# Guesses of 8 after 2 matching tokens: DESIGN 1 measured this setting.
GUESS = 8
MATCH = 2

Pick = Callable[["Tensor"], list[int]]


class Decoder(Protocol):
    """A causal language model that keeps what it has read in a cache."""

    context: int  # most tokens, prompt and reply
    rewinds: bool  # can the cache be set back?

    def new_cache(self) -> Any: ...

    def read(self, ids: Sequence[int], cache: Any, last: int) -> Tensor:
        """Logits f32 (last, vocabulary) that follow each of the last ids."""
        ...

    def rewind(self, cache: Any, length: int) -> None: ...


def decode(
    model: Decoder,
    prompt: Sequence[int],
    *,
    max_tokens: int,
    ends: Collection[int],
    pick: Pick,
    lookup: bool = True,
) -> Iterator[int]:
    """The tokens of a reply, up to `max_tokens` or a token of `ends` (which is not yielded).

    Args:
        pick: logits f32 (t, vocabulary) to t tokens.
    """
    cache = model.new_cache()
    guesses = _Guesses(prompt)
    read, written = len(prompt), 0
    fed, guess = list(prompt), list[int]()
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
            if token in ends or written == max_tokens:
                return
            guesses.add(token)
            written += 1
            yield token
        guess = guesses.next(min(GUESS, max_tokens - written - 1)) if lookup else []
        fed = [chosen[right], *guess]
        read += 1


class _Guesses:
    """Where each pair of tokens stood last, in the prompt and in the reply so far."""

    def __init__(self, ids: Sequence[int]) -> None:
        self._ids: list[int] = []
        self._after: dict[tuple[int, ...], int] = {}
        for token in ids:
            self.add(token)

    def add(self, token: int) -> None:
        key = tuple(self._ids[-MATCH:])
        if len(key) == MATCH:
            self._after[key] = len(self._ids)
        self._ids.append(token)

    def next(self, most: int) -> list[int]:
        """At most `most` tokens that may follow."""
        start = self._after.get(tuple(self._ids[-MATCH:]))
        return [] if start is None or most < 1 else self._ids[start : start + most]


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
