"""Evaluation: questions with known answers put to an open collection, and the measures of it.

Exact match and F1 are SQuAD's (Rajpurkar et al. 2016, arXiv:1606.05250, section 6.1; articles,
punctuation and case are ignored; Chinese and Japanese count by character, as in MLQA, Lewis et al.
2020, arXiv:1910.07475, appendix A). nDCG@10 is trec_eval's, with gains as judged.
"""

from __future__ import annotations

import math
import re
import statistics
import string
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import normalize

from rag import lazy_re
from rag.text import length
from rag.types import Answer

if TYPE_CHECKING:
    from rag.pipeline import Pipeline

_ARTICLES = lazy_re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation + "，。、！？；：“”‘’（）《》")
_UNSPACED = lazy_re.compile(r"([\u3040-\u30ff\u3400-\u9fff])")


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what is known of its answer.

    `relevant` maps the file names of the documents that hold it to their gain; empty where none
    does. `answers` is empty where a question is judged by retrieval alone or has no answer.
    """

    question: str
    answers: tuple[str, ...] = ()
    relevant: Mapping[str, int] | None = None
    impossible: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question went. Measures that do not apply are None."""

    question: Question
    answer: Answer | None
    ranking: tuple[str, ...]  # file names of the documents, best first, each once
    exact: float | None = None
    f1: float | None = None
    contains: float | None = None
    citations: float | None = None  # share that is right
    cited: float | None = None  # share of what ought to be cited that is
    seconds: float | None = None


def retrieval(pipeline: Pipeline, item: Question) -> Outcome:
    """Rank documents for a question, nothing more."""
    started = time.perf_counter()
    ranking = _ranking(pipeline, item.question)
    return Outcome(item, None, ranking, seconds=time.perf_counter() - started)


def answered(pipeline: Pipeline, item: Question) -> Outcome:
    """Rank documents as an answer weighs them, and answer; `seconds` is the answering alone."""
    ranking = _ranking(pipeline, item.question, rerank=True)
    started = time.perf_counter()
    answer = pipeline.ask(item.question)
    return _judged(item, answer, ranking, time.perf_counter() - started)


def _ranking(pipeline: Pipeline, question: str, *, rerank: bool = False) -> tuple[str, ...]:
    """The first ten documents. Long ones may be hit many times; then the search goes deeper."""
    hits = pipeline.search(question, k=30, rerank=rerank).hits
    names = [file_name(hit.path) for hit in hits]
    if len(set(names)) < 10 and len(hits) == 30:
        names += [file_name(hit.path) for hit in pipeline.search(question, k=300).hits]
    return tuple(dict.fromkeys(names))[:10]


def file_name(path: str) -> str:
    """The name of a file by which questions know it, in whichever form a disk holds its accents."""
    return normalize("NFC", path.replace("\\", "/").rsplit("/", 1)[-1])


def _judged(item: Question, answer: Answer, ranking: tuple[str, ...], seconds: float) -> Outcome:
    if item.impossible or not answer.found or not item.answers:
        return Outcome(item, answer, ranking, seconds=seconds)
    short = answer.short or without_marks(answer.text)
    sources = [(c.quote, file_name(c.path)) for c in answer.citations]
    right = [_is_right(quote, name, item) for quote, name in sources]
    return Outcome(
        item,
        answer,
        ranking,
        exact=max(float(normalised(short) == normalised(gold)) for gold in item.answers),
        f1=max(f1(short, gold) for gold in item.answers),
        contains=max(float(contains(answer.text, gold)) for gold in item.answers),
        citations=sum(right) / len(right) if right else 0.0,
        cited=_cited({name for _, name in sources}, any(right), item),
        seconds=seconds,
    )


def _cited(names: set[str], right: bool, item: Question) -> float:
    """Recall: one right place is enough for a fact; of several documents each is to be cited."""
    wanted = {name for name, gain in (item.relevant or {}).items() if gain > 0}
    return len(names & wanted) / len(wanted) if len(wanted) > 1 else float(right)


def _is_right(quote: str, name: str, item: Question) -> bool:
    return name in (item.relevant or {}) or any(contains(quote, gold) for gold in item.answers)


# What is known of one question, by the names of `summary`; a measure that does not apply is absent.
# `sure_possible` and `sure_impossible` are confidences.
Row = Mapping[str, float]

_RANKED = ("hit@1", "hit@3", "hit@10")
_TOLD = ("exact", "f1", "contains")
_CITED = ("citation_precision", "citation_recall")


