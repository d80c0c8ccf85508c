"""The amount for what is asked, of those that a sentence tells side by side.

"A deposit of £50 is due for a kayak, £120 for a sailing boat" answers for either, and the reader
takes the first as readily for the boat.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from rag.evidence import Sentence, languages
from rag.networks.reading import Span
from rag.patterns.parallel import counterpart
from rag.text import query_terms, terms
from rag.types import Hit

# Of questions, and seldom of what answers them.
_HOW = frozenset(terms("many much long old day date time", "en"))


def of_what_is_asked(
    question: str, hits: Sequence[Hit], found: Sequence[Sentence], spans: Sequence[Span | None]
) -> list[Span | None]:
    """The spans, one for each sentence, moved to the amount that the question is about."""
    codes = languages(found)
    asked = {code: frozenset(query_terms(question, [code])) for code in {*codes}}
    moved: list[Span | None] = []
    for item, span, code in zip(found, spans, codes, strict=True):
        if span and not item.head:
            own = item.start - hits[item.hit].start
            here = (span.start - own, span.end - own)
            held = partial(_held, asked[code], code)
            there = counterpart(item.text, here, held, asked[code] - _HOW)
            span = Span(own + there[0], own + there[1], span.score) if there else span
        moved.append(span)
    return moved


def _held(asked: frozenset[str], code: str, text: str) -> frozenset[str]:
    return asked.intersection(terms(text, code))
