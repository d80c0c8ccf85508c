"""The verifiable reward of a draft: support by evidence, form, and the language of the question.

Nothing here is a matter of taste or of another model's opinion: each part can be checked, as in
reinforcement learning with verifiable rewards (Lambert et al. 2024, arXiv:2411.15124, section 6).
It chooses among several drafts; the check decides afterwards what of the best one is shown.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag import lazy_re
from rag.ground import Claim
from rag.text import content_words, language, words

ENOUGH = {"explain": 28, "list": 14}  # supported content words from which more are worth nothing
ENOUGH_OF_FACT = 6
LONGEST = {"explain": 110, "list": 90}  # words from which a draft is too long
LONGEST_OF_FACT = 45
TOLD = 6  # words from which the language of a text can be told
_COMPLETE = lazy_re.compile(r"[.!?。！？؟।…][\"'”’)\]]*\s*(?:\[\d+\]\s*)*$")


def reward(claims: Sequence[Claim], question: str, kind: str, *, agrees: bool = True) -> float:
    """How good a draft is, in [0, 1]; 0 where nothing of it is supported.

    `claims` are its sentences as the check found them; `agrees` says whether it holds what the
    reader found.
    """
    text = " ".join(claim.text for claim in claims)
    lengths = [len(words(claim.text)) or 1 for claim in claims]
    held = [claim.support if claim.supported else 0.0 for claim in claims]
    support = sum(map(float.__mul__, held, map(float, lengths))) / max(sum(lengths), 1)
    form = (_is_complete(text) + _is_fresh(text) + _is_short(text, kind)) / 3
    said = frozenset[str]().union(*(content_words(c.text) for c in claims if c.supported))
    substance = min(1.0, len(said) / ENOUGH.get(kind, ENOUGH_OF_FACT))
    value = support * (0.5 + 0.25 * form + 0.25 * substance)
    return value * (1.0 if _same_language(text, question) else 0.5) * (1.0 if agrees else 0.5)


def _is_complete(text: str) -> float:
    """Does it end where a sentence ends?"""
    return float(_COMPLETE.search(text.rstrip()) is not None)


def _is_fresh(text: str) -> float:
    """Share of its runs of four words that are said once."""
    said = words(text)
    runs = [tuple(said[i : i + 4]) for i in range(len(said) - 3)]
    return len(set(runs)) / len(runs) if runs else 1.0


def _is_short(text: str, kind: str) -> float:
    return float(len(text.split()) <= LONGEST.get(kind, LONGEST_OF_FACT))


def _same_language(text: str, question: str) -> bool:
    """Too short a text counts as in any language."""
    if min(len(text.split()), len(question.split())) < TOLD:
        return True
    return language(text) == language(question)
