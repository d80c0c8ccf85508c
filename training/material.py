"""What is trained on: real questions, made ones and wrong passages."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from training import augment, data

# Twins are many, and half of them are negatives of the hardest kind.
TWINS = augment.Mix(thin=0.3, wrong=0.25, removed=0.1)
# Made questions are many and their passages short, so they need fewer changes but more company.
MADE = augment.Mix(thin=0.25, join=0.3, shuffle=0.05, wrong=0.25, removed=0.1)


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """All real questions in each epoch, and ever fewer made ones.

    `people` are those of the real ones that people asked; the others were written for training.
    Where there are `twins`, questions that differ in a word from another one, half of what else was
    written is drawn for each epoch.
    """

    real: Sequence[data.Example]
    people: Sequence[data.Example]
    twins: Sequence[data.Example]
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
        others, twins = (
            data.written(written, held_out=False, twins=side)[:limit] if written else []
            for side in (False, True)
        )
        asked = [*people, *others]
        more = [text for _, text in data.passages(hops)][::4]
        near = augment.Wrong.build([*asked, *twins, *made], more)
        return cls(asked, people, twins, made, near, mix)

    def epoch(self, number: int, epochs: int, rng: random.Random) -> Iterator[data.Example]:
        """Fresh changes and negatives each time; shares of the made questions fall linearly."""
        real = self.real
        if self.twins:
            others = self.real[len(self.people) :]
            real = [*self.people, *rng.sample(others, len(others) // 2)]
        yield from augment.epoch(real, self.near, self.mix, rng)
        yield from augment.epoch(self.twins, self.near, TWINS, rng)
        parts = epochs * (epochs + 1) // 2
        before = sum(range(epochs, epochs - number, -1))
        first, last = (len(self.made) * n // parts for n in (before, before + epochs - number))
        yield from augment.epoch(self.made[first:last], self.near, MADE, rng)
