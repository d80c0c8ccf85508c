"""Examples to padded tensors: windows, soft targets, batches of like length."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import torch

from training.data import Example

MAX_TOKENS = 288
STRIDE = 96


@dataclass(frozen=True, slots=True)
class Row:
    """One window: token ids, segment ids, and soft targets as {token: probability}.

    `likely` are the targets for starts and ends among the passage's tokens where there is no
    answer, only a plausible one; empty if there is none.
    """

    ids: list[int]
    segments: list[int]
    starts: dict[int, float]
    ends: dict[int, float]
    likely: tuple[dict[int, float], dict[int, float]]


@dataclass(frozen=True, slots=True)
class Batch:
    """ids, segments, mask: int64 (b, t); starts, ends: f32 (b, t), each row sums to one.

    likely_starts, likely_ends: f32 (b, t), each row sums to one or is zero.
    """

    ids: torch.Tensor
    segments: torch.Tensor
    mask: torch.Tensor
    starts: torch.Tensor
    ends: torch.Tensor
    likely_starts: torch.Tensor
    likely_ends: torch.Tensor

    def to(self, device: torch.device) -> Batch:
        """The same where the model is."""
        return Batch(**{f.name: getattr(self, f.name).to(device) for f in fields(self)})


def rows(examples: Iterable[Example], tokenizer: Any, rng: random.Random) -> list[Row]:
    """One window of each example: one that holds an answer where there is one."""
    examples = list(examples)
    encoded = tokenizer(
        [e.question for e in examples],
        [e.context for e in examples],
        truncation="only_second",
        max_length=MAX_TOKENS,
        stride=STRIDE,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
    )
    windows: list[list[Row]] = [[] for _ in examples]
    for i, source in enumerate(encoded["overflow_to_sample_mapping"]):
        sides, offsets = encoded.sequence_ids(i), encoded["offset_mapping"][i]
        places = {k: o for k, o in enumerate(offsets) if sides[k] == 1}
        starts, ends = targets(places, examples[source].answers)
        likely = tempting(places, examples[source].plausible)
        windows[source].append(
            Row(encoded["input_ids"][i], encoded["token_type_ids"][i], starts, ends, likely)
        )
    return [
        _choose(found, bool(e.answers), rng) for e, found in zip(examples, windows, strict=True)
    ]


def _choose(windows: list[Row], answerable: bool, rng: random.Random) -> Row:
    holding = [row for row in windows if 0 not in row.starts]
    return rng.choice(holding if answerable and holding else windows)


def targets(
    places: dict[int, tuple[int, int]], answers: tuple[tuple[int, int], ...]
) -> tuple[dict[int, float], dict[int, float]]:
    """Share of the references at each token; at the null position 0 if none is inside."""
    starts: dict[int, float] = {}
    ends: dict[int, float] = {}
    for a, b in answers:
        covered = [k for k, (start, end) in places.items() if start < b and end > a]
        if not covered or places[covered[0]][0] > a or places[covered[-1]][1] < b:
            continue
        starts[covered[0]] = starts.get(covered[0], 0.0) + 1.0
        ends[covered[-1]] = ends.get(covered[-1], 0.0) + 1.0
    total = sum(starts.values())
    if not total:
        return {0: 1.0}, {0: 1.0}
    return {k: v / total for k, v in starts.items()}, {k: v / total for k, v in ends.items()}


def tempting(
    places: dict[int, tuple[int, int]], spans: tuple[tuple[int, int], ...]
) -> tuple[dict[int, float], dict[int, float]]:
    """`targets` of spans that look like answers; empty if none is inside."""
    found = targets(places, spans)
    return ({}, {}) if 0 in found[0] else found


def groups(lengths: Sequence[int], tokens: int, rng: random.Random) -> list[list[int]]:
    """Places in `lengths` of like length together, at most `tokens` padded tokens a group, in
    random order. One that is longer makes a group by itself."""
    found: list[list[int]] = []
    longest = 0
    for i in sorted(range(len(lengths)), key=lambda i: lengths[i] * rng.uniform(0.9, 1.1)):
        longest = max(longest, lengths[i])
        if not found or longest * (len(found[-1]) + 1) > tokens:
            found.append([])
            longest = lengths[i]
        found[-1].append(i)
    rng.shuffle(found)
    return found


def batches(data: list[Row], tokens: int, rng: random.Random) -> list[list[Row]]:
    """Rows of like length together, as `groups` does it."""
    return [[data[i] for i in group] for group in groups([len(r.ids) for r in data], tokens, rng)]


def spread(shares: Sequence[dict[int, float]], width: int) -> torch.Tensor:
    """Soft targets of several rows, f32 (b, width)."""
    out = torch.zeros(len(shares), width)
    for i, row in enumerate(shares):
        for k, share in row.items():
            out[i, k] = share
    return out


def collate(group: list[Row]) -> Batch:
    width = max(len(row.ids) for row in group)
    ids = torch.zeros(len(group), width, dtype=torch.long)
    segments, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for i, row in enumerate(group):
        n = len(row.ids)
        ids[i, :n] = torch.tensor(row.ids)
        segments[i, :n] = torch.tensor(row.segments)
        mask[i, :n] = 1
    sides = zip(*((row.starts, row.ends, *row.likely) for row in group), strict=True)
    return Batch(ids, segments, mask, *(spread(side, width) for side in sides))
