"""German compounds: "Urlaubstage" finds nothing where the documents have "Urlaub" and "Tage"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.text import language, stemmed, stop_words, words

if TYPE_CHECKING:
    from rag.index.collection import Collection

_LINKS = ("", "s", "n", "en", "es", "er", "e", "ns")  # between the parts
SHORTEST = 3  # letters of a part
ALONE = 4  # letters of the stem of a part that stands for the whole
LONGEST = 60  # letters; nobody asks by a longer word


def splits(word: str) -> Iterator[tuple[str, str]]:
    """The ways in which a word may be made of two, without what links them."""
    for at in range(SHORTEST, len(word) - SHORTEST + 1):
        for link in _LINKS:
            first = word[:at].removesuffix(link)
            if len(first) >= SHORTEST and word[:at].endswith(link):
                yield first, word[at:]


def parts(question: str, collection: Collection) -> list[str]:
    """Terms of `collection` that are parts of the words of a German question which it lacks."""
    if language(question) != "de":
        return []
    codes = tuple(dict.fromkeys(("de", *collection.languages)))
    found: dict[str, None] = {}
    for word in words(question):
        long = 2 * SHORTEST < len(word) <= LONGEST and word.isalpha()
        if long and word not in stop_words("de") and not _terms(word, codes, collection):
            found.update(dict.fromkeys(_of(word, codes, collection)))
    return list(found)


def _of(word: str, codes: tuple[str, ...], collection: Collection) -> list[str]:
    """The terms of both parts, or else of the longest that there is."""
    best: tuple[bool, int, list[str]] = (False, 0, [])
    for pair in splits(word):
        first, head = (_terms(part, codes, collection) for part in pair)
        alone = [terms for terms in (first, head) if terms and min(map(len, terms)) >= ALONE]
        if first and head:
            alone = [[*first, *head]]
        for terms in alone:
            best = max(best, (bool(first and head), sum(map(len, terms)), terms))
    return best[2]


def _terms(word: str, codes: tuple[str, ...], collection: Collection) -> list[str]:
    stems = dict.fromkeys(stemmed(word, code) for code in codes)
    return list(collection.rarity([stem for stem in stems if len(stem) >= SHORTEST]))
