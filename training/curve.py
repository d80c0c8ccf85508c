"""The calibration curve as a picture: how often what is said with probability p is so.

Left: the answerable share of questions by predicted probability, in ten groups of like size, each
with its 95% interval (Wilson 1927). Questions are weighed as they are when the model is fitted:
half of them have an answer, a quarter each is close and without one, or has its paragraph hidden.
Right: what a threshold keeps of the answerable questions
against what it refuses of the others.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

GROUPS = 10
_SIZE, _LEFT, _TOP = 300, 46, 34
_COLOURS = {"unanswerable": "#b5482f", "removed": "#0b5fa5"}
_SAID = {"unanswerable": "close, but unanswerable", "removed": "paragraph removed"}


def draw(file: Path, sure: NDArray[np.float64], kind: NDArray[np.str_], threshold: float) -> None:
    """Write the picture, SVG, of probabilities f64 (n,) and kinds (n,) of questions."""
    body = _reliability(sure, kind, threshold) + _trade(sure, kind)
    file.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 770 400" font-size="11" '
        'font-family="system-ui, sans-serif"><rect width="100%" height="100%" fill="white"/>'
        f"{body}</svg>\n",
        encoding="utf-8",
    )


def weights(kind: NDArray[np.str_]) -> NDArray[np.float64]:
    """What each question counts, f64 (n,), of mean 1: answerable ones are half of all."""
    share = {"answerable": 0.5, "unanswerable": 0.25, "removed": 0.25}
    counts = {name: max(int((kind == name).sum()), 1) for name in share}
    return np.asarray([share[name] / counts[name] for name in kind]) * len(kind)


def groups(
    sure: NDArray[np.float64], kind: NDArray[np.str_]
) -> list[tuple[float, float, float, float]]:
    """Mean probability, share that is answerable, and the ends of its interval, by group."""
    label, weight = kind == "answerable", weights(kind)
    found = []
    for part in np.array_split(np.argsort(sure, kind="stable"), GROUPS):
        w = weight[part]
        share = float(np.average(label[part], weights=w))
        low, high = interval(share, float(w.sum() ** 2 / (w**2).sum()))
        found.append((float(np.average(sure[part], weights=w)), share, low, high))
    return found


def interval(share: float, of: float, z: float = 1.96) -> tuple[float, float]:
    """Wilson's score interval of a share among `of` questions."""
    centre = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(centre - half, 0.0), min(centre + half, 1.0)


def _reliability(sure: NDArray[np.float64], kind: NDArray[np.str_], threshold: float) -> str:
    found = groups(sure, kind)
    bars = "".join(
        f'<path d="M{_x(p)} {_y(low)}V{_y(high)}" stroke="#7fb2dd" stroke-width="2"/>'
        f'<circle cx="{_x(p)}" cy="{_y(share)}" r="4" fill="#0b5fa5"/>'
        for p, share, low, high in found
    )
    line = "L".join(f"{_x(p)} {_y(share)}" for p, share, _, _ in found)
    return (
        f"<g>{_axes('Answerable, share', 'probability that was predicted')}"
        f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="#aaa" stroke-dasharray="4 4"/>'
        f'<path d="M{line}" fill="none" stroke="#0b5fa5" stroke-width="2"/>{bars}'
        f'<path d="M{_x(threshold)} {_y(0)}V{_y(1)}" stroke="#b5482f"/>'
        f'<text x="{_x(threshold) + 4}" y="{_y(0.96)}" fill="#b5482f">threshold</text></g>'
    )


def _trade(sure: NDArray[np.float64], kind: NDArray[np.str_]) -> str:
    steps = np.quantile(sure[kind == "answerable"], np.linspace(0, 0.5, 51))
    drawn = ""
    for number, (other, colour) in enumerate(_COLOURS.items()):
        refused = [float(np.mean(sure[kind == other] < step)) for step in steps]
        kept = [float(np.mean(sure[kind == "answerable"] >= step)) for step in steps]
        line = "L".join(f"{_x(k)} {_y(r)}" for k, r in zip(kept, refused, strict=True))
        at = _TOP + _SIZE + 46
        drawn += (
            f'<path d="M{line}" fill="none" stroke="{colour}" stroke-width="2"/>'
            f'<path d="M{_LEFT + 170 * number} {at - 4}h18" stroke="{colour}" stroke-width="3"/>'
            f'<text x="{_LEFT + 170 * number + 24}" y="{at}">{_SAID[other]}</text>'
        )
    kept_line = f'<path d="M{_x(0.9)} {_y(0)}V{_y(1)}" stroke="#aaa" stroke-dasharray="4 4"/>'
    axes = _axes("Unanswerable, refused", "answerable, kept")
    return f'<g transform="translate(390,0)">{axes}{kept_line}{drawn}</g>'


def _axes(title: str, below: str) -> str:
    drawn = f'<text x="{_LEFT}" y="18" font-weight="600">{title}</text>'
    for tick in (0, 0.25, 0.5, 0.75, 1):
        drawn += (
            f'<path d="M{_LEFT} {_y(tick)}h{_SIZE}" stroke="#ddd"/>'
            f'<text x="{_LEFT - 6}" y="{_y(tick) + 4}" text-anchor="end">{tick:g}</text>'
            f'<text x="{_x(tick)}" y="{_TOP + _SIZE + 14}" text-anchor="middle">{tick:g}</text>'
        )
    return drawn + (
        f'<text x="{_LEFT + _SIZE / 2}" y="{_TOP + _SIZE + 28}" text-anchor="middle">{below}</text>'
    )


def _x(value: float) -> float:
    return round(_LEFT + _SIZE * value, 1)


def _y(value: float) -> float:
    return round(_TOP + _SIZE * (1 - value), 1)
