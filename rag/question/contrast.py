"""A fragment that takes the place of its like in the question before: "And the walnut one?".

English, and the plainest forms of others: "Und die Miete?", "Et en 2022 ?", "2022年呢？".
"""

from __future__ import annotations

import re

from rag import lazy_re
from rag.patterns.when import DATE, YEAR, moved
from rag.question.topic import RELATIONAL
from rag.text import stop_words

# "The walnut one", "for the second ones".
_ONE = lazy_re.compile(r"^(?:for\s+)?the\s+(?P<which>[\w-]+(?:\s+[\w-]+)?)\s+ones?$", re.IGNORECASE)
# "The oak board": what tells one of a kind, and the kind.
_THE = lazy_re.compile(r"\bthe\s+(?P<which>[\w-]+)(?=\s+(?P<noun>[\w-]+))", re.IGNORECASE)
# Whose it is: "Daniel's", "the Smiths'".
_OWNER = lazy_re.compile(
    r"\b(?!(?:Wh\w+|How|It|That|There|Here|Let)\b)"
    r"(?:(?:the|my|our)\s+)?[A-Z][\w-]*(?:\s+[A-Z][\w-]*)*['’]s?(?=\s)"
)
# A fragment that is nothing but an owner: "Lucy's".
_OWNS = lazy_re.compile(r"^[\w -]{2,40}['’]s?$")
# A fragment that begins with a preposition: "for the home".
_WITH_PREPOSITION = lazy_re.compile(
    r"^(?P<with>for|in|of|with|on|at|from|to|by)\s+\S", re.IGNORECASE
)
# When or where it is asked of, which stays: "How much did we spend on travel in May?", "on food?".
_STAYS = r"(?:in|on|at|during|since|until|before|after|by)\s+(?:the\s+)?(?-i:[A-Z0-9])"
# "section 4", "version 2.2", "plan B"; and the number alone.
_LABEL = lazy_re.compile(r"^(?:(?P<noun>[a-z]{3,})\s+)?(?P<label>\d[\w.]*|(?<=\s)[A-Z])$")
# "The year before", "in the following year".
_NEXT_YEAR = lazy_re.compile(
    r"^(?:in\s+|for\s+)?the\s+(?:(?:previous|prior|preceding|(?P<next>next|following))\s+year"
    r"|year\s+(?:before|earlier|(?P<later>after|later)))$",
    re.IGNORECASE,
)
# "How much is the rent", "What was the population of": what is asked, of what.
_SUBJECT = lazy_re.compile(
    r"^(?P<asks>\W*(?:what|how\s+\w+|when|where)\s+(?:is|are|was|were)\s+the\s+)(?P<what>[\w-]+)"
    r"(?P<of>\s+of\b)?",
    re.IGNORECASE,
)
# "Is smoking allowed": what may be so.
_ALLOWED = lazy_re.compile(r"^(?:is|are)\s+(?P<what>[a-z-]{3,})(?=\s+\w+ed\b)", re.IGNORECASE)
# The same at another time, in other languages: "Und im Jahr 2022?", "¿Y en 2022?"
_IN_TIME = lazy_re.compile(
    r"^\W*(?:und|aber|et|y|e|en)\s+(?P<rest>(?:(?:in|im|en|nel|em|für|pour|para)\s+)?"
    rf"(?:(?:jahre?|l['’]année|el\s+año)\s+)?(?P<date>{DATE.pattern}))\s*\?*$",
    re.IGNORECASE,
)
# The same in Chinese: "那2022年呢？", "5月呢？"
_NE = lazy_re.compile(r"^\W*(?:那么?)?(?P<date>(?P<year>\d{4}年)?(?P<month>\d{1,2}月份?)?)呢\W*$")
_GERMAN = r"(?:im|in|am|an|auf|für|bei|mit|von|vom|zum|zur|nach|seit|bis)"
# A German fragment: "Und die Miete?", "Aber was ist mit Haustieren?"
_UND = lazy_re.compile(
    r"^\W*(?:und|aber)\s+(?:was ist mit\s+)?(?P<rest>[^?]{2,60}?)\s*\?*$", re.IGNORECASE
)
_ARTICLE = r"(?:der|die|das|den|dem|des|ein|eine|einen|einem|einer)\s+"
_NOUN = r"[A-ZÄÖÜ][\w-]+"
_WITH_ARTICLE = lazy_re.compile(rf"\b{_ARTICLE}{_NOUN}")
_AT_THE_END = lazy_re.compile(rf"\b{_NOUN}(?=\W*$)")


