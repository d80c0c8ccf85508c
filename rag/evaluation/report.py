"""An evaluation as people read it: measures with intervals, the worst questions first."""

from __future__ import annotations

import html
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rag.evaluate import Outcome, Question, Row, ndcg, row, summary, summed

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
    rows = [row(outcome) for outcome in outcomes]
    samples = [_of(rows, draw) for draw in _draws(len(rows), seed)]
    return {
        name: Interval(value, *_ends(sorted(s[name] for s in samples if name in s)))
        for name, value in _of(rows, range(len(rows))).items()
    }


def compare(
    first: Sequence[Outcome], second: Sequence[Outcome], seed: int = 0
) -> dict[str, Difference]:
    """Paired bootstrap (Koehn 2004): the same questions are drawn for both runs."""
    ours, theirs = ([row(outcome) for outcome in run] for run in (first, second))
    pairs = [(_of(ours, draw), _of(theirs, draw)) for draw in _draws(len(ours), seed)]
    one, other = _of(ours, range(len(ours))), _of(theirs, range(len(theirs)))
    found = {}
    for name in one:
        if name not in other:
            continue
        gain = round(other[name] - one[name], 4)
        drawn = sorted(b[name] - a[name] for a, b in pairs if name in a and name in b)
        against = sum((d <= 0) if gain >= 0 else (d >= 0) for d in drawn)
        found[name] = Difference(gain, *_ends(drawn), round(against / max(len(drawn), 1), 4))
    return found


def _of(rows: Sequence[Row], draw: Sequence[int]) -> dict[str, float]:
    """The measures that apply to the questions that were drawn."""
    measured = summed([rows[i] for i in draw])
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
    return [outcome for outcome, _ in paired(outcomes, None)]


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


def as_dict(outcome: Outcome, other: Outcome | None = None) -> dict[str, Any]:
    """One question for JSON: what was asked, expected and answered, and its measures; under
    `against` how it went under the `other` settings, if there are any."""
    question = outcome.question
    known = {
        "question": question.question,
        "expected": list(question.answers),
        "impossible": question.impossible,
        "relevant": sorted(_relevant(question)),
    }
    return known | _told(outcome) | ({"against": _told(other)} if other is not None else {})


def _told(outcome: Outcome) -> dict[str, Any]:
    answer = outcome.answer
    return {
        "ranking": list(outcome.ranking),
        "found": answer.found if answer else None,
        "answer": answer.text if answer else None,
        "short": answer.short if answer else None,
        "confidence": answer.confidence if answer else None,
        "citations": [asdict(citation) for citation in answer.citations] if answer else [],
        "f1": outcome.f1,
        "exact": outcome.exact,
        "contains": outcome.contains,
        "citation_precision": outcome.citations,
        "citation_recall": outcome.cited,
        "seconds": outcome.seconds,
    }


def _relevant(question: Question) -> list[str]:
    """The documents that hold the answer; one that was judged not to has no gain."""
    return [name for name, gain in (question.relevant or {}).items() if gain > 0]


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
        f"<tr><td>{_name(name)}<td>{_shown(name, i.value)}"
        f"<td>{_shown(name, i.low)} to {_shown(name, i.high)}"
        f"{_beside(name, i, differences[name]) if name in differences else ''}"
        for name, i in intervals(outcomes).items()
    )
    head = f"<th>{html.escape(changed)}<th>change<th>p" if differences else ""
    cases = "".join(_case(*pair, changed) for pair in paired(outcomes, other))
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


def paired(
    outcomes: Sequence[Outcome], other: Sequence[Outcome] | None
) -> list[tuple[Outcome, Outcome | None]]:
    """Each outcome with that of the `other` settings, worst first as `worst` has it."""
    second: Sequence[Outcome | None] = other if other is not None else [None] * len(outcomes)
    return sorted(zip(outcomes, second, strict=True), key=lambda pair: _grade(pair[0]))


def _beside(name: str, value: Interval, change: Difference) -> str:
    gain, low, high = (_shown(name, n, "+") for n in (change.value, change.low, change.high))
    return (
        f"<td>{_shown(name, value.value + change.value)}<td>{gain} ({low} to {high})"
        f"<td>{change.p:.3f}"
    )


def _shown(name: str, value: float, sign: str = "") -> str:
    return f"{value:{sign}g}" if name == "words_median" else f"{value:{sign}.3f}"


def _case(outcome: Outcome, other: Outcome | None, changed: str) -> str:
    right = _is_right(outcome)
    marks = [_mark(outcome)]
    body = f"{_known(outcome)}{_happened(outcome)}"
    if other is not None:
        marks += [f"→ {_mark(other)}"] if _is_right(other) != right else []
        body += f"<p><b>{html.escape(changed)}</b> {_mark(other)}{_happened(other)}"
    return (
        f"<details class={'right' if right else 'wrong'}><summary dir=auto>"
        f"{' '.join(marks)} {html.escape(outcome.question.question)}</summary>{body}</details>"
    )


def _is_right(outcome: Outcome) -> bool:
    return _grade(outcome)[0] >= 2


def _mark(outcome: Outcome) -> str:
    return "✓" if _is_right(outcome) else "✗"


def _known(outcome: Outcome) -> str:
    question = outcome.question
    if outcome.answer is None:
        return f"<p><b>Relevant</b> {html.escape(', '.join(sorted(_relevant(question))))}"
    return f"<p><b>Expected</b> {html.escape(expected(question))}"


def _happened(outcome: Outcome) -> str:
    answer = outcome.answer
    if answer is None:
        return f"<p><b>Found</b> {html.escape(', '.join(outcome.ranking))}"
    quotes = "".join(
        f"<blockquote dir=auto>{html.escape(c.quote)}<footer>{html.escape(c.title)}"
        f"{f', page {c.page}' if c.page else ''}</footer></blockquote>"
        for c in answer.citations
    )
    # Rounded up, a refusal would seem to reach the threshold.
    sure = math.floor(100 * answer.confidence + 1e-9) / 100
    return (
        f"<p dir=auto><b>Answered</b> {html.escape(answer.text)}"
        f" <small>(confidence {sure:.2f})</small>{quotes}"
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
