"""Quote mode: an answer that is nothing but sentences of the documents, each with its mark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from rag import lazy_re
from rag.patterns import lists
from rag.patterns.heads import BAR
from rag.patterns.tables import of_times, readable, rows_told
from rag.question.shape import Shape
from rag.text import length
from rag.types import Evidence

# Share of the best sentence's score that a further one needs. Beside the best one in its passage
# less is enough, since it is more often part of the answer: for facts .2 gives .912 of quotations
# that hold the gold answer at 29 words in the median, .3 gives .904 at 28, .4 gives .904 at 27.
_FURTHER = {"fact": 0.5, "yesno": 0.5, "list": 0.4, "explain": 0.05, "summary": 0.0}
_BESIDE = {"fact": 0.4, "yesno": 0.4, "list": 0.18, "explain": 0.02, "summary": 0.0}
_MOST = {"fact": 2, "yesno": 2, "list": 3, "explain": 4, "summary": 6}
# A second sentence for a fact has to keep the answer short (measured as above: without .910 at 36).
_WORDS = {"fact": 50, "yesno": 50, "list": 150, "explain": 110, "summary": 400}
_MAILED = lazy_re.compile(r"^(?:>[ \t]?)+", re.MULTILINE)  # how mail quotes what it answers
OPENED = "\x02"  # what a mark of ours begins with until a text is whole; no document has it
_PASSAGE = 1500  # characters within which sentences of a document count as of one passage


def quoted(evidence: Sequence[Evidence], shape: Shape) -> list[Evidence]:
    """The evidence that a quoted answer of this shape shows, in the order in which it is read.

    The best piece always, and the best of each side where two things are compared; further ones
    where they are nearly as good, since a fact wants one sentence and an explanation several.
    Sentences of one document come in its own order.
    """
    kind = shape.kind
    chosen = list(evidence[: max(1, len(shape.sides))])
    if not chosen:
        return []
    if shape.listed and len(lists.items(chosen[0].quote)) >= max(2, shape.items):
        return chosen[:1]  # the whole list needs nothing beside it
    best = max(chosen, key=lambda item: item.score)
    words = sum(length(item.quote) for item in chosen)
    for item in sorted(evidence[len(chosen) :], key=lambda item: -item.score):
        needed = (_BESIDE if _is_beside(item, best) else _FURTHER)[kind] * best.score
        more = length(item.quote)
        if item.score >= needed and words + more <= _WORDS[kind] and len(chosen) < _MOST[kind]:
            chosen.append(item)
            words += more
    if kind in ("explain", "summary", "list"):
        place = {item.document: i for i, item in reversed(list(enumerate(chosen)))}
        chosen.sort(key=lambda item: (place[item.document], item.start))
    return chosen


def numbered(evidence: Sequence[Evidence], shape: Shape) -> tuple[Evidence, ...]:
    """The same evidence in its order, with numbers that rise as a quoted answer is read."""
    shown = [item.n for item in quoted(evidence, shape)]
    order = [*shown, *(item.n for item in evidence if item.n not in shown)]
    return tuple(replace(item, n=order.index(item.n) + 1) for item in evidence)


def _is_beside(item: Evidence, best: Evidence) -> bool:
    return item.document == best.document and abs(item.start - best.start) <= _PASSAGE


def mark(n: int) -> str:
    """A mark that can be told from the like in a document, such as `argv[1]`."""
    return f"{OPENED}{n}]"


def written(chosen: Sequence[Evidence], items: int = 0) -> str:
    """The sentences as one text with their marks: `First. [1] Second. [2]`.

    The row of a table comes with its head, since nobody could read it without, and of columns of
    different times only the one that is asked for; items of a list come one after another, the
    first `items` of them where so many are asked for. Code keeps its lines. Where several documents
    are asked the same, each has a line of its own, with its name.
    """
    if any(item.of for item in chosen):
        return "\n".join(
            f"{of}: " + " ".join(f"{_said(item, items)} {mark(item.n)}" for item in told)
            for of, told in groupby(chosen, lambda item: item.of)
        )
    said = (
        f"{_said(item, items)} {mark(item.n)}" + ("\n" if item.code else " ") for item in chosen
    )
    return "".join(said).rstrip()


def _said(item: Evidence, most: int) -> str:
    if item.head and item.span and (item.of or of_times(item.head)):
        at = item.span[0] - item.start
        # What a span within the name of a row answers is in all of its cells.
        if "\n" not in item.quote.strip() and at > item.quote.find(BAR):
            return " ".join(readable(item.quote, item.head, at).split())
    if item.head:
        return " ".join(rows_told(item.quote, item.head).split())
    if item.code:
        return "\n".join(line.rstrip() for line in item.quote.splitlines() if line.strip())
    listed = lists.items(item.quote)[: most or None]
    if listed:
        ending = "" if listed[-1][-1:] in ".!?。" else "."
        told = "; ".join([*(one.rstrip(" .;,") for one in listed[:-1]), listed[-1]])
        return f"{lists.lead_in(item.quote)} {told}{ending}".strip()
    return " ".join(lists.unmarked(_MAILED.sub("", item.quote)).split())
