"""An evaluation as people read it: measures with intervals, the worst questions first."""

from __future__ import annotations

import html
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rag.evaluate import Outcome, Question, ndcg, summary

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
    """All outcomes, worst first: wrong answers, then wrong refusals, then by F1 or nDCG."""
    return sorted(outcomes, key=_grade)


def _grade(outcome: Outcome) -> tuple[int, float]:
    if outcome.answer is None:
        reached = ndcg(outcome.ranking, outcome.question.relevant or {}, 10)
        return (2, reached) if reached else (0, 0.0)
    if outcome.question.impossible:
        return (0, 0.0) if outcome.answer.found else (3, 1.0)
    if not outcome.answer.found:
        return (1, 0.0)
    if not outcome.question.answers:
        return (2, 1.0)  # nothing is known that it could be held against
    good = max(outcome.f1 or 0.0, outcome.contains or 0.0)
    return (0, 0.0) if good == 0 else (2, good)


def expected(question: Question) -> str:
    """The answers that are known, or that there is none, for people."""
    nothing = "not in the documents" if question.impossible else "not known"
    return " / ".join(question.answers) or nothing


def as_dict(outcome: Outcome) -> dict[str, Any]:
    """One question for JSON: what was asked, expected and answered, and its measures."""
    answer = outcome.answer
    return {
        "question": outcome.question.question,
        "expected": list(outcome.question.answers),
        "impossible": outcome.question.impossible,
        "relevant": sorted(outcome.question.relevant or ()),
        "ranking": list(outcome.ranking),
        "found": answer.found if answer else None,
        "answer": answer.text if answer else None,
        "short": answer.short if answer else None,
        "confidence": answer.confidence if answer else None,
        "citations": [asdict(citation) for citation in answer.citations] if answer else [],
        "f1": outcome.f1,
        "exact": outcome.exact,
        "contains": outcome.contains,
        "seconds": outcome.seconds,
    }


def measures(outcomes: Sequence[Outcome], other: Sequence[Outcome] | None = None) -> dict[str, Any]:
    """For JSON: the measures, their intervals and, against another run, the paired differences."""
    found: dict[str, Any] = dict(summary(outcomes))
    if other is not None:
        found["against"] = {n: asdict(d) for n, d in compare(outcomes, other).items()}
    found["intervals"] = {n: [i.low, i.high] for n, i in intervals(outcomes).items()}
    return found


def as_html(
    title: str,
    outcomes: Sequence[Outcome],
    other: Sequence[Outcome] | None = None,
    changed: str = "",
) -> str:
    """One page without scripts or outside references; every text is escaped.

    With `other`, the same questions under settings called `changed`, both stand side by side.
    """
    differences = compare(outcomes, other) if other is not None else {}
    rows = "".join(
        f"<tr><td>{_name(name)}<td>{i.value:.3f}<td>{i.low:.3f} to {i.high:.3f}"
        f"{_beside(i, differences[name]) if name in differences else ''}"
        for name, i in intervals(outcomes).items()
    )
    head = f"<th>{html.escape(changed)}<th>change<th>p" if differences else ""
    cases = "".join(_case(outcome) for outcome in worst(outcomes))
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width,initial-scale=1'>"
        f"<title>{html.escape(title)}</title>"
        f"<style>{_STYLE}</style><h1>{html.escape(title)}</h1>"
        f"<p>{len(outcomes)} questions; intervals hold 95% of bootstrap samples"
        f"{_PAIRED if differences else ''}."
        f"<div><table><tr><th>measure<th>value<th>interval{head}{rows}</table></div>"
        f"<h2>Questions, worst first</h2>{cases}</html>"
    )


def _beside(value: Interval, change: Difference) -> str:
    return (
        f"<td>{value.value + change.value:.3f}<td>{change.value:+.3f} "
        f"({change.low:+.3f} to {change.high:+.3f})<td>{change.p:.3f}"
    )


def _case(outcome: Outcome) -> str:
    right = _grade(outcome)[0] >= 2
    mark = "✓" if right else "✗"
    body = _ranked(outcome) if outcome.answer is None else _answered(outcome)
    return (
        f"<details class={'right' if right else 'wrong'}><summary dir=auto>"
        f"{mark} {html.escape(outcome.question.question)}</summary>{body}</details>"
    )


def _ranked(outcome: Outcome) -> str:
    relevant = ", ".join(sorted(outcome.question.relevant or ()))
    return (
        f"<p><b>Relevant</b> {html.escape(relevant)}"
        f"<p><b>Found</b> {html.escape(', '.join(outcome.ranking))}"
    )


def _answered(outcome: Outcome) -> str:
    answer = outcome.answer
    assert answer is not None
    quotes = "".join(
        f"<blockquote dir=auto>{html.escape(c.quote)}<footer>{html.escape(c.title)}"
        f"{f', page {c.page}' if c.page else ''}</footer></blockquote>"
        for c in answer.citations
    )
    return (
        f"<p><b>Expected</b> {html.escape(expected(outcome.question))}"
        f"<p dir=auto><b>Answered</b> {html.escape(answer.text)}"
        f" <small>(confidence {answer.confidence:.2f})</small>{quotes}"
    )


def _name(name: str) -> str:
    return html.escape(name.replace("_", " "))


_PAIRED = (
    "; p is the share of paired samples in which the second settings are not better "
    "(or, where they lose, not worse)"
)
_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "div{overflow-x:auto}h1,details{overflow-wrap:anywhere}td+td{white-space:nowrap}"
    "table{border-collapse:collapse}td,th{padding:.2rem 1rem .2rem 0;"
    "text-align:left;border-bottom:1px solid #8886}details{border-left:4px solid #2a7;"
    "padding:.3rem .8rem;margin:.4rem 0}details.wrong{border-color:#b33}blockquote{margin:.5rem 0;"
    "padding-left:.8rem;border-left:2px solid #8888}footer{opacity:.7;font-size:.85rem}"
)
