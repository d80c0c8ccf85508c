"""What `benchmarks.run` is run on, and the table that it prints."""

from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import Any

from benchmarks.peers import ROOT

SAMPLES = ROOT / "samples" / "documents"


def paragraphs(squad: Path | None, count: int) -> tuple[str, ...]:
    """Paragraphs of a SQuAD file, else of the sample documents."""
    if squad:
        data = json.loads(squad.read_text(encoding="utf-8"))["data"]
        found = [p["context"] for article in data for p in article["paragraphs"]]
        return tuple(found[:: max(1, len(found) // count)][:count])
    whole = [p.read_text(encoding="utf-8") for p in sorted(SAMPLES.glob("*.md"))]
    found = [part.strip() for text in whole for part in text.split("\n\n") if len(part) > 300]
    return tuple((found * (count // len(found) + 1))[:count])


def questions(squad: Path | None, count: int) -> tuple[str, ...]:
    """Answerable questions, spread over the file."""
    if squad:
        data = json.loads(squad.read_text(encoding="utf-8"))["data"]
        pool = [q for article in data for p in article["paragraphs"] for q in p["qas"]]
        found = [q["question"] for q in pool if q["answers"]]
        return tuple(found[:: max(1, len(found) // count)][:count])
    lines = (ROOT / "samples/questions.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line)["question"] for line in lines)[:count]


def machine() -> str:
    import torch

    able: Any = torch.cpu.get_capabilities()
    flags = [f for f in ("avx2", "avx512_f", "avx512_bf16", "avx512_vnni") if able.get(f)]
    return f"{able.get('cpu_name') or platform.processor()}, {' '.join(flags)}"


def table(found: dict[str, Any]) -> None:
    """For people."""
    for part, figures in found.items():
        if not isinstance(figures, dict):
            print(f"{part:12} {figures}")
            continue
        print(f"\n{part}")
        for name, value in figures.items():
            if isinstance(value, dict):
                value = "  ".join(f"{k} {v}" for k, v in value.items() if not isinstance(v, dict))
            print(f"  {name:18} {value}")
    print()
