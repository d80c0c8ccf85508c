"""Abbreviations with "&" of a question, written out as the documents do: "R&D".

No term is left of them, single letters being none, while the row that answers is called "Research
and development". What they stand for is told where a document has both side by side.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rag import lazy_re
from rag.text import query_terms

if TYPE_CHECKING:
    from rag.index.collection import Collection

LOOKED_AT = 200  # chunks, for one that has both
_SHORT = lazy_re.compile(r"(?<![\w&])[A-Z]{1,4}(?:&[A-Z]{1,4})+(?![\w&])")
_AND = r",?\s+(?:and|&|und|et|y)\s+"


def written_out(question: str, collection: Collection) -> str:
    """`question` with each such abbreviation as `collection` writes it out, where it does."""
    return _SHORT.sub(lambda short: _meaning(short[0], collection) or short[0], question)


def _meaning(short: str, collection: Collection) -> str:
    """What an abbreviation stands for; "" where no document says so."""
    both = _beside(short)
    rows, _ = collection.lexical(query_terms(short, collection.languages), LOOKED_AT)
    for chunk in collection.chunks(rows):
        document = chunk.document
        match = both.search(collection.text(document, chunk.chunk.start, chunk.chunk.end))
        if match:
            return " ".join((match["before"] or match["after"]).split()).lower()
    return ""


@lru_cache(maxsize=64)
def _beside(short: str) -> re.Pattern[str]:
    """What an abbreviation stands for beside it: 'research and development ("R&D")', "R&D: …"."""
    parts = [r",?\s+".join(rf"(?i:{letter})[\w-]+" for letter in part) for part in short.split("&")]
    long, name = _AND.join(parts), re.escape(short)
    return lazy_re.compile(
        rf"\b(?P<before>{long})\s*[(\[]\s*[\"“”'‘«„]?{name}\b"
        rf"|\b{name}[\"”’»“]?\s*[|:=(–—-]\s*(?P<after>{long})\b"
    )
