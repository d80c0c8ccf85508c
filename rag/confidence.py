"""Do the documents hold the answer? A calibrated probability, decided before anything is written.

Language models asked to refuse do so for fewer than half of the questions that they can't answer
(Chen et al., "Benchmarking Large Language Models in Retrieval-Augmented Generation", AAAI 2024,
table 5), so the decision is not left to one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rag.calibration import load, log_odds
from rag.evidence import FEATURES as OF_SENTENCES
from rag.question import kind
from rag.text import language, names, numbers, stemmed, words
from rag.types import Hit

FEATURES = (
    "reader",  # the reader's best span in any passage, against "no answer" there, over ten
    "missing",  # share of the question's names and numbers that no passage has
    "terms",  # share of the question's terms, weighted by rarity, in the best sentence
    "dense",  # best cosine of a sentence with the question
    "sentence",  # logit of the best sentence's score
)
# GPT-4, 8x7B, RNNsearch-50: parts of such a name may all be there and the thing itself not.
_VERSION = re.compile(r"\b(?=\w*[^\W\d])\w+-\d[\w.]*\b|\b\d+[^\W\d_]+\d\w*\b")
# Logits for a question that wants an explanation: hardly any that the probability was fitted on
# does. Of 74 such questions on ARAGOG's papers .72 are answered with it, .54 without.
EXPLAINED = 0.3
_DENSE, _TERMS = OF_SENTENCES.index("dense"), OF_SENTENCES.index("terms")


def features(
    question: str,
    hits: Sequence[Hit],
    rows: NDArray[np.float32],
    scores: NDArray[np.float32],
    reader: float,
) -> NDArray[np.float32]:
    """One row f32 (1, 5) for a question.

    `rows` f32 (n, 7) and `scores` f32 (n,) are the features and scores of its sentences, `reader`
    the best score of a span as the reader gave it, in logits.
    """
    best = int(scores.argmax())
    return np.asarray(
        [
            [
                reader / 10,
                _missing(question, hits),
                rows[best, _TERMS],
                rows[:, _DENSE].max(),
                log_odds(float(scores[best])),
            ]
        ],
        dtype=np.float32,
    )


def _missing(question: str, hits: Sequence[Hit]) -> float:
    code = language(question)
    asked = {stemmed(word, code) for word in names(question) | numbers(question)}
    there = {stemmed(word, code) for hit in hits for word in words(hit.text)}
    versions = {version.lower() for version in _VERSION.findall(question)}
    text = "\n".join(hit.text.lower() for hit in hits)
    missing = len(asked - there) + sum(version not in text for version in versions)
    return missing / max(len(asked) + len(versions), 1)


def answerable(
    question: str,
    hits: Sequence[Hit],
    rows: NDArray[np.float32],
    scores: NDArray[np.float32],
    reader: float,
) -> float:
    """Probability in [0, 1] that the passages answer the question; 0 where there are none.

    A question in another language than English, which is what embedder and reader know best, has a
    model of its own: by the one for English, .69 of the German questions that the documents answer
    were kept, by this one .96, with .77 of the others refused (benchmarks/LOG.md). No span answers
    a question for an explanation, so that more is added to what the reader says of it.
    """
    if not hits or not len(rows):
        return 0.0
    row = features(question, hits, rows, scores, reader)
    english = language(question) == "en"
    model = load("answerable" if english else "foreign", FEATURES)
    if english and kind(question) == "explain":
        model = replace(model, bias=model.bias + EXPLAINED)
    return float(model(row)[0])
