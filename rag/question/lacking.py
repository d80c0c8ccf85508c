"""A follow-up that asks for a part, a kind or a property, and does not say of what.

Only what is a part of something by its name ("the causes", "the price") is told: "How long is the
warranty?" may as well be a new question.
"""

from __future__ import annotations

import re

from rag import lazy_re
from rag.question.topic import RELATIONAL, content, names

# A question for a part or a property of nothing: "What are the main causes?"
_BARE = lazy_re.compile(
    r"^(?:what|who|when|where|how|why|which|tell\s+me\s+about|list|describe|explain|give\s+me)\b.*?"
    r"\bthe\s+(?:(?:main|key|first|biggest|largest|most|best|other|major|possible|different|"
    r"important|common|typical|early|recent|current|full|total|average|long|short|term|\w+-term|"
    r"health|side|negative|positive|environmental|economic|and|or|pros|cons|results?|roles?)\s+)*"
    r"(?P<noun>\w+)\s*[?.]?$",
    re.IGNORECASE,
)
_ANY = lazy_re.compile(r"^are\s+there\s+any\s+(?:\w+\s+)?(?P<noun>\w+)\s*[?.]?$", re.IGNORECASE)
_THE = lazy_re.compile(r"the(?:\s+[\w-]+){1,2}", re.IGNORECASE)
# A question for further things, of nothing: "What are some other types?"
_KINDS = lazy_re.compile(
    r"^(?:(?:what|who)\s+are|what\s+(?:other|else)|"
    r"which|what)\s+(?:(?:some|other|the|more|main|key|common|typical|important|famous|good|popular|best|major|"
    r"different|side|health|examples|notable|possible|recent)\s+)+(?:\w+\s+)?\w+\s*[?.]?$",
    re.IGNORECASE,
)


def lacks(question: str) -> bool:
    """Does a question ask for such a thing of nothing: "What are the main causes?"?"""
    if names(question):
        return False
    for noun in filter(None, (_BARE.match(question), _ANY.match(question))):
        if noun["noun"].lower() in RELATIONAL:
            return True
    return _KINDS.match(question) is not None


def of(fragment: str, topic: str, before: str) -> bool:
    """Is a fragment such a thing: "the fee", or "the area" where the question `before` asks for
    another property of the topic, "the population of Bern"?"""
    last = fragment.split()[-1].lower()
    if last in RELATIONAL:
        return True
    owned = re.search(rf"\bof\s+(?:the\s+)?{re.escape(topic)}|{re.escape(topic)}['’]", before, re.I)
    alike = _THE.fullmatch(fragment) and content(fragment)[-1:] == [fragment.split()[-1]]
    return bool(owned and alike and last not in {"other", "others", "rest", "same"})
