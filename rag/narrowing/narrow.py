"""A question that names a document, a company, a date or a section is asked of that alone.

Narrowing a shared store to the right document does more for reports that are all alike than any
model (benchmarks/LOG.md). It has to be careful, since a wrong guess hides the answer: a name
narrows where it is what the documents are called and hardly anything else in the collection speaks
of it; a date only together with a name, or with the word report. What is refused when it is
narrowed is asked of everything (see `rag.pipeline`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag import lazy_re
from rag.narrowing.dates import NOUN, REPORT, YEAR_OR_QUARTER, are_alike, dated, in_time
from rag.narrowing.identity import Name, Names, names, plain
from rag.narrowing.rest import han, proper, rest
from rag.narrowing.section import named_section, section_rows
from rag.patterns.when import DATE
from rag.question import series
from rag.question.shape import beyond_overview, is_overview
from rag.question.sides import sides
from rag.text import content_words, language, stop_words
from rag.types import Scope

if TYPE_CHECKING:
    from rag.index.collection import Collection
    from rag.scoring.signals import Signals

OWNED = 0.8  # least share of the mentions of a name that lie in the documents called by it
MOST_TIMES = 8  # documents that are asked one by one, the latest of them
MOST = 0.7  # a name of more than this share of the documents tells nothing
_CALLED = lazy_re.compile(
    rf"\b(?:the|this|our|my|his|her|their)\s+(?P<a>(?:[\w&.'’-]+\s+){{1,6}}?){NOUN}\b",
    re.IGNORECASE,
)
# "The lease" by itself is a document if just one is called that.
_ONLY = lazy_re.compile(rf"\b(?:the|this|our|my|his|her|their)\s+(?P<a>{NOUN})\b", re.IGNORECASE)
_ABOUT = lazy_re.compile(
    rf"\b{NOUN}\s+(?:on|about|called|titled|named|entitled|from|by|of)\s+"
    r"(?P<a>(?:[\w&.'’-]+\s*){1,5})",
    re.IGNORECASE,
)
_QUOTED = lazy_re.compile(r"[\"“«„](?P<a>[^\"”»“]{3,80})[\"”»“]")
_LATEST = lazy_re.compile(r"latest|recent|newest|current|last", re.IGNORECASE)
# A side that refers back, as in "compared to its revenues", is of what is named already.
_BACK = lazy_re.compile(
    r"\b(?:it|its|th(?:is|at|ese|ose|em|eir)|previous|prior|same)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a question names: documents by id, with what to call them, and a section's words."""

    documents: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    section: str = ""
    whole: bool = False  # it is nothing but a title, or asks for an overview of what it names
    rest: str = ""  # what is asked of them, if otherwise (`rag.narrowing.rest`)
    each: tuple[str, ...] = ()  # documents by id, in the order of their times, asked one by one
    alone: str = ""  # what each of them is asked

    def __bool__(self) -> bool:
        return bool(self.documents or self.section)


def narrowing(question: str, of: Names) -> Narrowing:
    """The documents and the section that `question` names; nothing where that is not certain."""
    section = named_section(question)
    known = of.all
    if len(known) < 2:
        return Narrowing(section=section, whole=_is_overview(question, known))
    said = plain(question)
    titled = [name for name in known if said in name.titles]
    if len(titled) == 1:
        return Narrowing((titled[0].document,), (titled[0].shown,), whole=True)
    chosen = _explicit(question, known) or _owned(question, of)
    chosen = dated(question, chosen, known) or chosen
    if not chosen or len(chosen) > MOST * len(known):
        chosen = []
    chosen = chosen or _summarised(question, known)
    told = rest(question, chosen, of)
    alone = series.of_each(told or question)
    each = in_time(_series(chosen, known))[-MOST_TIMES:] if alone else []
    return Narrowing(
        documents=tuple(name.document for name in chosen),
        labels=tuple(name.shown for name in chosen),
        section=section,
        whole=_is_overview(question, chosen),
        rest=told,
        each=tuple(name.document for name in each) if len(each) > 1 else (),
        alone=alone,
    )


