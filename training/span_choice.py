"""Fit the linear model that chooses among the reader's spans: `rag.scoring.spans`.

Its weights maximise the expected F1 of a span drawn from the softmax of their scores over all
candidates of a question, which is what a person gets to see; a classifier of right and wrong spans
would spend its few weights on telling apart spans that nobody would choose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from rag.evaluate import f1, normalised
from rag.scoring import spans

RIDGE = 0.003  # on weights of standardised features; chosen by leaving one article out
EXACT = 0.3  # what an exact match is worth beyond its F1


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """The candidates of one question: features f32 (n, f), F1 and exact match f32 (n,)."""

    article: str
    rows: NDArray[np.float32]
    f1: NDArray[np.float32]
    exact: NDArray[np.float32]


def choice(
    article: str,
    texts: Sequence[str],
    offered: Sequence[spans.Candidates],
    golds: Sequence[str],
) -> Choice:
    """The candidates of all sentences; `texts` has the text of each sentence's hit."""
    answers = [
        text[span.start : span.end]
        for text, item in zip(texts, offered, strict=True)
        for span in item.spans
    ]
    return Choice(
        article,
        np.concatenate([item.rows for item in offered]),
        np.asarray([max(f1(a, gold) for gold in golds) for a in answers], dtype=np.float32),
        np.asarray(
            [any(normalised(a) == normalised(gold) for gold in golds) for a in answers],
            dtype=np.float32,
        ),
    )


def fit(choices: Sequence[Choice]) -> NDArray[np.float32]:
    """Weights f32 (f,) of the features as they are."""
    spread = np.concatenate([item.rows for item in choices]).std(axis=0) + 1e-3
    longest = max(len(item.f1) for item in choices)
    rows = torch.zeros(len(choices), longest, len(spread))
    worth = torch.zeros(len(choices), longest)
    absent = torch.full((len(choices), longest), -1e4)
    for i, item in enumerate(choices):
        n = len(item.f1)
        rows[i, :n] = torch.from_numpy(item.rows / spread)
        worth[i, :n] = torch.from_numpy(item.f1 + EXACT * item.exact)
        absent[i, :n] = 0
    weights = torch.zeros(len(spread), requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=200)

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        chance = torch.softmax(rows @ weights + absent, dim=1)
        value = RIDGE * weights[1:].square().sum() - (chance * worth).sum(dim=1).mean()
        value.backward()
        return value

    optimizer.step(loss)
    found = weights.detach().numpy() / spread
    # The order is what was fitted; the scale is set so that scores stay in the reader's logits.
    return np.asarray(found * (spans.READER_SCALE / found[0]), dtype=np.float32)


def left_out(choices: Sequence[Choice]) -> dict[str, float]:
    """F1 and exact match when each article's spans are chosen by weights of the other articles."""
    found: dict[str, list[float]] = {"f1": [], "exact": [], "reader_f1": [], "reader_exact": []}
    for article in sorted({item.article for item in choices}):
        weights = fit([item for item in choices if item.article != article])
        for item in (c for c in choices if c.article == article):
            for prefix, scores in (("", item.rows @ weights), ("reader_", item.rows[:, 0])):
                top = int(scores.argmax())
                found[f"{prefix}f1"].append(float(item.f1[top]))
                found[f"{prefix}exact"].append(float(item.exact[top]))
    return {name: round(float(np.mean(values)), 3) for name, values in found.items()}
