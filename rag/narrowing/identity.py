"""What a document is called: the words by which a question can mean it and no other.

Made once for each opened collection, from titles, file names, what the parsers found of authors
and subjects, and the first lines of longer documents.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import normalize
from weakref import WeakKeyDictionary, ref

import numpy as np

from rag import lazy_re
from rag.patterns.when import day_of
from rag.text import content_words, stemmed, words

if TYPE_CHECKING:
    from rag.index.collection import Collection
    from rag.types import DocumentInfo

MOST = 5000  # documents; of more, nobody names one so that it can be told from the rest
LEADS = 500  # documents whose first lines are looked at
LEAD = 700  # characters of them
LONG_ENOUGH = 5  # chunks from which a document is more than its first lines
_TITLE_WORDS = 12  # a longer title is a sentence
_LINE_WORDS = 6  # a longer line of the beginning is prose, and only speaks of something
# What says of whom or for whom a document is; keywords and descriptions say what it is about.
_METADATA = ("author", "subject", "company", "organization", "publisher", "series", "from", "to")
_SPLIT = lazy_re.compile(
    r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d])(?=\d{2,})|(?<=\d)(?=[^\W\d]{2,})|[_\-.]+"
)
_PARTS = lazy_re.compile(r"\s*[|:]\s*|\s+[–—-]\s+")
_QUARTER = lazy_re.compile(r"\bq([1-4])\b|\b([1-4])q\b", re.IGNORECASE)
HAN = lazy_re.compile(r"[\u4e00-\u9fff]{3,}")
_YEAR = lazy_re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Name:
    """What one document is called. All words are lower-case; `own` and `told` are stemmed."""

    document: str
    shown: str  # for people
    file: str  # its file name, lower-case
    titles: tuple[str, ...]  # its title as plain words, whole and up to "|", ":" or a dash
    own: frozenset[str]  # of title and file name
    told: frozenset[str]  # of folder, metadata and first lines, too
    dates: frozenset[str]  # years and quarters of title and file name
    days: tuple[str, ...]  # "2024-05-14" of title and file name
    han: tuple[str, ...] = ()  # runs of Chinese characters of title and file name

    def han_in(self, question: str) -> str:
        """The longest piece of a Chinese `question` by which the document is called, of three
        characters or more: "电饭煲" of "电饭煲说明书"; "" where there is none."""
        longest = ""
        for run in self.han:
            for start in range(len(run) - 2):
                end = start + max(3, len(longest) + 1)
                while end <= len(run) and run[start:end] in question:
                    longest, end = run[start:end], end + 1
        return longest

    def file_in(self, question: str) -> re.Match[str] | None:
        """Where `question` has the file name, if it does; one without a dot is any word."""
        # A pattern for each of thousands of documents would take longer than the search.
        if "." not in self.file or self.file not in question.lower():
            return None
        name = re.escape(self.file)
        return re.search(rf"(?<![\w.-]){name}(?!\w)", question, re.IGNORECASE)


class Names:
    """The names of all documents of a collection, and where the words of a name are mentioned."""

    def __init__(self, collection: Collection) -> None:
        self._ref = ref(collection)  # which outlives its names, and must not be kept by them

    @property
    def _collection(self) -> Collection:
        collection = self._ref()
        if collection is None:
            raise ReferenceError("the collection that is named here is gone")
        return collection

    @cached_property
    def all(self) -> tuple[Name, ...]:
        """One for each document; none where there are too many."""
        if self._collection.counts[0] > MOST:
            return ()
        infos = self._collection.documents()
        leads = len(infos) <= LEADS
        return tuple(_name(info, self._lead(info) if leads else "") for info in infos)

    def _lead(self, info: DocumentInfo) -> str:
        long_enough = info.chunks >= LONG_ENOUGH
        text = self._collection.text(info.id, 0, LEAD) if long_enough else ""
        return "\n".join(line for line in text.splitlines() if len(line.split()) <= _LINE_WORDS)

    def mentions(self, stems: frozenset[str]) -> Mapping[str, int]:
        """How many chunks of each document have all of some words, which are stemmed as English
        ones: "jürgen" stands in German chunks as "jurg"."""
        if not stems:
            return {}
        codes = self._collection.languages
        forms = ([*{stem, *(stemmed(stem, code) for code in codes)}] for stem in stems)
        found = (self._collection.lexical(form, self._collection.rows)[0] for form in forms)
        return self._collection.counts_by_document(reduce(np.intersect1d, found))


_KNOWN: WeakKeyDictionary[Collection, Names] = WeakKeyDictionary()


def names(collection: Collection) -> Names:
    """The names of `collection`, made once for as long as it is open."""
    found = _KNOWN.get(collection)
    if found is None:
        found = _KNOWN[collection] = Names(collection)
    return found


def _name(info: DocumentInfo, lead: str) -> Name:
    path = Path(info.path)
    stem = " ".join(part for part in _SPLIT.split(path.stem) if part)
    short_title = info.title if len(info.title.split()) <= _TITLE_WORDS else ""
    about = " ".join(info.metadata.get(key, "")[:200] for key in _METADATA)
    own = f"{stem} {short_title}"
    called = content_words(own, "en")
    return Name(
        document=info.id,
        shown=path.name,
        file=normalize("NFC", path.name).lower(),
        titles=tuple(dict.fromkeys((plain(info.title), plain(_PARTS.split(info.title)[0])))),
        own=called,
        told=called | content_words(f"{path.parent.name} {about} {lead}", "en"),
        dates=dates(own),
        days=tuple(day for told in (path.name, info.title) if (day := day_of(told))),
        han=tuple(HAN.findall(f"{normalize('NFC', path.stem)} {short_title}")),
    )


def plain(text: str) -> str:
    """The words of a text, lower-case, one space between them."""
    return " ".join(words(text))


def dates(text: str) -> frozenset[str]:
    """Years, and quarters as "q1" to "q4", in a text."""
    quarters = {f"q{a or b}" for a, b in _QUARTER.findall(text)}
    return frozenset(quarters | set(_YEAR.findall(text)))
