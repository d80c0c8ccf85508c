"""Which segments become one, so that there are few and a chunk is seldom rewritten."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.index import generations
from rag.index.manifest import SegmentEntry
from rag.index.segment import Segment, merge

_FAN = 3  # so many segments of a tier become one of the next
_SMALL = 4096  # chunks; segments up to this size are one tier


def merges(sizes: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Groups of segments, by position, that should become one segment each.

    `sizes` has living and stored rows of each segment. Groups of one stay as they are.
    """
    groups = [(living, [i]) for i, (living, _) in enumerate(sizes)]
    while True:
        tiers: dict[int, list[tuple[int, list[int]]]] = {}
        for group in groups:
            tiers.setdefault(_tier(group[0]), []).append(group)
        full = next((tier for tier in sorted(tiers) if len(tiers[tier]) >= _FAN), None)
        if full is None:
            return sorted(sorted(members) for _, members in groups)
        together = tiers[full]
        rows = sum(living for living, _ in together)
        members = [i for _, group_members in together for i in group_members]
        groups = [group for group in groups if group not in together] + [(rows, members)]


def _tier(rows: int) -> int:
    tier = 0
    while rows > _SMALL:
        rows //= _FAN
        tier += 1
    return tier


def consolidate(
    segments: Sequence[Segment],
    adopt: Callable[[SegmentEntry], Segment],
    dimension: int,
    compact: bool = False,
) -> list[Segment]:
    """The segments after merging those that `merges` names, or all if `compact`.

    A segment of which more than half is dead is rewritten too. `adopt` opens a new segment.
    """
    sizes = [(segment.living_rows(), len(segment)) for segment in segments]
    groups = [list(range(len(segments)))] if compact and segments else merges(sizes)
    done: list[Segment] = []
    for group in groups:
        chosen = [segments[i] for i in group]
        if len(chosen) == 1 and not (chosen[0].dead and (compact or _half_dead(chosen[0]))):
            done += chosen
            continue
        sources = [(segment, segment.living()) for segment in chosen]
        entry = merge(chosen[0].folder.parent, sources, dimension)
        generations.checkpoint("merged")
        done.append(adopt(entry))
    return done


def _half_dead(segment: Segment) -> bool:
    return segment.living_rows() * 2 < len(segment)