def row(outcome: Outcome) -> Row:
    """The measures of one question."""
    question, answer = outcome.question, outcome.answer
    found: dict[str, float | None] = {}
    if relevant := question.relevant:
        hits = {name: _hit(outcome, int(name.partition("@")[2])) for name in _RANKED}
        found |= hits
        if not question.impossible:
            found |= {f"{name}_answerable": hit for name, hit in hits.items()}
        found["ndcg@10"] = ndcg(outcome.ranking, relevant, 10)
        found["recall@10"] = recall(outcome.ranking, relevant, 10)
    if outcome.f1 is not None:
        found |= {"exact": outcome.exact, "f1": outcome.f1, "contains": outcome.contains}
        found |= {"citation_precision": outcome.citations, "citation_recall": outcome.cited}
        found["words_median"] = length(without_marks(answer.text)) if answer else None
    if answer is not None:
        refused = float(not answer.found)
        told = "refused_unanswerable" if question.impossible else "answered"
        found[told] = refused if question.impossible else 1.0 - refused
        found["refusal_precision"] = float(question.impossible) if refused else None
        found[f"sure_{'impossible' if question.impossible else 'possible'}"] = answer.confidence
    found["seconds_per_question"] = outcome.seconds
    return {name: value for name, value in found.items() if value is not None}


def summary(outcomes: Sequence[Outcome]) -> dict[str, float | int | None]:
    """The measures over all questions; None where one does not apply."""
    return summed([row(outcome) for outcome in outcomes])


def summed(rows: Sequence[Row]) -> dict[str, float | int | None]:
    """The measures over questions whose own are `rows`, as `summary`.

    `hit@1_answerable` and the like are None where no question with a known document is
    unanswerable: they would be `hit@1` and the like.
    """
    means = {name: _mean(_column(rows, name)) for name in _RANKED}
    answerable = {f"{name}_answerable": _column(rows, f"{name}_answerable") for name in _RANKED}
    all_are = len(_column(rows, "hit@1")) == len(answerable["hit@1_answerable"])
    words = _column(rows, "words_median")
    return {
        "questions": len(rows),
        **means,
        **{name: None if all_are else _mean(hits) for name, hits in answerable.items()},
        **{name: _mean(_column(rows, name)) for name in ("ndcg@10", "recall@10", *_TOLD)},
        **_refusals(rows),
        **{name: _mean(_column(rows, name)) for name in _CITED},
        "words_median": statistics.median(words) if words else None,
        "seconds_per_question": _mean(_column(rows, "seconds_per_question")),
    }


def refusals(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    """How well it is told which questions have an answer.

    `refused_unanswerable` is the recall of refusals and `refusal_precision` the share of them that
    are right, at the threshold in force; `refused_at_90` is the recall at the threshold that would
    keep 90% of the answerable ones.
    """
    return _refusals([row(outcome) for outcome in outcomes])


def _refusals(rows: Sequence[Row]) -> dict[str, float | None]:
    kept, lost = sorted(_column(rows, "sure_possible")), _column(rows, "sure_impossible")
    least = kept[len(kept) // 10] if kept else 0.0
    return {
        "answered": _mean(_column(rows, "answered")),
        "refused_unanswerable": _mean(_column(rows, "refused_unanswerable")),
        "refusal_precision": _mean(_column(rows, "refusal_precision")) if lost else None,
        "refused_at_90": _mean([float(sure < least) for sure in lost]) if kept else None,
    }


def _column(rows: Sequence[Row], name: str) -> list[float]:
    return [one[name] for one in rows if name in one]


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _hit(outcome: Outcome, k: int) -> float:
    relevant = outcome.question.relevant or {}
    return float(any(relevant.get(name, 0) > 0 for name in outcome.ranking[:k]))


# --- measures -----------------------------------------------------------------------------------


def ndcg(ranking: Sequence[str], relevant: Mapping[str, int], k: int) -> float:
    """Normalised discounted cumulative gain of the first `k`; 0 where nothing is relevant."""
    # Judges mark spam by -1, and trec_eval gives nothing for it.
    gains = [max(relevant.get(name, 0), 0) for name in ranking[:k]]
    best = sorted((max(gain, 0) for gain in relevant.values()), reverse=True)[:k]
    ideal = sum(gain / math.log2(rank + 2) for rank, gain in enumerate(best))
    reached = sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))
    return reached / ideal if ideal else 0.0


def recall(ranking: Sequence[str], relevant: Mapping[str, int], k: int) -> float:
    """Share of the relevant among the first `k`."""
    wanted = {name for name, gain in relevant.items() if gain > 0}
    return len(wanted & set(ranking[:k])) / len(wanted) if wanted else 0.0


def normalised(text: str) -> str:
    """Lower case, without punctuation, articles and surplus white space; unspaced scripts apart."""
    bare = _ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION))
    return " ".join(_UNSPACED.sub(r" \1 ", bare).split())


def f1(predicted: str, gold: str) -> float:
    """Harmonic mean of precision and recall over normalised words."""
    one, other = normalised(predicted).split(), normalised(gold).split()
    shared = sum((Counter(one) & Counter(other)).values())
    if not one or not other:
        return float(one == other)
    return 2 * shared / (len(one) + len(other))


def contains(text: str, gold: str) -> bool:
    """Does `text`, normalised and without [n] marks, hold `gold`, normalised, as whole words?"""
    return f" {normalised(gold)} " in f" {normalised(without_marks(text))} "


def without_marks(text: str) -> str:
    """An answer without its marks."""
    return re.sub(r"\s+(?:\[\d+\])+", "", text)  # "argv[1]" has none