def contrasted(before: str, rest: str) -> str:
    """The question `before` with `rest` in the place of what it stands against; "" if none.

    "How much is the oak board?" and "the walnut one": "How much is the walnut board?". So it is
    with owners ("Lucy's" for "Daniel's") and with what a preposition adds ("for the home").
    """
    if one := _ONE.match(rest):
        for said in _THE.finditer(before):
            if said["noun"].lower() not in stop_words("en"):
                return before[: said.start("which")] + one["which"] + before[said.end("which") :]
        return ""
    if prepositional := _WITH_PREPOSITION.match(rest):
        same = rf"^.*\b(?P<own>{prepositional['with']}\s+[^?]+?)(?=\s+{_STAYS}|\?|$)"
        own = re.match(same, before, re.IGNORECASE)
        return f"{before[: own.start('own')]}{rest}{before[own.end('own') :]}" if own else ""
    if other := _numbered(before, rest) or _with_subject(before, rest):
        return other
    owner = _OWNER.search(before) if _OWNS.match(rest) else None
    return f"{before[: owner.start()]}{rest}{before[owner.end() :]}" if owner else ""


def of_next_year(before: str, rest: str) -> str:
    """ "the year before" after "the revenue in 2023": that in 2022; or ""."""
    told, years = _NEXT_YEAR.match(rest), YEAR.findall(before)
    if not told or not years:
        return ""
    step = 1 if told["next"] or told["later"] else -1
    return moved(before, str(int(years[-1]) + step)) or ""


def _numbered(before: str, rest: str) -> str:
    """ "section 4" in the place of "section 3", "2.2" in that of "2.1"; or ""."""
    label = _LABEL.match(rest)
    if not label:
        return ""
    parts = r"(?:\.\d+)+" if "." in rest else r"(?!\.\d)"
    like = r"[A-Z]" if label["label"].isalpha() else rf"\d+{parts}"
    noun = rf"\b{label['noun']}\s+" if label["noun"] else r"(?<![\w.])"
    found = [*re.finditer(rf"{noun}(?-i:{like})(?!\w)", before, re.IGNORECASE)]
    if not found or not (label["noun"] or "." in rest):
        return ""
    return f"{before[: found[-1].start()]}{rest}{before[found[-1].end() :]}"


def _with_subject(before: str, rest: str) -> str:
    """ "How much is the rent?", "the deposit": "How much is the deposit?", and "Are pets allowed?"
    after "Is smoking allowed?"; or "". Whose it is stays, where it may have that as well."""
    subject, the = _SUBJECT.match(before), re.fullmatch(r"the\s+([\w-]+)", rest, re.IGNORECASE)
    if subject and the and (not subject["of"] or the[1].lower() in RELATIONAL):
        return f"{subject['asks']}{the[1]}{before[subject.end('what') :]}"
    allowed = _ALLOWED.match(before)
    if not allowed or not re.fullmatch(r"[a-z-]{3,}", rest):
        return ""
    verb = "Are" if rest.endswith("s") else "Is"
    return f"{verb} {rest}{before[allowed.end() :]}"


def in_other_languages(question: str, before: str) -> str:
    """The question `before` at the time of `question`, or in German about the thing of it; ""
    where it is neither: "Und im April?", "¿Y en 2022?", "2022年呢？", "Und die Miete?"."""
    if (ne := _NE.match(question)) and ne["date"]:
        pattern = r"\d{4}年" * bool(ne["year"]) + r"(?:\d{1,2}月份?)" * bool(ne["month"])
        return re.sub(pattern, ne["date"], before, count=1) if re.search(pattern, before) else ""
    if time := _IN_TIME.match(question):
        put = f"{before.rstrip(' ?')} {time['rest']}?"
        return moved(before, time["date"]) or put
    return _in_german(question, before)


def _in_german(question: str, before: str) -> str:
    """ "Und die Miete?" after "Wie hoch ist die Kaution?": "Wie hoch ist die Miete?"; or ""."""
    found = _UND.match(question)
    rest = found["rest"] if found else ""
    if there := re.match(rf"({_GERMAN})\s+[^\s]", rest, re.IGNORECASE):
        named = r"(?:[a-zäöüß]\w*\s+)?[A-ZÄÖÜ\d][\w-]*"
        same = [*re.finditer(rf"\b(?i:{there[1]})\s+{named}", before)]
        return f"{before[: same[-1].start()]}{rest}{before[same[-1].end() :]}" if same else ""
    if _WITH_ARTICLE.fullmatch(rest):
        alike = [*_WITH_ARTICLE.finditer(before)]
    else:
        alike = [*_AT_THE_END.finditer(before)] if re.fullmatch(_NOUN, rest) else []
    return f"{before[: alike[-1].start()]}{rest}{before[alike[-1].end() :]}" if alike else ""
