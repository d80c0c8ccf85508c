"""A question for how something went over time, as it is asked of one of several reports.

"How has its revenue changed over time?" is answered by no report of a quarter, "What was the
revenue?" by each of them.
"""

from __future__ import annotations

import re

from rag import lazy_re

_TIMES = (
    r"(?:quarters?|periods?|years?|months?|time\s?frames?|reports?|filings?|10-?[qk]s?|documents)"
)
_OVER = lazy_re.compile(
    rf",?\s*\b(?:as\s+(?:reported|disclosed|revealed|stated)\s+)?(?:"
    r"(?:over|across|throughout|during|through|in|for|from|between"
    r"|compared\s+(?:to|with)|relative\s+to|against|versus|vs\.?)"
    rf"\s+(?:\w+\s+){{0,2}}?{_TIMES}(?:\s+(?:presented|reported))?"
    r"|over\s+time|(?:from\s+)?(?:quarter|year|period|month)[\s-]+(?:to|by|over|on|after)[\s-]+"
    r"(?:quarter|year|period|month)|(?:per|by)\s+(?:quarter|year|period|report)"
    r"|from\s+(?:q[1-4]|\d{4})\b.{0,30}?\bto\s+(?:q[1-4]|\d{4})\b(?:\s+(?:of\s+)?\d{4})?)(?!\w)",
    re.IGNORECASE,
)
_SEVERAL = lazy_re.compile(
    r"\bover\s+time\b|\b(?:each|every|by|across|these|those|previous|prior|other|earlier|all)\b"
    r".{0,20}?\b(?:quarter|period|report|filing|10-?[qk])|\byears\b|\bquarters\b|\bperiods\b"
    r"|\btrend|\bfluctuat|\bevol(?:ve|ution)|\breporting\s+(?:period|time)|\b10-?[qk]s\b"
    r"|\bfrom\s+(?:q[1-4]|\d{4})\b"
    r"|(?:quarter|year|month|period)[\s-]+(?:to|by|over|on|after)[\s-]",
    re.IGNORECASE,
)
_CHANGED = (
    r"(?:changed?|trended|fluctuated?|evolved?|developed|varied|vary|grown?|grew|shifted|progressed"
    r"|moved|performed|increased?|decreased?|declined?|differ(?:ed)?|rise|risen|rose|fall|fallen"
    r"|fell|improved?|adapted|compared?|stack(?:ed)?\s+up|seen\s+variations?)"
)
_CHANGES = (
    r"(?:changes?|trends?|shifts?|alterations?|fluctuations?|variations?|developments?|evolution"
    r"|growth|differences?|movements?|patterns?)"
)
_REASONS = lazy_re.compile(
    r"\b(?:factors?|drivers?|drove|driven|driving|reasons?|causes?|caused|contribut\w+|influenc\w+|why"
    r"|explain\w*|impact\w*|affect\w*|effects?|role|risks?)\b",
    re.IGNORECASE,
)
_OF_PEOPLE = (
    r"(?:tax(?:es)?|teams?|staff|force|person|people|m[ae]n|reps?|managers?|offices?|channels?)\b"
)
_STAFF = r"(?:employees?|staff|personnel|workers?|people)\b"
_NOT_OF_STAFF = "".join(
    rf"(?<!\b{one} )"
    for one in ("employee", "staff", "personnel", "worker", "workforce", "labour", "labor")
)
_WHO = lazy_re.compile(r"\b(?:who|wer)\b", re.IGNORECASE)
# What companies call the same in their reports.
_CALLED = {
    lazy_re.compile(rf"\b(?:{said})\b", re.IGNORECASE): names
    for said, names in (
        (rf"(?:net )?sales(?! {_OF_PEOPLE})", ("revenue",)),
        (r"(?:net )?revenues?", ("net sales",)),
        (
            rf"{_NOT_OF_STAFF}turnover(?! (?:of|among|in) (?:\w+ )?{_STAFF})",
            ("revenue", "net sales"),
        ),
        (r"(?<!gross )(?<!operating )(?:net )?(?:profits?|earnings)(?! per\b)", ("net income",)),
        (r"net income", ("net profit",)),  # not gross profit
        (r"inventory levels?", ("inventories",)),
    )
}
_FRAMES = tuple(
    lazy_re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^\W*(?:how|in\s+what\s+ways?)\s+(?:ha[sd]|have|did|does|do|is|are|was|were)\s+"
        rf"(?P<a>.{{3,90}}?)\s+(?:been\s+)?{_CHANGED}\b",
        r"^\W*(?:(?:can|could|are|is|were|was|has|have|had)\s+(?:there|any|you|we|one)\b"
        rf"|what\b|describe|show|list|explain).{{0,60}}?\b{_CHANGES}\b(?:\s+(?:be\s+)?\w+(?:ed|en))?"
        r"\s+(?:in|to|of|for|with)\s+(?P<a>.{3,90}?)(?=[?.,;]|$)",
        r"^\W*(?:what\s+(?:is|are|was|were)|list|show(?:\s+me)?|give(?:\s+me)?|compare|plot)\s+"
        r"(?P<a>.{3,90}?)(?=[?.,;]|\s+and\s+(?:how|what|why)\b|$)",
    )
)


def wants_reasons(question: str) -> bool:
    """Does it ask why something was so, or what came of it, and not for a figure alone?"""
    return _REASONS.search(question) is not None


def otherwise(question: str) -> list[str]:
    """The same question with what other reports call what it asks for; none for one about people,
    as the head of sales."""
    for pattern, names in _CALLED.items():
        if pattern.search(question) and not _WHO.search(question):
            return [pattern.sub(name, question) for name in names]
    return []


def of_each(question: str) -> str:
    """What `question` asks of each of several reports; "" where it asks nothing over time."""
    if not _SEVERAL.search(question):
        return ""
    first = re.split(r"(?<=[?.])\s+(?=[A-Z])|,?\s+and\s+(?=(?:how|what|why|who)\b)", question)[0]
    bare = " ".join(_OVER.sub(" ", first).split())
    for frame in _FRAMES:
        match = frame.match(bare)
        if match:
            about = _trimmed(match["a"])
            if about:
                return f"What was {about}?"
    return f"{bare.strip(' ?.,;')}?"


def _trimmed(about: str) -> str:
    about = re.sub(
        r"\s+(?:that\s+(?:is|are|was|were)\s+)?(?:reported|disclosed|presented|recorded)$",
        "",
        about.strip(" ?.,;"),
    )
    about = re.sub(r"^(?:the|any|its|their)\s+", "", about, flags=re.IGNORECASE)
    return f"the {about}" if about else ""
