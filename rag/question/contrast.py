"""A fragment that takes the place of its like in the question before: "And the walnut one?".

English, and the plainest form of German, "Und die Miete?".
"""

from __future__ import annotations

import re

from rag.text import stop_words

_ONE = re.compile(r"^(?:for\s+)?the\s+(?P<which>[\w-]+(?:\s+[\w-]+)?)\s+ones?$", re.IGNORECASE)
_THE = re.compile(r"\bthe\s+(?P<which>[\w-]+)(?=\s+(?P<noun>[\w-]+))", re.IGNORECASE)
_OWNER = re.compile(r"\b(?:(?:the|my|our)\s+)?[A-Z][\w-]*(?:\s+[A-Z][\w-]*)*['’]s?(?=\s)")
_OWNS = re.compile(r"^[\w -]{2,40}['’]s?$")
_WITH_PREPOSITION = re.compile(r"^(?P<with>for|in|of|with|on|at|from|to|by)\s+\S", re.IGNORECASE)
_UND = re.compile(
    r"^\W*(?:und|aber)\s+(?:was ist mit\s+)?(?P<rest>[^?]{2,60}?)\s*\?*$", re.IGNORECASE
)
_ARTICLE = r"(?:(?:der|die|das|den|dem|des|ein|eine|einen|einem|einer)\s+)?"
_GERMAN = re.compile(rf"^{_ARTICLE}[A-ZÄÖÜ][\w-]+$")
_ENDS_IN = re.compile(rf"\b{_ARTICLE}[A-ZÄÖÜ][\w-]+(?=\W*$)")


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
    if _OWNS.match(rest):
        owner = _OWNER.search(before)
        return f"{before[: owner.start()]}{rest}{before[owner.end() :]}" if owner else ""
    if prepositional := _WITH_PREPOSITION.match(rest):
        same = rf"^.*\b(?P<own>{prepositional['with']}\s+[^?]+)"
        if own := re.match(same, before, re.IGNORECASE):
            return f"{before[: own.start('own')]}{rest}?"
    return ""


def in_german(question: str, before: str) -> str:
    """ "Und die Miete?" after "Wie hoch ist die Kaution?": "Wie hoch ist die Miete?"; or ""."""
    found = _UND.match(question)
    ending = _ENDS_IN.search(before)
    if not found or not ending or not _GERMAN.match(found["rest"]):
        return ""
    return f"{before[: ending.start()]}{found['rest']}{before[ending.end() :]}"