def _series(chosen: Sequence[Name], known: Sequence[Name]) -> Sequence[Name]:
    """The reports that are named, or all documents where they are the few reports of a series."""
    return chosen or (known if len(known) <= MOST_TIMES and are_alike(known) else ())


@dataclass(frozen=True, slots=True)
class Place:
    """Where is searched: a scope, what the question `named` of it, and how that is called."""

    scope: Scope
    rows: NDArray[np.bool_] | None = None  # of the section that is named, bool (rows,)
    labels: tuple[str, ...] = ()
    named: Narrowing = Narrowing()

    def within(self, other: Place) -> Place:
        """This place in as few documents as `other`, where these are some of its own."""
        mine, theirs = set(self.scope.documents), set(other.scope.documents)
        if not theirs or (mine and not theirs < mine):
            return self
        return replace(self, scope=other.scope, labels=other.labels)


def place(question: str, collection: Collection, given: Scope) -> Place:
    """The scope that was given, narrowed to what `question` names."""
    named = narrowing(question, names(collection))
    rows = section_rows(collection, named.documents, named.section)
    section = () if rows is None else (f"section “{named.section}”",)
    scope = replace(given, documents=named.documents)
    return Place(scope, rows, (*named.labels, *section), named)


def is_settled(question: str, measured: Signals, tried: Place) -> bool:
    """Does what answers best in all documents stand in that which a Chinese question calls, and
    which was asked already, without its name, and did not answer?

    By characters a line with nothing but the name has more of such a question than any other.
    """
    if not (tried.named.rest and measured.found and language(question) == "zh"):
        return False
    return measured.top.document in tried.scope.documents


def elsewhere(question: str, collection: Collection, measured: Signals, place: Place) -> bool:
    """Does what answers best stand in a document that is not the one that `question` names?"""
    if not measured.found or measured.top.document in place.scope.documents:
        return False
    of, hit = names(collection), measured.top
    owned = {name.document for name in _owned(question, of)}
    held = content_words("\n".join((hit.text, hit.title, *hit.headings)), "en")
    missed = False
    for mention in proper(question):
        stems = content_words(mention, "en")
        called = {
            name.document
            for name in of.all
            if stems and stems <= (name.told if name.document in owned else name.own)
        }
        if hit.document in called:  # of several that are compared it is one
            return False
        missed = missed or bool(called and not stems <= held) or _is_of_another(mention, held, of)
    return missed or _is_titled_elsewhere(question, hit.document, of)


# "The garage of the house" has no name in it, as "amoxicillin" is one.
_COMMON = lazy_re.compile(
    r"\b(?:the|an?|my|our|your|his|her|its|their|this|that)\s+\w+", re.IGNORECASE
)


