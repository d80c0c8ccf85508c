"""From hits to evidence: every sentence of the passages scored for the question.

Four signals say whether a sentence holds the answer: how close its words are to the question's,
which of the question's rarer words it has, how good its passage is, and what the span reader finds
in it. Each alone picks the right sentence about three times in four; a logistic regression over
all of them does clearly better (see `training/README.md`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rag.networks.reading import Span
from rag.patterns.heads import heads, openings
from rag.patterns.standing import Standing, standings
from rag.patterns.tables import ranged, readable
from rag.text import language, length, query_terms, sentences, terms
from rag.types import Block, Hit

LONGEST = 600  # characters of one sentence; tables and code have "sentences" without end
SPREAD = 10.0  # logits of a span's score that make the difference between no and yes
# Logits behind the best span that leave 1/e of "best". With all or nothing one sentence had nearly
# all of the score, and the one that had the answer in other words none.
BEHIND = 4.0
MOST_SENTENCES = 120  # compared with one question

FEATURES = (
    "close",  # how close its words are to the question's
    "terms",  # share of the question's terms, by rarity, that it has or that stand above it
    "near",  # the same share over the sentence with its two neighbours
    "passage",  # fused score of its passage
    "span",  # logit of the best span in it, by the fitted model, squashed
    "best",  # 1 if that is the best of all passages, less the further it is behind
    "length",  # logarithm of its number of words
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a hit. `start` and `end` are document offsets.

    `head` is the head of the table that it is a row of, "" for prose. `stands` says under and
    behind what it stands. `opens` a table is its head, or the line above, which says what the rows
    are about and answers nothing.
    """

    hit: int
    start: int
    end: int
    text: str
    head: str = ""
    stands: Standing = Standing()
    opens: bool = False

    @property
    def whole(self) -> str:
        """What it says when it is read by itself: a row with the head of its table, an item of a
        list with the line that opens it."""
        opened = self.head or self.stands.lead
        return f"{opened}\n{self.text}" if opened else self.text

    @property
    def placed(self) -> str:
        """What stands above it, and what it says."""
        return f"{self.stands.under}\n{self.whole}"


def split(
    hits: Sequence[Hit], landmarks: Mapping[str, Sequence[Block]] | None = None
) -> list[Sentence]:
    """The sentences of all hits, best hit first; the longest are cut at a word.

    `landmarks` are the headings and pieces of code of their documents, by id, sorted.

    Of more than `MOST_SENTENCES` each hit keeps as many as the others, its first ones.
    """
    each: list[list[Sentence]] = []
    for index, hit in enumerate(hits):
        spans = sentences(hit.text)
        over = heads(hit.text, spans, hit.headings)
        stand = standings(hit, spans, (landmarks or {}).get(hit.document, ()))
        opens = openings([hit.text[a:b] for a, b in spans], over)
        each.append(
            [
                Sentence(index, hit.start + a, hit.start + b, hit.text[a:b], head, stands, is_head)
                for (start, end), head, stands, is_head in zip(
                    spans, over, stand, opens, strict=True
                )
                for a, b in _cut(hit.text, start, end)
            ]
        )
    kept = max(map(len, each), default=0)
    while kept > 1 and sum(min(kept, len(found)) for found in each) > MOST_SENTENCES:
        kept -= 1
    return [sentence for found in each for sentence in found[:kept]]


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    pieces = []
    while end - start > LONGEST:
        space = max(
            text.rfind(" ", start, start + LONGEST), text.rfind("\n", start, start + LONGEST)
        )
        stop = space if space > start else start + LONGEST
        pieces.append((start, stop))
        start = stop
        while start < end and text[start].isspace():
            start += 1
    return [*pieces, (start, end)] if end > start else pieces


def shares(
    question: str, found: Sequence[Sentence], rarity: Mapping[str, float]
) -> NDArray[np.float32]:
    """Shares of the question's terms, weighted by their rarity: f32 (n, 3).

    First what each sentence has with the title and headings above it, then what it has together
    with its two neighbours, then what its whole passage has. `rarity` is the inverse document
    frequency of each term of the question.
    """
    codes = languages(found)
    asked = query_terms(question, codes)
    weights = {term: rarity.get(term, 0.0) or 1.0 for term in asked}
    above = cache(lambda text, code: frozenset(terms(text, code)) & weights.keys())
    held = [
        frozenset(terms(item.whole, code)) & weights.keys()
        | above(item.stands.under, code)
        | ranged(readable(item.text, item.head), weights.keys())
        for item, code in zip(found, codes, strict=True)
    ]
    total = sum(weights.values()) or 1.0
    whole: dict[int, frozenset[str]] = {}
    for item, kept in zip(found, held, strict=True):
        whole[item.hit] = whole.get(item.hit, frozenset()) | kept
    rows = []
    for i, item in enumerate(found):
        around = frozenset().union(
            *(
                held[j]
                for j in (i - 1, i, i + 1)
                if 0 <= j < len(found) and found[j].hit == item.hit
            )
        )
        parts = (held[i], around, whole[item.hit])
        rows.append([sum(weights[term] for term in kept) / total for kept in parts])
    return np.asarray(rows, dtype=np.float32).reshape(-1, 3)


def languages(found: Sequence[Sentence]) -> list[str]:
    """The language of each sentence: that of all sentences of its hit, since one tells little."""
    texts: dict[int, list[str]] = {}
    for item in found:
        texts.setdefault(item.hit, []).append(item.text)
    codes = {hit: language("\n".join(parts)) for hit, parts in texts.items()}
    return [codes[item.hit] for item in found]


def features(
    hits: Sequence[Hit],
    found: Sequence[Sentence],
    close: NDArray[np.float32],
    shared: NDArray[np.float32],
    spans: Sequence[Span | None],
) -> NDArray[np.float32]:
    """One row for each sentence, one column for each of `FEATURES`: f32 (n, 7).

    `close`, f32 (n,), is how close each sentence is to the question; `shared`, f32 (n, 2),
    what `shares` says of it and its neighbours; `spans` the best span of each.
    """
    top = max((span.score for span in spans if span), default=0.0)
    rows = [
        (
            float(close[i]),
            *shared[i],
            hits[item.hit].score,
            squashed(span.score) if span else -1.0,
            math.exp((span.score - top) / BEHIND) if span else 0.0,
            math.log1p(length(item.text)) / 5,
        )
        for i, (item, span) in enumerate(zip(found, spans, strict=True))
    ]
    return np.asarray(rows, dtype=np.float32).reshape(-1, len(FEATURES))


def squashed(score: float) -> float:
    """A span's score, in logits, moved to between -1 and 1."""
    return math.tanh(score / SPREAD)
