"""The benchmark works; how fast anything is, is no matter of a test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.growth import exponent
from benchmarks.pictures import main as draw

ROOT = Path(__file__).parents[2]


def test_a_smoke_run_prints_a_table_and_one_line_of_figures_that_can_be_drawn(
    tmp_path: Path,
) -> None:
    out = tmp_path / "figures.jsonl"
    parts = ("embed", "search", "profile", "growth")
    chosen = [word for part in parts for word in ("--only", part)]
    command = [sys.executable, "-m", "benchmarks.run", "--smoke", "--threads", "1", *chosen]
    command += ["--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    *table, last = done.stdout.strip().splitlines()
    found = json.loads(last)
    assert json.loads(out.read_text()) == found
    assert set(parts) <= set(found)
    assert all(part in table for part in parts)
    assert found["embed"]["footnote"]["texts_per_s"] > 0
    assert found["search"]["chunks"] >= 6
    draw(out, tmp_path)
    assert "read 5 passages" in (tmp_path / "profile.svg").read_text()
    assert "tokens of a prompt" in (tmp_path / "growth.svg").read_text()


@pytest.mark.parametrize("power", [0.5, 1, 2])
def test_the_exponent_of_a_power_is_found(power: float) -> None:
    sizes = (1, 4, 16, 64)
    assert exponent(sizes, [3 * size**power for size in sizes]) == pytest.approx(power)
