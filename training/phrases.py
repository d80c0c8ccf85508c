"""Phrases of a dependency parse (spaCy tokens and spans) as the words of a question."""

from __future__ import annotations

import re
from typing import Any


def sound(question: str) -> bool:
    """Is it of a usual length and without the halves of brackets and quotations?"""
    odd = question.count('"') % 2 or any(mark in question for mark in "()[]–—;:")
    return 4 <= len(question.split()) <= 26 and not odd


def shape(text: str) -> str:
    """Digits to 0, letters to a: what is swapped should look alike."""
    return re.sub(r"\d+", lambda m: "0" * len(m.group()), re.sub(r"[^\W\d]+", "a", text))


def verb_words(verb: Any) -> list[str]:
    return [t.lower_ for t in verb.children if t.dep_ in ("aux", "auxpass", "neg")] + [verb.lower_]


def phrase(head: Any) -> Any:
    """The phrase of a head without relative clauses, appositions and what follows a comma."""
    doc = head.doc
    start, end = head.left_edge.i, head.i + 1
    for child in head.children:
        if child.i < head.i:
            continue
        if child.dep_ not in ("prep", "compound", "nummod", "amod", "poss", "case", "quantmod"):
            break
        end = child.right_edge.i + 1
        if child.dep_ == "prep" and child.lower_ not in ("of", "for", "to"):
            end = child.i
            break
    if head.ent_type_:
        entity = next((e for e in doc.ents if e.start <= head.i < e.end), None)
        if entity is not None:
            start, end = entity.start, entity.end
    phrase = doc[start : max(end, head.i + 1)]
    while len(phrase) > 1 and phrase[-1].pos_ in ("ADP", "CCONJ", "PUNCT"):
        phrase = phrase[:-1]
    # People leave the article out more often than not.
    while len(phrase) > 1 and phrase[0].pos_ in ("DET", "PUNCT", "CCONJ"):
        phrase = phrase[1:]
    return phrase


def words(head: Any) -> list[str]:
    """The words of a dependant; only names keep their capital."""
    words = []
    for token in list(head.subtree)[:14]:
        if token.is_space:
            continue
        keep = token.pos_ == "PROPN" or token.ent_type_ or not token.is_sent_start
        words.append(token.text if keep else token.lower_)
    return words


def join(words: list[str]) -> str:
    text = re.sub(r"\s*\([^()]*\)", "", " ".join(word for word in words if word))
    text = re.sub(r"\s+([,.;:!?%)\]'’]|n't|'s)", r"\1", text)
    text = re.sub(r"([(\[$])\s+", r"\1", text)
    return re.sub(r"\s+", " ", text).strip(" ,;:-")
