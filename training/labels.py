"""What larger readers say of questions that `training.asking` asked, or of all that are known.

    python -m training.labels --model RUNS/teacher [MORE ...] --asked FILE --out RUNS/labels.jsonl
    python -m training.labels --model RUNS/second --base SMOLLM --written FILE --data DATA --out …

`training.distil` teaches the reader that ships by it.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from rag.networks import lora
from training import augment, data
from training.adapter import Adapter
from training.batches import groups
from training.echo import Echo
from training.material import Material
from training.teacher import Reader
from training.twist import twisted

BATCH_TOKENS = 65_536
LIKELY, LEAST = 6, 0.01  # places that a label names: how many, and the least chance of one
WRONG = 0.4  # wrong passages for each question that was asked
JOINED, THINNED = 0.15, 0.15  # shares of the questions whose passage is changed


@dataclass(frozen=True, slots=True)
class Label:
    """What teachers say of a question and a passage: the chance of no answer, and where one would
    start and end if there is one, as {character: chance}, which sum to one."""

    question: str
    context: str
    none: float
    starts: dict[int, float]
    ends: dict[int, float]


@torch.inference_mode()
def labels(teachers: Sequence[Reader], pairs: Sequence[tuple[str, str]]) -> Iterator[Label]:
    """What they say on average, in any order."""
    windows = teachers[0].windows([q for q, _ in pairs], [p for _, p in pairs])
    order = groups([len(w.ids) for w in windows], BATCH_TOKENS, random.Random(0))
    for part in order:
        batch = [windows[i] for i in part]
        both = torch.stack([t.scores(batch)[0].softmax(dim=-1) for t in teachers]).mean(dim=0)
        none = both[:, :, 0].prod(dim=1).sqrt().tolist()
        inside = both[:, :, 1:] / both[:, :, 1:].sum(dim=-1, keepdim=True).clamp(min=1e-9)
        values, places = (x.tolist() for x in inside.topk(min(LIKELY, inside.shape[-1])))
        for row, i in enumerate(part):
            offsets = windows[i].offsets[1:]
            shares: list[dict[int, float]] = []
            for side in range(2):
                found = {
                    _edge(pairs[i][1], offsets[k], side): v
                    for k, v in zip(places[row][side], values[row][side], strict=True)
                    if k < len(offsets)
                }
                found = {k: v for k, v in found.items() if v > LEAST}
                total = sum(found.values())
                shares.append({k: round(v / total, 3) for k, v in found.items()})
            yield Label(*pairs[i], round(none[row], 4), *shares)


def _edge(context: str, place: NDArray[np.int32], side: int) -> int:
    """Where a token starts or ends; the space before a word may belong to its token."""
    start, end = place.tolist()
    return end if side else start + len(context[start:end]) - len(context[start:end].lstrip())


def pairs(asked: Path, rng: random.Random) -> list[tuple[str, str]]:
    """What was asked, with its passage, with a joined one and with a wrong one."""
    records = [json.loads(line) for line in asked.read_text(encoding="utf-8").splitlines()]
    examples = [
        data.Example(r["question"], r["context"], ((r["start"], r["end"]),), r["group"])
        for r in records
    ]
    near = augment.Wrong.build(examples, [])
    found = []
    for example in examples:
        others = near.of(example)
        draw = rng.random()
        if others and draw < JOINED:
            example = augment.join(example, rng.choice(others), rng)
        elif draw < JOINED + THINNED:
            example = augment.thin(example, rng)
        found.append((example.question, example.context))
        if others and rng.random() < WRONG:
            found.append((example.question, augment.hard(others, rng)))
    return found


def known(folder: Path, written: Path, rng: random.Random) -> list[tuple[str, str]]:
    """Each question of people and each that was written, with its passage, with a wrong one, and
    with a word swapped: nobody says of the last whether it still has an answer."""
    material = Material.load(folder, augment.Mix(), written=written)
    found = []
    for example in (*material.real, *material.twins):
        found.append((example.question, example.context))
        if not example.answers:
            continue
        if others := material.near.of(example):
            found.append((example.question, augment.hard(others, rng)))
        if other := twisted(example, rng):
            found.append((other.question, other.context))
    return list(dict.fromkeys(found))


def teacher(folder: Path, base: Path | None, device: str) -> Reader:
    """What `training.teacher` left in a folder; `base` is the model that an adapter is for."""
    if (folder / lora.FILE).exists() and base is None:
        raise SystemExit(f"{folder} holds an adapter: say with --base which model it is for.")
    if base is not None:
        return Adapter(base, device, folder).eval()
    return Echo(folder, device).eval()


def read(path: Path, limit: int) -> list[Label]:
    """The labels of a file that this module wrote."""
    found = []
    with path.open(encoding="utf-8") as lines:
        for line in islice(lines, limit):
            question, context, none, starts, ends = json.loads(line)
            first, last = ({int(k): v for k, v in side.items()} for side in (starts, ends))
            found.append(Label(question, context, none, first, last))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, nargs="+", required=True)
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--asked", type=Path, help="what training.asking wrote")
    asked.add_argument("--written", type=Path, help="what training.written wrote; needs --data")
    asked.add_argument("--again", type=Path, help="labels, whose pairs are labelled once more")
    parser.add_argument("--base", type=Path, help="the model that adapters are for")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cuda")
    arguments = parser.parse_args()
    models = [teacher(m, arguments.base, arguments.device) for m in arguments.model]
    began = time.perf_counter()
    if arguments.again:
        wanted = [(x.question, x.context) for x in read(arguments.again, arguments.limit)]
    elif arguments.written:
        rng = random.Random(arguments.seed)
        wanted = known(arguments.data, arguments.written, rng)[: arguments.limit]
    else:
        wanted = pairs(arguments.asked, random.Random(arguments.seed))[: arguments.limit]
    with arguments.out.open("w", encoding="utf-8") as out:
        for label in labels(models, wanted):
            row = [label.question, label.context, label.none, label.starts, label.ends]
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    print(f"{len(wanted)} labels, {time.perf_counter() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
