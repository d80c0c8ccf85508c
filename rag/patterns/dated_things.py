"""Questions for the time of what is itself called by a time: "When was the March invoice paid?"

The answer is of another time than the thing, as a rule: the invoice of March is paid in April. What
tells another time is what else a sentence says of the thing, "the April invoice".
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag import lazy_re
from rag.patterns import week
from rag.patterns.when import DATE, in_english

_AT = "\x01"  # stands for a time, so that what is around it can be looked at
_TIME = rf"(?:{DATE.pattern}|\b(?:{week.NAMES})\b|\b\d{{1,2}}\.\s?\d{{1,2}}\.)"
_TIMES = lazy_re.compile(_TIME, re.IGNORECASE)
_ASKS_WHEN = lazy_re.compile(
    r"\b(?:when|(?:what|which)\s+(?:day|date|month|year)|(?:due|expiry|closing)\s+date|deadline"
    r"|wann|welche[mnrs]?\s+(?:tag|datum|monat|jahr)|frist|ablaufdatum)\b",
    re.IGNORECASE,
)
# What happens to a thing at some other time than its own; a meeting of March is held in March.
_DONE = (
    r"(?:\w{3,}(?:ed|iert)|\w*(?:paid|sent|due|sold|built|made|put|found|lost|bought|read|written|drawn|taken"
    r"|brought|cut)|payable|fällig|ge\w+(?:t|en)"
    r"|(?:be|ver|er|zer|ent|ein|aus|ab|an|um|zurück)\w+t|unter\w+en|verschoben|verloren|verschickt)"
)
_OF_ITSELF = lazy_re.compile(
    r"\b(?:take[sn]?\s+place|took\s+place|held|happen\w*|occur\w*|start\w*|begin\w*|began|begun|opens?"
    r"|statt\w*|beginn\w*|begann|anf\w+|fängt|gibt|gab)\W*$",
    re.IGNORECASE,
)
_OF = (
    # "the invoice of March", "the accounts for 2023", "der Vertrag von 2021"
    rf"\b(?:of|for|from|von|vom|für|aus)\s+(?:the\s+)?(?:year\s+|dem\s+jahr\s+)?{_AT}"
    # "the March invoice", "Monday's delivery"
    rf"|(?:(?<!\bon\s)(?<!\bin\s)\b(?:the|our|my|your|his|her|its|their|this|an?)\s+(?:[a-z]+\s+)?{_AT}|{_AT}['’]s)"
    r"(?=\s+(?!(?:is|was|are|were|be|at|in|on|to|and|or|until)\b)[a-z])"
    # "the lease that began in 2020 end", "the bridge planned in 1990 opened"
    rf"|\b(?:that|which|who|\w+ed)\b[^,]*?\b(?:in|on|since|after|before)\s+{_AT}"
    r"(?=\s+(?!(?:at|in|on|to|and|or|until|by)\b)[a-z])"
    # "der Vertrag, der 2021 begann,"; within a German question most times tell when
    rf"|,\s*(?:der|die|das)\b[^,]*{_AT}[^,]*,"
)
_OF_THING = lazy_re.compile(_OF, re.IGNORECASE)
_BARE = lazy_re.compile(
    r"^\W*(?:when(?:['’]s|\s+(?:is|are|was|were|will\s+be))|wann\s+(?:ist|sind|war|waren))\b(?P<what>.*)",
    re.IGNORECASE,
)
_ANSWER = lazy_re.compile(
    r"\b(?:on|by|in|until|till|before|at|since|from|am|bis|im|ab|zum|den|seit|vor)\s+"
    r"(?:(?:the|dem|den|zum|zur|end\s+of|mid|early|late|ende|anfang|mitte|spätestens|midnight)\s+)*"
    rf"{_TIME}(?:[\s,]+(?:the\s+|den\s+)?{_TIME})*",
    re.IGNORECASE,
)


@lru_cache(8)  # the same question is asked of every sentence
def asks_when_of(question: str) -> bool:
    """Does it ask when something happens to a thing that is called by a time?"""
    if not _ASKS_WHEN.search(question) or _OF_ITSELF.search(question):
        return False
    marked = _TIMES.sub(_AT, in_english(question))
    bare = _BARE.match(marked)
    if bare and not re.search(rf"\b{_DONE}\b", bare["what"], re.IGNORECASE):
        return False
    return _OF_THING.search(marked) is not None


def without_answer(text: str) -> str:
    """A text without the times that tell when something happens: "on 4 May", "bis Ende März".

    What is left is called by a time, or stands by itself as in a table.
    """
    return _ANSWER.sub(" ", in_english(text))
