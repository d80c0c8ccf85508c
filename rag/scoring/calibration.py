"""Fitted logistic regressions: signals in, probability out. Fitted by `training/calibrate.py`.

The coefficients depend on the embedder and the reader they were fitted with; with other models
they still order well, but their probabilities are only a guide.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError

FILE = Path(__file__).parents[1] / "weights_data" / "calibration.json"


@dataclass(frozen=True, slots=True)
class Logistic:
    """p = 1 / (1 + exp(-(x . weights + bias)))."""

    features: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float

    def __call__(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities f32 (n,) of `rows` f32 (n, features)."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.logits(rows))), dtype=np.float32)

    def logits(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """x . weights + bias, f32 (n,), of `rows` f32 (n, features)."""
        weights = np.asarray(self.weights, dtype=np.float32)
        return np.asarray(rows @ weights + np.float32(self.bias), dtype=np.float32)


def log_odds(probabilities: Any, least: float = 1e-4) -> Any:
    """Logits of probabilities, one or an array; none is nearer to 0 or 1 than `least`."""
    safe = np.clip(probabilities, least, 1 - least)
    return np.log(safe / (1 - safe))


@cache
def load(name: str, features: tuple[str, ...], file: Path = FILE) -> Logistic:
    """The regression `name` of the file.

    Raises:
        ModelError: the file is missing or damaged, or was fitted on other features.
    """
    try:
        entry = json.loads(file.read_text(encoding="utf-8"))[name]
        of = dict(zip(entry["features"], map(float, entry["weights"]), strict=True))
        fitted = Logistic(tuple(of), tuple(of.values()), float(entry["bias"]))
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"{file} has no regression {name!r} ({error}). Reinstall Footnote, or fit it again "
            "with training/calibrate.py."
        ) from None
    if fitted.features != features:
        raise ModelError(
            f"{file}: {name!r} was fitted on {', '.join(fitted.features)}, not on "
            f"{', '.join(features)}. Fit it again with training/calibrate.py."
        )
    return fitted
