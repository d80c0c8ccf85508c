"""Fit in which order passages that were read once are shown, for questions with and without answer.

Used by `training.calibrate` and `training.foreign`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.rerank import FEATURES, features
from rag.scoring.calibration import Logistic
from training import linear
from training.asked import Asked


def fit(asked: Sequence[Asked]) -> Logistic:
    """The model of all; says how often the first is right with models of the other articles."""
    usable = [item for item in asked if item.own.any()]
    right, before = [], []
    for article in sorted({item.article for item in usable}):
        model = _model([item for item in usable if item.article != article])
        for item in (item for item in usable if item.article == article):
            right.append(bool(item.own[int(model.logits(features(item.once)).argmax())]))
            before.append(bool(item.own[0]))
    print(
        f"right passage first, of those that have it: {np.mean(right):.3f}, "
        f"as retrieved {np.mean(before):.3f}, of {len(right)}"
    )
    return _model(usable)


def _model(asked: Sequence[Asked]) -> Logistic:
    rows = np.concatenate([features(item.once) for item in asked])
    own = np.concatenate([item.own for item in asked])
    return linear.fit(FEATURES, rows, own, strength=1)
