"""Others with the last name of whom one asks for: what Arthur Lund takes, Margaret Lund may not.

A letter to one of a family has most words of a question about another.
"""

from __future__ import annotations

import re

from rag import lazy_re
from rag.patterns import titles

_TITLES = rf"(?:{titles.either(titles.ADDRESSES | titles.RANKS)})\b\.?"
_WORD = r"[A-ZÀ-Þ][\w-]*[a-zß-ÿ][\w-]*"
_NO_NAME = rf"(?!(?:{_TITLES}|The|An?|Our|My|Dear|And|For|From|To|Of|By|With|Family)\b)"
_NAME = lazy_re.compile(rf"(?<!^)\b(?!{_TITLES})(?P<first>{_WORD})\s+(?P<last>{_WORD})")
_LABEL = lazy_re.compile(
    r"\b(?:patient|client|customer|member|tenant|employee|pupil|student|applicant|insured"
    r"|policyholder|name|re|to|dear)\s*:\s*\Z",
    re.IGNORECASE,
)
# "Mill Road" is nobody, and "Prince Albert Road" none of the family.
_PLACE = lazy_re.compile(
    r"(?:Road|Street|Lane|Avenue|Square|Park|Hall|House|School|College|University|Hospital|Church"
    r"|Court|Bridge|Hotel|Club|Centre|Center|Station|Council|Committee|Day|Fund|Prize|Award|Cup)"
)
# Short for a name that begins with another letter.
_SHORT = frozenset(
    """bob-robert bobby-robert rob-bob bill-william billy-william dick-richard ted-edward ned-edward
    liz-elizabeth lizzie-elizabeth betty-elizabeth beth-elizabeth peggy-margaret meg-peggy
    tony-anthony sandy-alexander bert-albert fred-alfred nell-ellen nora-eleanor polly-mary
    becky-rebecca mandy-amanda trish-patricia tricia-patricia tina-christina drew-andrew""".split()
)
# Who asks for somebody by another one of a family.
_KIN = lazy_re.compile(
    r"\b(?:husband|wife|partner|son|daughter|child(?:ren)?|brother|sister|siblings?|father|mother|parents?"
    r"|uncle|aunt|cousins?|grand\w+|family|relatives?)\b",
    re.IGNORECASE,
)


def is_of_namesake(question: str, text: str) -> bool:
    """Is a text about somebody, by a title or behind a label such as "Patient:", with the last name
    of whom a question asks for, and does not name these?"""
    if _KIN.search(question):
        return False
    return any(_has_only_others(match, text) for match in _NAME.finditer(question))


def _has_only_others(asked: re.Match[str], text: str) -> bool:
    first, last = asked["first"], re.escape(asked["last"])
    if re.search(rf"\b(?i:{re.escape(first)})\b|\b{first[0]}\.?\s+{last}\b", text):
        return False
    if _PLACE.fullmatch(asked["last"]):
        return False
    pattern = lazy_re.compile(
        rf"(?P<title>{_TITLES}\s+)?(?:{_NO_NAME}(?P<first>{_WORD})\s+)?\b{last}\b"
    )
    told = list(pattern.finditer(text))
    if any(_may_be(first.lower(), match["first"].lower()) for match in told if match["first"]):
        return False
    others = {match["title"] for match in told if match["first"]}
    is_about = any(m["first"] and (m["title"] or _labelled(text, m.start())) for m in told)
    # "Mrs Lund" may be Margaret, where Arthur is none.
    return is_about and all(match["first"] or match["title"] in others for match in told)


def _may_be(one: str, other: str) -> bool:
    """May two first names be of one: Kate and Katherine, Bob and Robert?"""
    return one[0] == other[0] or not _SHORT.isdisjoint((f"{one}-{other}", f"{other}-{one}"))


def _labelled(text: str, start: int) -> bool:
    return _LABEL.search(text, max(start - 40, 0), start) is not None
