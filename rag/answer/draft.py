"""Drafts of an answer: written with limits, after thinking where that is wanted, one or several.

A draft is what a language model says before anything is checked. Thinking first is zero-shot chain
of thought (Kojima et al. 2022, arXiv:2205.11916) in its two steps: the model is asked for the steps
alone, and then, with them before it, for the answer. It is passed on as `Reasoning`, like the
thinking of a model that was trained to think, and never becomes part of the answer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import cast

from rag import prompt
from rag.generate import Writing
from rag.types import Evidence, Message, Reasoning, Token

THOUGHTS = 768  # tokens that a reasoning model may think before it has to answer
STEPS = 160  # tokens of the steps that any other model is asked for
SAMPLES = 3  # further drafts where the best of several is wanted
TEMPERATURE = 0.7  # of these; the first draft is the likeliest
_AROUND = 16  # tokens that a chat template puts around a message, at most

Piece = Token | Reasoning
Written = Generator[Piece, None, "Draft"]


@dataclass(frozen=True, slots=True)
class Draft:
    """What was written, what was thought before it, and the messages that it replies to."""

    text: str
    thoughts: str
    prompt: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Writer:
    """A language model with the longest answer that it may give and what stops it."""

    model: Writing
    max_tokens: int
    cancel: threading.Event | None = None

    def first(
        self, question: str, evidence: Sequence[Evidence], explain: bool, *, role: str, think: bool
    ) -> Written:
        """The likeliest answer to `question` from as much of `evidence` as the model can read.

        `explain` asks for some sentences instead of one; `role` is added to the system prompt; with
        `think` the model thinks first.
        """
        asking = partial(prompt.messages, question, system_prompt=role, explain=explain)
        told = fitting(self.model, evidence, asking, spare=STEPS if think else 0)
        steps = prompt.steps(question, told, system_prompt=role) if think else None
        conclude = partial(prompt.conclusion, question=question, explain=explain)
        return self.write(asking(told), conclude, steps)

    def write(
        self,
        asked: Sequence[Message],
        conclude: Callable[[Sequence[Message], str], Sequence[Message]],
        steps: Sequence[Message] | None = None,
    ) -> Written:
        """The reply to `asked`, piece by piece.

        With `steps`, which asks for nothing but thoughts, the model thinks first; one that thinks
        by itself does so anyway and is asked `asked` and nothing more. `conclude` makes the
        messages that ask for the answer from those before the thoughts and the thoughts.
        """
        if steps is not None:
            thoughts = yield from self._think(steps)
            if thoughts is not None:
                draft = yield from self._reply(conclude(steps, thoughts))
                return Draft(draft.text, thoughts, draft.prompt)
        draft = yield from self._reply(asked)
        if draft.thoughts and not draft.text.strip():  # cut off before it came to an answer
            late = yield from self._reply(conclude(asked, draft.thoughts))
            return Draft(late.text, draft.thoughts, late.prompt)
        return draft

    def _think(self, steps: Sequence[Message]) -> Generator[Piece, None, str | None]:
        """What the model says to `steps`, passed on as thinking; None where it thinks anyway."""
        thoughts: list[str] = []
        for event in self._limited(steps, STEPS):
            if isinstance(event, Reasoning):
                return None
            thoughts.append(event.text)
            yield Reasoning(event.text)
        return "".join(thoughts).strip()

    def samples(self, asked: Sequence[Message]) -> Iterator[str]:
        """Further replies to `asked`, each another; none after it was cancelled."""
        for seed in range(1, SAMPLES + 1):
            if self.cancel is not None and self.cancel.is_set():
                return
            told = self._limited(asked, self.max_tokens, TEMPERATURE, seed)
            yield "".join(event.text for event in told if isinstance(event, Token))

    def _reply(self, asked: Sequence[Message]) -> Written:
        text: list[str] = []
        thoughts: list[str] = []
        for event in self._limited(asked, self.max_tokens):
            (text if isinstance(event, Token) else thoughts).append(event.text)
            yield event
        return Draft("".join(text), "".join(thoughts).strip(), tuple(asked))

    def _limited(
        self,
        asked: Sequence[Message],
        most: int,
        temperature: float = 0.0,
        seed: int | None = None,
    ) -> Iterator[Piece]:
        """At most `most` tokens of answer and `THOUGHTS` of thinking, each counted by itself."""
        left = {Token: most, Reasoning: THOUGHTS}
        events = self.model.stream(
            asked,
            max_tokens=most + THOUGHTS,
            temperature=temperature,
            seed=seed,
            cancel=self.cancel,
        )
        with closing(cast(Generator[Piece], events)):
            for event in events:
                yield event
                left[type(event)] -= tokens(event.text)
                if left[type(event)] <= 0:
                    return


def tokens(piece: str) -> int:
    """About how many tokens a piece of a stream is: mostly one, more where a server sends more."""
    return max(1, len(piece.encode()) // 5)


def fitting(
    model: Writing,
    evidence: Sequence[Evidence],
    asking: Callable[[Sequence[Evidence]], list[Message]],
    *,
    spare: int = 0,
) -> tuple[Evidence, ...]:
    """The first pieces of evidence whose prompt the model can read, the best one always.

    `spare` are tokens that are needed for something else.
    """
    room = model.max_prompt_tokens - spare
    for n in range(len(evidence), 1, -1):
        told = asking(evidence[:n])
        if sum(model.count_tokens(m.content) + _AROUND for m in told) <= room:
            return tuple(evidence[:n])
    return tuple(evidence[:1])
