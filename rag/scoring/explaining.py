"""Which sentences explain? The scores are fitted on facts, where any sentence may hold the answer.

The one sentence that the reader points at is far ahead of all others then; an explanation is spread
over several, so what is near the question in meaning counts for more.

What can not explain anything (questions, headings, references, rows of tables) is often nearest to
a question nevertheless, and counts for little where an explanation is wanted. A command is as short
as a heading and is what one asks for who is to be told how something is done.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag import lazy_re
from rag.evidence import Sentence
from rag.patterns.heads import BAR
from rag.patterns.proper import is_unspaced
from rag.scoring.calibration import log_odds
from rag.types import Hit

if TYPE_CHECKING:
    from rag.embed import Embedder
    from rag.question.run import Run
    from rag.scoring.signals import Signals

NEAR = 10.0  # logits that a cosine of 1 more is worth
POOR = 0.005  # what a row or a label keeps of its score, which at times is all there is
NOTHING = 1e-6  # what a question, a reference or a pointer to another place keeps
FEWEST_WORDS = 5
HEADING_WORDS = 9  # up to which a line without an end is a heading
_ENDED = lazy_re.compile(r"[.!:;…][\"'”’)\]]*$")
_REFERENCE = lazy_re.compile(
    r"\barXiv:\s?\d|\bdoi(?:\.org|:)|\bpp\.\s?\d|\bet al\.,|\bIn Proceedings\b|\bvol\. \d"
    r"|(?:\b[A-Z]\. ?){1,2}[A-Z][\w’'-]+(?:,| and| et al)"
)
# What only says where more is said, or what will be.
_PLACE = (
    r"(?:section|chapter|page|figure|table|part|item|note|notes|appendix|annex|exhibit|schedule"
    r"|paragraph|footnote|abschnitt|kapitel|seite|abbildung|tabelle|teil|punkt|ziffer|anhang|anlage"
    r"|fußnote|chapitre|sección|capítulo|página|anexo|annexe)s?\b"
)
_TEXT = (
    r"(?:documentation|docs|guide|manual|handbook|website|site|report|list|faq|readme|discussion"
    r"|description|example|instruction|terms|policy|link|document|file|information|statement)s?\b"
)
_POINTS_ON = lazy_re.compile(
    r"^\W*(?:for (?:an? )?(?:(?:more|further|additional|full(?:er)?|detailed|complete)\b"
    r"|(?:discussion|description|summary)s? (?:of|on)\b[^.]*\b(?:see|refer))"
    r"|(?:to )?(?:read|learn|find out|see) (?:more|also)\b"
    rf"|(?:see|refer to|check(?: out)?) (?:the )?(?:\w+ ){{0,3}}(?:{_PLACE}|{_TEXT})"
    r"|(?:see|refer to) (?:below|above|[“\"'])"
    r"|(?:siehe|vgl\.?|vergleiche) (?:(?:auch|hierzu|dazu|bitte) )*"
    rf"(?:oben|unten|§|[“„\"]|{_PLACE})"
    r"|(?:weitere|nähere|mehr) (?:informationen|einzelheiten|angaben|details|auskünfte)\b"
    r"|(?:pour|para) (?:plus|más) (?:de |d['’])?(?:détails|informations|información|detalles)\b"
    rf"|(?:voir|véase|ver) (?:(?:aussi|también) )?(?:(?:la|le|el) )?{_PLACE})",
    re.IGNORECASE,
)
_ANNOUNCES = lazy_re.compile(
    r"^\W*(?:see the\b|refer to\b|check (?:out )?the\b"
    r"|you(?:['’]ll| will| are going to) (?:see|read|learn)\b|in the (?:next|following"
    r"|previous) (?:section|chapter|example)s?\b|this (?:page|section|chapter|document|guide)"
    r" (?:shows|describes|explains|provides|covers)\b)",
    re.IGNORECASE,
)
_ELSEWHERE = lazy_re.compile(
    r"\b(?:is|are|was|were) (?:\w+ )?(?:discussed|described|set (?:forth|out)|explained|disclosed)"
    rf" (?:\w+ )?(?:in|under|at) (?:the )?(?:{_PLACE}|[“\"])",
    re.IGNORECASE,
)
_HOW_TO = lazy_re.compile(
    r"\bhow (?:to|(?:do|can|could|should|would|must|may|shall) (?:i|we|you|one))\b", re.IGNORECASE
)
_LISTED = lazy_re.compile(
    r"\b(?:references|bibliography|literature|sources|further reading)\b", re.I
)


def points_on(text: str) -> bool:
    """Does a sentence only say where more is said ("See Note 4 for all proceedings.")?"""
    return _POINTS_ON.match(text) is not None


def is_short(text: str, words: int = FEWEST_WORDS) -> bool:
    """Has `text` fewer words than a sentence? Of writing without spaces that can't be told."""
    return len(text.split()) < words and not any(map(is_unspaced, text))


def fitting(run: Run, signals: Signals, embedder: Embedder) -> NDArray[np.float32]:
    """The scores f32 (n,) of the sentences for a question of the kind that `run` has."""
    if run.kind == "explain":
        vectors = embedder.encode([item.whole for item in signals.found])
        similarity = vectors @ embedder.encode_query(run.question)
        how = _HOW_TO.search(run.question) is not None
        return explaining(signals.hits, signals.found, signals.scores, similarity, how=how)
    return stating(signals.found, signals.scores) if run.kind == "yesno" else signals.scores


def explaining(
    hits: Sequence[Hit],
    found: Sequence[Sentence],
    scores: NDArray[np.float32],
    similarity: NDArray[np.float32],
    *,
    how: bool = False,
) -> NDArray[np.float32]:
    """Scores f32 (n,) in [0, 1] of the same sentences, as parts of an explanation.

    `similarity` f32 (n,) is the cosine of each with the question: of the reference answers to 107
    questions on papers it finds .375, closeness word by word .366 (benchmarks/LOG.md).
    `how` says that one asks how something is done.
    """
    logits = log_odds(scores) + NEAR * (similarity - 0.5)
    kept = np.asarray([_kept(hits[item.hit], item, how) for item in found])
    return np.asarray(kept / (1 + np.exp(-logits)), np.float32)


def stating(found: Sequence[Sentence], scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scores f32 (n,) of the same sentences where something is to be said to be so or not: a
    short one may ("Not yet."), and so may the row of a table; questions and headings may not."""
    kept = [POOR if _is_no_statement(item) else 1.0 for item in found]
    return np.asarray(scores * kept, np.float32)


def _is_no_statement(item: Sentence) -> bool:
    text = item.text.rstrip()
    if text.endswith("?") or points_on(text):
        return True
    return not item.head and _is_label(item)


def _is_label(item: Sentence) -> bool:
    """A heading, or a line that is like one: few words without an end."""
    text = item.text.rstrip()
    return item.stands.heading or (is_short(text, HEADING_WORDS) and _ENDED.search(text) is None)


def _kept(hit: Hit, item: Sentence, how: bool) -> float:
    """What a sentence keeps of its score in an explanation."""
    if how and item.stands.code:
        return 1.0
    text = item.text.rstrip()
    of_list = bool(hit.headings) and _LISTED.search(hit.headings[-1]) is not None
    elsewhere = points_on(text) or _ANNOUNCES.match(text) or _REFERENCE.search(text)
    if text.endswith("?") or of_list or elsewhere:
        return NOTHING
    poor = is_short(text) or BAR in text or _is_label(item) or _ELSEWHERE.search(text)
    return POOR if poor else 1.0
