"""Does a GPU give the same as the CPU, and how much sooner?

    python -m benchmarks.on_device DOCUMENTS --questions FILE [--device cuda] [--embedder NAME] …

Adds DOCUMENTS, asks the questions of FILE (JSONL, "question") in the modes auto and write, embeds
and reads, once on the CPU and once on the device, each the same way as a user would, with the
settings and nothing else changed. Prints a table for people and one JSON line last; exits with 1
where the results differ by more than the rounding of bfloat16 explains.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
import numpy as np

PASSAGES = 5  # that are read for a question
SAME_DIRECTION, SAME_HITS, SAME_SPANS = 0.99, 0.9, 0.9  # what has to agree at least
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What one device made of the same work, and the seconds it took."""

    vectors: Any  # f32 (n, d)
    hits: list[list[tuple[str, int]]]  # passages found for each question
    spans: list[tuple[str, float]]  # best span and its score of each (question, passage)
    quoted: list[str]
    written: list[str]
    seconds: dict[str, float]


def timed(work: Callable[[], T], seconds: dict[str, float], name: str, rounds: int = 3) -> T:
    """What `work` returns; the best of some rounds counts, the first one warms up."""
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        found = work()
        best = min(best, time.perf_counter() - start)
    seconds[name] = round(best, 3)
    return found


def run(
    device: str, documents: Path, questions: Sequence[str], texts: int, options: dict[str, str]
) -> Run:
    """All the work on one device, in a collection of its own."""
    from ingest import add
    from rag.models import Models
    from rag.pipeline import Pipeline
    from rag.settings import Settings

    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as root:
        settings = Settings.load(index_root=root, device=device, threshold=0.0, **options)
        models = Models(settings)
        models.embedder.encode(["to warm up"])
        start = time.perf_counter()
        report = add([documents], settings=settings, embedder=models.embedder)
        seconds["documents added"] = round(time.perf_counter() - start, 2)
        with Pipeline.open(models=models) as pipeline:
            chunks = [
                pipeline.collection.text(c.document, c.chunk.start, c.chunk.end)
                for c in pipeline.collection.chunks(range(report.chunks))
            ]
            found = [pipeline.search(q, k=PASSAGES).hits for q in questions]
            quoted = timed(
                lambda: [pipeline.ask(q).text for q in questions], seconds, "answers, auto", 2
            )
        many = chunks * max(1, texts // len(chunks))

        def embed() -> Any:
            models.embedder.forget()
            return models.embedder.encode(many)

        vectors = timed(embed, seconds, "texts embedded")[: len(chunks)]
        asked = [q for q, hits in zip(questions, found, strict=True) for _ in hits]
        shown = [hit.text for hits in found for hit in hits]
        readings = timed(lambda: models.reader.read_pairs(asked, shown), seconds, "passages read")
        spans = [reading.best() for reading in readings]
        writing = Settings.load(
            index_root=root, device=device, threshold=0.0, mode="write", **options
        )
        with Pipeline.open(settings=writing) as pipeline:
            pipeline.ask(questions[0])
            written = timed(
                lambda: [pipeline.ask(q).text for q in questions], seconds, "answers, write", 1
            )
    seconds["texts"], seconds["pairs"] = float(len(many)), float(len(shown))
    return Run(
        vectors,
        [[(hit.path, hit.start) for hit in hits] for hits in found],
        [
            (text[s.start : s.end], s.score) if s else ("", 0.0)
            for text, s in zip(shown, spans, strict=True)
        ],
        quoted,
        written,
        seconds,
    )


def short_of_memory(texts: Sequence[str], name: str) -> bool:
    """Are vectors the same where the GPU's memory holds only a part of a batch?"""
    import torch

    from rag.embed import Embedder

    embedder = Embedder.load(name, device="cuda")
    whole = embedder.encode(texts)
    embedder.forget()
    torch.cuda.empty_cache()
    _, total = torch.cuda.mem_get_info()
    torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_reserved() + 48_000_000) / total)
    try:
        parts = embedder.encode(texts)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    return bool((whole * parts).sum(axis=1).min() > SAME_DIRECTION)


def compared(cpu: Run, other: Run) -> dict[str, float]:
    """How far the two agree, as shares and cosines."""
    cosines = (cpu.vectors * other.vectors).sum(axis=1)
    pairs = list(zip(cpu.spans, other.spans, strict=True))
    return {
        "cosine, mean": float(cosines.mean()),
        "cosine, worst": float(cosines.min()),
        "hits in common": float(
            np.mean(
                [len(set(a) & set(b)) / len(a) for a, b in zip(cpu.hits, other.hits, strict=True)]
            )
        ),
        "same spans": same([a[0] for a, _ in pairs], [b[0] for _, b in pairs]),
        "scores apart, mean": float(np.mean([abs(a[1] - b[1]) for a, b in pairs])),
        "same answers, auto": same(cpu.quoted, other.quoted),
        "same answers, write": same(cpu.written, other.written),
    }


def same(ours: Sequence[Any], theirs: Sequence[Any]) -> float:
    """The share that is equal."""
    return sum(a == b for a, b in zip(ours, theirs, strict=True)) / len(ours)


@click.command(help=__doc__.split("\n\n")[0])
@click.argument("documents", type=click.Path(exists=True, path_type=Path))
@click.option("--questions", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--device", default="cuda", show_default=True)
@click.option("--limit", default=12, show_default=True, help="Questions.")
@click.option("--texts", default=1024, show_default=True, help="To embed, about.")
@click.option("--embedder", help="Instead of the one of the settings.")
@click.option("--generator", help="Instead of the one of the settings.")
def main(
    documents: Path, questions: Path, device: str, limit: int, texts: int, **named: str | None
) -> None:
    """See above."""
    from rag.settings import Settings

    options = {name: value for name, value in named.items() if value}
    asked = [json.loads(line)["question"] for line in questions.open(encoding="utf-8")][:limit]
    runs = {place: run(place, documents, asked, texts, options) for place in ("cpu", device)}
    found: dict[str, Any] = compared(runs["cpu"], runs[device])
    print(json.dumps(found), file=sys.stderr, flush=True)
    if device.startswith("cuda"):
        name = options.get("embedder", Settings.load().embedder)
        many = [f"{q} {i}. " * 20 for i in range(40) for q in asked]
        found["embeds with little memory"] = short_of_memory(many, name)
    for name, value in found.items():
        print(f"{name:28} {value:.4f}" if isinstance(value, float) else f"{name:28} {value}")
    print(f"{'seconds':28} {'cpu':>10} {device:>10}")
    for name in runs["cpu"].seconds:
        print(f"{name:28} {runs['cpu'].seconds[name]:10} {runs[device].seconds[name]:10}")
    print(json.dumps({**found, "cpu": runs["cpu"].seconds, device: runs[device].seconds}))
    agree = (
        found["cosine, worst"] >= SAME_DIRECTION
        and found["hits in common"] >= SAME_HITS
        and found["same spans"] >= SAME_SPANS
        and found.get("embeds with little memory", True)
    )
    sys.exit(0 if agree else 1)


if __name__ == "__main__":
    main()
