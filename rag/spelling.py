"""Misspelt words of a question, put right by the words of the documents.

A word counts as misspelt when neither the documents nor a dictionary of its language have it, and
as meant when one slip of the fingers leads to it from a word that the documents do have: four of
five misspellings are one letter too many, too few, wrong or swapped (Damerau 1964,
doi:10.1145/363958.363994). What no slip explains stays as it is, since a rare word that the
documents lack is most often just that.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from rag import dictionary, lazy_re
from rag.text import language, stemmed, stop_words

if TYPE_CHECKING:
    from rag.index.collection import Collection

SPELT = ("en", "de", "es", "fr", "it", "nl", "pt")  # languages with a dictionary, in Latin letters
SHORTEST = 4  # letters
LONG = 5  # letters; a shorter word is one slip from too many others, but for two letters swapped
LONG_STEM = 6  # letters of a stem that may stand for another inflection of it
FAR = 3  # slips, for the order of what is likely to be meant
LOOKED_AT = 24  # chunks, for how a term is spelt
# A word by itself: no part of an address, a file name, a code or a compound with a hyphen.
_WORD = lazy_re.compile(r"(?<![\w.@/\\'’-])[^\W\d_]+(?![\w@/\\-]|['’](?!s\b)|\.\w)")
_QUOTED = lazy_re.compile(r"[\"“«„][^\"”»“]*[\"”»“]")
KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_ALIKE = ("aeiouy", "ck", "cs", "sz", "gj", "td", "bp", "fv", "yz")  # by ear, or other keyboards


def corrected(question: str, collection: Collection) -> str:
    """`question` with its misspelt words as `collection` spells them; what is quoted stays."""
    code = language(question)
    if code not in SPELT:
        return question
    kept = [match.span() for match in _QUOTED.finditer(question)]
    for match in reversed(list(_WORD.finditer(question))):
        if any(start < match.start() < end for start, end in kept):
            continue
        opens = not question[: match.start()].strip()
        meant = _meant(match[0], collection, code, opens=opens)
        if meant:
            question = question[: match.start()] + meant + question[match.end() :]
    return question


def _meant(word: str, collection: Collection, code: str, *, opens: bool) -> str:
    """The word that was meant; "" where this one is known, or nothing else is near."""
    lower = word.lower()
    if len(word) < SHORTEST or word[1:] != lower[1:]:
        return ""
    if _is_known(lower, collection, code):
        return ""
    name = word[0].isupper() and not opens
    near = _of_documents(lower, collection, code, name)
    if not name:
        near |= {w: collection.rows + 1 for w in stop_words(code) if len(w) >= SHORTEST}
    near = {w: n for w, n in near.items() if n and _is_near(lower, w.lower(), code, name)}
    if not near:
        return ""

    def likely(other: str) -> tuple[int, float, bool]:
        often = near[other] * math.log1p(dictionary.frequency(other.lower(), code))
        slipped = slips(lower, other.lower(), name) or FAR
        return -slipped, often, other[-1] == lower[-1]  # slips are rare in the last letter

    best = max(sorted(near), key=likely)
    return best[0].upper() + best[1:] if word[0].isupper() else best


def _is_known(word: str, collection: Collection, code: str) -> bool:
    stems = [stemmed(word, other) for other in {code, *collection.languages}]
    return (
        word in stop_words(code)
        or bool(collection.rarity([word, *stems]))
        or dictionary.is_known(word, code)
    )


def _is_near(word: str, other: str, code: str, name: bool) -> bool:
    """Is one a slip from the other, or from another inflection of it?"""
    if len(word) < LONG:
        return sorted(word) == sorted(other) and slips(word, other, name) > 0
    stem = stemmed(word, code)
    return slips(word, other, name) > 0 or (
        len(stem) >= LONG_STEM and slips(stem, stemmed(other, code), name=True) > 0
    )


def _of_documents(word: str, collection: Collection, code: str, name: bool) -> dict[str, int]:
    """Words of the documents that may be meant by `word`, with how many chunks have them."""
    spelt = cache(lambda term: _spelt(term, collection))  # chunks are read for each
    found: dict[str, int] = {}
    words = dictionary.matching(half_of(word), word[0], code)
    for near in (w for w in words if slips(word, w, name)):
        stem = stemmed(near, code)
        if near in map(str.lower, spelt(stem)):  # and no other form of it
            found[near] = _chunks(stem, collection)
    stem = stemmed(word, code)
    terms = {t for s in collection.segments for t in s.lexical.beginning(word[0])}
    lines = "\n".join(["", *terms])
    near_terms = {t for w in {word, stem} for t in half_of(w).findall(lines) if slips(w, t, name)}
    for term in sorted(near_terms):
        for form in spelt(term):
            common = form.lower() if form.lower() in found else form
            found[common] = _chunks(term, collection)
    return found


def _chunks(term: str, collection: Collection) -> int:
    return len(collection.matches([term]).rows)


def _spelt(term: str, collection: Collection) -> tuple[str, ...]:
    """The words that a term was made from, each once, as they stand in some of its chunks."""
    rows, _ = collection.matches([term]).best(LOOKED_AT)
    begins = lazy_re.compile(rf"(?<![^\W\d_]){re.escape(term[0])}[^\W\d_]*", re.IGNORECASE)
    spelt: dict[str, str] = {}
    languages = collection.languages
    for chunk in collection.chunks(rows):
        text = collection.text(chunk.document, chunk.chunk.start, chunk.chunk.end)
        for match in begins.finditer(text):
            lower = match[0].lower()
            if lower not in spelt and any(stemmed(lower, c) == term for c in languages):
                spelt[lower] = match[0]
    return tuple(spelt.values())


def half_of(typed: str) -> re.Pattern[str]:
    """Words, a line each, of which one may be slips away from `typed`.

    However often a letter is doubled, one slip leaves nearly half of a word as it is, at one of its
    ends. Looking at these alone spares nine tenths of the time.
    """
    single = _single(typed)
    half = max(1, (len(single) - 2) // 2)
    head, tail = (
        "".join(f"{letter}+" for letter in part) for part in (single[:half], single[-half:])
    )
    ways = [rf"{head}\w*", rf"{typed[0]}\w*{tail}"]
    if typed.isascii():  # accents of the other are not counted then
        ways.append(rf"{typed[0]}[a-z]*[^\W\na-z]\w*")
    return lazy_re.compile(rf"\n({'|'.join(ways)})(?!\w)")


# --- slips --------------------------------------------------------------------------------------


def slips(typed: str, meant: str, name: bool = False) -> int:
    """How many slips of the fingers or of the ear make `typed` of `meant`, both in small letters.

    One; two where besides a letter is written once instead of twice or twice instead of once; 0
    where more would be needed, or none. Accents are not counted. Of a `name` only what hardly makes
    another name is a slip: Hansen is not Hanson, nor Krishnan Krishna.
    """
    if typed[:1] != meant[:1] or abs(len(typed) - len(meant)) > 2 or typed == meant:
        return 0
    if len(typed) >= LONG and typed[:2] != meant[:2] and typed[-2:] != meant[-2:]:
        return 0  # one slip leaves beginning or end as it is; this spares most of the time
    plain = _unaccented(meant) if not meant.isascii() and typed.isascii() else meant
    a, b = _single(typed), _single(plain)
    if a == b or _is_slip(typed, plain, name):
        return 1
    return 2 if _is_slip(a, b, name) else 0


def _is_slip(a: str, b: str, name: bool) -> bool:
    begin = _shared(a, b)
    end = _shared(reversed(a[begin:]), reversed(b[begin:]))
    left, right = a[begin : len(a) - end], b[begin : len(b) - end]
    if len(left) + len(right) == 1:
        return end > 0 or not name
    if len(left) == len(right) == 1:
        by_ear = any(left in letters and right in letters for letters in _ALIKE)
        return (
            right in _neighbours(left) and not by_ear
            if name
            else by_ear or right in _neighbours(left)
        )
    return len(left) == 2 and left == right[::-1]


def _unaccented(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _single(word: str) -> str:
    return "".join(letter for letter, _ in groupby(word))


def _shared(one: Iterable[str], other: Iterable[str]) -> int:
    """How many letters two words have in common at the beginning."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _neighbours(letter: str) -> str:
    """The keys beside one, in its row and in the next ones."""
    found = ""
    for r, row in enumerate(KEYS):
        at = row.find(letter)
        if at >= 0:
            found += row[max(0, at - 1) : at + 2]
            found += KEYS[r - 1][at : at + 2] if r else ""
            found += KEYS[r + 1][max(0, at - 1) : at + 1] if r + 1 < len(KEYS) else ""
    return found
