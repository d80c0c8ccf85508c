"""Words that a PDF cuts at the ends of lines: with their hyphen, or without it?

The document itself knows best.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence

from ingest.parsers.pdf_rows import Row

_WORD_AT_END = re.compile(r"(?<![-–])\b([^\W\d_]+)-$")
_CUT_OFF = re.compile(r"[^\W\d_]+-$")
_WORD_AT_START = re.compile(r"[^\W\d_]+")
_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_CHAIN = re.compile(r"[^\W\d_]+-[^\W\d_]")  # "the-art", which goes on with a compound
_SYLLABLE = 4  # letters: shorter parts of words may look like words
_JOINS = frozenset(["und", "oder", "sowie", "bzw", "and"])  # "Ein- und Ausgang"
_PREFIX = 3  # letters, as in "non-" and "pre-"


def counted(rows: Sequence[Row]) -> Counter[str]:
    """How often a document uses each word, what follows the words that are cut, with a space,
    and each part of a compound, with its hyphen. Parts of words cut at line ends don't count; empty
    where no line ends in a hyphen."""
    words: Counter[str] = Counter()
    if not any(row.hyphen for row in rows):
        return words
    ends = [match for row in rows if row.hyphen and (match := _WORD_AT_END.search(row.text))]
    asked = {match[1].lower() for match in ends}
    cut = False
    for row in rows:
        text = _CUT_OFF.sub("", row.text) if row.hyphen else row.text
        text = _WORD_AT_START.sub("", text, count=1) if cut and text[:1].isalpha() else text
        cut = row.hyphen
        found = _WORDS.findall(text.lower())
        words.update(found)
        words.update(f"{a} {b}" for a, b in itertools.pairwise(found) if a in asked)
        for word in found:
            if "-" not in word:
                continue
            parts = word.split("-")
            if len(parts) > 2:
                words.update(map("-".join, itertools.pairwise(parts)))
            words.update(f"{part}-" for part in parts[:-1])
            words.update(f"-{part}" for part in parts[1:])
    return words


def mended(before: str, after: str, words: Counter[str]) -> str:
    """ "-" to drop the hyphen between two parts of a word, "" to keep it, " " to keep it before a
    word of its own.

    The document itself knows best: whichever form it uses elsewhere wins.
    """
    left, right = _WORD_AT_END.search(before), _WORD_AT_START.match(after)
    if not left or not right:
        return ""
    one, two = left[1].lower(), right[0].lower()
    joined, kept = words[one + two], words[f"{one}-{two}"]
    if joined or kept:
        return "-" if joined >= kept else ""
    if two in _JOINS:
        return " "
    chain = words[one] and words[two] and _CHAIN.match(after)
    if chain or _is_compound(one, two, words):
        return ""
    return "-" if right[0][0].islower() else ""


def _is_compound(one: str, two: str, words: Counter[str]) -> bool:
    """Does the document put both after each other, or one of them together with other words by a
    hyphen? The other one has to be a word of it."""
    begins = len(one) >= _PREFIX and words[f"{one}-"] > 1 and words[two] > 0
    ends = words[f"-{two}"] > 0 and words[one] > 0
    whole = min(len(one), len(two)) >= _SYLLABLE
    return begins or (whole and (ends or words[f"{one} {two}"] > 0))
