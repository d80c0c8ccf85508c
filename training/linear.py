"""A logistic regression on standardised features, with weights for the features as they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from rag.scoring.calibration import Logistic


def fit(
    features: tuple[str, ...],
    rows: NDArray[np.float32],
    truth: NDArray[np.bool_],
    strength: float,
    weights: NDArray[np.float64] | None = None,
) -> Logistic:
    """`rows` f32 (n, features), `truth` bool (n,); `strength` is the inverse of the penalty."""
    scale = rows.std(axis=0) + 1e-6
    model = LogisticRegression(C=strength, max_iter=3000)
    model.fit(rows / scale, truth, sample_weight=weights)
    return Logistic(features, tuple(model.coef_[0] / scale), float(model.intercept_[0]))
