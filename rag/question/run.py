"""One question on its way through the pipeline, with a clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Self

from rag.question.shape import Kind, Shape, checked
from rag.types import Hit


@dataclass(frozen=True, slots=True)
class Run:
    """A checked question, its kind, and the seconds of each stage so far."""

    question: str
    shape: Shape
    started: float
    timings: dict[str, float] = field(default_factory=dict)
    literal: bool = False  # asked in these words and no others

    @classmethod
    def of(cls, question: str, *, literal: bool = False) -> Self:
        """Begins now.

        Raises:
            UsageError: the question is empty or too long.
        """
        cleaned = checked(question)
        return cls(cleaned, Shape.of(cleaned), time.perf_counter(), literal=literal)

    @property
    def kind(self) -> Kind:
        return self.shape.kind

    def asking(self, other: str) -> Self:
        """The same run with another question, if there is one; its clock goes on."""
        return replace(self, question=other) if other else self

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Notes how long the block takes under the name of `stage`."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - begun
            self.timings[stage] = self.timings.get(stage, 0.0) + spent

    def total(self) -> dict[str, float]:
        """The seconds of each stage, and `total` since the beginning."""
        return {**self.timings, "total": time.perf_counter() - self.started}


@dataclass(frozen=True, slots=True)
class Result:
    """What a search found, with the seconds that each stage took."""

    question: str
    hits: tuple[Hit, ...]
    timings: dict[str, float] = field(compare=False)
    narrowed: tuple[str, ...] = ()
