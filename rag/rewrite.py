"""A follow-up question made whole from its history: "When was it built?" becomes searchable.

Rules for English, for the small default model, which can't do it: the topic of each earlier
question is followed from turn to turn, pronouns are replaced by it, and fragments ("And in
2012?", "What about the tower?") are put into the question before them. What no rule fits is left
alone, so another language, or a question that stands by itself, passes unchanged. The task is that
of conversational query rewriting (Elgohary et al. 2019, doi:10.18653/v1/D19-1605; TREC CAsT 2019).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.patterns.when import DATE, YEAR, moved
from rag.prompt import rewriting
from rag.question import contrast
from rag.question.topic import (
    RELATIONAL,
    Focus,
    advance,
    content,
    is_name,
    mentions,
    names,
    without_article,
)
from rag.types import Message, Token

if TYPE_CHECKING:
    from rag.generate import Writing

KEPT = 12  # messages of the history that are looked at
LONGEST = 80  # tokens that a language model may take for a rewriting

_MARK = re.compile(r"\s*\[\d+\]")
_ELLIPSIS = re.compile(
    r"^(?:(?:and|but|or|so|then|also|ok(?:ay)?|now)\b[,\s]*)*"
    r"(?:(?:what|how)\s+about\s+|what\s+of\s+|and\s+|same\s+for\s+)"
    r"(?P<rest>[^?]{1,80}?)\s*\?*$",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(
    r"^(who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|will|"
    r"would|should|has|have|had|tell|describe|explain|list|name|give|show)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"(?:\w+\s+){0,2}(?:who|whom|whose|what|which|when|where|why|how)\b", re.I)
_PREPOSITION = re.compile(r"^(?:for|in|of|with|on|at|from)\s+", re.IGNORECASE)
_OWNED = re.compile(r"^(?:its|their|his|her)\s+(?P<what>[a-z][\w -]*)$", re.IGNORECASE)
_EXPLETIVE = re.compile(
    r"\b(?:(?:is|was|does|did|would|will|can|could|has)\s+it\s+(?:possible|true|that|"
    r"(?:necessary|important|good|bad)\s+(?:to|that|for)|mean\s+to|take|makes?\s+sense|cost\s+to|legal\s+to|safe\s+to|easy\s+to|hard\s+to|"
    r"better\s+to|worth|likely|rain|snow)|(?:what\s+does|does)\s+it\s+mean\s+to)\b",
    re.IGNORECASE,
)
# Clauses that are joined: what the first names, the second takes up.
_JOINT = re.compile(r",?\s+(?:and|but|or)(?:\s+\w+)?(?:\s+\w+)?\s+$|,\s+(?:\w+\s+){1,4}$")
# A pronoun and not a determiner or a conjunction: nothing but these may follow.
_AFTER = (
    r"(?=\s*(?:[?.,;:!]|$|\s(?:is|are|was|were|be|been|do|does|did|has|have|had|can|could|will|"
    r"would|should|might|must|and|or|in|on|at|to|from|for|with|by|as|than|happen\w*|work\w*|mean\w*|"
    r"affect\w*|cause\w*|differ\w*|compare\w*|change\w*|relate\w*|important|so|such|about|during|"
    r"after|before|different|called|similar|made|used|done|related|bad|good|possible|still)\b))"
)
_SUBJECT = re.compile(
    r"\b(?:it|they|them|he|she|him)\b|"
    rf"\b(?:this|that|these|those)\b(?<!so that)(?<!say that){_AFTER}",
    re.IGNORECASE,
)
_OWNER = re.compile(r"\b(?:its|their|his|hers|theirs|her(?=\s+\w))\b", re.IGNORECASE)
_OBJECT_HER = re.compile(
    r"\bher\b(?!\s+\w)|\bher\b(?=\s+(?:in|at|to|on|for|and|or|after|before)\b)"
)
_THERE = re.compile(
    r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )(?<!\bbe )(?<!\bhow many )"
    r"\b(?:over )?there\b(?!\s+(?:is|are|was|were|be|any|a|an|other|some|been)\b)",
    re.IGNORECASE,
)
_ONE = re.compile(r"\b(?P<which>[a-z-]+)\s+ones?\b(?=\s*(?:[?.,]|$|\s(?:is|are|was|were)\b))", re.I)
_BARE = re.compile(
    r"^(?:what|who|when|where|how|why|which|tell\s+me\s+about|list|describe|explain|give\s+me)\b.*?"
    r"\bthe\s+(?:(?:main|key|first|biggest|largest|most|best|other|major|possible|different|"
    r"important|common|typical|early|recent|current|full|total|average|long|short|term|\w+-term|"
    r"health|side|negative|positive|environmental|economic|and|or|pros|cons|results?|roles?)\s+)*"
    r"(?P<noun>\w+)\s*[?.]?$",
    re.IGNORECASE,
)
_KINDS = re.compile(
    r"^are\s+there\s+any\s+(?:\w+\s+)?\w+\s*[?.]?$|^(?:(?:what|who)\s+are|what\s+(?:other|else)|"
    r"which|what)\s+(?:(?:some|other|the|more|main|key|common|typical|important|famous|good|popular|best|major|"
    r"different|side|health|examples|notable|possible|recent)\s+)+(?:\w+\s+)?\w+\s*[?.]?$",
    re.IGNORECASE,
)


def whole(question: str, history: Sequence[Message], model: Writing | None) -> str:
    """`question` made whole by `model` where there is one that is able, else by rules."""
    if model is None or not history:
        return rewrite(question, history)
    prompt = rewriting(question, history[-KEPT:])
    events = model.stream(prompt, max_tokens=LONGEST, cancel=None)
    reply = "".join(event.text for event in events if isinstance(event, Token))
    return accepted(reply, question, history) or rewrite(question, history)


def rewrite(question: str, history: Sequence[Message]) -> str:
    """`question` with what it takes from `history` put in; unchanged where nothing is missing.

    `history` is what was asked and answered before, oldest first; of an answer, a short form
    serves best. Nothing is raised: what can't be resolved is left as it stands.
    """
    focus = _follow(history[-KEPT:])
    return _resolved(question.strip(), focus) if focus.topic or focus.question else question


def _follow(history: Sequence[Message]) -> Focus:
    """Where the talk has got to, after each earlier question has been made whole itself."""
    focus = Focus()
    for message in history:
        text = _MARK.sub("", message.content).strip()
        if not text or message.role == "system":
            continue
        if message.role == "assistant":
            focus = focus.answered(text)
        else:
            whole = _resolved(text, focus)
            focus = advance(focus, whole, kept=whole != text)
    return focus


def _resolved(question: str, focus: Focus) -> str:
    fragment = _ELLIPSIS.match(question)
    if focus.question and (german := contrast.in_german(question, focus.question)):
        return german
    if fragment and focus.question and not _QUESTION_WORD.match(fragment["rest"]):
        return _completed(question, fragment["rest"], focus)
    if not focus.topic:
        return question
    replaced = _pronouns(question, focus)
    if replaced != question:
        return replaced
    return _attached(question, focus.topic) if _lacks(question) else question


def _lacks(question: str) -> bool:
    """Does a question ask for a part, a kind or a property and not say of what?"""
    if names(question):
        return False
    bare = _BARE.match(question)
    if bare and (bare["noun"].lower() in RELATIONAL or len(question.split()) <= 7):
        return True
    return _KINDS.match(question) is not None


# --- fragments ------------------------------------------------------------------------------------


def _completed(question: str, rest: str, focus: Focus) -> str:
    """The question before, about `rest`; where that can't be, `rest` in its own question."""
    before = focus.question.rstrip(" ?.!") + "?"
    bare = _PREPOSITION.sub("", rest)
    date = DATE.fullmatch(bare) or (YEAR.search(rest) if len(rest.split()) <= 4 else None)
    if date:
        return moved(before, date[0]) or f"{before[:-1]} {rest if ' ' in rest else 'in ' + rest}?"
    if _ASKS.match(rest):
        return f"{before[:-1]}, and {rest}?"
    if other := _other_property(before, rest, focus.topic) or contrast.contrasted(before, rest):
        return other
    if not re.search(r"\w", bare):  # "What about?"
        return question
    resolved = _pronouns(bare, focus) if focus.topic else bare
    there = re.compile(rf"\b(?:the\s+)?{re.escape(without_article(focus.topic))}\b", re.IGNORECASE)
    if focus.topic and there.search(before) and (resolved != bare or _alike(bare, focus.topic)):
        return there.sub(lambda _: resolved, before, count=1)
    if resolved != bare:
        return f"What about {resolved}?"
    if not focus.topic or mentions(bare, focus.topic) or is_name(bare):
        return question
    if bare != rest:  # "and for schools?"
        return f"{before[:-1]} {rest}?"
    return _attached(question, focus.topic, "for")


