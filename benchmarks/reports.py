"""Answers from reports that are all alike, against reference answers: are their figures in ours?

    python -m benchmarks.reports FOLDER QUESTIONS.csv [--index-root DIR] [--show FILE]

FOLDER holds the documents; QUESTIONS.csv has the columns "Question", "Question Type" and "Answer"
(as Docugami's KG-RAG set of 10-Q reports has them). Share of questions answered, of the figures of
the reference answer that ours has (of three digits or more, years left out), of its content words,
and seconds, over all and by type. `--show` writes every answer beside its reference. One JSON line
last.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

from benchmarks.collected import collected
from rag.pipeline import Pipeline
from rag.text import content_words, numbers

_SOURCE = re.compile(r"\(?SOURCE.*")


@dataclass(frozen=True, slots=True)
class Outcome:
    kind: str
    answered: bool
    figures: float | None  # None where the reference has none
    words: float
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--index-root", help="kept, and used again when it is there")
    parser.add_argument("--collection", default="reports")
    parser.add_argument("--show", type=Path)
    arguments = parser.parse_args()
    with arguments.questions.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    with collected(arguments.folder, arguments.index_root, arguments.collection) as pipeline:
        outcomes = _asked(pipeline, rows, arguments.show)
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups["all"].append(outcome)
        groups[outcome.kind].append(outcome)
    figures = {kind: _summary(found) for kind, found in groups.items()}
    for kind, found in figures.items():
        print(f"{kind:30} {found}")
    print(json.dumps(figures))


def _asked(pipeline: Pipeline, rows: list[dict[str, str]], show: Path | None) -> list[Outcome]:
    outcomes, shown = [], []
    for row in rows:
        reference = _SOURCE.sub("", row["Answer"])
        started = time.perf_counter()
        answer = pipeline.ask(row["Question"])
        seconds = time.perf_counter() - started
        wanted, words = _figures(reference), content_words(reference, "en")
        held = len(wanted & _figures(answer.text)) / len(wanted) if wanted else None
        shared = len(words & content_words(answer.text, "en")) / max(len(words), 1)
        outcomes.append(Outcome(row["Question Type"], answer.found, held, shared, seconds))
        shown.append(f"{row['Question']}\n- {answer.text}\n+ {' '.join(reference.split())}\n")
    if show:
        show.write_text("\n".join(shown), encoding="utf-8")
    return outcomes


def _figures(text: str) -> frozenset[str]:
    return frozenset(n for n in numbers(text) if len(n) > 2 and not re.fullmatch(r"(19|20)\d\d", n))


def _summary(outcomes: list[Outcome]) -> dict[str, float]:
    held = [outcome.figures for outcome in outcomes if outcome.figures is not None]
    return {
        "questions": len(outcomes),
        "answered": round(fmean(outcome.answered for outcome in outcomes), 3),
        "figures": round(fmean(held), 3) if held else 0.0,
        "words": round(fmean(outcome.words for outcome in outcomes), 3),
        "seconds_median": round(median(outcome.seconds for outcome in outcomes), 2),
    }


if __name__ == "__main__":
    main()
