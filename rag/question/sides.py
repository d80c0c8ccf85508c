"""What a question compares: "the difference between A and B", "which is larger, A or B?".

Each side is looked up by itself, since a passage about one of two things is seldom near a question
about both, and the best passages of the whole question are easily all about one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag import lazy_re
from rag.text import content_words
from rag.types import Hit

LONGEST = 8  # words of one side
# "Does it have a lift and how many rooms does it have?" are two questions.
_A, _B = r"(?P<a>[^,?;]+?)", r"(?P<b>(?!(?:how|what|when|where|who|why)\b)[^,?;]+?)"
_END = r"(?=\s*(?:[?,;.]\s*$|[?;]|,|$))"
_PATTERNS = tuple(
    lazy_re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:differences?|similarit(?:y|ies)|relationship|distinction|distinguish\w*|differ\w*"
        rf"|choose|choice|comparison)\s+(?:is\s+there\s+|are\s+there\s+)?between\s+{_A}\s+and\s+{_B}{_END}",
        rf"\b(?:compare|contrast|comparing)\s+{_A}\s+(?:and|with|to|against|versus|vs\.?)\s+{_B}{_END}",
        rf"\bhow\s+(?:do|does|did|is|are|was|were)\s+{_A}\s+"
        rf"(?:differ(?:ent)?|compared?)\s+(?:from|with|to|against|than)\s+{_B}{_END}",
        rf"\bhow\s+(?:do|does|did|are|were)\s+{_A}\s+and\s+{_B}\s+(?:differ|compare)\b",
        rf"\b(?:do|did|does)\s+{_A}\s+and\s+{_B}\s+(?=(?:have|share|play|perform|get)\b)",
        rf"^\W*between\s+{_A}\s+and\s+{_B}(?=,)",
        rf"^(?:what about\s+)?{_A}\s+(?:versus|vs\.?)\s+{_B}{_END}",
        rf"\b(?:which|who|what)\b[^,?]*,\s*(?:the\s+)?{_A}\s*,?\s+or\s+{_B}{_END}",
        rf"^\W*(?:which|who|what)\b[^,?]*\b(?:first|earlier|later|last|\w{{3,}}er|more\s+\w+)[,:]?\s+"
        rf"{_A}\s+or\s+{_B}{_END}",
        rf"^\W*(?:which|who)\s+of\s+{_A}\s+(?:and|or)\s+{_B}\s+"
        r"(?=(?:is|are|was|were|has|have|had|does|did|do|can|came|won)\b)",
        rf"\bboth\s+{_A}\s+and\s+{_B}(?=\s+(?:is|are|was|were|has|have|do|did|from|in|of)\b|\s*\?|$)",
        rf"^\W*(?:are|were|do|did|have|has|is|was)\s+{_A}\s+and\s+{_B}\s+"
        r"(?=(?:both|the same|of the same|in the same|from the same|located in the same|equally"
        r"|also|each)\b)",
        r"^\W*(?:is|are|was|were|does|do|did)\s+(?:the\s+)?(?P<a>[^,?;]+?)\s+\w+er\s+than\s+"
        rf"(?:the\s+)?{_B}{_END}",
    )
)
_ADJECTIVES = {
    **{f"{word}er": word for word in "old young tall short long high low fast slow deep".split()},
    "larger": "large", "smaller": "large", "bigger": "big", "heavier": "heavy", "wider": "wide",
}  # fmt: skip
_COMPARATIVE = r"(?:\w{3,}er|more|less|fewer|\w{3,}est|most|least)"
# "Which had the higher revenue in May, A or B?": up to the first side.
_OF_BOTH = lazy_re.compile(
    rf"\b(?:ha[sd]|have|is|was|were|are|pays?|paid|offers?|offered|made|makes?)\s+"
    rf"(?:the\s+|an?\s+)?{_COMPARATIVE}\s+(?P<what>[\w-]+(?:\s+(?!(?:in|at|on|during|for)\b)[\w-]+)?)"
    r"(?P<rest>\s+(?:in|at|on|during|for)\s+[^,?]+)?\s*[,:]\s*(?:the\s+)?$",
    re.IGNORECASE,
)
# "Which is longer, A or B?": up to the first side.
_HOW = lazy_re.compile(rf"\b(?P<how>{'|'.join(_ADJECTIVES)})\s*[,:]?\s*(?:the\s+)?$", re.IGNORECASE)
# "Which was built first, A or B?": up to the first side.
_WHEN = lazy_re.compile(
    r"\b(?P<verb>was|were|did)\s+(?P<done>[\w-]+(?:\s+[\w-]+)?)\s+(?:first|earlier|later|last)"
    r"\s*[,:]?\s*(?:the\s+)?$",
    re.IGNORECASE,
)
# What follows the second side and belongs to neither: "… in accuracy and speed".
_REST = lazy_re.compile(
    r"\s+(?:in\s+terms\s+of|with\s+(?:respect|regard)\s+to|when\s+it\s+comes\s+to|regarding"
    r"|concerning|according\s+to|in|on|for|as|at|during|when|if|described|used|based)\b(?!\s+(?-i:[A-Z])).*$",
    re.IGNORECASE,
)
# What that pronoun stands for: "Which population is higher, that of Chile or …".
_WHICH_THING = lazy_re.compile(
    r"^\W*(?:which|whose)\s+(?P<thing>[\w-]+)\s+(?:is|are|was|were)\b", re.I
)
# A side that is named by a pronoun: "that of Peru", "the one in May".
_THAT = lazy_re.compile(
    r"^(?:(?:the\s+)?(?:ones?|that|those))\s+(?P<rest>(?:of|for|in|at|on|from|to)\s.+)$",
    re.IGNORECASE,
)
# A side without its noun: "of Peru" in "the population of Chile and of Peru".
_WITH_PREPOSITION = lazy_re.compile(r"^(?P<with>of|for|in|at|on|from|to)\s+\S", re.IGNORECASE)
# A name with words behind it that are none of it: "Ada Lind wrote it".
_PAST_NAME = lazy_re.compile(r"^((?:[A-Z][\w.&'’-]*\s+)+)(?:[a-z](?!.*[A-Z]).*)$")


def sides(question: str) -> tuple[str, ...]:
    """The two things that `question` compares, as it names them; none where it compares nothing."""
    for pattern in _PATTERNS:
        match = pattern.search(question)
        if match:
            both = _completed(question, match["a"].strip(), match["b"].strip())
            return both if all(map(_fits, both)) and both[0].lower() != both[1].lower() else ()
    return ()


def _trimmed(side: str) -> str:
    side = _REST.sub("", f" {side.strip()}").strip(" .\"'“”")
    side = re.sub(r"^(?:the|a|an|both|between|of)\s+", "", side, flags=re.IGNORECASE)
    name = _PAST_NAME.match(side)
    return name[1].strip() if name else side


def _completed(question: str, a: str, b: str) -> tuple[str, str]:
    """Both sides: "that of A" with what it stands for, "of B" with the thing of A before it."""
    asked = _WHICH_THING.match(question)
    one, other = _THAT.match(a), _THAT.match(b)
    if asked and one and other:
        return f"{asked['thing']} {one['rest']}", f"{asked['thing']} {other['rest']}"
    first = _trimmed(a)
    begun = _WITH_PREPOSITION.match(b)
    if begun and f" {begun['with']} " in first:
        return first, f"{first.partition(' ' + begun['with'] + ' ')[0]} {b}"
    return first, _trimmed(b)


def _fits(side: str) -> bool:
    return 0 < len(side.split()) <= LONGEST and any(map(str.isalnum, side))


def questions(question: str, named: Sequence[str], explain: bool) -> list[str]:
    """A question about each side alone: for what is compared of them, where that is told."""
    before = question[: _first(question, named)] if named else ""
    verb = "was" if re.search(r"\b(?:was|were|had|did)\b", question, re.IGNORECASE) else "is"
    each = [side if side[:1].isupper() else f"the {side}" for side in named]
    if explain:
        return [f"What is {side}?" for side in named]
    if of := _OF_BOTH.search(before):  # "which had the higher revenue in May, A or B?"
        return [f"What {verb} the {of['what']} of {side}{of['rest'] or ''}?" for side in each]
    if how := _HOW.search(before):  # "which is longer, A or B?"
        return [f"How {_ADJECTIVES[how['how'].lower()]} {verb} {side}?" for side in each]
    if when := _WHEN.search(before):  # "which was built first, A or B?"
        return [f"When {when['verb'].lower()} {side} {when['done']}?" for side in each]
    if re.match(r"\W*(?:is|are|was|were)\b", before, re.IGNORECASE):
        return [f"What {verb} {side}?" for side in each]
    return queries(question, named)


def _first(question: str, named: Sequence[str]) -> int:
    """Where the first side begins, which may be called "that of …" there."""
    at = question.find(named[0])
    that = re.search(r"\b(?:the\s+)?(?:ones?|that|those)\s+(?:of|for|in|at|on|from|to)\b", question)
    return that.start() if at < 0 and that else at


def queries(question: str, named: Sequence[str]) -> list[str]:
    """The question once for each side, without the other."""
    asked = []
    for side in named:
        rest = question
        for other in named:
            if other != side:
                rest = re.sub(rf"(?<!\w){re.escape(other)}(?!\w)", " ", rest, count=1)
        asked.append(" ".join(rest.split()))
    return asked


def interleaved(rankings: Sequence[Sequence[Hit]], k: int) -> list[Hit]:
    """The first hits of several rankings in turn, `k` in all; what is there already is skipped."""
    chosen: list[Hit] = []
    for place in range(max(map(len, rankings), default=0)):
        for ranking in rankings:
            if place < len(ranking) and not any(_overlap(ranking[place], hit) for hit in chosen):
                chosen.append(ranking[place])
    return chosen[:k]


def _overlap(one: Hit, other: Hit) -> bool:
    return one.document == other.document and one.start < other.end and other.start < one.end


def about(named: Sequence[str], texts: Sequence[str]) -> list[list[int]]:
    """For each side the indices of `texts` that speak of it: at least half of its own words."""
    words = [content_words(side) for side in named]
    own = [
        mine - frozenset().union(*(w for j, w in enumerate(words) if j != i)) or mine
        for i, mine in enumerate(words)
    ]
    held = [content_words(text) for text in texts]
    return [
        [i for i, there in enumerate(held) if mine and len(mine & there) * 2 >= len(mine)]
        for mine in own
    ]
