"""Draws what `benchmarks.run` found.

    python -m benchmarks.pictures FILE FOLDER

FILE holds JSON lines; what later lines say of a part replaces what earlier ones said. Writes
profile.svg and growth.svg, as far as there is something to draw.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

COLOURS = ("#0b5fa5", "#c2410c", "#7fb2dd", "#f0a882", "#999", "#2f7d4f")
WIDTH, LEFT, ROW = 560, 250, 26


def main(source: Path, folder: Path) -> None:
    found: dict[str, Any] = {}
    for line in source.read_text(encoding="utf-8").splitlines():
        found.update(json.loads(line))
    if "profile" in found:
        _write(folder / "profile.svg", *bars(found["profile"]))
    if "growth" in found:
        _write(folder / "growth.svg", *lines(found["growth"]))


def bars(runs: dict[str, dict[str, float]]) -> tuple[int, int, list[str]]:
    """One bar a run, cut by kind of operation; the longest bar fills the width."""
    kinds = list(next(iter(runs.values())))
    longest = max(sum(run.values()) for run in runs.values())
    parts = []
    for i, (name, run) in enumerate(runs.items()):
        y, x = 14 + i * ROW, float(LEFT)
        parts.append(f'<text x="{LEFT - 8}" y="{y + 14}" text-anchor="end">{escape(name)}</text>')
        for colour, kind in zip(COLOURS, kinds, strict=False):
            wide = run[kind] / longest * WIDTH
            parts.append(
                f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="18" fill="{colour}"/>'
            )
            x += wide
        parts.append(f'<text x="{x + 6:.1f}" y="{y + 14}">{sum(run.values()):.0f} ms</text>')
    below = 14 + len(runs) * ROW + 18
    parts += _legend(kinds, LEFT, below)
    return LEFT + WIDTH + 70, below + 14, parts


def lines(curves: dict[str, dict[str, Any]]) -> tuple[int, int, list[str]]:
    """All curves on logarithmic axes, each relative to its first point."""
    top = max(curve["sizes"][-1] / curve["sizes"][0] for curve in curves.values())
    high = max(max(c["seconds"]) / c["seconds"][0] for c in curves.values())
    across, up = math.log10(top), math.log10(max(high, top))
    wide, tall, left, above = 420, 260, 50, 16

    def at(size: float, cost: float) -> tuple[float, float]:
        x = left + math.log10(size) / across * wide
        return x, above + tall - math.log10(max(cost, 0.5)) / up * tall

    parts = []
    for power in range(int(up) + 1):
        for x, y, label in ((left, at(1, 10**power)[1], f"{10**power}x the cost"),):
            parts.append(f'<path d="M{x} {y:.1f}h{wide}" stroke="#ddd"/>')
            parts.append(f'<text x="{x + 4}" y="{y - 4:.1f}" fill="#777">{label}</text>')
    for power in range(int(across) + 1):
        x = at(10**power, 1)[0]
        parts.append(f'<text x="{x:.1f}" y="{above + tall + 16}">{10**power}x</text>')
    names = []
    for colour, (name, curve) in zip(COLOURS, curves.items(), strict=False):
        points = [
            at(size / curve["sizes"][0], cost / curve["seconds"][0])
            for size, cost in zip(curve["sizes"], curve["seconds"], strict=True)
        ]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        sizes = f"{curve['sizes'][0]} to {curve['sizes'][-1]}"
        names.append(f"{name}, {sizes}: exponent {curve['exponent']}")
    below = above + tall + 40
    for i, (colour, name) in enumerate(zip(COLOURS, names, strict=False)):
        parts += _legend([name], left, below + 16 * i, [colour])
    return left + wide + 60, below + 16 * len(names), parts


def _legend(
    names: Iterable[str], x: float, y: float, colours: Iterable[str] = COLOURS
) -> list[str]:
    parts = []
    for colour, name in zip(colours, names, strict=False):
        parts.append(f'<rect x="{x}" y="{y - 9}" width="12" height="10" fill="{colour}"/>')
        parts.append(f'<text x="{x + 17}" y="{y}">{escape(name)}</text>')
        x += 34 + 6.4 * len(name)
    return parts


def _write(path: Path, width: int, height: int, parts: list[str]) -> None:
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-size="12" '
        f'font-family="system-ui, sans-serif"><rect width="100%" height="100%" fill="white"/>'
        f"{''.join(parts)}</svg>\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    main(given.file, given.folder)
