"""Teach a larger reader: for the one that ships to learn from, or as the one that reads again.

    python -m training.teacher --model SMOLLM --data DATA --out RUNS/teacher
    python -m training.teacher --adapter --model SMOLLM --data DATA --written FILE --out RUNS/second

With `--adapter` only narrow products beside its weights are learnt (`training.adapter`). It sees
the real questions alone, those that the reader sees, and with `--written FILE` those that were
written for it; `--base` goes on from what an earlier run left. Two minutes on an H200 with four
passes over the real ones; on two cores it would take a day.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from rag.networks.span_models import Window
from training import augment, data
from training.adapter import Adapter
from training.batches import groups, spread, targets, tempting
from training.development import development
from training.echo import Echo
from training.material import Material
from training.trainer import objective, progress, update

WARM_UP = 0.06
Reader = Echo | Adapter


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """A question about a passage in tokens: `ids` end with the token that stands for no answer.

    Positions of the targets are the tokens of the second reading from 1 on; 0 is no answer.
    """

    window: Window
    starts: dict[int, float]
    ends: dict[int, float]
    likely: tuple[dict[int, float], dict[int, float]]


def lessons(examples: Sequence[data.Example], model: Reader) -> list[Lesson]:
    """One for each example."""
    windows = model.windows([e.question for e in examples], [e.context for e in examples])
    made = []
    for example, window in zip(examples, windows, strict=True):
        places = {k: (a, b) for k, (a, b) in enumerate(window.offsets.tolist()) if k}
        likely = tempting(places, example.plausible)
        made.append(Lesson(window, *targets(places, example.answers), likely))
    return made


def loss(model: Reader, batch: Sequence[Lesson], plausible: float) -> torch.Tensor:
    """Cross-entropy with the references, and with tempting spans among the passage's tokens."""
    logits, there = model.scores([lesson.window for lesson in batch])
    pairs = [[(x.starts, x.ends) for x in batch], [x.likely for x in batch]]
    wanted, likely = (
        torch.stack([spread(side, logits.shape[-1]) for side in zip(*pair, strict=True)], dim=1)
        for pair in pairs
    )
    return objective(logits, wanted.to(logits.device), likely.to(logits.device), there, plausible)


def learn(model: Reader, material: Material, arguments: argparse.Namespace) -> None:
    """All epochs, or what the minutes suffice for; the averaged weights are left in the model."""
    learnt = model.learnt(arguments.rate)
    weights = [weight for some, _ in learnt for weight in some]
    optimizer = torch.optim.AdamW(
        [{"params": some, "initial_lr": rate} for some, rate in learnt],
        betas=(0.9, 0.98),
        weight_decay=0.01,
        fused=True,
    )
    means = [w.detach().clone() for w in weights]
    steps, began = 0, time.perf_counter()
    for epoch in range(arguments.epochs):
        rng = random.Random(f"{arguments.seed}/{epoch}")
        examples = list(material.epoch(epoch, arguments.epochs, rng))
        for _ in range(arguments.people - 1):
            examples += augment.epoch(material.people, material.near, material.mix, rng)
        rows = lessons(examples, model)
        parts = groups([len(x.window.ids) for x in rows], arguments.tokens, rng)
        model.train()
        losses = []
        for step, part in enumerate(parts):
            value = loss(model, [rows[i] for i in part], arguments.plausible)
            passes = epoch + step / len(parts)
            done = progress(passes, arguments.epochs, began, arguments.minutes)
            if done >= 1:
                break
            losses.append(update(optimizer, value, done, WARM_UP))
            steps += 1
            with torch.no_grad():
                torch._foreach_lerp_(means, weights, 1 - min(0.995, steps / (steps + 10)))
            if step % 50 == 49:
                mean = float(torch.stack(losses[-50:]).mean())
                print(
                    f"epoch {epoch} step {step + 1}/{len(parts)} {mean:.3f} "
                    f"{time.perf_counter() - began:.0f} s",
                    flush=True,
                )
    with torch.no_grad():
        torch._foreach_copy_(weights, means)


def main() -> None:
    arguments = _arguments()
    torch.manual_seed(arguments.seed)
    began = time.perf_counter()
    mix = augment.Mix(wrong=arguments.wrong, removed=arguments.removed)
    material = Material.load(arguments.data, mix, written=arguments.written, limit=arguments.limit)
    held_out = (arguments.data, arguments.written, arguments.limit)
    tests = development(*held_out) if arguments.measure else {}
    if arguments.adapter:
        model: Reader = Adapter(arguments.model, arguments.device, arguments.base, arguments.layers)
    else:
        model = Echo(arguments.base or arguments.model, arguments.device)
    learn(model, material, arguments)
    model.save(arguments.out)
    figures = {name: test.measure(model.eval()) for name, test in tests.items()}
    print(json.dumps({**figures, "seconds": round(time.perf_counter() - began)}), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="a decoder's folder")
    parser.add_argument("--adapter", action="store_true", help="change its weights by little")
    parser.add_argument("--layers", type=int, help="the first so many of an adapter's model")
    parser.add_argument("--base", type=Path, help="what an earlier run left, to go on from")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--written", type=Path, help="what training.written wrote")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--minutes", type=float, default=1e9, help="at most, the schedule's end")
    parser.add_argument("--tokens", type=int, default=12_288, help="of a batch")
    parser.add_argument("--people", type=int, default=1, help="passes over people's an epoch")
    parser.add_argument("--wrong", type=float, default=0.8)
    parser.add_argument("--removed", type=float, default=0.3)
    parser.add_argument("--plausible", type=float, default=1.0)
    parser.add_argument("--limit", type=int, default=1_000_000)
    parser.add_argument("--measure", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cuda")
    return parser.parse_args()


if __name__ == "__main__":
    main()
