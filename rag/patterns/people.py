"""Who holds an office, and who is called by a title: the deputy treasurer is not the treasurer, and
what Dr. Weiss does tells nothing of Dr. Sommer.

Others of the same last name are told apart in `rag.patterns.namesakes`.
"""

from __future__ import annotations

import re

from rag import lazy_re
from rag.patterns import titles
from rag.text import words

# A question for who held it before, or for a half: then the lesser office may be meant.
_FORMER = lazy_re.compile(
    r"\b(?:before|previous(?:ly)?|old|past|once|used\s+to|then|half|vorher(?:ige[nrs]?)?|früher|damals"
    r"|alte[nrs]?|vorige[nrs]?)\b",
    re.IGNORECASE,
)
# Words before an office that make another one of it: "deputy treasurer".
_LESSER = lazy_re.compile(
    r"\b(?:deputy|vice|assistant|acting|former|interim|outgoing|ex|honorary"
    r"|(?:stellvertretende|ehemalige|kommissarische|frühere)[nrs]?|stv\.?)[\s-]+(?P<office>\w{4,})",
    re.IGNORECASE,
)


def is_of_other_office(question: str, text: str) -> bool:
    """Does it speak of the deputy or former chair only, where one asks for the chair?"""
    offices = {match["office"].lower() for match in _LESSER.finditer(text)}
    asked = {*words(_LESSER.sub(" ", question))} & offices
    plain = set(words(_LESSER.sub(" ", text)))
    meant = _LESSER.search(question) or _FORMER.search(question)
    return bool(asked) and not meant and not asked & plain


_UMLAUTS = str.maketrans("äöü", "aou")
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
# Somebody by title and name: "Dr. Sommer", "Frau A. Kern".
_TITLED = lazy_re.compile(
    rf"\b(?P<title>{titles.either(titles.ADDRESSES | titles.FOREIGN)})\b\.?\s+"
    r"(?P<name>[A-ZÀ-Þ][\w-]*(?:\.?\s+[A-ZÀ-Þ][\w-]+){0,2})"
)
# A question that another person answers: who does something in place of Mrs Hall, or is married to.
_WHO = lazy_re.compile(
    r"\b(?:who(?:m|se)?|we[rnm]|wessen|married|marry|replace\w*|vertr\w+)\b", re.IGNORECASE
)


def is_of_other_person(question: str, text: str) -> bool:
    """Does a text name people by a title, Dr. Weiss, and none that the question names by one?"""
    asked = {word for match in _TITLED.finditer(question) for word in words(match["name"])}
    if not asked or _TITLED.search(text) is None or _WHO.search(question):
        return False
    # Who writes an umlaut means it, "Bäder", not "Bader"; who writes none may have no key for it.
    exact = any(sign in name for name in asked for sign in "äöü")
    there = frozenset(_folded(word, exact) for word in words(text))
    return not there.intersection(_folded(name, exact) for name in asked)


def _folded(name: str, exact: bool) -> str:
    """A name however it is written: Müller, Mueller and Müllers, Weiß and Weiss; and Muller, unless
    it is to be `exact`."""
    plain = name.replace("ß", "ss").translate(_WRITTEN_OUT if exact else _UMLAUTS)
    return (plain if exact else re.sub("(?<=[aou])e", "", plain)).removesuffix("s")
