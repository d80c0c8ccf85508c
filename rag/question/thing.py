"""What a question asks for by its noun: the "calories" of "How many calories does it have?"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag import lazy_re
from rag.question.shape import Shape
from rag.text import content_words, language, stop_words, terms

if TYPE_CHECKING:
    from rag.index.collection import Collection

# What the noun that is asked for ends before.
_FOLLOWING = (
    r"(?:is|are|was|were|do|does|did|can|could|should|must|may|might|will|would|has|have|had|of|in"
    r"|on|for|per|to|from|with|at|by|that|which|who|there|i|we|you|he|she|they|my|our)\b"
)
_NOUN = rf"(?P<noun>(?:[\w-]+ ){{0,2}}?[\w-]+)(?=\s+{_FOLLOWING}|\W*$)"
_NO_MASS = (
    r"an?|shall|extra|altogether|else|each|further|farther|better|worse|less"
    r"|(?:long|short|high|low|larg|small|bigg|old|young|fast|slow|quick|cheap|dear|wid|deep|tall|lat"
    r"|hard|light|warm|cold|hott|strong|weak|clos|near|great|thick|thinn|bright|few)er|[a-z]+ier"
)
_ASKED = (
    lazy_re.compile(
        # "Tell me how much Ada earns" has no noun there, nor has "How much longer is it?".
        rf"(?:\bhow many|^\W*how much(?!\s+(?:{_NO_MASS})\b)) (?!{_FOLLOWING}){_NOUN}",
        re.IGNORECASE,
    ),
    lazy_re.compile(
        r"\bhow much (?:is|are|was|were|does|do|did) (?:an?|the|my|our|one) "
        rf"(?P<noun>(?:[\w-]+ ){{0,2}}?[\w-]+)(?=\s+(?:{_FOLLOWING}|costs?\b)|\W*$)",
        re.IGNORECASE,
    ),
    lazy_re.compile(
        r"\bwhat(?:['’]s| is| are| was| were) (?:the|my|our|his|her|[\w-]+['’]s) " + _NOUN,
        re.IGNORECASE,
    ),
    lazy_re.compile(rf"\b(?:what|which) (?!{_FOLLOWING}){_NOUN}", re.IGNORECASE),
    lazy_re.compile(rf"^\W*which (?!{_FOLLOWING})(?P<noun>[\w-]+)\b", re.IGNORECASE),
)
# What kind of thing answers, or how much of it, is seldom said: "the name", "which year".
_OF_KIND = frozenset(
    """name names title term word words meaning definition kind kinds type types sort sorts
    number amount total sum money cash energy power space room effort date dates year years
    month months day days week weeks hour hours
    minute minutes time times age price prices cost costs percentage percent share value size
    length height weight dose doses dosage person people man woman place country city town
    language nationality
    colour color profession occupation job thing things reason reasons way ways purpose
    difference address about if happens happened""".split()
)


# "What grows in the garden?", "What went wrong?": no noun, but what it does or did.
_DOES = lazy_re.compile(
    r"^\W*what (?:[a-z]+(?:ed|[^\Ws]s) (?:in|on|with|to|from|at|by|for|when|if|after|before)\b"
    r"|(?:went|came|got|grew|made|fell|led|began|became|gave|goes|comes)\b)",
    re.IGNORECASE,
)
# An adverb or a superlative, "what exactly", "the oldest of them", and nouns that look like one.
_NO_NOUN = lazy_re.compile(
    r"[a-z]{3,}ly|(?!(?:inter|for|requ|harv|cont|prot|conqu|arr|pri|gu|ch|t|w|n|r|v|p|qu)est\b)"
    r"[a-z]+est"
)


def thing(question: str) -> str:
    """The noun of what `question` asks for, lower-case; "" where it has none that says what."""
    noun = _phrase(question)[-1]
    if _DOES.search(question) or _NO_NOUN.fullmatch(noun):
        return ""
    return "" if noun in _OF_KIND or noun in stop_words("en") else noun


def _phrase(question: str) -> list[str]:
    """The words of what it asks for, as far as they are one, lower-case."""
    found = next((match for pattern in _ASKED if (match := pattern.search(question))), None)
    return found["noun"].lower().split() if found else [""]


def is_unheard_of(question: str, collection: Collection) -> bool:
    """Does an English question for a fact ask for something that no document ever mentions?

    Passages about the rest of the question, with a figure in them, look like an answer then. What
    is "gun powder" to one is "gunpowder" to another.
    """
    shape = Shape.of(question)
    if language(question) != "en" or shape.kind != "fact" or shape.listed:
        return False
    noun, joined = thing(question), "".join(_phrase(question)[-2:])
    stems = {t for code in ("en", *collection.languages) for t in terms(f"{noun} {joined}", code)}
    return bool(content_words(noun, "en") and stems) and not collection.rarity([noun, *stems])
