"""What an English question is about by a name that no passage has: the MOT of "the Skoda", where
there is one of another car.

A name with an article is seldom told in other words; one without is that of a person, who may be
spelt otherwise, or of a place, which may be the country of what is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag import lazy_re
from rag.dictionary import is_known
from rag.patterns.periods import tells_time
from rag.patterns.standing import placed
from rag.question.shape import kind
from rag.text import language, stemmed, words
from rag.types import Hit

_NAMED = lazy_re.compile(
    r"\b(?:of|for|in|on|with|does|did|is|was)\s+(?:the|my|our|his|her)\s+"
    r"(?P<name>[A-ZÀ-Þ][a-zà-ÿ]{2,})(?!\s+[A-ZÀ-Þ\d])(?=['’]s\b|\s|\W*$)"
)
# "The Italian title" is in Italian, whatever is told of it.
_ADJECTIVE = lazy_re.compile(r"(?:an|ish|ese|ch|ic|al|ss|ek|sh|ern)$")
_SPELT = 4  # letters by which another form or spelling of a name is known


def is_unheard_of(question: str, hits: Sequence[Hit]) -> bool:
    """Is an English question for a fact about something with a name that none of `hits` has?"""
    if language(question) != "en" or kind(question) not in ("fact", "list"):
        return False
    names = {m["name"].lower() for m in _NAMED.finditer(question) if not _is_common(m)}
    told = "\n".join(map(placed, hits)) if names else ""
    there = {*words(told), *words(told.replace("-", ""))}
    stems = {stemmed(word, "en") for word in there}
    return any(
        stemmed(name, "en") not in stems
        and not any(word.startswith(name[:_SPELT]) for word in there)
        for name in names
    )


def _is_common(match: re.Match[str]) -> bool:
    """Is it no name, but a word of the dictionary, a time, or an adjective?"""
    name = match["name"]
    if is_known(name.lower(), "en") or tells_time(f"in {name}"):
        return True
    followed = re.match(r"\s+[a-z]", match.string[match.end() :])
    return followed is not None and _ADJECTIVE.search(name) is not None
