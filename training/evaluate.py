"""Measure a reader on articles that it never saw.

    python -m training.evaluate --reader rag/weights_data/reader --base MINILM --data DATA

(a) SQuAD 2 with the paragraph given; (b) end to end: passages retrieved from all paragraphs of the
file, read, and the best span by score. Ends with one line of JSON.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray

from rag.networks.reading import Span
from rag.read import Reader
from training import data, metrics
from training.data import Example

DEPTHS = (3, 5)
KEEP = 0.9


@dataclass(frozen=True, slots=True)
class Found:
    """The best span of one retrieved passage; `own` says that it is the question's paragraph."""

    text: str
    score: float
    own: bool


def retrieve(
    questions: Sequence[str], passages: Sequence[str], base: Path, depth: int
) -> NDArray[np.intp]:
    """(questions, depth) passage numbers by an equal mix of min-max scores, dense and BM25."""
    dense = _scaled(_dense(questions, passages, base))
    lexical = _scaled(_lexical(questions, passages))
    return np.argsort(-(dense + lexical), axis=1, kind="stable")[:, :depth]


def _dense(questions: Sequence[str], passages: Sequence[str], base: Path) -> NDArray[np.float32]:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(base), device="cpu")
    q = model.encode(list(questions), batch_size=16, normalize_embeddings=True)
    p = model.encode(list(passages), batch_size=8, normalize_embeddings=True)
    scores: NDArray[np.float32] = np.asarray(q @ p.T, dtype=np.float32)
    return scores


def _lexical(questions: Sequence[str], passages: Sequence[str]) -> NDArray[np.float32]:
    stemmer = Stemmer.Stemmer("english")
    index = bm25s.BM25()
    index.index(
        bm25s.tokenize(list(passages), stopwords="en", stemmer=stemmer, show_progress=False),
        show_progress=False,
    )
    tokens = bm25s.tokenize(
        list(questions), stopwords="en", stemmer=stemmer, return_ids=False, show_progress=False
    )
    return np.stack([index.get_scores(words) for words in tokens])


def _scaled(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    low, high = scores.min(axis=1, keepdims=True), scores.max(axis=1, keepdims=True)
    scaled: NDArray[np.float32] = (scores - low) / np.maximum(high - low, 1e-9)
    return scaled


def read(
    reader: Reader, examples: Sequence[Example], passages: Sequence[str], ranks: NDArray[np.intp]
) -> list[list[Found]]:
    """The best span of each retrieved passage, in the order of the ranks."""
    pairs = [(i, p) for i in range(len(examples)) for p in ranks[i].tolist()]
    spans = best_spans(reader, [(examples[i].question, passages[p]) for i, p in pairs])
    found: list[list[Found]] = [[] for _ in examples]
    for (i, p), (text, score) in zip(pairs, spans, strict=True):
        found[i].append(Found(text, score, passages[p] == examples[i].context))
    return found


def best_spans(reader: Reader, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, float]]:
    """Text and score of the best span of each (question, passage)."""
    readings = reader.read_pairs([q for q, _ in pairs], [p for _, p in pairs])
    spans = [reading.best() or Span(0, 0, -1e9) for reading in readings]
    return [(p[s.start : s.end], s.score) for (_, p), s in zip(pairs, spans, strict=True)]


def with_paragraph(reader: Reader, examples: Sequence[Example]) -> dict[str, float]:
    """EM, F1 and the AUC of answerability with the question's own paragraph given."""
    spans = best_spans(reader, [(e.question, e.context) for e in examples])
    pairs = [(e, text) for e, (text, _) in zip(examples, spans, strict=True) if e.answers]
    yes = [score for e, (_, score) in zip(examples, spans, strict=True) if e.answers]
    no = [score for e, (_, score) in zip(examples, spans, strict=True) if not e.answers]
    return {
        "em": _mean([metrics.exact(text, e.answer_texts) for e, text in pairs]),
        "f1": _mean([metrics.f1(text, e.answer_texts) for e, text in pairs]),
        "auc": round(metrics.auc(yes, no), 3),
        "refuses_adversarial": _refused(yes, no),
    }


def end_to_end(
    examples: Sequence[Example], found: Sequence[list[Found]], depth: int
) -> dict[str, float]:
    """What a user meets: the best span of the `depth` best passages."""
    exact, f1, yes, no, removed = [], [], [], [], []
    for example, passages in zip(examples, found, strict=True):
        best = max(passages[:depth], key=lambda p: p.score)
        if not example.answers:
            no.append(best.score)
            continue
        yes.append(best.score)
        exact.append(metrics.exact(best.text, example.answer_texts))
        f1.append(metrics.f1(best.text, example.answer_texts))
        others = [p for p in passages if not p.own][:depth]
        removed.append(max(p.score for p in others))
    return {
        "em": _mean(exact),
        "f1": _mean(f1),
        "auc_adversarial": round(metrics.auc(yes, no), 3),
        "auc_removed": round(metrics.auc(yes, removed), 3),
        "refuses_adversarial": _refused(yes, no),
        "refuses_removed": _refused(yes, removed),
        "threshold": round(float(np.quantile(yes, 1 - KEEP)), 2),
    }


def _refused(yes: Sequence[float], no: Sequence[float]) -> float:
    """Share of `no` below the threshold that keeps 90 % of `yes`."""
    return round(float(np.mean(np.asarray(no) < np.quantile(yes, 1 - KEEP))), 3)


def _mean(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reader", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True, help="embedder for the retrieval")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--development", action="store_true", help="not the reserved articles")
    parser.add_argument("--every", type=int, default=1, help="only each n-th question")
    parser.add_argument("--precision", default="float32")
    arguments = parser.parse_args()
    everything = data.squad(arguments.data / "squad2" / "dev-half.json")
    _, held_out = data.split(everything, final=False)
    examples = held_out if arguments.development else data.reserved(everything)
    examples = examples[:: arguments.every]
    passages = list(dict.fromkeys(e.context for e in everything))
    reader = Reader.load(arguments.reader, precision=arguments.precision)
    questions = [e.question for e in examples]
    # One more than the deepest, since the question's own paragraph is left out once.
    ranks = retrieve(questions, passages, arguments.base, max(DEPTHS) + 1)
    found = read(reader, examples, passages, ranks)
    figures: dict[str, object] = {
        "questions": len(examples),
        "answerable": sum(bool(e.answers) for e in examples),
        "with_paragraph": with_paragraph(reader, examples),
    }
    for depth in DEPTHS:
        hits = [any(p.own for p in f[:depth]) for f in found]
        figures[f"top_{depth}"] = {"hit": _mean(hits), **end_to_end(examples, found, depth)}
    print(json.dumps(figures, indent=1))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
