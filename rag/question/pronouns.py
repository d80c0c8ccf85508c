"""Pronouns of a follow-up question, and what they stand for: "When was it built?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag import lazy_re
from rag.question.topic import RELATIONAL, Focus, content, names

# An "it" that stands for nothing: "Is it possible to", "What time is it?", "Did it rain".
_EXPLETIVE = lazy_re.compile(
    r"\b(?:(?:is|was|does|did|would|will|can|could|has)\s+it\s+(?:possible|true|that|"
    r"(?:necessary|important|good|bad)\s+(?:to|that|for)|mean\s+to|take|makes?\s+sense|cost\s+to|legal\s+to|safe\s+to|easy\s+to|hard\s+to|"
    r"better\s+to|worth|likely|rain|snow)|(?:what\s+does|does)\s+it\s+mean\s+to|what\s+(?:time|day|date)\s+is\s+it"
    r"|it\s+(?:(?:be|been|still|ever|often|always|also|last|usually|going\s+to)\s+)*"
    r"(?:(?:rain|snow|hail|drizzl|thunder)(?:e?[sd]|ing|e)?|sunny|cloudy|windy|foggy))\b",
    re.IGNORECASE,
)
# After "who": "Is it Ada Finch?", "Are you sure it's not Ada Finch?".
_IT_IS_NAME = lazy_re.compile(
    r"\b(?:[Ii]s|[Ww]as)\s+it\s+(?:not\s+)?[A-Z]|\b[Ii]t(?:['’]s|\s+is|\s+was)\s+(?:not\s+)?[A-Z]"
)
# Clauses that are joined: what the first names, the second takes up.
_JOINT = lazy_re.compile(r",?\s+(?:and|but|or)(?:\s+\w+)?(?:\s+\w+)?\s+$|,\s+(?:\w+\s+){1,4}$")
# A pronoun and not a determiner or a conjunction: nothing but these may follow.
_AFTER = (
    r"(?=\s*(?:[?.,;:!]|$|\s(?:is|are|was|were|be|been|do|does|did|has|have|had|can|could|will|"
    r"would|should|might|must|and|or|in|on|at|to|from|for|with|by|as|than|happen\w*|work\w*|mean\w*|"
    r"affect\w*|cause\w*|differ\w*|compare\w*|change\w*|relate\w*|important|so|such|about|during|"
    r"after|before|different|called|similar|made|used|done|related|bad|good|possible|still)\b))"
)
# "It", "they", "he"; "this" and "that" where no noun follows.
_SUBJECT = lazy_re.compile(
    r"\b(?:it|they|them|he|she|him)\b|"
    rf"\b(?:this|that|these|those)\b(?<!so that)(?<!say that){_AFTER}",
    re.IGNORECASE,
)
# "Its", "their", "her house".
_OWNER = lazy_re.compile(r"\b(?:its|their|his|hers|theirs|her(?=\s+\w))\b", re.IGNORECASE)
# "Her" that is no owner: "who met her".
_OBJECT_HER = lazy_re.compile(
    r"\bher\b(?!\s+\w)|\bher\b(?=\s+(?:in|at|to|on|for|and|or|after|before)\b)"
)
# "There" as a place, not in "is there".
_THERE = lazy_re.compile(
    r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )(?<!\bbe )(?<!\bhow many )"
    r"\b(?:over )?there\b(?!\s+(?:is|are|was|were|be|any|a|an|other|some|been)\b)",
    re.IGNORECASE,
)
# "The second one": of what was listed.
_PLACES = {
    "first": 0, "former": 0, "second": 1, "third": 2, "fourth": 3, "last": -1, "latter": -1
}  # fmt: skip
_NTH = lazy_re.compile(
    rf"\bthe\s+(?P<at>{'|'.join(_PLACES)})(?P<one>\s+one)?(?=\s*(?:[?.,]|$|\s(?:is|are|was|were|do|does|did"
    r"|has|have|had|can|could|will|would|cost|ask)\b))",
    re.IGNORECASE,
)
# Before the day of a month, or the number of a king: "due on the third", "Edward the third".
_DATED = lazy_re.compile(r"\s(?:on|by|until|till|since|before|after|from|to|[A-Z]\w+)\s+$")
# "How many members were there?": in what was spoken of.
_WERE_THERE = lazy_re.compile(
    r"^\W*(?:(?:and|so)\s+)?how\s+(?:many|much)\s[^?]*\b(?:is|are|was|were)\s+there(?=\s*\?*$)",
    re.I,
)
# "The red one": which, of the kind that is spoken of.
_ONE = lazy_re.compile(
    r"\b(?P<which>[a-z-]+)\s+ones?\b(?=\s*(?:[?.,]|$|\s(?:is|are|was|were)\b))", re.I
)


def resolved(question: str, focus: Focus) -> str:
    """`question` with what its pronouns stand for, as far as the talk has told that."""
    own = [] if question.isupper() else names(question)
    weather = focus.place and _THERE.search(question)  # "How cold is it there?"
    told = focus.question.lower().startswith("who") and _IT_IS_NAME.search(question)
    if told or (_EXPLETIVE.search(question) and not weather):
        return question

    def subject(match: re.Match[str]) -> str:
        if _inner(question, match.start(), own) or _is_short(match[0], question):
            return match[0]
        return focus.of(match[0]) or match[0]

    def owner(match: re.Match[str]) -> str:
        if _inner(question, match.start(), own) or _is_short(match[0], question):
            return match[0]
        whose = focus.of(match[0])
        return (f"{whose}'" if whose.endswith("s") else f"{whose}'s") if whose else match[0]

    changed = question if weather else _OBJECT_HER.sub(subject, question)
    changed = _OWNER.sub(
        owner, _SUBJECT.sub(subject, changed) if changed == question and not weather else changed
    )
    if focus.place and (ends := _WERE_THERE.match(changed)) and not own:
        changed = f"{ends[0]} in {focus.place}{changed[ends.end() :]}"
    elif focus.place:
        changed = _THERE.sub(f"in {focus.place}", changed)
    return _ones(changed, focus.topic)


def listed(question: str, items: Sequence[str]) -> str:
    """ "The second one" or "the latter", by its name in the list that was the answer before."""

    def item(match: re.Match[str]) -> str:
        at = _PLACES[match["at"].lower()]
        if match["one"] is None and _DATED.search(question[: match.start()]):
            return match[0]
        return items[at] if -len(items) <= at < len(items) else match[0]

    return _NTH.sub(item, question) if items else question


def _is_short(word: str, question: str) -> bool:
    """Is a word the short form of a name, as in "the IT department"?"""
    return word.isupper() and not question.isupper()


def _inner(question: str, at: int, own: Sequence[str]) -> bool:
    """Does the question itself name, before the pronoun, what the pronoun stands for?

    "Why did Ada Finch leave her house?" explains itself, and so does "What is a loom and who
    invented it?". A name after the pronoun does not count.
    """
    if any(0 <= question.find(name) < at for name in own):
        return True
    joint = _JOINT.search(question[:at])
    if not joint:
        return False
    said = content(question[: joint.start()])
    return bool(said) and said[-1].lower() not in RELATIONAL


def _ones(question: str, topic: str) -> str:
    noun = topic.split()[-1]
    found = _ONE.search(question)
    if not found or found["which"].lower() in {
        "which",
        "many",
        "few",
        "other",
        "the",
        "no",
        "any",
        "every",
        "this",
        "that",
    }:
        return question
    return question[: found.end("which")] + f" {noun}" + question[found.end() :]