def _other_property(before: str, rest: str, topic: str) -> str:
    """ "What was the revenue of Norrfrakt in May?", "and its profit?": the profit, then; or ""."""
    owned = _OWNED.match(rest)
    of = rf"(\bthe\s+)[\w -]+?(\s+of\s+(?:the\s+)?{re.escape(without_article(topic))})\b"
    if not (owned and topic):
        return ""
    changed, count = re.subn(of, lambda m: f"{m[1]}{owned['what']}{m[2]}", before, count=1)
    return changed if count else ""


def _alike(one: str, other: str) -> bool:
    """Are both names, or do they end in the same word ("lung cancer", "throat cancer")?"""
    return (is_name(one) and is_name(other)) or one.split()[-1].lower() == other.split()[-1].lower()


def _attached(question: str, topic: str, preposition: str = "of") -> str:
    ending = question[len(question.rstrip(" ?.!")) :].strip() or "?"
    return f"{question.rstrip(' ?.!')} {preposition} {topic}{ending}"


# --- pronouns -------------------------------------------------------------------------------------


def _pronouns(question: str, focus: Focus) -> str:
    own = names(question)
    if _EXPLETIVE.search(question):
        return question

    def subject(match: re.Match[str]) -> str:
        if _inner(question, match.start(), own):
            return match[0]
        return focus.of(match[0]) or match[0]

    def owner(match: re.Match[str]) -> str:
        if _inner(question, match.start(), own):
            return match[0]
        whose = focus.of(match[0])
        return (f"{whose}'" if whose.endswith("s") else f"{whose}'s") if whose else match[0]

    weather = focus.place and _THERE.search(question)  # "How cold is it there?"
    changed = question if weather else _OBJECT_HER.sub(subject, question)
    changed = _OWNER.sub(
        owner, _SUBJECT.sub(subject, changed) if changed == question and not weather else changed
    )
    if focus.place:
        changed = _THERE.sub(f"in {focus.place}", changed)
    return _ones(changed, focus.topic)


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
        "the",
        "no",
        "any",
        "every",
        "this",
        "that",
    }:
        return question
    return question[: found.end("which")] + f" {noun}" + question[found.end() :]


# --- with a language model that is able ---------------------------------------------------------


def accepted(reply: str, question: str, history: Sequence[Message]) -> str:
    """The model's rewriting, or '' where it is none: empty, an answer, or made of other words."""
    lines = [line.strip(" \"'“”*") for line in reply.strip().splitlines() if line.strip()]
    if not lines or len(lines[0]) > 3 * len(question) + 120:
        return ""
    line = re.sub(r"^(?:rewritten\s+)?question:\s*", "", lines[0], flags=re.IGNORECASE)
    said = " ".join([question, *(message.content for message in history)])
    known = {word[:5].lower() for word in content(said)}
    words = content(line)
    kept = [word for word in words if word[:5].lower() in known]
    if not words or len(kept) < 0.8 * len(words) or ("?" in question and "?" not in line):
        return ""
    return line
