"""Which sentences explain? The scores are fitted on facts, where any sentence may hold the answer.

What can not explain anything (questions, headings, references, rows of tables) is often nearest to
a question nevertheless, and counts for little where an explanation is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.evidence import Sentence
from rag.types import Hit

POOR = 0.02  # what a sentence that explains nothing keeps of its score
FEWEST_WORDS = 5
_REFERENCE = re.compile(
    r"\barXiv:\s?\d|\bdoi(?:\.org|:)|\bpp\.\s?\d|\bet al\.,|\bIn Proceedings\b|\bvol\. \d"
    r"|(?:\b[A-Z]\. ?){1,2}[A-Z][\w’'-]+(?:,| and| et al)"
)
_LISTED = re.compile(r"\b(?:references|bibliography|literature|sources|further reading)\b", re.I)


def explaining(
    hits: Sequence[Hit], found: Sequence[Sentence], scores: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Scores f32 (n,) in [0, 1] of the same sentences, as parts of an explanation."""
    kept = [POOR if _explains_nothing(hits[item.hit], item) else 1.0 for item in found]
    return scores * np.asarray(kept, np.float32)


def _explains_nothing(hit: Hit, item: Sentence) -> bool:
    text = item.text.rstrip()
    if item.head or " | " in text or text.endswith("?") or len(text.split()) < FEWEST_WORDS:
        return text.isascii() or " | " in text
    in_list = bool(hit.headings) and _LISTED.search(hit.headings[-1]) is not None
    return in_list or _REFERENCE.search(text) is not None
