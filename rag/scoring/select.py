"""From scored sentences to evidence: the best ones, with what they need, nothing twice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.evidence import Sentence
from rag.networks.reading import Span
from rag.patterns import lists
from rag.question import sides
from rag.question.shape import Shape
from rag.scoring import joining
from rag.text import content_words, terms
from rag.types import Evidence, Hit

LOOKED_AT = 12  # best sentences among which a list is looked for
SEVERAL = 3  # things that a sentence names, from which it is as good as a list
FEWEST_WORDS = 6  # a shorter "sentence" is a heading or a label and says little of a side


def select(
    hits: Sequence[Hit],
    found: Sequence[Sentence],
    scores: NDArray[np.float32],
    spans: Sequence[Span | None],
    *,
    k: int,
    shape: Shape,
) -> tuple[Evidence, ...]:
    """The `k` best pieces of evidence, best first; what says the same again is left out.

    `scores` is f32 (n,) in [0, 1], one for each sentence. Where two things are compared the best
    about either come first, one of each in turn.
    """
    chosen: list[Evidence] = []
    seen: list[frozenset[str]] = []
    taken: set[int] = set()
    for i in _order(hits, found, scores, shape):
        if found[i].text.endswith(":") and i + 1 in taken:
            continue  # what it announces is there already
        said = frozenset(terms(found[i].text))
        if i in taken or any(_alike(said, other) for other in seen):
            continue
        first, last = joining.stretch(i, hits, found, shape)
        if taken.intersection(range(first, last + 1)):
            first = last = i
        taken.update(range(first, last + 1))
        seen += [frozenset(terms(found[j].text)) for j in range(first, last + 1)]
        # What is told of it a sentence later is what was asked for, and so is what answers it.
        later = joining.tells(found[last], shape) and not joining.tells(found[i], shape)
        later = later or (joining.asks(found[i]) and not joining.asks(found[last]))
        span = spans[last if later else i]
        chosen.append(piece(len(chosen) + 1, hits, found, (first, i, last), scores, span))
        if len(chosen) == k:
            break
    return tuple(chosen)


def _order(
    hits: Sequence[Hit], found: Sequence[Sentence], scores: NDArray[np.float32], shape: Shape
) -> list[int]:
    by_score = [int(i) for i in np.argsort(-scores, kind="stable")]
    by_score.sort(key=lambda i: found[i].opens)
    if shape.listed and by_score and not _enumerates(found[by_score[0]].text, shape):
        listing = (i for i in by_score[:LOOKED_AT] if _is_list(i, hits, found, shape))
        top = next(listing, by_score[0])
        by_score = [top, *(i for i in by_score if i != top)]
    if not shape.sides:
        return by_score
    texts = [
        " ".join((hits[item.hit].title, *hits[item.hit].headings[-1:], item.whole))
        for item in found
    ]
    of_side = [frozenset(group) for group in sides.about(shape.sides, texts)]
    first: list[int] = []
    for group in of_side:
        mine = [i for i in by_score if i in group and i not in first]
        first += sorted(mine, key=lambda i: len(found[i].text.split()) < FEWEST_WORDS)[:1]
    return [*first, *(i for i in by_score if i not in first)]


def _enumerates(text: str, shape: Shape) -> bool:
    """Does a sentence name several things, as many as are asked for?"""
    if shape.items:
        return lists.enumerated(text, shape.items) is not None
    return len(lists.things(text)) >= SEVERAL


def _is_list(i: int, hits: Sequence[Hit], found: Sequence[Sentence], shape: Shape) -> bool:
    """Is sentence `i` of, or before, a list with as many items as are asked for?

    Where no number is, a list of what the question calls by name: the line that opens it, or the
    heading above, has the words of it.
    """
    if found[i].stands.code:
        return False
    first, last = joining.stretch(i, hits, found, shape)
    hit = hits[found[i].hit]
    quote = hit.text[found[first].start - hit.start : found[last].end - hit.start]
    many = len(lists.items(quote))
    if shape.items:
        return many >= shape.items
    opening = f"{found[i].stands.lead} {found[first].text} {' '.join(hit.headings[-1:])}"
    wanted = content_words(shape.things, "en")
    return many > 1 and bool(wanted) and wanted <= content_words(opening, "en")


def piece(
    n: int,
    hits: Sequence[Hit],
    found: Sequence[Sentence],
    stretch: tuple[int, int, int],
    scores: NDArray[np.float32],
    span: Span | None,
) -> Evidence:
    """Sentences first … last of `stretch` as evidence `n`, with the score of the one between."""
    first, i, last = stretch
    hit = hits[found[i].hit]
    start, end = found[first].start, found[last].end
    return Evidence(
        n=n,
        document=hit.document,
        path=hit.path,
        title=hit.title,
        page=hit.page_of(start),
        start=start,
        end=end,
        quote=hit.text[start - hit.start : end - hit.start],
        headings=hit.headings,
        score=float(scores[i]),
        span=(hit.start + span.start, hit.start + span.end) if span else None,
        head=found[i].head,
        code=any(item.stands.code for item in found[first : last + 1]),
    )


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Do two sentences say the same? Nine tenths of their terms are shared."""
    return bool(one or other) and len(one & other) >= 0.9 * len(one | other)
