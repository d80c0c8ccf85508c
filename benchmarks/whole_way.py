"""The whole way, timed: a folder in, a cited answer out.

    python -m benchmarks.whole_way FOLDER --question "…" [--pages N]

Ingests FOLDER into a temporary collection, embeds the same chunks once more with plain
`SentenceTransformer.encode` in the same process, and asks a question cold (a new process each time)
and warm. Prints a table for people and one JSON line last. Nothing is compared with a fixed number:
ratios within one run are what counts.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="footnote-bench-") as root:
        figures = {
            **_ingest(arguments.folder, root),
            **_cold(arguments.questions, root, arguments.runs),
            **_warm(arguments.questions, root, arguments.runs),
        }
    for name, value in figures.items():
        print(f"{name:32} {value}")
    print(json.dumps(figures))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--question", dest="questions", action="append", required=True)
    parser.add_argument("--runs", type=int, default=5)
    return parser.parse_args()


def _ingest(folder: Path, root: str) -> dict[str, Any]:
    from sentence_transformers import SentenceTransformer

    from ingest import add
    from rag import weights
    from rag.models import Models
    from rag.pipeline import Pipeline
    from rag.settings import Settings

    settings = Settings.load(index_root=root)
    models = Models(settings)
    plain = SentenceTransformer(str(weights.resolve(settings.embedder, "embedder")), device="cpu")
    models.embedder.encode(["once, to warm up"])
    started = time.perf_counter()
    report = add([folder], collection="bench", settings=settings, embedder=models.embedder)
    whole = time.perf_counter() - started
    with Pipeline.open("bench", models=models) as pipeline:
        collection = pipeline.collection
        pages = sum(document.pages or 0 for document in collection.documents())
        texts = [
            collection.text(chunk.document, chunk.chunk.start, chunk.chunk.end)
            for chunk in collection.chunks(range(report.chunks))
        ]
    started = time.perf_counter()
    models.embedder.encode(texts)
    ours = time.perf_counter() - started
    started = time.perf_counter()
    plain.encode(texts)
    theirs = time.perf_counter() - started
    return {
        "pages": pages,
        "chunks": len(texts),
        "ingest_seconds": round(whole, 1),
        "ingest_pages_per_second": round(pages / whole, 1),
        "ingest_chunks_per_second": round(len(texts) / whole, 1),
        "embed_chunks_per_second": round(len(texts) / ours, 1),
        "plain_encode_chunks_per_second": round(len(texts) / theirs, 1),
        "embed_against_plain": round(theirs / ours, 2),
        "ingest_against_plain": round(theirs / whole, 2),
        "ingest_peak_mb": _peak(),
    }


def _cold(questions: list[str], root: str, runs: int) -> dict[str, Any]:
    """A new process for each question: to its first byte, and to the end."""
    first, last, peaks = [], [], []
    for run in range(runs):
        started = time.perf_counter()
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "app.cli",
                "ask",
                questions[run % len(questions)],
                "-c",
                "bench",
            ],
            env={**os.environ, "FOOTNOTE_INDEX_ROOT": root},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdout is not None
        process.stdout.read(1)
        first.append(time.perf_counter() - started)
        process.stdout.read()
        _, _, usage = os.wait4(process.pid, 0)
        last.append(time.perf_counter() - started)
        peaks.append(usage.ru_maxrss / 1024)
    return {
        "cold_first_seconds": round(statistics.median(first), 2),
        "cold_last_seconds": round(statistics.median(last), 2),
        "cold_peak_mb": round(max(peaks)),
    }


def _warm(questions: list[str], root: str, runs: int) -> dict[str, Any]:
    from rag.pipeline import Pipeline
    from rag.settings import Settings
    from rag.types import Token

    first: dict[str, list[float]] = {"auto": [], "write": []}
    last: dict[str, list[float]] = {"auto": [], "write": []}
    for mode in first:
        settings = Settings.load(index_root=root, mode=mode, threshold=0.0)
        with Pipeline.open("bench", settings=settings) as pipeline:
            pipeline.ask(questions[0])
            for run in range(runs):
                started = time.perf_counter()
                seen = None
                for event in pipeline.stream(questions[run % len(questions)]):
                    if seen is None and isinstance(event, Token):
                        seen = time.perf_counter() - started
                first[mode].append(seen or time.perf_counter() - started)
                last[mode].append(time.perf_counter() - started)
    figures: dict[str, Any] = {}
    for mode in first:
        figures[f"warm_{mode}_first_seconds"] = round(statistics.median(first[mode]), 3)
        figures[f"warm_{mode}_last_seconds"] = round(statistics.median(last[mode]), 3)
    return {**figures, "peak_mb": _peak()}


def _peak() -> int:
    """Largest resident memory of this process so far, in MiB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main()
