"""A fragment that takes the place of its like in the question before: "And the walnut one?".

English, and the plainest form of German, "Und die Miete?".
"""

from __future__ import annotations

import re

from rag.text import stop_words

_ONE = re.compile(r"^(?:for\s+)?the\s+(?P<which>[\w-]+(?:\s+[\w-]+)?)\s+ones?$", re.IGNORECASE)
_THE = re.compile(r"\bthe\s+(?P<which>[\w-]+)(?=\s+(?P<noun>[\w-]+))", re.IGNORECASE)
_OWNER = re.compile(
    r"\b(?!(?:Wh\w+|How|It|That|There|Here|Let)\b)"
    r"(?:(?:the|my|our)\s+)?[A-Z][\w-]*(?:\s+[A-Z][\w-]*)*['’]s?(?=\s)"
)
_OWNS = re.compile(r"^[\w -]{2,40}['’]s?$")
_WITH_PREPOSITION = re.compile(r"^(?P<with>for|in|of|with|on|at|from|to|by)\s+\S", re.IGNORECASE)
_UND = re.compile(
    r"^\W*(?:und|aber)\s+(?:was ist mit\s+)?(?P<rest>[^?]{2,60}?)\s*\?*$", re.IGNORECASE
)
_ARTICLE = r"(?:der|die|das|den|dem|des|ein|eine|einen|einem|einer)\s+"
_NOUN = r"[A-ZÄÖÜ][\w-]+"
_WITH_ARTICLE = re.compile(rf"\b{_ARTICLE}{_NOUN}")
_AT_THE_END = re.compile(rf"\b{_NOUN}(?=\W*$)")


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
        same = rf"^.*\b(?P<own>{prepositional['with']}\s+[^?]+)"
        own = re.match(same, before, re.IGNORECASE)
        return f"{before[: own.start('own')]}{rest}?" if own else ""
    owner = _OWNER.search(before) if _OWNS.match(rest) else None
    return f"{before[: owner.start()]}{rest}{before[owner.end() :]}" if owner else ""


def in_german(question: str, before: str) -> str:
    """ "Und die Miete?" after "Wie hoch ist die Kaution?": "Wie hoch ist die Miete?"; or ""."""
    found = _UND.match(question)
    rest = found["rest"] if found else ""
    if _WITH_ARTICLE.fullmatch(rest):
        alike = [*_WITH_ARTICLE.finditer(before)]
    else:
        alike = [*_AT_THE_END.finditer(before)] if re.fullmatch(_NOUN, rest) else []
    return f"{before[: alike[-1].start()]}{rest}{before[alike[-1].end() :]}" if alike else ""
