"""Train the span reader that ships with Footnote.

    python -m training.reader --base MINILM --made FILE --data DATA --out RUN1     (made questions)
    python -m training.reader --base RUN1/model --data DATA --out RUN2             (real questions)

Choices were made with 9 articles and three to measure on; `--final` trains on all twelve.
Killed and started again with the same arguments, a run goes on from its checkpoint.pt.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from pathlib import Path
from typing import Any

import torch

from rag.networks.span_models import TransformersSpans
from training import augment, batches, data
from training.development import Development
from training.material import Material
from training.trainer import Plan, Trainer, prepare, progress

SAVE_STEPS = 100
STARTED = time.perf_counter()


def train(
    trainer: Trainer,
    tokenizer: Any,
    material: Material,
    out: Path,
    development: Development | None,
) -> None:
    plan = trainer.plan
    first, done = _resume(trainer, out / "checkpoint.pt")
    for epoch in range(first, plan.epochs):
        # Data and dropout depend on seed, epoch and step alone, so a resumed run repeats them.
        rng = random.Random(f"{plan.seed}/{epoch}")
        rows = batches.rows(material.epoch(epoch, plan.epochs, rng), tokenizer, rng)
        groups = batches.batches(rows, plan.batch_tokens, rng)
        losses = _epoch(trainer, groups, epoch, done if epoch == first else 0, out)
        record: dict[str, Any] = {"epoch": epoch + 1, "rows": len(rows), "loss": _mean(losses)}
        if development:
            trainer.averaged(True)
            record |= development.measure(TransformersSpans(trainer.model.eval(), tokenizer))
            trainer.averaged(False)
        print(json.dumps(record), flush=True)
        _save(trainer, epoch + 1, 0, out / "checkpoint.pt")


def _epoch(
    trainer: Trainer, groups: list[list[batches.Row]], epoch: int, done: int, out: Path
) -> list[float]:
    """The losses of the epoch's steps from step `done` on."""
    trainer.model.train()
    began, losses = time.perf_counter(), []
    plan = trainer.plan
    for i in range(done, len(groups)):
        torch.manual_seed(plan.seed * 1_000_000 + trainer.steps)
        share = progress(epoch + i / len(groups), plan.epochs, STARTED, plan.minutes)
        if share >= 1:
            break
        losses.append(float(trainer.step(batches.collate(groups[i]), share)))
        if i % 50 == 49:
            rate = 50 / (time.perf_counter() - began)
            loss = _mean(losses[-50:])
            print(f"epoch {epoch} step {i + 1}/{len(groups)} loss {loss} {rate:.2f}/s", flush=True)
            began = time.perf_counter()
        if i % SAVE_STEPS == SAVE_STEPS - 1:
            _save(trainer, epoch, i + 1, out / "checkpoint.pt")
    return losses


def _mean(values: list[float]) -> float:
    return round(sum(values) / max(len(values), 1), 4)


def _save(trainer: Trainer, epoch: int, done: int, path: Path) -> None:
    part = path.with_suffix(".part")
    torch.save({"epoch": epoch, "done": done, **trainer.state()}, part)
    part.replace(path)


def _resume(trainer: Trainer, path: Path) -> tuple[int, int]:
    """The epoch to go on with, and how many of its batches are done."""
    if not path.exists():
        return 0, 0
    state = torch.load(path, weights_only=True)
    trainer.restore(state)
    return int(state["epoch"]), int(state["done"])


def main() -> None:
    arguments = _arguments()
    torch.set_num_threads(arguments.threads)
    arguments.out.mkdir(parents=True, exist_ok=True)
    plan = Plan(
        arguments.epochs,
        arguments.rate,
        minutes=arguments.minutes,
        dropout=arguments.dropout,
        seed=arguments.seed,
        plausible=arguments.plausible,
    )
    _, held_out = data.articles(arguments.data, final=arguments.final)
    model, tokenizer = prepare(arguments.base, plan)
    trainer = Trainer(model, plan)
    development = None if arguments.final else Development.build(held_out)
    train(trainer, tokenizer, _material(arguments), arguments.out, development)
    trainer.averaged(True)
    model.save_pretrained(arguments.out / "model")
    tokenizer.save_pretrained(arguments.out / "model")


def _material(arguments: argparse.Namespace) -> Material:
    made = data.made(arguments.made, final=arguments.final) if arguments.made else []
    random.Random("made").shuffle(made)
    return Material.load(
        arguments.data,
        augment.Mix(wrong=arguments.wrong, removed=arguments.removed, twist=arguments.twist),
        real=not arguments.made_only,
        made=made[arguments.skip : arguments.skip + arguments.limit],
        final=arguments.final,
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="weights to start from")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--made", type=Path, help="questions that training.questions wrote")
    parser.add_argument("--made-only", action="store_true", help="and no real ones")
    parser.add_argument("--skip", type=int, default=0, help="so many of the made questions")
    parser.add_argument("--limit", type=int, default=100_000, help="of the made questions")
    parser.add_argument("--final", action="store_true", help="the development articles, too")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--minutes", type=float, default=math.inf, help="end by then, at rate 0")
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--wrong", type=float, default=0.5, help="wrong passages per question")
    parser.add_argument("--removed", type=float, default=0.15, help="answers cut per question")
    parser.add_argument("--twist", type=float, default=0.0, help="questions changed per question")
    parser.add_argument("--plausible", type=float, default=0.0, help="weight of tempting spans")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
