"""Draws what `benchmarks.scale` measured.

python -m benchmarks.scale_plot FILE PICTURE.svg
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from html import escape
from pathlib import Path

# Title, unit, and (key, label, colour) of each line.
PANELS = (
    ("A question", "ms", (("query_p50_ms", "all, median", "#0b5fa5"),
                          ("query_p95_ms", "all, 95%", "#7fb2dd"),
                          ("dense_p50_ms", "vectors", "#c2410c"),
                          ("exact_ms", "vectors, exact", "#f0a882"))),
    ("On disk and in memory", "MB", (("disk_mb", "disk", "#0b5fa5"),
                                     ("reader_mb", "reader with mapped files", "#7fb2dd"),
                                     ("add_mb", "writer, peak", "#c2410c"))),
    ("Opening and removing one document", "ms", (("open_ms", "open", "#0b5fa5"),
                                                 ("remove_ms", "remove", "#c2410c"))),
)  # fmt: skip
WIDTH, HEIGHT, LEFT, TOP = 300, 190, 46, 34


def main(source: Path, target: Path) -> None:
    rows = [json.loads(line) for line in source.read_text().splitlines()]
    rows = [
        row | {"remove_ms": row["remove_s"] * 1000} for row in rows if row.get("added", 0) > 999
    ]
    panels = [
        f'<g transform="translate({i * (WIDTH + 70)},0)">{_panel(rows, *panel)}</g>'
        for i, panel in enumerate(PANELS)
    ]
    size = f"{len(PANELS) * (WIDTH + 70)} {HEIGHT + TOP + 40 + 4 * 15}"
    target.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" font-size="11" '
        f'font-family="system-ui, sans-serif"><rect width="100%" height="100%" fill="white"/>'
        f"{''.join(panels)}</svg>\n",
        encoding="utf-8",
    )


def _panel(
    rows: Sequence[dict[str, float]], title: str, unit: str, lines: Sequence[tuple[str, str, str]]
) -> str:
    values = [max(row[key], 0.1) for row in rows for key, _, _ in lines]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))

    def x(chunks: float) -> float:
        return LEFT + (math.log10(chunks) - 4) / 2 * WIDTH

    def y(value: float) -> float:
        return TOP + HEIGHT - (math.log10(max(value, 0.1)) - low) / (high - low) * HEIGHT

    parts = [f'<text x="{LEFT}" y="18" font-weight="600">{escape(title)}, {unit}</text>']
    for power in range(low, high + 1):
        at = y(10**power)
        parts.append(f'<path d="M{LEFT} {at:.1f}h{WIDTH}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{10**power:g}</text>'
        )
    for chunks in (10_000, 100_000, 1_000_000):
        anchor = "end" if chunks == 1_000_000 else "middle"
        parts.append(
            f'<text x="{x(chunks):.1f}" y="{TOP + HEIGHT + 16}" text-anchor="{anchor}">'
            f"{chunks:,}{' chunks' if chunks == 1_000_000 else ''}</text>"
        )
    for i, (key, label, colour) in enumerate(lines):
        points = [(x(row["chunks"]), y(row[key])) for row in rows]
        path = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in points)
        parts.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in points]
        below = TOP + HEIGHT + 36 + 15 * i
        parts.append(f'<path d="M{LEFT} {below - 4}h18" stroke="{colour}" stroke-width="3"/>')
        parts.append(f'<text x="{LEFT + 24}" y="{below}">{escape(label)}</text>')
    return "".join(parts)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("picture", type=Path)
    given = parser.parse_args()
    main(given.file, given.picture)
