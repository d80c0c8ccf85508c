"""What a German question asks about by a noun that no passage has: the "Freibad" of "Wann hat das
Freibad auf?" where the hours are those of a library.

Each noun of German is written like a name, so that names don't tell what is missing, and many are
compounds: a "Stromvertrag" is heard of where "Stromrechnung" and "Vertrag" are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import PurePath

from rag import lazy_re
from rag.compounds import SHORTEST, splits
from rag.patterns.standing import placed
from rag.question.shape import kind
from rag.text import language, stemmed, stop_words, words
from rag.types import Hit
from rag.vocabulary import DAYS, MONTHS

# An article, a pronoun, or whose it is: "Paulas Kaution".
_DETERMINER = (
    r"(?:(?:d(?:er|ie|as|en|em|es)|eine?[nmrs]?|(?:mein|dein|sein|ihr|unser|euer|kein|dies)\w*"
    r"|[A-ZÄÖÜ][a-zäöüß]+s(?=\s+[A-ZÄÖÜ]))\s+)?"
)
_BEFORE = r"(?:(?:ich|du|er|sie|es|wir|ihr|man|denn|eigentlich)\s+){0,2}"
_NOUN = rf"{_DETERMINER}(?:[a-zäöüß]+e[nmrs]?\s+){{0,2}}(?P<noun>[A-ZÄÖÜ][\w-]*[a-zäöüß][\w-]*)"
# What comes next to the question word is seldom told in other words. Of "welcher" that is a kind
# of thing, and so it is where one asks what something is, or was called.
_ASKED = tuple(
    lazy_re.compile(text)
    for text in (
        rf"\bkoste(?:t|n|te|ten)\s+{_BEFORE}{_NOUN}",
        rf"\b(?:[Ww]ann|[Ww]o|[Uu]m\s+wie\s?viel\s+Uhr)\s+\w+\s+{_BEFORE}{_NOUN}",
        rf"\b[Ww]ie\s?viele?[nrs]?\s+{_NOUN}",
        r"\b[Ww]ie\s+(?!viel|hei(?:ß|ss)|hie(?:ß|ss)|laut|nenn|w[iu]rde?|werden)[a-zäöüß]+\s+\w+\s+"
        rf"{_BEFORE}{_NOUN}",
        rf"\b[Ww]e[rnm]\s+(?!war)\w+\s+{_NOUN}",
    )
)
# How much of it answers, when, or who, is told without the noun: by a unit, a date or a name.
_OF_KIND = frozenset(
    """name namen nummer wort titel art zahl anzahl menge summe betrag höhe größe länge breite tiefe
    gewicht dauer zeit zeiten zeitpunkt zeitraum uhrzeit uhr datum tag tage tagen jahr jahre jahren
    jahrhundert jahrzehnt monat monate monaten woche wochen stunde stunden minute minuten termin
    preis preise kosten prozent anteil wert alter person personen mensch menschen mann frau herr
    herrn leute kind kinder chef chefin ort stadt land staat adresse anschrift farbe beruf grund
    ursache mal frist telefon telefonnummer handynummer mail e-mail mailadresse konto kontonummer
    iban postleitzahl webseite website internetadresse öffnungszeit öffnungszeiten euro cent franken
    geld grad meter kilometer zentimeter quadratmeter liter milliliter kilo kilogramm gramm
    milligramm stück seite seiten watt wattstunden kilowattstunden volt morgen vormittag mittag
    nachmittag abend nacht wochenende beispiel anfang beginn ende regel durchschnitt temperatur
    geschwindigkeit entfernung einwohner""".split()
).union(MONTHS["de"], DAYS["de"])
_ENDINGS = ("ung", "heit", "keit", "nis")  # of a noun that a passage may have as a verb
_WITHIN = 4  # letters from which a part is looked for within words


def thing(question: str) -> str:
    """The noun that a German question for a fact is about, lower-case; "" where none says so."""
    if language(question) != "de" or kind(question) != "fact":
        return ""
    found = next((match for pattern in _ASKED if (match := pattern.search(question))), None)
    noun = found["noun"].strip("-").lower() if found else ""
    return "" if noun in _OF_KIND or noun in stop_words("de") else noun


def is_unheard_of(question: str, hits: Sequence[Hit]) -> bool:
    """Is a German question about something of which none of `hits` has the word, nor a compound
    with it, nor all parts of it?"""
    parts = [part for part in thing(question).split("-") if part]
    return not all(any(_names(hit, part) for hit in hits) for part in parts)


def _names(hit: Hit, noun: str) -> bool:
    there = {_stem(word) for word in words(f"{placed(hit)}\n{PurePath(hit.path).stem}")}
    return _is_heard(noun, there, "\n".join(there))


def is_german(text: str) -> bool:
    """Is a text in German, as far as anything tells? In a table nothing may."""
    return language(f"{text} und") == "de"


def _stem(word: str) -> str:
    """The stem of a word; umlauts are none there, nor where they are written as two letters."""
    return re.sub("(?<=[aou])e", "", stemmed(word, "de"))


@cache
def _kinds() -> frozenset[str]:
    return frozenset(map(_stem, _OF_KIND))


def _is_heard(word: str, there: set[str], every: str) -> bool:
    """Does a word stand among those that are `there`, or within one, or do all its parts?"""
    if any(_is_there(_stem(form), there, every) for form in (word, word.removesuffix("s"))):
        return True
    return any(
        (_stem(head) in _kinds() or _is_there(_stem(head), there, every))
        and _is_there(_stem(first), there, every)
        for first, head in splits(word)
    )


def _is_there(stem: str, there: set[str], every: str) -> bool:
    ending = next((end for end in _ENDINGS if stem.endswith(end)), "")
    forms = {stem, stem.removesuffix(ending)}
    if stem in there or any(len(form) >= _WITHIN and form in every for form in forms):
        return True
    begun = tuple(form for form in forms if len(form) >= SHORTEST)  # "Bad" of "Hallenbad"
    return bool(begun) and any(word.startswith(begun) or word.endswith(begun) for word in there)
