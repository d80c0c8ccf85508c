"""A section that a question names, and the chunks that stand under its heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag import lazy_re
from rag.text import content_words
from rag.types import Scope

if TYPE_CHECKING:
    from rag.index.collection import Collection

MOST_CHUNKS = 5000  # whose headings are looked at for the name of a section
_SECTION = lazy_re.compile(
    r"\b(?:in|from|under|of|see|does|within)\s+(?:the\s+)?(?:"
    r"(?:section|chapter|part|appendix)\s+(?:on|about|called|titled|named|entitled)?\s*[\"“]?"
    r"(?P<a>[\w][\w \-&.]{0,60}?)"
    r"|(?P<b>[\w][\w \-&]{0,60}?)\s+(?:section|chapter))[\"”]?(?=\s*[,?]|\s*\.(?!\d)|$"
    r"|\s+(?:of|in)\s+the\b|\s+(?:say|is|are|was|does|do|did|describe|mention|explain)\w*\b)",
    re.IGNORECASE,
)


def named_section(question: str) -> str:
    """The name of the section that `question` speaks of; "" where it speaks of none."""
    match = _SECTION.search(question)
    if not match:
        return ""
    name = (match["a"] or match["b"] or "").strip(" .-")
    name = re.sub(r"^(?:the|this|that|a|an|which|what|each|every)\s+|^(?:which|what)$", "", name)
    return name if content_words(name) and len(name.split()) <= 8 else ""


def section_rows(
    collection: Collection, documents: Sequence[str], section: str
) -> NDArray[np.bool_] | None:
    """Which chunks stand under a heading with all words of `section`, bool (rows,).

    Looked for in `documents`, or in all if there are none; None where no heading fits, where every
    one does, or where there is too much to look at.
    """
    wanted = content_words(section)
    if not wanted:
        return None
    allowed = collection.allowed(Scope(documents=tuple(documents)))
    rows = np.arange(collection.rows) if allowed is None else np.flatnonzero(allowed)
    if len(rows) > MOST_CHUNKS:
        return None
    mask = np.zeros(collection.rows, dtype=bool)
    found = [
        item.row
        for item in collection.chunks(rows)
        if any(wanted <= content_words(heading) for heading in item.chunk.headings)
    ]
    mask[found] = True
    return mask if 0 < len(found) < len(rows) else None
