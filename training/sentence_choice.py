"""Fit which sentence of those retrieved holds the answer.

Used by `training.calibrate` and `training.foreign`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sklearn.linear_model import LogisticRegression

from rag import evidence
from rag.scoring.calibration import Logistic
from rag.scoring.signals import Signals
from rag.scoring.twice import settled
from training.asked import Asked


def fit(asked: Sequence[Asked]) -> tuple[Logistic, list[Asked]]:
    """Which sentence of those retrieved holds the answer?

    The model of all, and what was asked, in its order, with the scores that a model of the other
    articles gives the sentences.
    """
    others = _by_others(asked)
    found = right(others)
    print(f"best sentence holds the gold answer: {np.mean(found):.3f} of {len(found)}")
    answered = [a for a in asked if a.kind == "answerable"]
    for i, name in enumerate(evidence.FEATURES):
        alone = [a.gold[int(a.signals.rows[:, i].argmax())] for a in answered if len(a.gold)]
        print(f"  {name} alone: {np.mean(alone):.3f}")
    return _model(asked), others


def _by_others(asked: Sequence[Asked]) -> list[Asked]:
    models = {
        article: _model([a for a in asked if a.article != article])
        for article in {a.article for a in asked}
    }
    return [scored(a, models[a.article]) for a in asked]


def scored(item: Asked, model: Logistic) -> Asked:
    """The same with the scores that a model gives its sentences."""
    return replace(item, signals=_scored(item.signals, model), once=_scored(item.once, model))


def _scored(signals: Signals, model: Logistic) -> Signals:
    return settled(replace(signals, scores=model(signals.rows)), signals.basis.twice)


def right(asked: Sequence[Asked]) -> list[bool]:
    """Does the best sentence hold the answer? Of each answerable question."""
    return [is_right(a) for a in asked if a.kind == "answerable"]


def is_right(item: Asked) -> bool:
    """Does the best sentence hold the answer? False where there is no answer."""
    return bool(item.gold[int(item.signals.scores.argmax())])


def _model(asked: Sequence[Asked]) -> Logistic:
    """Fitted on the questions whose answer is among the sentences."""
    usable = [a for a in asked if a.kind == "answerable" and a.gold.any()]
    rows = np.concatenate([a.signals.rows for a in usable])
    gold = np.concatenate([a.gold for a in usable])
    model = LogisticRegression(C=10, max_iter=2000).fit(rows, gold)
    weights = tuple(float(w) for w in model.coef_[0])
    return Logistic(evidence.FEATURES, weights, float(model.intercept_[0]))
