"""Fit in which order passages that were read are shown, for questions with an answer and without.

Used by `training.calibrate` and `training.foreign`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from rag.calibration import Logistic
from rag.rerank import FEATURES, features
from training.asked import Asked


def fit(asked: Sequence[Asked]) -> Logistic:
    """The model of all; says how often the first is right with models of the other articles."""
    usable = [item for item in asked if item.own.any()]
    right, before = [], []
    for article in sorted({item.article for item in usable}):
        model = _model([item for item in usable if item.article != article])
        for item in (item for item in usable if item.article == article):
            right.append(bool(item.own[int(model.logits(features(item.signals)).argmax())]))
            before.append(bool(item.own[0]))
    print(
        f"right passage first, of those that have it: {np.mean(right):.3f}, "
        f"as retrieved {np.mean(before):.3f}, of {len(right)}"
    )
    return _model(usable)


def _model(asked: Sequence[Asked]) -> Logistic:
    rows = np.concatenate([features(item.signals) for item in asked])
    own = np.concatenate([item.own for item in asked])
    scale = rows.std(axis=0) + 1e-6
    fitted = LogisticRegression(C=1, max_iter=2000).fit(rows / scale, own)
    return Logistic(FEATURES, tuple(fitted.coef_[0] / scale), float(fitted.intercept_[0]))
