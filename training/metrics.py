"""The metrics of SQuAD (Rajpurkar et al. 2016) and the area under the ROC curve."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise(text: str) -> str:
    """Lower case, without punctuation and articles: as the official SQuAD script does it."""
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text.lower().translate(_PUNCTUATION)).split())


def exact(found: str, references: Iterable[str]) -> float:
    return float(any(normalise(found) == normalise(reference) for reference in references))


def f1(found: str, references: Iterable[str]) -> float:
    words = normalise(found).split()
    return max((_f1(words, normalise(r).split()) for r in references), default=0.0)


def _f1(found: list[str], reference: list[str]) -> float:
    common = sum((Counter(found) & Counter(reference)).values())
    if not common:
        return float(found == reference)
    precision, recall = common / len(found), common / len(reference)
    return 2 * precision * recall / (precision + recall)


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Chance that a positive scores above a negative; ties count half (Mann and Whitney)."""
    ranked = np.sort(np.asarray(negative))
    below = np.searchsorted(ranked, positive, side="left")
    upto = np.searchsorted(ranked, positive, side="right")
    return float(np.mean((below + upto) / 2) / len(ranked))
