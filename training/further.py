"""Go on from a reader by new questions, on two cores.

    python -m training.further --base READER --seen RUNS/before.jsonl \
        --written RUNS/written.jsonl --labels RUNS/labels.jsonl --data DATA --out RUNS/further

All new questions are learnt from, and a share of each kind that the reader has seen, so that it
forgets none. The lower layers stay as they are: half of the gradients need not be computed.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from training import augment, batches, data
from training.distil import rows
from training.labels import read
from training.trainer import Plan, Trainer, prepare, progress

# Passages of documents come with a wrong one more often: near misses of a folder are the question.
PARAGRAPHS = augment.Mix(wrong=0.5, removed=0.1)
DOCUMENTS = augment.Mix(thin=0.15, join=0.1, shuffle=0.0, wrong=1.0, removed=0.1)
# Of what has been seen: questions about paragraphs, about documents, and of people.
AGAIN = (0.5, 0.7, 0.6)
LABELS = 3000


def material(
    arguments: argparse.Namespace, rng: random.Random
) -> tuple[list[data.Example], list[data.Example]]:
    """What is learnt from: examples about paragraphs, and about documents."""
    seen = data.written(arguments.seen, held_out=False) if arguments.seen else []
    known = set(seen)
    new = [e for e in data.written(arguments.written, held_out=False) if e not in known]
    hops = arguments.data / "multihop" / "data"
    people = data.articles(arguments.data, final=False)[0] + data.multihop(hops)
    pools = ([e for e in seen if not _of_file(e)], [e for e in seen if _of_file(e)], people)
    again = [rng.sample(pool, int(s * len(pool))) for pool, s in zip(pools, AGAIN, strict=True)]
    paragraphs = [*again[0], *again[2], *(e for e in new if not _of_file(e))]
    return paragraphs, [*again[1], *(e for e in new if _of_file(e))]


def _of_file(example: data.Example) -> bool:
    """Is it about a document of `written/documents`, which its group names?"""
    return "." in example.group


def _rows(
    arguments: argparse.Namespace, tokenizer: object, rng: random.Random
) -> list[batches.Row]:
    paragraphs, documents = material(arguments, rng)
    others = [text for _, text in data.passages(arguments.data / "multihop" / "data")][::8]
    near = augment.Wrong.build([*paragraphs, *documents], others)
    changed = [*augment.epoch(paragraphs, near, PARAGRAPHS, rng)]
    changed += augment.epoch(documents, near, DOCUMENTS, rng)
    found = batches.rows(changed, tokenizer, rng)
    return found + (rows(read(arguments.labels, LABELS), tokenizer) if arguments.labels else [])


def learn(trainer: Trainer, groups: Sequence[list[batches.Row]], out: Path) -> None:
    """One pass, or what the minutes suffice for; says how it goes."""
    began, losses = time.perf_counter(), []
    trainer.model.train()
    for i, group in enumerate(groups):
        done = progress(i / len(groups), 1, began, trainer.plan.minutes)
        if done >= 1:
            break
        losses.append(trainer.step(batches.collate(group), done))
        if i % 50 == 49:
            mean = float(torch.stack(losses[-50:]).mean())
            print(f"step {i + 1}/{len(groups)} {mean:.3f} {done:.2f}", flush=True)
    trainer.averaged(True)
    trainer.model.save_pretrained(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--written", type=Path, required=True, help="what training.written wrote")
    parser.add_argument("--seen", type=Path, help="the same of the questions that the base knows")
    parser.add_argument("--labels", type=Path, help="some of them are learnt from as well")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=50)
    parser.add_argument("--rate", type=float, default=1.2e-4)
    parser.add_argument("--frozen", type=int, default=3, help="layers that stay as they are")
    parser.add_argument("--tokens", type=int, default=4096, help="of a batch")
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()
    plan = Plan(
        1,
        arguments.rate,
        minutes=arguments.minutes,
        batch_tokens=arguments.tokens,
        plausible=1.0,
        frozen=arguments.frozen,
        seed=arguments.seed,
    )
    model, tokenizer = prepare(arguments.base, plan)
    model.set_attn_implementation("sdpa")
    rng = random.Random(plan.seed)
    groups = batches.batches(_rows(arguments, tokenizer, rng), plan.batch_tokens, rng)
    learn(Trainer(model, plan), groups, arguments.out / "model")
    tokenizer.save_pretrained(arguments.out / "model")


if __name__ == "__main__":
    main()
