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
from dataclasses import replace
from threading import Event as Cancel
from typing import TYPE_CHECKING

from rag import lazy_re
from rag.errors import ModelError, ServerError
from rag.languages import language
from rag.patterns.when import DATE, moved
from rag.prompt import rewriting
from rag.question import bare, contrast, german_pronouns, lacking, pronouns, remark
from rag.question.shape import LONGEST as MOST_ASKED
from rag.question.topic import (
    Focus,
    advance,
    content,
    is_name,
    mentions,
    without_article,
)
from rag.types import Message, Token

if TYPE_CHECKING:
    from rag.generate import Writing
    from rag.models import Models

KEPT = 12  # messages of the history that are looked at
LONGEST = 80  # tokens that a language model may take for a rewriting

_MARK = lazy_re.compile(r"\s*\[\d+\]")
# A fragment: "What about the tower?", "And in 2012?", "Same for schools".
_ELLIPSIS = lazy_re.compile(
    r"^(?:(?:and|but|or|so|then|also|ok(?:ay)?|now)\b[,\s]*)*"
    r"(?:(?:what|how)\s+about\s+|what\s+of\s+|and\s+|same\s+for\s+"
    # A correction: "No, I meant the car".
    r"|(?P<corrects>(?:(?:no|nope|sorry|wait|actually)\b\W*)*i\s+mean(?:t)?\s+(?!to\s)"
    r"|(?:(?:no|nope|sorry|wait|actually)\b\W*)+(?=(?:the|an?|my|our|in|for|of|on|with)\s)))"
    r"(?P<rest>[^?]{1,80}?)\s*\?*$",
    re.IGNORECASE,
)
# What asks for nothing: "And thanks!", "OK, got it."
_COURTESY = lazy_re.compile(
    r"(?:you(?:['’]re| are)|that(?:['’]s| is)|das(?: ist)?) (?:not |nicht )?"
    r"(?:right|true|wrong|correct|richtig|falsch|wahr)(?: nicht)?[\s.!]*"
    r"|das stimmt(?: nicht)?[\s.!]*|"
    r"\W*(?:(?:and|but|so|now|then|oh|ah|well|yes|no|ok(?:ay)?|great|perfect|und|ja|nein)\b\W*)*"
    r"(?:thanks?(?: you)?|thx|cheers|hello|hi|hey|(?:good)?bye|good (?:morning|evening|night|day)"
    r"|ok(?:ay)?|great|perfect|got it|i see|never ?mind|please|(?:vielen |besten )?danke?|bitte)\b"
    r"(?:\W*(?:a lot|so much|very much|again|all|there|for (?:(?:your|the|all|this|that) )?\w+"
    r"|schön|sehr)\b)*\W*",
    re.IGNORECASE,
)
# "Wer ist die Miete?" is asked by nobody; who ends like this may be a person.
_WER_IST = lazy_re.compile(r"^Wer(?=\s+(?:ist|sind|war|waren)\b)")
_PERSON = lazy_re.compile(
    r"^Wer\s+\w+\s+(?:(?:der|ein)\s+\w+|(?:die|eine)\s+\w*(?:innen|in|er|[Ff]rau|[Ll]eute|ende"
    r"|[Pp]erson|beauftragte|[Vv]erwaltung|[Ll]eitung|[Vv]ertretung|[Ff]irma|[Bb]ehörde)\b"
    r"|(?!(?:der|die|das|ein|eine)\b)\w+)"
)
# What is no correction but a sentence, or nothing: "No, the answer is wrong", "Wait a minute".
_NO_THING = lazy_re.compile(
    r",|\b(?:is|are|was|were|isn|aren|wasn|has|have|had|does|do|did|say|says|said)\b"
    r"|^(?:an?\s+(?:minute|moment|second|sec|bit)|my\s+(?:mistake|bad|fault)"
    r"|in\s+(?:other\s+words|fact|short|general)|it|that|this|really|well|no\b.*|not\b.*)$",
    re.IGNORECASE,
)
_QUESTION_WORD = lazy_re.compile(
    r"^(who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|will|"
    r"would|should|has|have|had|tell|describe|explain|list|name|give|show)\b",
    re.IGNORECASE,
)
_ASKS = lazy_re.compile(r"(?:\w+\s+){0,2}(?:who|whom|whose|what|which|when|where|why|how)\b", re.I)
_PREPOSITION = lazy_re.compile(r"^(?:for|in|of|with|on|at|from)\s+", re.IGNORECASE)
# Words about a date that name nothing else: "And that of the fiscal year 2023?".
_OF_DATES = frozenset(
    "a an the that those this one ones of in for on report year fiscal fy whole".split()
)
# "Its profit": another thing of what was spoken of.
_OWNED = lazy_re.compile(r"^(?:its|their|his|her)\s+(?P<what>[a-z][\w -]*)$", re.IGNORECASE)
# A pronoun alone, or whose something is: "What about it?", "And her brother?".
_TAKES_UP = lazy_re.compile(
    r"it|they|them|he|him|she|her|this|that|these|those|(?:its|their|his|her)(?:\s+[\w-]+){1,3}",
    re.IGNORECASE,
)


def by_models(
    question: str, history: Sequence[Message], models: Models | None, cancel: Cancel | None = None
) -> str:
    """`question` made whole by the generator of `models`; by rules where there are no `models` or
    no history, or where the generator can't be had or does not answer."""
    if models is None or not history:
        return rewrite(question, history)
    try:
        return whole(question, history, models.generator, cancel)
    except (ModelError, ServerError):
        return rewrite(question, history)


