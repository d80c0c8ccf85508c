"""One question that is several: joined by "and", of things compared, of reports of some times."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

import numpy as np

from rag import lazy_re
from rag.answer.compose import Basis
from rag.narrowing.narrow import Place
from rag.patterns.heads import BAR
from rag.question import sides
from rag.question.run import Run
from rag.question.shape import Shape, kind
from rag.rewrite import rewrite
from rag.scoring.select import select
from rag.scoring.signals import Signals
from rag.text import language
from rag.types import Coverage, Evidence, Message

# What is found somewhere, and how sure that makes that there is an answer.
# What is asked there, and whether it is read twice: None where the first reading is to tell.
Read = Callable[[Run, Place, bool | None], tuple[Signals, float]]
FACT = Shape("fact")
# What another sentence needs of the score, and of the question's words, of the best to answer.
AS_GOOD = 0.4
NEAR = 0.1  # less sure is good enough in the document that is spoken of
_AT = r"(?:in|at|on|from|by|to|for|with|of|since|until)\s+"
_WORD = (
    rf"(?:who|whom|whose|what|when|where|which|{_AT}"
    r"(?:which|what|whom|when)|how\s+(?:much|many|long|old|far|often|tall|big|large|high|deep|fast"
    r"|heavy|wide|late|early))"
)
_JOINED = lazy_re.compile(
    rf"\s*[,;]?\s+and\s+(?:also\s+)?(?={_WORD}\s)|\?\s+(?:and\s+)?(?={_WORD}\s)", re.IGNORECASE
)
_VERB = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must)"
_ASKS = lazy_re.compile(rf"(?i)(?:{_WORD}(?:\s+[\w'’-]+){{0,3}}?\s+{_VERB}\b|who\s+\w+\b)")
# What is asked of the same thing, without its verb.
_ELLIPTIC = lazy_re.compile(
    rf"(?:{_AT})?(?:what|which)(?:\s+(?!{_VERB}\b)[\w-]+){{1,2}}$", re.IGNORECASE
)
_REST = lazy_re.compile(
    rf"{_WORD}\s+(?P<rest>(?:is|are|was|were|do|does|did)\s+(?:the|an?|my|our|this|(?-i:[A-Z]))[^?]+)$",
    re.IGNORECASE,
)
# A second question word inside makes it a clause: "the man who came".
_WITHIN = lazy_re.compile(rf"^{_WORD}\s.*?\s{_WORD}\s", re.IGNORECASE)
_PERSON = lazy_re.compile(r"\b(?:he|she|him|her|his|hers|they|them|their)\b", re.IGNORECASE)
_BACK = lazy_re.compile(r"\b(?:it|its|this|these|those|ones?)\b", re.IGNORECASE)
_OF_NAME = lazy_re.compile(r"\b(?:of|in|for|at|by|from)\s+(?:the\s+)?[A-Z][^?]*$")
_GERMAN_WORD = (
    r"(?:(?:in|an|auf|aus|bei|bis|für|mit|nach|seit|um|von|zu)\s+)?(?:wer|wen|wem|wessen|was|wann|wo"
    r"|wohin|woher|welche[mnrs]?|wie)"
)
_GERMAN_JOINED = lazy_re.compile(
    rf"\s*[,;]?\s+und\s+(?:auch\s+)?(?={_GERMAN_WORD}\s)|\?\s+(?:und\s+)?(?={_GERMAN_WORD}\s)",
    re.IGNORECASE,
)
_GERMAN_ASKS = lazy_re.compile(rf"{_GERMAN_WORD}\s+[\w-]+\s+\S", re.IGNORECASE)
_GERMAN_BACK = lazy_re.compile(
    r"\b(?:er|sie|es|ihn|ihm|ihnen|ihre?[mnrs]?|seine?[mnrs]?|dort|da(?:r?(?:an|auf|aus|bei|für|mit|nach"
    r"|von|zu))?|diese[mnrs]?|dessen|deren)\b",
    re.IGNORECASE,
)
_GERMAN_OF = lazy_re.compile(r"\s(?:von|vom|in|im|für|bei|beim|aus)\s+\w[\w -]*$", re.IGNORECASE)
# "In Q3 2024, what was …" holds for what follows, too.
_FOR_ALL = lazy_re.compile(
    rf"^(?:in|for|at|during|on|according\s+to)\s[^?]{{2,60}}?,\s+(?={_WORD}\s)", re.IGNORECASE
)
# "What is the a of b and the c of d?", unless both belong to one thing: "the distance between".
_OF_ONE = (
    r"^(?!.*\b(?:between|ratio|total|sum|average|mean|difference|distance|connection|relation"
    r"|relationship|comparison|match)\b)\W*(?P<what>what\s+(?:is|are|was|were))\s+"
)
_NOUN = r"(?:the|my|our)\s+[\w-]+(?:\s+(?!(?:of|for|in|on|at|to|with|from|by)\b)[\w-]+)?"
_TWO_OF = (
    lazy_re.compile(
        rf"{_OF_ONE}(?P<one>the\s+[^?]+?\s(?:of|for|in)\s[^?]+?),?"
        r"\s+and\s+(?P<other>the\s+[^?]+?\s(?:of|for|in)\s[^?]+)\W*$",
        re.IGNORECASE,
    ),
    # "What is the rent and the deposit?"; what is of something may be so of both.
    lazy_re.compile(rf"{_OF_ONE}(?P<one>{_NOUN}),?\s+and\s+(?P<other>{_NOUN})\W*$", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True, eq=False)
class _Best:
    """The best sentence somewhere, how sure it is that it answers, and how much was read."""

    item: Evidence | None
    sure: float
    read: Coverage
    place: Place


def of_parts(run: Run) -> list[Run]:
    """Questions for facts that are joined by "and", each made whole; none where it is only one.

    None, too, where a part is no question by itself ("how much water and how much salt are needed")
    or can't be made whole for certain.
    """
    if language(run.question) == "de":
        return _facts(run, _in_german(run.question))
    before = _FOR_ALL.match(run.question)
    context = before[0] if before else ""
    asked = run.question[len(context) :]
    if two := next(filter(None, (pattern.match(asked) for pattern in _TWO_OF)), None):
        asked = f"{two['what']} {two['one']} and {two['what'].lower()} {two['other']}?"
    first, *more = [part.strip(" ,;?") for part in _JOINED.split(asked)]
    more = [_completed(part, first) for part in more]
    if not more or not all(map(_ASKS.match, (first, *more))):
        return []
    if any(_WITHIN.search(part) for part in (first, *more)) or _is_shared(first, more[-1]):
        return []
    whole = [_whole(part, first) for part in more]
    alone = [f"{context}{part}?" for part in (first, *whole)]
    return _facts(run, alone) if all(whole) else []


def _facts(run: Run, parts: Sequence[str]) -> list[Run]:
    """Each part as a question by itself; none where one asks for more than a fact."""
    alone = [f"{part[0].upper()}{part[1:]}" for part in parts]
    simple = all(kind(part) in ("fact", "yesno") for part in alone)
    return [replace(run, shape=FACT).asking(part) for part in alone] if simple else []


def _in_german(question: str) -> list[str]:
    """What "Wie hoch ist die Miete und wer ist der Vermieter?" asks; nothing where it is only one
    question, or where a part speaks of another."""
    parts = [part.strip(" ,;?") for part in _GERMAN_JOINED.split(question)]
    if (
        len(parts) < 2
        or not all(map(_GERMAN_ASKS.match, parts))
        or any(map(_GERMAN_BACK.search, parts[1:]))
    ):
        return []
    if _GERMAN_OF.search(parts[-1]) and not _GERMAN_OF.search(parts[0]):  # it may belong to both
        return []
    return [f"{part}?" for part in parts]


def _completed(part: str, first: str) -> str:
    """ "on what line" after "When was the train late": "on what line was the train late"."""
    rest = _REST.match(first) if _ELLIPTIC.match(part) else None
    return f"{part} {rest['rest']}" if rest else part


def _whole(part: str, first: str) -> str:
    """A part with its "it" or "its" replaced by a name, or by a noun with its article, of the first
    part; "" where it would be replaced by anything else."""
    if _PERSON.search(part):
        return ""
    if not _BACK.search(part):
        return part
    told = rewrite(f"{part}?", [Message("user", f"{first}?")]).rstrip(" ?")
    put_in = Counter(re.findall(r"\w+", told)) - Counter(re.findall(r"\w+", part))
    nouns = {*re.findall(r"\b(?:the|an?)\s+(\w+)", first), *re.findall(r"\b[A-Z]\w*", first[1:])}
    sure = all(word in nouns or word in ("the", "s") for word in put_in)
    return told if put_in and sure and not any(map(str.isdigit, "".join(put_in))) else ""


def _is_shared(first: str, last: str) -> bool:
    """Does what ends the last part, "of France", belong to the first one as well?"""
    return bool(_OF_NAME.search(last)) and not re.search(r"\b[A-Z]", first[1:])


def answered(
    read: Read, asked: Sequence[tuple[Run, Place, Place]], question: str, threshold: float
) -> Basis | None:
    """The best about each part, and which parts have no answer; None where none has.

    Each part comes with its own place and with that of the whole question. Where a part names no
    document, that of the whole question or of the part before is as good, unless another answers
    better.
    """
    found: list[tuple[str, _Best]] = []
    for run, own, whole in asked:
        best = _best(read, run, own)
        near = own.within(whole) if whole.scope.documents else _beside(own, found, threshold)
        if near is not own:
            there = _best(read, run, near)
            best = there if there.item and there.sure >= best.sure - NEAR else best
        found.append((run.question, best))
    told = [best for _, best in found if best.item and best.sure >= threshold]
    without = tuple(part for part, best in found if best not in told)
    kept = [
        one
        for i, one in enumerate(told)
        if not any(_holds(other.item, one.item, j < i) for j, other in enumerate(told) if i != j)
    ]
    if not kept:
        return None
    labels = tuple(dict.fromkeys(label for best in kept for label in best.place.labels))
    basis = _together(question, kept, labels)
    if len(kept) < len(told):  # one sentence answers several: what is short about it is unknown
        return replace(basis, unanswered=without)
    shape = replace(basis.shape, kind="fact")
    return replace(basis, shape=shape, joined=True, unanswered=without)


def _beside(own: Place, found: Sequence[tuple[str, _Best]], threshold: float) -> Place:
    """The document of the part before, where a part names none itself."""
    before = found[-1][1] if found else None
    if own.scope.documents or not before or not before.item or before.sure < threshold:
        return own
    return replace(own, scope=replace(own.scope, documents=(before.item.document,)))


def _holds(other: Evidence | None, item: Evidence | None, first: bool) -> bool:
    """Is all that a piece of evidence says in another, which says more or comes `first`?"""
    if not other or not item or other.document != item.document:
        return False
    inside = other.start <= item.start and item.end <= other.end
    return inside and ((other.start, other.end) != (item.start, item.end) or first)


def of_sides(run: Run) -> list[Run]:
    """The question about each of two things alone, where no passage compares them."""
    alone = replace(run, shape=FACT)
    asked = sides.questions(run.question, run.shape.sides, run.kind == "explain")
    return [alone.asking(question) for question in asked]


def best_of_each(
    read: Read, asked: Sequence[tuple[Run, Place]]
) -> tuple[tuple[Evidence, ...], float]:
    """The best about each side, and how sure the less sure one is; no span answers for both."""
    found = [_best(read, run, place) for run, place in asked]
    items = [(n, best.item) for n, best in enumerate(found, start=1)]
    told = tuple(replace(item, n=n, span=None) for n, item in items if item)
    return told, min((best.sure for best in found), default=1.0)


def of_rows(basis: Basis, rows: tuple[Evidence, ...]) -> Basis:
    """The answer that several rows of a table give together, each with its cell."""
    shape = Shape("fact", sides=tuple(row.quote for row in rows))
    return replace(basis, evidence=rows, shape=shape, joined=True)


def over_time(read: Read, run: Run, place: Place, threshold: float) -> Basis | None:
    """The best of each of several reports, in the order of their times, if two or more answer.

    What is asked of them is what each can say: the sales, not how they changed.
    """
    about = replace(run, shape=FACT).asking(place.alone)
    each = [Place(replace(place.scope, documents=(d,)), place.rows) for d in place.each]
    found = [_best(read, about, there, told=True, twice=False) for there in each]
    told = [
        replace(best, item=replace(best.item, of=PurePath(best.item.path).name))
        for best in found
        if best.item and best.sure >= threshold
    ]
    return _together(run.question, told, place.labels) if len(told) > 1 else None


def _together(question: str, found: Sequence[_Best], labels: tuple[str, ...]) -> Basis:
    """One answer of the best that each of several questions has found."""
    best = [one.item for one in found if one.item]
    items = tuple(replace(item, n=n) for n, item in enumerate(best, start=1))
    # As many sides as pieces of evidence, so that each of them is shown.
    shape = Shape("explain", sides=tuple(item.quote for item in items))
    passages = sum(one.read.passages for one in found)
    coverage = Coverage(passages, len({item.document for item in items}))
    return Basis(question, shape, min(one.sure for one in found), items, coverage, labels)


def _is_told(text: str, *, listed: bool) -> bool:
    """Does a sentence tell what something was, and not merely name what is told below it?"""
    text = text.rstrip("\"'”’»)）」")
    said = text.endswith((*".!?。！？",)) or ":" in text or BAR in text or listed
    return not text.endswith((":", "：")) and (said or any(map(str.isdigit, text)))


def _best(
    read: Read, run: Run, place: Place, *, told: bool = False, twice: bool | None = None
) -> _Best:
    """The best sentence there that is no heading; with `told` none that only names what is told,
    nor another where such a one is what the question is answered by."""
    measured, sure = read(run, place, twice)
    words = measured.basis.shares[:, 0]
    fewest = AS_GOOD * float(words[measured.scores.argmax()]) if told and len(words) else 0.0
    says = [
        not item.stands.heading
        and not item.opens
        and (not told or _is_told(item.text.rstrip(), listed=bool(item.stands.lead)))
        and own >= fewest
        for item, own in zip(measured.found, words, strict=True)
    ]
    scores = measured.scores * np.asarray(says, dtype=np.float32)
    found = select(measured.hits, measured.found, scores, measured.best, k=1, shape=FACT)
    least = AS_GOOD * float(measured.scores.max(initial=0)) if told else 0.0
    best = next((item for item in found if item.score >= least), None)
    return _Best(best, sure, measured.coverage, place)
