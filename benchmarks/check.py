"""The check as a classifier: sentences that the evidence supports against the same, falsified.

    python -m benchmarks.check SQUAD.json SCIFACT [--articles A B …]

A supported sentence is a sentence of a paragraph that holds a gold answer, or an abstract's
sentence, shortened to the clause that matters as a model shortens; its evidence is the paragraph's
sentences around it. Falsified: a number swapped, a name swapped for one from elsewhere or for one
of the same evidence, two of its numbers exchanged, a negation put in or taken out, or the evidence
of another paragraph.
Prints AUC by kind and the error at the shipped threshold; one JSON line last.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from rag.ground import SUPPORTED, ground
from rag.text import sentences
from rag.types import Evidence

AROUND = 2  # sentences on either side of the gold one
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")
_VERB = re.compile(r"\b(is|are|was|were|can|could|has|have|had|will|would|did|does)\b(?! not)")
_NOT = re.compile(r"\b(is|are|was|were|can|could|has|have|had|will|would|did|does) not\b")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("squad", type=Path)
    parser.add_argument("scifact", type=Path)
    parser.add_argument("--articles", nargs="*", default=[])
    parser.add_argument("--limit", type=int, default=400)
    arguments = parser.parse_args()
    rng = random.Random(0)
    cases = [*_squad(arguments.squad, arguments.articles), *_scifact(arguments.scifact)]
    rng.shuffle(cases)
    scores: dict[str, list[float]] = {}
    for position, (text, around) in enumerate(cases[: arguments.limit]):
        other = cases[(position + 1) % len(cases)][1]
        for kind, claim, evidence in _versions(text, around, other, rng):
            scores.setdefault(kind, []).append(_support(claim, evidence))
    figures = _figures(scores)
    for name, value in figures.items():
        print(f"{name:32} {value}")
    print(json.dumps(figures))


def _squad(path: Path, articles: list[str]) -> list[tuple[str, list[str]]]:
    cases = []
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        if articles and article["title"] not in articles:
            continue
        for paragraph in article["paragraphs"]:
            text = paragraph["context"]
            spans = sentences(text)
            golds = {a["answer_start"] for q in paragraph["qas"] for a in q["answers"]}
            held = [i for i, (a, b) in enumerate(spans) if any(a <= g < b for g in golds)]
            cases += [_case(text, spans, i) for i in held[:2]]
    return cases


def _scifact(folder: Path) -> list[tuple[str, list[str]]]:
    lines = (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines()[:1500:10]
    cases = []
    for line in lines:
        text = json.loads(line)["text"]
        spans = sentences(text)
        cases.append(_case(text, spans, len(spans) // 2))
    return cases


def _case(text: str, spans: list[tuple[int, int]], i: int) -> tuple[str, list[str]]:
    near = spans[max(0, i - AROUND) : i + AROUND + 1]
    return text[slice(*spans[i])], [text[a:b] for a, b in near]


def _versions(
    text: str, around: list[str], other: list[str], rng: random.Random
) -> Iterator[tuple[str, str, list[str]]]:
    yield "supported", text, around
    if shorter := _shortened(text):
        yield "supported", shorter, around
        text = shorter if rng.random() < 0.5 else text
    yield "wrong passage", text, other
    if numbers := list(_NUMBER.finditer(text)):
        chosen = rng.choice(numbers)
        yield "number", _put(text, chosen, _another_number(chosen[0], rng)), around
        first, last = numbers[0], numbers[-1]
        if first[0] != last[0]:
            turned = _put(_put(text, last, first[0]), first, last[0])
            yield "numbers exchanged", turned, around
    if names := list(_NAME.finditer(text)):
        chosen = rng.choice(names)
        foreign = [n for n in _NAME.findall(" ".join(other)) if n not in " ".join(around)]
        if foreign:
            yield "name", _put(text, chosen, rng.choice(foreign)), around
        near = [n for n in _NAME.findall(" ".join(around)) if n not in text]
        if near:
            yield "name nearby", _put(text, chosen, rng.choice(near)), around
    if turned := _turned(text):
        yield "negation", turned, around


def _shortened(text: str) -> str:
    """Without what stands in brackets or after the last comma, as a model shortens."""
    bare = re.sub(r"\s*\([^)]*\)", "", text)
    head, _, tail = bare.rpartition(", ")
    if len(head.split()) >= 8 and len(tail.split()) >= 3:
        return head.rstrip(" ,;") + "."
    return bare if bare != text and len(bare.split()) >= 6 else ""


def _another_number(number: str, rng: random.Random) -> str:
    digits = [i for i, c in enumerate(number) if c.isdigit()]
    at = rng.choice(digits)
    return number[:at] + rng.choice([d for d in "123456789" if d != number[at]]) + number[at + 1 :]


def _turned(text: str) -> str:
    if found := _NOT.search(text):
        return _put(text, found, found[1])
    found = _VERB.search(text)
    return _put(text, found, f"{found[1]} not") if found else ""


def _put(text: str, found: re.Match[str], new: str) -> str:
    return text[: found.start()] + new + text[found.end() :]


def _support(claim: str, evidence: list[str]) -> float:
    records = [
        Evidence(n, "d", "d.txt", "d", None, 0, len(text), text, (), 1.0, None)
        for n, text in enumerate(evidence, start=1)
    ]
    claims = ground(claim, records)
    return min((c.support if c.cites else 0.0 for c in claims), default=0.0)


def _figures(scores: dict[str, list[float]]) -> dict[str, float]:
    good = scores.pop("supported")
    figures: dict[str, float] = {"supported": len(good)}
    figures["refused_supported"] = round(float(np.mean([s < SUPPORTED for s in good])), 3)
    everything = [s for values in scores.values() for s in values]
    for kind, values in {**scores, "all": everything}.items():
        truth = [1] * len(good) + [0] * len(values)
        figures[f"auc {kind}"] = round(float(roc_auc_score(truth, good + values)), 3)
        figures[f"passed {kind}"] = round(float(np.mean([s >= SUPPORTED for s in values])), 3)
        figures[f"n {kind}"] = len(values)
    return figures


if __name__ == "__main__":
    main()
