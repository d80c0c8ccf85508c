"""Questions that name their documents: is the right one found, with and without narrowing?

    python -m benchmarks.scope FOLDER QUESTIONS.csv [--index-root DIR --collection NAME]

FOLDER holds the documents; QUESTIONS.csv has the columns "Question" and "Source Docs", patterns of
file names with commas between them (as Docugami's KG-RAG set of 10-Q reports has them). Retrieval
alone. Prints the share of questions with a right document first and among the first five, the share
of the first five passages that lie in one, how many questions were narrowed and how often a right
document was narrowed away; one JSON line last.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import time
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from benchmarks.collected import collected
from rag.pipeline import Pipeline

K = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--index-root", help="kept, and used again when it is there")
    parser.add_argument("--collection", default="scope")
    arguments = parser.parse_args()
    with collected(arguments.folder, arguments.index_root, arguments.collection) as pipeline:
        files = [Path(info.path).name for info in pipeline.collection.documents()]
        asked = _questions(arguments.questions, files)
        figures = {"questions": len(asked)}
        for name, everywhere in (("everywhere", True), ("narrowed", False)):
            figures |= _measured(pipeline, asked, name, everywhere=everywhere)
    for key, value in figures.items():
        print(f"{key:28} {value}")
    print(json.dumps(figures))


def _questions(file: Path, files: Sequence[str]) -> list[tuple[str, set[str]]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    asked = []
    for row in rows:
        patterns = [part.strip() for part in row["Source Docs"].split(",")]
        right = {name for name in files if any(fnmatch(name, f"{p}*") for p in patterns)}
        if right:
            asked.append((row["Question"], right))
    return asked


def _measured(
    pipeline: Pipeline, asked: Sequence[tuple[str, set[str]]], name: str, *, everywhere: bool
) -> dict[str, float]:
    first, among, share, narrowed, lost, seconds = [], [], [], 0, 0, []
    for question, right in asked:
        started = time.perf_counter()
        result = pipeline.search(question, k=K, everywhere=everywhere)
        seconds.append(time.perf_counter() - started)
        found = [Path(hit.path).name in right for hit in result.hits]
        first.append(any(found[:1]))
        among.append(any(found))
        share.append(sum(found) / max(len(found), 1))
        narrowed += bool(result.narrowed)
        lost += bool(result.narrowed) and not right.intersection(result.narrowed)
    return {
        f"{name} hit@1": round(statistics.mean(first), 3),
        f"{name} hit@{K}": round(statistics.mean(among), 3),
        f"{name} share of {K}": round(statistics.mean(share), 3),
        f"{name} narrowed": narrowed,
        f"{name} lost": lost,
        f"{name} seconds_median": round(statistics.median(seconds), 4),
    }


if __name__ == "__main__":
    main()
