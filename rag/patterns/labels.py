"""What labels and codes tell of a sentence: "Invoice date: 30 April" is not when it is due, and the
row of E1 says nothing of E2, nor does "Version 2.1" of version 2.2."""

from __future__ import annotations

import re

_LABELLED_DATE = re.compile(
    r"^\W*(?P<label>(?:[\w’'-]+ ){0,3}dated?(?: of [\w -]{2,30})?|(?:\w+)?datum)\s*[:|]",
    re.IGNORECASE,
)
# A question for another date than the one that a document bears.
_OTHER_DATE = re.compile(
    r"\b(?:due|deadline|payable|by when|until when|expires?|ends?|next|appointment|fällig|frist)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?<![\w.-])(?=[\w-]*\d)(?P<kind>[A-Za-z]{1,5})-?(?P<number>\d{1,5})(?![\w.-])")
# What is told from its like by a number: "version 2.2", "room 14".
_NUMBERED = re.compile(
    r"\b(?P<kind>version|release|section|chapter|article|paragraph|appendix|room|floor|flat|apartment"
    r"|building|platform|gate|phase|stage|level|lesson|module|abschnitt|kapitel|artikel|raum|zimmer"
    r"|wohnung|gleis|chapitre|salle|versión|capítulo|artículo|sala)\s+"
    r"(?P<number>\d{1,4}(?:\.\d{1,4})*)(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)


def is_of_other_date(question: str, text: str) -> bool:
    """Is it labelled as a date which is not the one that is asked for?"""
    label = _LABELLED_DATE.match(text)
    if not label:
        return False
    asked = {word.lower() for word in _OTHER_DATE.findall(question)}
    return bool(asked) and not asked & set(label["label"].lower().split())


def codes(text: str) -> frozenset[tuple[str, str]]:
    """Codes as their letters and their number, ("e", "2") for "E2", and so what is numbered,
    ("version", "2.2"); those of times are none."""
    told = (match for pattern in (_CODE, _NUMBERED) for match in pattern.finditer(text))
    found = {(match["kind"].lower(), match["number"].lstrip("0")) for match in told}
    return frozenset(code for code in found if code[0] not in ("q", "fy"))


def is_of_other_code(asked: frozenset[tuple[str, str]], text: str) -> bool:
    """Does a text have codes of a kind that is asked for, and none of those that are?"""
    kinds = {kind for kind, _ in asked}
    there = {code for code in codes(text) if code[0] in kinds} if asked else set()
    return bool(there) and not there & asked