def _is_titled_elsewhere(question: str, document: str, of: Names) -> bool:
    """Has a question a word by which few documents are called, that hardly any other has, and not
    `document`?

    The dose of another leaflet than that of the drug looks like an answer.
    """
    told = _COMMON.sub(" ", REPORT.sub(" ", DATE.sub(" ", YEAR_OR_QUARTER.sub(" ", question))))
    for stem in content_words(told, "en") if len(of.all) > 1 else ():
        called = {name.document for name in of.all if stem in name.own}
        if not called or len(called) > max(1, len(of.all) // 8) or not stem.isalpha():
            continue
        counts = of.mentions(frozenset({stem}))
        inside = sum(counts.get(one, 0) for one in called)
        owned = inside and inside >= OWNED * sum(counts.values())
        if owned and document not in counts and document not in called:
            return True
    return False


def _is_of_another(mention: str, held: frozenset[str], of: Names) -> bool:
    """Is a document called by the last name of somebody whom a passage, by its stems, has not?"""
    first, _, last = mention.rpartition(" ")
    stem = content_words(last, "en") if first and last.isalpha() else frozenset()
    return bool(stem) and not stem & held and any(stem <= name.own for name in of.all)


def _summarised(question: str, known: Sequence[Name]) -> list[Name]:
    """The documents whose title or file name has all that an overview is wanted of; few, or none.

    In other languages than English one word of it is enough.
    """
    asked = beyond_overview(question)
    enough = len(asked) if language(question) == "en" else 1
    found = [name for name in known if asked and len(asked & name.own) >= enough]
    return found if len(found) <= max(1, len(known) // 4) else []


def _is_overview(question: str, of: Sequence[Name]) -> bool:
    for name in of:
        if file := name.file_in(question):
            question = f"{question[: file.start()]} {question[file.end() :]}"
    return bool(of) and is_overview(question, frozenset().union(*(name.told for name in of)))


# --- documents that are named outright ------------------------------------------------------------


def _explicit(question: str, known: Sequence[Name]) -> list[Name]:
    """Named by file, by a title in quotation marks or as "the … report"; few, or none."""
    by_file = [name for name in known if name.file_in(question)]
    if by_file:
        return by_file
    patterns = (_QUOTED, _CALLED, _ABOUT)
    for match in (found for pattern in patterns for found in pattern.finditer(question)):
        wanted = _own_words(match["a"])
        if not wanted:
            continue
        found = [name for name in known if wanted <= name.own]
        if found and len(found) <= max(1, len(known) // 4):
            return found
    for match in _ONLY.finditer(question):
        called = content_words(match["a"], "en")
        found = [name for name in known if called <= name.own]
        if len(found) == 1:
            return found
    spelled = f" {plain(question)} "
    there = [name for name in known if f" {name.titles[0]} " in spelled]
    titled = [name for name in there if _is_spelled(name.titles[0], question)]
    return titled if len(titled) == 1 else []


def _is_spelled(title: str, question: str) -> bool:
    """Does the question have a title with its capitals, "Attention Is All You Need"?

    In small letters "the harbour of Brennau" is a harbour and no document.
    """
    if len(title.split()) < 3:
        return False
    match = re.search(r"\W+".join(map(re.escape, title.split())), question, re.IGNORECASE)
    said = [w for w in match[0].split() if w.lower() not in stop_words("en")] if match else []
    return len(said) > 1 and all(word[0].isupper() for word in said)


def _own_words(mention: str) -> frozenset[str]:
    """What is peculiar to a mention: "latest", "quarterly" and dates are in many names."""
    said = [w for w in mention.split() if not _LATEST.fullmatch(w) and not REPORT.fullmatch(w)]
    bare = re.sub(r"['’]s\b", "", " ".join(said))
    undated = YEAR_OR_QUARTER.sub(" ", bare)
    return content_words(undated, "en") - {"quarter", "annual", "fiscal", "whole"}


# --- names that belong to documents ---------------------------------------------------------------


def _owned(question: str, of: Names) -> list[Name]:
    """The documents called by a proper name of the question, which hardly any other mentions.

    With several such names, the documents of all of them: then they are compared. None where the
    question has another name that these documents don't speak of, or compares with something that
    only others speak of: then it needs these as well.
    """
    found: dict[str, Name] = {}
    others = []
    for mention in (*proper(question), *han(question, of.all)):
        stems = content_words(mention, "en")
        called = [name for name in of.all if stems and stems <= name.told]
        counts = of.mentions(stems)
        inside = sum(counts.get(name.document, 0) for name in called)
        own = len(called) <= MOST * len(of.all) and inside >= OWNED * sum(counts.values())
        if inside and own:
            found.update({name.document: name for name in called})
        elif any(map(str.islower, mention)):  # abbreviations such as R&D are names of things
            others.append(counts)
    compared = (
        of.mentions(content_words(side, "en")) for side in sides(question) if not _BACK.search(side)
    )
    others += filter(None, compared)  # what no document has in these words tells nothing
    if not all(any(document in found for document in counts) for counts in others):
        return []
    return [name for name in of.all if name.document in found]
