"""Where the formal parts of papers tell what a question asks for, in papers on what it is about.

A closing tells who wrote its own letter only: of that on the regatta, nothing of one on the crane.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.evidence import Sentence
from rag.patterns import formal, labels
from rag.patterns.standing import placed
from rag.patterns.when import in_english
from rag.text import language, stemmed, stop_words, words
from rag.types import Hit

Place = tuple[int, int]


def places(question: str, hits: Sequence[Hit], found: Sequence[Sentence]) -> list[Place | None]:
    """For each sentence where in it a formal part, or the paper's own number, answers."""
    part = formal.part(question)
    if not part and not labels.asks_number(question):
        return [None] * len(found)
    topic = _topic(question)
    fitting = [_is_about(topic, hit, language(question)) for hit in hits]
    return [
        labels.number_in(question, item.text) or (part.place(item.text) if part else None)
        if fitting[item.hit]
        else None
        for item in found
    ]


def _topic(question: str) -> list[str]:
    """The words of a question that say of which paper it speaks, its dates in English."""
    ignored = stop_words(language(question)) | stop_words("en")
    told = labels.without_number(formal.without(in_english(question)))
    return [word for word in words(told) if word not in ignored]


def _is_about(topic: Sequence[str], hit: Hit, code: str) -> bool:
    """Has a passage, with what stands above it, more than half of some words?"""
    if not topic:
        return True
    there = set(words(placed(hit)))
    stems = {stemmed(word, other) for other in {code, "en"} for word in there}
    held = [w for w in topic if w in there or {stemmed(w, c) for c in (code, "en")} & stems]
    return 2 * len(held) > len(topic)
