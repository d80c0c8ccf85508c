"""A question as it was put to the pipeline, with what is known of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.scoring.signals import Signals


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it was put. `kind` is answerable, unanswerable or removed."""

    article: str
    kind: str
    question: str
    golds: tuple[str, ...]
    signals: Signals
    gold: NDArray[np.bool_]  # (sentences,): which of them hold the answer
    own: NDArray[np.bool_]  # (hits,): which of them lie in the question's paragraph
