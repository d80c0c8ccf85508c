"""Teach a larger reader, for the one that ships to learn from.

    python -m training.teacher --model SMOLLM --data DATA --out RUNS/teacher

It sees the real questions alone, those that the reader sees. Two minutes on an H200 with four
passes over them; on two cores it would take a day.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn.functional import log_softmax

from rag.span_models import Window
from training import augment, data
from training.batches import groups, targets
from training.development import Development
from training.echo import Echo
from training.trainer import schedule

BATCH_TOKENS = 12_288
WARM_UP = 0.06
Epoch = Callable[[random.Random], Iterable[data.Example]]


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """A question about a passage in tokens: `ids` end with the token that stands for no answer.

    Positions of the targets are the tokens of the second reading from 1 on; 0 is no answer.
    """

    window: Window
    starts: dict[int, float]
    ends: dict[int, float]
    likely: tuple[dict[int, float], dict[int, float]]


def lessons(examples: Sequence[data.Example], model: Echo) -> list[Lesson]:
    """One for each example."""
    windows = model.windows([e.question for e in examples], [e.context for e in examples])
    made = []
    for example, window in zip(examples, windows, strict=True):
        places = {k: (a, b) for k, (a, b) in enumerate(window.offsets.tolist()) if k}
        likely = targets(places, example.plausible)
        made.append(
            Lesson(
                window, *targets(places, example.answers), ({}, {}) if 0 in likely[0] else likely
            )
        )
    return made


def loss(model: Echo, batch: Sequence[Lesson], plausible: float) -> torch.Tensor:
    """Cross-entropy with the references, and with tempting spans among the passage's tokens."""
    logits, _ = model.scores([lesson.window for lesson in batch])
    wanted = torch.zeros(2, *logits.shape)
    for i, lesson in enumerate(batch):
        for kind, pair in enumerate(((lesson.starts, lesson.ends), lesson.likely)):
            for side, shares in enumerate(pair):
                for k, share in shares.items():
                    wanted[kind, i, side, k] = share
    wanted = wanted.to(logits.device)
    inside = logits.clone()
    inside[:, :, 0] = -1e4
    said = -(wanted[0] * log_softmax(logits, dim=-1)).sum(dim=-1).mean()
    tempting = -(wanted[1] * log_softmax(inside, dim=-1)).sum(dim=-1).mean()
    return said + plausible * tempting


def learn(model: Echo, material: Epoch, arguments: argparse.Namespace) -> None:
    """All epochs; the averaged weights are what is left in the model."""
    body = [w for n, w in model.body.named_parameters() if "embed_tokens" not in n]
    model.body.embed_tokens.requires_grad_(False)
    weights = [*body, *model.head.parameters()]
    rates = [arguments.rate, arguments.rate * 10]
    optimizer = torch.optim.AdamW(
        [{"params": body}, {"params": list(model.head.parameters())}],
        lr=arguments.rate,
        betas=(0.9, 0.98),
        weight_decay=0.01,
        fused=True,
    )
    means = [w.detach().clone() for w in weights]
    steps, began = 0, time.perf_counter()
    for epoch in range(arguments.epochs):
        rng = random.Random(f"{arguments.seed}/{epoch}")
        rows = lessons(list(material(rng)), model)
        parts = groups([len(x.window.ids) for x in rows], BATCH_TOKENS, rng)
        model.train()
        losses = []
        for step, part in enumerate(parts):
            rate = schedule((epoch + step / len(parts)) / arguments.epochs, WARM_UP)
            for group, full in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = full * rate
            value = loss(model, [rows[i] for i in part], arguments.plausible)
            value.backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimizer.step()
            optimizer.zero_grad()
            steps += 1
            with torch.no_grad():
                torch._foreach_lerp_(means, weights, 1 - min(0.99, steps / (steps + 10)))
            losses.append(value.detach())
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
    folder = arguments.data / "multihop" / "data"
    squad = data.squad(arguments.data / "squad2" / "dev-half.json")
    train, held_out = data.split(squad, final=False)
    real = (train + data.multihop(folder))[: arguments.limit]
    near = augment.Wrong.build(real, [text for _, text in data.passages(folder)][::4])
    mix = augment.Mix(wrong=arguments.wrong, removed=arguments.removed)
    model = Echo(arguments.model, arguments.device)
    learn(model, lambda rng: augment.epoch(real, near, mix, rng), arguments)
    figures = Development.build(held_out[: arguments.limit]).measure(model.eval())
    print(json.dumps({**figures, "seconds": round(time.perf_counter() - began)}), flush=True)
    model.save(arguments.out)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="a decoder's folder")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--wrong", type=float, default=0.8)
    parser.add_argument("--removed", type=float, default=0.3)
    parser.add_argument("--plausible", type=float, default=1.0)
    parser.add_argument("--limit", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cuda")
    return parser.parse_args()


if __name__ == "__main__":
    main()
