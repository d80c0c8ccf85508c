"""Numbers as they are written: 1,000.5 and 1.000,5, "four" and 4, ٣ and 3, 3.5 million.

A figure of one text is in another if it stands there as it is written, or as the same value. What
a point or a comma before three digits means depends on the language, so it is read in that of its
own text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from rag import lazy_re
from rag.folding import folded
from rag.patterns.units import TOLD_ONCE, unit_at
from rag.vocabulary import NUMBERS

_DIGITS = lazy_re.compile(
    r"(?P<number>\d+(?:[.,'’]\d+)*)"
    r"(?:\s*(?P<word>hundred|thousand|million|billion|trillion|tausend|tsd|millionen|milliarden?|mille"
    r"|millions|milliards|millones|milliers|mio|mrd|bn)\b)?(?P<letter>(?-i:[kKMB])(?!\w))?",
    re.IGNORECASE,
)
# Spaces that hold the digits of one number together; NFKC makes plain ones of them.
_THOUSANDS = lazy_re.compile(r"(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))")
_MONEY, _MARKS = r"(?:[$€£]|EUR|USD|GBP|CHF)", r".,'’\u00a0\u202f"
_NUMBER = rf"[-−]?\d[\d{_MARKS}]*"
_AMOUNT = lazy_re.compile(
    rf"\s*(?:(?:{_MONEY}|\()\s*[$€£(]?\s*{_NUMBER}[\s%)]*|[-−]?\d+[{_MARKS}][\d{_MARKS}]*[\s%)]*"
    rf"|{_NUMBER}\s*(?:%|{_MONEY}))\s*"
)
_WORD = lazy_re.compile(r"[^\W\d_]+")
_SCALES = {
    "hundred": 2, "thousand": 3, "tausend": 3, "mille": 3, "milliers": 3, "tsd": 3, "k": 3,
    "million": 6, "millions": 6, "millionen": 6, "millones": 6, "mio": 6, "m": 6,
    "billion": 9, "milliarde": 9, "milliarden": 9, "milliards": 9, "mrd": 9, "bn": 9,
    "b": 9, "trillion": 12,
}  # fmt: skip
# Languages that write 1.000,5; the others write 1,000.5.
_COMMA_DECIMAL = frozenset("de fr es it pt nl sv no da fi hu ro tr ru el".split())
_TENS = {
    "en": "thirty forty fifty sixty seventy eighty ninety",
    "de": "dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
}
_ORDINALS = "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is written, lower-case, with the value that it has there and what it counts,
    "" where that is not said.

    Versions and sections, such as 10.3.2, have no value.
    """

    written: str
    value: Decimal | None
    unit: str = ""

    @property
    def digits(self) -> str:
        """The value in digits; as written where there is none."""
        return self.written if self.value is None else f"{self.value:f}"


def figures(text: str, code: str) -> frozenset[Figure]:
    """The numbers in a text of a language (ISO 639-1), in digits and in words from two on."""
    text = _plain_digits(folded(_THOUSANDS.sub("'", text)))
    found = {_figure(match, code) for match in _DIGITS.finditer(text)}
    return frozenset(found | set(_in_words(text, code)))


def missing(claimed: Iterable[Figure], known: Iterable[Figure]) -> list[Figure]:
    """Which figures are not among the known ones, neither as written nor by value."""
    known = list(known)
    written = {figure.written for figure in known}
    values = {figure.value for figure in known} - {None}
    return [f for f in claimed if f.written not in written and f.value not in values]


def of_other_units(
    claimed: Iterable[Figure], known: Iterable[Figure], told: Container[str]
) -> list[Figure]:
    """Which figures count something else than the same ones among the known do: dollars for euros.

    `told` are the units that the text of the known ones has anywhere.
    """
    known = list(known)
    other = []
    for figure in claimed:
        there = {one.unit for one in known if not missing([figure], [one])}
        open_ = "" in there and (figure.unit in told or figure.unit not in TOLD_ONCE)
        if figure.unit and there and figure.unit not in there and not open_:
            other.append(figure)
    return other


def is_amount(cell: str) -> bool:
    """Is a text nothing but an amount: "1.234,56 €", "(5)", "3 %", "1'000"? A whole number with no
    mark is none, since it may as well be a size or a year."""
    return _AMOUNT.fullmatch(cell) is not None


def _plain_digits(text: str) -> str:
    """Digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text
    )


def _figure(match: re.Match[str], code: str) -> Figure:
    number = match["number"]
    scale = (match["word"] or match["letter"] or "").lower()
    value = _value(number, code)
    if value is not None:
        value = (value * Decimal(10) ** _SCALES.get(scale, 0)).normalize()
    unit = unit_at(match.string, match.start(), match.end())
    return Figure(f"{number} {scale}".strip(), value, unit)


def _value(number: str, code: str) -> Decimal | None:
    bare = re.sub(r"['’]", "", number)
    points, commas = bare.count("."), bare.count(",")
    decimal = "," if code in _COMMA_DECIMAL else "."
    if points and commas:  # the last of both is the decimal one
        decimal = max(".,", key=bare.rfind)
    elif points + commas > 1:
        decimal = ""  # 1.000.000 can only be a million
        if not re.fullmatch(r"\d{1,3}(?:[.,]\d{2,3})+", bare):  # 10.3.2 is no number
            return None
    elif not re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", bare):
        decimal = "." if points else ","  # 3.5 and 3,5 are the same
    groups = "".join(mark for mark in ".," if mark != decimal)
    plain = re.sub(f"[{groups}]", "", bare) if groups else bare
    try:
        return Decimal(plain.replace(decimal, ".") if decimal else plain)
    except InvalidOperation:
        return Decimal(re.sub(r"\D", "", bare) or "0")


def _in_words(text: str, code: str) -> Iterable[Figure]:
    known = _values(code)
    words = [(m[0].lower(), m.end()) for m in _WORD.finditer(text)]
    i = 0
    while i < len(words):
        (word, end), i = words[i], i + 1
        if word not in known:
            continue
        value, follows = known[word], words[i][0] if i < len(words) else ""
        joined = value % 10 == 0 and value >= 20 and known.get(follows, 0) in range(2, 10)
        if joined and text[end] in "- ":
            value, word, i = value + known[follows], f"{word} {follows}", i + 1
            end = words[i - 1][1]
            follows = words[i][0] if i < len(words) else ""
        scale = _SCALES.get(follows, 0) if len(follows) > 2 else 0
        written = f"{word} {follows}" if scale else word
        unit = unit_at(text, end, words[i][1] if scale else end)
        yield Figure(written, Decimal(value).scaleb(scale).normalize(), unit)


def _values(code: str) -> dict[str, int]:
    """Words for numbers, of the language and of English."""
    found: dict[str, int] = {}
    for lang in dict.fromkeys((code, "en")):
        found.update({w: n for n, w in enumerate(NUMBERS.get(lang, ()), 2) if w not in found})
        tens = _TENS.get(lang, "").split()
        found.update({word: n for n, word in zip(range(30, 100, 10), tens, strict=False)})
    if code == "en":
        found.update({word: n for n, word in enumerate(_ORDINALS.split(), 3)})
    return found