def whole(
    question: str, history: Sequence[Message], model: Writing, cancel: Cancel | None = None
) -> str:
    """`question` made whole by `model`; by rules where its reply is no rewriting of the question
    (`accepted`), or where `cancel` was set meanwhile.

    Raises:
        ModelError, ServerError: the model does not answer.
    """
    prompt = rewriting(question, history[-KEPT:])
    events = model.stream(prompt, max_tokens=LONGEST, cancel=cancel)
    reply = "".join(event.text for event in events if isinstance(event, Token))
    stopped = cancel is not None and cancel.is_set()
    said = "" if stopped else accepted(reply, question, history)
    return said or rewrite(question, history)


def rewrite(question: str, history: Sequence[Message]) -> str:
    """`question` with what it takes from `history` put in; unchanged where nothing is missing.

    `history` is what was asked and answered before, oldest first; of an answer, a short form
    serves best. Nothing is raised: what can't be resolved is left as it stands, and so is what
    would become longer than a question may be.
    """
    focus = _follow(history[-KEPT:])
    told = _resolved(question.strip(), focus) if focus.topic or focus.question else question
    return told if len(told) <= MOST_ASKED else question


def _follow(history: Sequence[Message]) -> Focus:
    """Where the talk has got to, after each earlier question has been made whole itself."""
    focus = Focus()
    for message in history:
        text = _MARK.sub("", message.content).strip()
        if not text or message.role == "system" or _COURTESY.fullmatch(text):
            continue
        if remark.reply(text, text):
            continue
        if message.role == "assistant":
            focus = focus.answered(text)
        elif bare.alone(text) == focus.question:  # what was joined to it brings nothing new
            focus = replace(focus, question=text)
        else:
            whole = _resolved(text, focus)
            if language(whole) == "en":
                focus = advance(focus, whole, kept=whole != text)
            else:  # where every noun may look a name, no topic is told
                focus = replace(focus, topic="", place="", question=whole)
    return focus


def _resolved(question: str, focus: Focus) -> str:
    if _COURTESY.fullmatch(question):
        return question
    question = pronouns.listed(question, focus.items)
    if focus.question and bare.asks_again(question):
        return focus.question
    if focus.question and (told := bare.completed(question, focus.question)):
        return told
    focus = replace(focus, question=bare.alone(focus.question))
    question = contrast.at_that_time(question, focus.question)
    fragment = _ELLIPSIS.match(question)
    if focus.question and (other := contrast.in_other_languages(question, focus.question)):
        return other if _PERSON.search(other) else _WER_IST.sub("Was", other)
    if fragment and focus.question and not _QUESTION_WORD.match(fragment["rest"]):
        if not fragment["corrects"]:
            return _completed(question, fragment["rest"], focus)
        rest = fragment["rest"].rstrip(" .!")
        if _NO_THING.search(rest):
            return question
        told = _completed(question, rest, replace(focus, topic=""))
        if told == question and _PREPOSITION.match(rest):  # "No, for dogs"
            return f"{focus.question.rstrip(' ?.!')} {rest}?"
        return f"What about {rest}?" if told == question else told
    if (german := german_pronouns.resolved(question, focus.question, focus.person)) != question:
        return german
    if not focus.topic:
        return question
    replaced = pronouns.resolved(question, focus)
    if replaced != question:
        return replaced
    return _attached(question, focus.topic) if lacking.lacks(question) else question


# --- fragments ------------------------------------------------------------------------------------


def _completed(question: str, rest: str, focus: Focus) -> str:
    """The question before, about `rest`; where that can't be, `rest` in its own question."""
    before = focus.question.rstrip(" ?.!") + "?"
    bare = _PREPOSITION.sub("", rest)
    if year := contrast.of_years(before, rest) or contrast.of_next_year(before, rest):
        return year
    date = DATE.fullmatch(bare) or (DATE.search(rest) if len(rest.split()) <= 5 else None)
    if date:
        dated = moved(before, date[0])
        other = _beside(rest, date[0], before)
        if dated and other:  # "And Borealis in 2022?"
            return _completed(question, other, replace(focus, question=dated))
        return dated or f"{before[:-1]} {rest if ' ' in rest else 'in ' + rest}?"
    if _ASKS.match(rest):
        return f"{before[:-1]}, and {rest}?"
    if other := _other_property(before, rest, focus.topic) or contrast.contrasted(before, rest):
        return other
    if not re.search(r"\w", bare):  # "What about?"
        return question
    resolved = pronouns.resolved(bare, focus) if focus.topic else bare
    if resolved != bare and not _TAKES_UP.fullmatch(bare):  # "And yet it runs?"
        return pronouns.resolved(question, focus)
    there = lazy_re.compile(
        rf"\b(?:the\s+)?{re.escape(without_article(focus.topic))}\b", re.IGNORECASE
    )
    if focus.topic and there.search(before) and (resolved != bare or _alike(bare, focus.topic)):
        return there.sub(lambda _: resolved, before, count=1)
    if resolved != bare:
        return f"What about {resolved}?"
    if not focus.topic or mentions(bare, focus.topic) or is_name(bare):
        return question
    if bare != rest:  # "and for schools?"
        return f"{before[:-1]} {rest}?"
    return (
        _attached(question, focus.topic, "for")
        if lacking.of(bare, focus.topic, before)
        else question
    )


def _beside(rest: str, date: str, asked: str) -> str:
    """What a fragment has beside a date that was not `asked` of before, "Borealis" or "on food"."""
    first, _, last = rest.partition(date)
    first = re.sub(r"\b(?:in|of|for|on|from|during)\s*$", "", first, flags=re.IGNORECASE)
    other = f"{first.strip()} {last.strip()}".strip()
    known = _OF_DATES.union(re.findall(r"\w+", asked.lower()))
    return other if set(re.findall(r"\w+", other.lower())) - known else ""


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
