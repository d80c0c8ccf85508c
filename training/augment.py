"""Changed and wrong contexts, so that few questions teach more: noise, removals, near misses."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import bm25s

from training.data import Example
from training.twist import twisted

_BOUNDARY = re.compile(r"(?<=[.!?])[\"')\]”]*\s+(?=[\"'(\[“]?[A-Z0-9])")


_BESIDE = 600  # characters of another passage that are joined


@dataclass(frozen=True, slots=True)
class Mix:
    """How often each kind of change is made; chances for each answerable question and epoch."""

    thin: float = 0.35
    join: float = 0.15
    shuffle: float = 0.1
    wrong: float = 0.5
    removed: float = 0.15
    twist: float = 0.0


def sentences(text: str) -> list[tuple[int, int]]:
    """Character spans of the sentences, white space between them left out."""
    spans, start = [], 0
    for boundary in _BOUNDARY.finditer(text):
        spans.append((start, boundary.start() + len(boundary.group().rstrip())))
        start = boundary.end()
    return [*spans, (start, len(text))]


def rebuild(example: Example, keep: Sequence[int]) -> Example:
    """The example with only these sentences, in this order; answers move along with theirs."""
    spans = sentences(example.context)
    text = ""
    moved: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for index in keep:
        start, end = spans[index]
        shift = len(text) + bool(text) - start
        for found, old in zip(moved, (example.answers, example.plausible), strict=True):
            found += [(a + shift, b + shift) for a, b in old if start <= a and b <= end]
        text += (" " if text else "") + example.context[start:end]
    return replace(example, context=text, answers=tuple(moved[0]), plausible=tuple(moved[1]))


def holding(example: Example) -> list[int] | None:
    """The sentences that hold the answers, or None where an answer crosses a boundary."""
    spans = sentences(example.context)
    found = set()
    for a, b in example.answers:
        inside = [i for i, (start, end) in enumerate(spans) if start <= a and b <= end]
        if not inside:
            return None
        found.add(inside[0])
    return sorted(found)


def thin(example: Example, rng: random.Random) -> Example:
    """Drop about half of the sentences that do not hold the answer."""
    kept = holding(example)
    if kept is None:
        return example
    count = len(sentences(example.context))
    return rebuild(example, [i for i in range(count) if i in kept or rng.random() < 0.5])


def shuffle(example: Example, rng: random.Random) -> Example:
    if holding(example) is None:
        return example
    order = list(range(len(sentences(example.context))))
    rng.shuffle(order)
    return rebuild(example, order)


def join(example: Example, other: str, rng: random.Random) -> Example:
    """Another passage before or after, as where a chunk holds the end of one topic."""
    other = other[:_BESIDE]
    if rng.random() < 0.5:
        return replace(example, context=f"{example.context} {other}")
    shift = len(other) + 1
    moved = tuple((a + shift, b + shift) for a, b in example.answers)
    return replace(example, context=f"{other} {example.context}", answers=moved)


def removed(example: Example) -> Example | None:
    """The passage without any sentence that names the answer: what is left has no answer."""
    texts = [text.lower() for text in example.answer_texts]
    keep = [
        i
        for i, (start, end) in enumerate(sentences(example.context))
        if not any(text in example.context[start:end].lower() for text in texts)
    ]
    return replace(rebuild(example, keep), answers=()) if len(keep) >= 2 else None


@dataclass(frozen=True, slots=True, eq=False)
class Wrong:
    """For each question, the passages that BM25 ranks high and that do not hold the answer."""

    passages: list[str]
    nearest: dict[str, list[int]]

    @classmethod
    def build(cls, examples: Sequence[Example], more: Sequence[str], depth: int = 12) -> Wrong:
        texts = list(dict.fromkeys([*(e.context for e in examples), *more]))
        index = bm25s.BM25()
        index.index(bm25s.tokenize(texts, stopwords="en", show_progress=False), show_progress=False)
        questions = list(dict.fromkeys(e.question for e in examples))
        tokens = bm25s.tokenize(questions, stopwords="en", show_progress=False)
        found, _ = index.retrieve(tokens, k=min(depth, len(texts)), show_progress=False)
        return cls(texts, dict(zip(questions, found.tolist(), strict=True)))

    def of(self, example: Example) -> list[str]:
        """Passages by rank, without the example's own and without those that name the answer."""
        answers = [text.lower() for text in example.answer_texts]
        return [
            text
            for text in (self.passages[i] for i in self.nearest[example.question])
            if text != example.context and not any(a in text.lower() for a in answers)
        ]


def hard(passages: Sequence[str], rng: random.Random) -> str:
    """One of some passages by rank: the first are the hard ones, and the ones a reader meets."""
    return passages[min(int(rng.expovariate(0.5)), len(passages) - 1)]


def epoch(
    examples: Sequence[Example], wrong: Wrong, mix: Mix, rng: random.Random
) -> Iterator[Example]:
    """One pass over the questions with fresh changes and fresh negatives."""
    for example in examples:
        if not example.answers:
            yield shuffle(example, rng) if rng.random() < mix.shuffle else example
            continue
        yield _changed(example, wrong, mix, rng)
        near = wrong.of(example)
        if near and rng.random() < mix.wrong:
            yield replace(example, context=hard(near, rng), answers=())
        if rng.random() < mix.removed and (less := removed(example)):
            yield less
        if rng.random() < mix.twist and (other := twisted(example, rng)):
            yield other


def _changed(example: Example, wrong: Wrong, mix: Mix, rng: random.Random) -> Example:
    draw = rng.random()
    if draw < mix.thin:
        return thin(example, rng)
    if draw < mix.thin + mix.shuffle:
        return shuffle(example, rng)
    near = wrong.of(example)
    if near and draw < mix.thin + mix.shuffle + mix.join:
        other = rng.choice(near)
        return join(thin(example, rng), other, rng)
    return example
