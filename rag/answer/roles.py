"""Who did what, when and how much: what sentences of the same words in one order may differ in.

"YouTube was bought by Google" has all words of "Did YouTube buy Google?", "Anna's husband is a
doctor" those of "Is Anna a doctor?", "Anna was the manager" those of "Is Anna the manager?".
"""

from __future__ import annotations

import re

from rag import lazy_re
from rag.patterns.facts import Facts
from rag.patterns.figures import Figure, figures, missing
from rag.text import stemmed, stop_words

# Past forms that no stemmer leads back to their verb; a question has the verb after "did".
_PAST = dict(
    pair.split("/")
    for pair in """built/build made/make had/have has/have wrote/write written/write won/win
    sold/sell led/lead began/begin grew/grow held/hold kept/keep left/leave
    lost/lose met/meet paid/pay sent/send spent/spend taught/teach took/take taken/take told/tell
    thought/think went/go came/come became/become bought/buy brought/bring chose/choose fell/fall
    gave/give given/give knew/know known/know ran/run said/say saw/see seen/see spoke/speak
    stood/stand understood/understand drew/draw drove/drive flew/fly rose/rise beat/beat
    struck/strike fought/fight caught/catch sank/sink swam/swim sang/sing broke/break""".split()
)
_DETERMINER = r"(?:(?:the|an?|his|her|its|their|our|my)\s+)?"
_DETERMINERS = frozenset("the a an his her it their our my your".split())  # stemmed, as below
_PREPOSITIONS = frozenset(
    """of in on at by for from to with near behind besid beneath abov below over under insid outsid
    opposit around against without beyond""".split()
)
_WORD = lazy_re.compile(r"[^\W\d_]+")
_OWNER = lazy_re.compile(r"\b([^\W\d_]+)(?:['’]s|(?<=s)['’])(?!\w)")
_OF_NAME = lazy_re.compile(rf"\bof\s+{_DETERMINER}(?:(?:Mr|Mrs|Ms|Dr)\.?\s+)?([A-ZÀ-Þ]\w+)")
_AGENT = lazy_re.compile(
    rf"\b(?:is|are|was|were|be|been|being)\b[^.;]{{0,60}}?\bby\s+{_DETERMINER}([^\W\d_]+)", re.I
)
# What is to be done need not be done: "has to pay", "met to approve".
_TO_DO = lazy_re.compile(
    r"(?<!\bable )(?<!\bpossible )(?<!\bfree )\bto\s+(?:be\s+|have\s+)?([a-zß-ÿ]+)"
)
_NOW = lazy_re.compile(r"\W*(?:is|are|am|does|do)\b", re.IGNORECASE)
_STILL = lazy_re.compile(r"\b(?:is|are|am|has|have|remains?)\b", re.IGNORECASE)
_WAS = lazy_re.compile(r"\b(?:was|were)\s+(?:\w+ly\s+|not\s+)?(\w+)", re.IGNORECASE)
_AUXILIARY = lazy_re.compile(
    r"\b(?:is|are|was|were|be|been|being|has|have|had|gets?|got)(?:\s+\w+ly)?\s+$", re.IGNORECASE
)
_COPULA = lazy_re.compile(r"\W*(?:is|are|was|were)\b", re.IGNORECASE)
# What stands before a figure and makes it more, less, or part of a range.
_NOT_QUITE = frozenset("about around approximately roughly circa".split())
_OTHER = frozenset("over under above below between from to exceeding beyond".split())


def in_present(text: str) -> str:
    """`text` with the verb itself for past forms that no stemmer knows."""
    return re.sub(r"[a-z]+", lambda m: _PAST.get(m[0], m[0]), text)


def same_roles(question: str, sentence: str) -> bool:
    """Is what `question` names in `sentence` neither the owner of what is told of ("Anna's
    husband"), nor who does it where the question has whom it is done to, nor only to be done?"""
    asked = {_stem(word) for word in _WORD.findall(question)}
    for pattern in (_OWNER, _OF_NAME, _AGENT, _TO_DO):
        there, own = ({_stem(w) for w in pattern.findall(text)} for text in (sentence, question))
        if there & asked - own:
            return False
    return True


def is_of_another(asked: Facts, there: Facts) -> bool:
    """Is what comes first in a question told only as what something else is of, in or for?

    "The kitchen of the flat is furnished" does not say it of the flat.
    """
    subject = next((word for word in asked.order if word in asked.words), "")
    if subject not in there.order:
        return False
    before = list(there.order[: there.order.index(subject)])
    while before and before[-1] in _DETERMINERS:
        before.pop()
    if len(before) < 2 or before[-1] not in _PREPOSITIONS:
        return False
    return before[-2] in there.words - asked.words


def is_over(question: str, sentence: str) -> bool:
    """Is a question of now, and the sentence of what was?"""
    if not _NOW.match(question) or _WAS.search(question):
        return False
    said = {word.lower() for word in _WORD.findall(question)}
    if was := _WAS.search(sentence):  # "was trained" may be told of what is trained
        done = said - stop_words("en")
        return was[1].lower() not in done and not _STILL.search(sentence)
    asked = {_stem(word) for word in said}
    past = (
        match
        for match in _WORD.finditer(sentence)
        if (match[0] in _PAST and match[0] != "has") or match[0].endswith("ed")
    )
    return any(
        match[0] not in said
        and _stem(match[0]) in asked
        and not _AUXILIARY.search(sentence[: match.start()])
        for match in past
    )


def same_amounts(question: str, sentence: str) -> bool:
    """Is each figure of `question` as much in `sentence`: no "over 500" for 500, and no 500 for
    "over 500"? What is 500 is about 500, too."""
    there = figures(sentence, "en")
    other = _OTHER | {"by"} if _COPULA.match(question) else _OTHER
    for figure in figures(question, "en"):
        own = _before(question, figure)
        for alike in there:
            if missing([figure], [alike]):
                continue
            told = _before(sentence, alike)
            if (told ^ own) & other or (told - own) & _NOT_QUITE:
                return False
    return True


def _before(text: str, figure: Figure) -> frozenset[str]:
    number = re.escape(figure.written)
    found = re.findall(rf"\b(\w+)\s+(?:[$€£]\s?)?{number}(?!\w)", text, re.IGNORECASE)
    return frozenset(word.lower() for word in found)


def _stem(word: str) -> str:
    return stemmed(in_present(word.lower()), "en")
