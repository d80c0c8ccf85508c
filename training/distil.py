"""Teach the reader that ships what larger readers say of questions that nobody answered.

    python -m training.distil --base READER --labels RUNS/labels.jsonl --data DATA --out RUNS/it

Real questions keep their references; what was asked by `training.asking` has the mean of what the
teachers say as its target, the chance of no answer and the places of the answer (Hinton et al.
2015, arXiv:1503.02531).
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from rag.networks.span_models import TransformersSpans
from training import augment, batches
from training.development import development
from training.labels import Label, read
from training.material import Material
from training.trainer import Plan, Trainer, prepare, progress

LONGEST = 384  # tokens of a window


def rows(labels: Sequence[Label], tokenizer: Any) -> list[batches.Row]:
    """Each label as one window; what lies behind its end is left out of the targets."""
    encoded = tokenizer(
        [x.question for x in labels],
        [x.context for x in labels],
        truncation="only_second",
        max_length=LONGEST,
        return_offsets_mapping=True,
    )
    found = []
    for i, label in enumerate(labels):
        sides, offsets = encoded.sequence_ids(i), encoded["offset_mapping"][i]
        places = [(k, a, b) for k, (a, b) in enumerate(offsets) if sides[k] == 1]
        starts = _at(label.starts, places)
        # An end is the place behind a token's last character.
        ends = _at(label.ends, [(k, a + 1, b + 1) for k, a, b in places])
        none = label.none if starts and ends else 1.0
        whole = [
            {0: none, **{k: (1 - none) * v for k, v in side.items()}} for side in (starts, ends)
        ]
        likely = (starts, ends) if starts and ends else ({}, {})
        found.append(
            batches.Row(encoded["input_ids"][i], encoded["token_type_ids"][i], *whole, likely)
        )
    return found


def _at(shares: dict[int, float], places: Sequence[tuple[int, int, int]]) -> dict[int, float]:
    """Shares of characters as shares of tokens that sum to one; empty where none is inside."""
    found: dict[int, float] = {}
    for character, share in shares.items():
        for k, a, b in places:
            if a <= character < b:
                found[k] = found.get(k, 0.0) + share
                break
    total = sum(found.values())
    return {k: v / total for k, v in found.items()} if total else {}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--written", type=Path, help="what training.written wrote")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--minutes", type=float, default=1e9, help="at most, the schedule's end")
    parser.add_argument("--tokens", type=int, default=12_288, help="of a batch")
    parser.add_argument("--real", type=int, default=2, help="passes over the real ones an epoch")
    parser.add_argument("--wrong", type=float, default=0.8)
    parser.add_argument("--removed", type=float, default=0.3)
    parser.add_argument("--limit", type=int, default=1_000_000)
    parser.add_argument("--measure", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cuda")
    arguments = parser.parse_args()
    plan = Plan(
        arguments.epochs,
        arguments.rate,
        minutes=arguments.minutes,
        batch_tokens=arguments.tokens,
        plausible=1.0,
        seed=arguments.seed,
    )
    model, tokenizer = prepare(arguments.base, plan, arguments.device)
    trainer = Trainer(model, plan)
    began = time.perf_counter()
    made = rows(read(arguments.labels, arguments.limit), tokenizer)
    mix = augment.Mix(wrong=arguments.wrong, removed=arguments.removed)
    material = Material.load(arguments.data, mix, written=arguments.written, limit=arguments.limit)
    held_out = (arguments.data, arguments.written, arguments.limit)
    tests = development(*held_out) if arguments.measure else {}
    print(f"{len(made)} labels, {time.perf_counter() - began:.0f} s", flush=True)
    for epoch in range(plan.epochs):
        rng = random.Random(f"{plan.seed}/{epoch}")
        ours: list[batches.Row] = list(made)
        for _ in range(arguments.real):
            ours += batches.rows(material.epoch(epoch, plan.epochs, rng), tokenizer, rng)
        groups = batches.batches(ours, plan.batch_tokens, rng)
        model.train()
        losses = []
        for i, group in enumerate(groups):
            done = progress(epoch + i / len(groups), plan.epochs, began, plan.minutes)
            if done >= 1:
                break
            losses.append(trainer.step(batches.collate(group), done))
        if not losses:
            break
        trainer.averaged(True)
        model.save_pretrained(arguments.out / "model")
        tokenizer.save_pretrained(arguments.out / "model")
        spans = TransformersSpans(model.eval(), tokenizer, arguments.device)
        figures = {name: test.measure(spans) for name, test in tests.items()}
        trainer.averaged(False)
        record = {"epoch": epoch + 1, "rows": len(ours), "loss": float(torch.stack(losses).mean())}
        seconds = round(time.perf_counter() - began)
        print(json.dumps({**record, **figures, "seconds": seconds}), flush=True)


if __name__ == "__main__":
    main()
