"""An evaluation as people read it: measures with intervals, the worst questions first."""

from __future__ import annotations

import html
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rag.evaluate import Outcome, summary

SAMPLES = 1000  # of a bootstrap
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A measure over all questions and where it lies in 95% of bootstrap samples."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """How much better the second of two runs is, and the share of samples in which it is not."""

    value: float
    low: float
    high: float
    p: float


def intervals(outcomes: Sequence[Outcome], seed: int = 0) -> dict[str, Interval]:
    """Percentile bootstrap over questions (Efron and Tibshirani 1993, chapter 13)."""
    samples = [_of(outcomes, rows) for rows in _draws(len(outcomes), seed)]
    return {
        name: Interval(value, *_ends(sorted(s[name] for s in samples if name in s)))
        for name, value in _of(outcomes, range(len(outcomes))).items()
    }


def compare(
    first: Sequence[Outcome], second: Sequence[Outcome], seed: int = 0
) -> dict[str, Difference]:
    """Paired bootstrap (Koehn 2004): the same questions are drawn for both runs."""
    draws = list(_draws(len(first), seed))
    pairs = [(_of(first, rows), _of(second, rows)) for rows in draws]
    one, other = _of(first, range(len(first))), _of(second, range(len(second)))
    found = {}
    for name in one.keys() & other.keys():
        gain = other[name] - one[name]
        drawn = sorted(b[name] - a[name] for a, b in pairs if name in a and name in b)
        against = sum((d <= 0) if gain >= 0 else (d >= 0) for d in drawn)
        found[name] = Difference(gain, *_ends(drawn), against / max(len(drawn), 1))
    return found


def _of(outcomes: Sequence[Outcome], rows: Sequence[int]) -> dict[str, float]:
    """The measures that apply to these outcomes."""
    measured = summary([outcomes[i] for i in rows])
    return {n: float(v) for n, v in measured.items() if v is not None and n != "questions"}


def _draws(count: int, seed: int) -> Iterator[list[int]]:
    rng = random.Random(seed)
    for _ in range(max(200, min(SAMPLES, 200_000 // max(count, 1)))):
        yield [rng.randrange(count) for _ in range(count)]


def _ends(drawn: Sequence[float]) -> tuple[float, float]:
    if not drawn:
        return 0.0, 0.0
    tail = int(len(drawn) * (1 - LEVEL) / 2)
    return round(drawn[tail], 4), round(drawn[-1 - tail], 4)


def worst(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """All outcomes, worst first: wrong answers, then wrong refusals, then by F1."""
    return sorted(outcomes, key=_grade)


def _grade(outcome: Outcome) -> tuple[int, float]:
    found = outcome.answer is not None and outcome.answer.found
    if outcome.question.impossible:
        return (0, 0.0) if found else (3, 1.0)
    if not found:
        return (1, 0.0)
    good = max(outcome.f1 or 0.0, outcome.contains or 0.0)
    return (0, 0.0) if good == 0 else (2, good)


def as_dict(outcome: Outcome) -> dict[str, Any]:
    """One question for JSON: what was asked, expected and answered, and its measures."""
    answer = outcome.answer
    return {
        "question": outcome.question.question,
        "expected": list(outcome.question.answers),
        "found": bool(answer and answer.found),
        "answer": answer.text if answer else None,
        "short": answer.short if answer else None,
        "confidence": answer.confidence if answer else None,
        "citations": [asdict(citation) for citation in answer.citations] if answer else [],
        "f1": outcome.f1,
        "exact": outcome.exact,
        "contains": outcome.contains,
        "seconds": outcome.seconds,
    }


def as_html(title: str, outcomes: Sequence[Outcome]) -> str:
    """One page without scripts or outside references; every text is escaped."""
    rows = "".join(
        f"<tr><td>{_name(name)}<td>{i.value:.3f}<td>{i.low:.3f} to {i.high:.3f}"
        for name, i in intervals(outcomes).items()
    )
    cases = "".join(_case(outcome) for outcome in worst(outcomes))
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{html.escape(title)}</title>"
        f"<style>{_STYLE}</style><h1>{html.escape(title)}</h1>"
        f"<p>{len(outcomes)} questions; intervals hold 95% of bootstrap samples."
        f"<table><tr><th>measure<th>value<th>interval{rows}</table>"
        f"<h2>Questions, worst first</h2>{cases}</html>"
    )


def _case(outcome: Outcome) -> str:
    answer = outcome.answer
    expected = " / ".join(outcome.question.answers) or "not in the documents"
    got = answer.text if answer else ""
    quotes = "".join(
        f"<blockquote>{html.escape(c.quote)}<footer>{html.escape(c.title)}"
        f"{f', page {c.page}' if c.page else ''}</footer></blockquote>"
        for c in (answer.citations if answer else ())
    )
    right = _grade(outcome)[0] >= 2
    return (
        f"<details class={'right' if right else 'wrong'}><summary>"
        f"{html.escape(outcome.question.question)}</summary>"
        f"<p><b>Expected</b> {html.escape(expected)}<p><b>Answered</b> {html.escape(got)}"
        f"{quotes}</details>"
    )


def _name(name: str) -> str:
    return html.escape(name.replace("_", " "))


_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;"
    "color:#222;background:#fff}table{border-collapse:collapse}td,th{padding:.2rem 1rem .2rem 0;"
    "text-align:left;border-bottom:1px solid #ddd}details{border-left:4px solid #2a7;"
    "padding:.3rem .8rem;margin:.4rem 0}details.wrong{border-color:#b33}blockquote{margin:.5rem 0;"
    "padding-left:.8rem;border-left:2px solid #ccc}footer{color:#666;font-size:.85rem}"
)
