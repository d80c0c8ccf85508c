"""Ways of writing an answer: a local model, a remote one, or quoting the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import threading

    from rag.types import Message, Reasoning, Token


class Writing(Protocol):
    """What the pipeline asks of a language model, wherever it runs."""

    @property
    def name(self) -> str:
        """The model's name, for people."""
        ...

    @property
    def max_prompt_tokens(self) -> int:
        """The longest prompt that leaves room for an answer."""
        ...

    def count_tokens(self, text: str) -> int:
        """How many tokens the model makes of a text, without special tokens."""
        ...

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
        """The reply to a conversation, piece by piece; closing the iterator stops the model.

        Args:
            max_tokens: longest reply, reasoning included.
            stop: the reply ends before the first of these strings.
            temperature: 0 takes the likeliest token each time.
            cancel: once it is set, the stream ends.
        """
        ...
