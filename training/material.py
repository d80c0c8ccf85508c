"""What is trained on: real questions, made ones and wrong passages."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from training import augment, data

# Made questions are many and their passages short, so they need fewer changes but more company.
MADE = augment.Mix(thin=0.25, join=0.3, shuffle=0.05, wrong=0.25, removed=0.1)


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """All real questions in each epoch, and ever fewer made ones.

    `people` are those of the real ones that people asked; the others were written for training.
    """

    real: Sequence[data.Example]
    people: Sequence[data.Example]
    made: Sequence[data.Example]
    near: augment.Wrong
    mix: augment.Mix

    @classmethod
    def load(
        cls,
        folder: Path,
        mix: augment.Mix,
        *,
        real: bool = True,
        made: Sequence[data.Example] = (),
        written: Path | None = None,
        final: bool = False,
        limit: int | None = None,
    ) -> Material:
        """From a data folder; `limit` real questions at most, `final` those for choices as well.

        `written` is what `training.written` wrote: questions like the real ones.
        """
        hops = folder / "multihop" / "data"
        people: list[data.Example] = []
        if real:
            people = (data.articles(folder, final=final)[0] + data.multihop(hops))[:limit]
        others = data.written(written, held_out=False)[:limit] if written else []
        asked = [*people, *others]
        more = [text for _, text in data.passages(hops)][::4]
        return cls(asked, people, made, augment.Wrong.build([*asked, *made], more), mix)

    def epoch(self, number: int, epochs: int, rng: random.Random) -> Iterator[data.Example]:
        """Fresh changes and negatives each time; shares of the made questions fall linearly."""
        yield from augment.epoch(self.real, self.near, self.mix, rng)
        parts = epochs * (epochs + 1) // 2
        before = sum(range(epochs, epochs - number, -1))
        first, last = (len(self.made) * n // parts for n in (before, before + epochs - number))
        yield from augment.epoch(self.made[first:last], self.near, MADE, rng)
