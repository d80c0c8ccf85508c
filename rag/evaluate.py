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
    """The first ten documents; the search goes deeper, since a document may be hit twice."""
    hits = pipeline.search(question, k=30, rerank=rerank).hits
    return tuple(dict.fromkeys(file_name(hit.path) for hit in hits))[:10]


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


def summary(outcomes: Sequence[Outcome]) -> dict[str, float | int | None]:
    """The measures over all questions; None where one does not apply."""
    judged = [o for o in outcomes if o.question.relevant]
    answered = [o for o in outcomes if o.f1 is not None]
    return {
        "questions": len(outcomes),
        "hit@1": _mean([_hit(o, 1) for o in judged]),
        "hit@3": _mean([_hit(o, 3) for o in judged]),
        "hit@10": _mean([_hit(o, 10) for o in judged]),
        "ndcg@10": _mean([ndcg(o.ranking, o.question.relevant or {}, 10) for o in judged]),
        "recall@10": _mean([recall(o.ranking, o.question.relevant or {}, 10) for o in judged]),
        "exact": _mean([o.exact for o in answered]),
        "f1": _mean([o.f1 for o in answered]),
        "contains": _mean([o.contains for o in answered]),
        **refusals(outcomes),
        "citation_precision": _mean([o.citations for o in answered]),
        "citation_recall": _mean([o.cited for o in answered]),
        "words_median": statistics.median(
            [length(without_marks(o.answer.text)) for o in answered if o.answer]
        )
        if answered
        else None,
        "seconds_per_question": _mean([o.seconds for o in outcomes]),
    }


def refusals(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    """How well it is told which questions have an answer.

    `refused_unanswerable` is the recall of refusals and `refusal_precision` the share of them that
    are right, at the threshold in force; `refused_at_90` is the recall at the threshold that would
    keep 90% of the answerable ones.
    """
    asked = [(o.answer, o.question.impossible) for o in outcomes if o.answer is not None]
    possible = [answer for answer, impossible in asked if not impossible]
    impossible = [answer for answer, impossible in asked if impossible]
    refused = [float(is_so) for answer, is_so in asked if not answer.found]
    kept = sorted(answer.confidence for answer in possible)
    least = kept[len(kept) // 10] if kept else 0.0
    return {
        "answered": _mean([float(answer.found) for answer in possible]),
        "refused_unanswerable": _mean([float(not answer.found) for answer in impossible]),
        "refusal_precision": _mean(refused) if impossible else None,
        "refused_at_90": _mean([float(answer.confidence < least) for answer in impossible])
        if possible
        else None,
    }


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 4) if known else None


def _hit(outcome: Outcome, k: int) -> float:
    relevant = outcome.question.relevant or {}
    return float(any(relevant.get(name, 0) > 0 for name in outcome.ranking[:k]))


# --- measures -----------------------------------------------------------------------------------


def ndcg(ranking: Sequence[str], relevant: Mapping[str, int], k: int) -> float:
    """Normalised discounted cumulative gain of the first `k`; 0 where nothing is relevant."""
    gains = [relevant.get(name, 0) for name in ranking[:k]]
    best = sorted(relevant.values(), reverse=True)[:k]
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
