"""From evidence, or from checked claims, to the answer that a person reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.generate.quote import quoted, written
from rag.ground import Claim
from rag.question import Kind
from rag.types import Answer, Citation, Coverage, Evidence, Hit

NOT_FOUND = "Your documents do not seem to hold the answer to this question."
NEAREST = 3  # passages shown with a refusal


def refusal(
    question: str,
    sure: float,
    nearest: Sequence[Evidence],
    coverage: Coverage,
    timings: Mapping[str, float],
) -> Answer:
    """The one fixed sentence, with the nearest passages as evidence and no citation."""
    return Answer(
        question=question,
        found=False,
        text=NOT_FOUND,
        short=None,
        mode="refused",
        confidence=sure,
        citations=(),
        evidence=tuple(nearest),
        coverage=coverage,
        timings=timings,
    )


def nearest(hits: Sequence[Hit]) -> tuple[Evidence, ...]:
    """The first hits, whole, as the evidence of a refusal."""
    return tuple(
        Evidence(
            n=n,
            document=hit.document,
            path=hit.path,
            title=hit.title,
            page=hit.page,
            start=hit.start,
            end=hit.end,
            quote=hit.text,
            headings=hit.headings,
            score=hit.score,
        )
        for n, hit in enumerate(hits[:NEAREST], start=1)
    )


def quotation(
    question: str,
    kind: Kind,
    sure: float,
    evidence: Sequence[Evidence],
    coverage: Coverage,
    timings: Mapping[str, float],
    reasoning: str | None = None,
) -> Answer:
    """The best sentences as they stand, each with its mark."""
    shown = quoted(evidence, kind)
    return Answer(
        question=question,
        found=True,
        text=written(shown),
        short=short(kind, evidence),
        mode="quote",
        confidence=sure,
        citations=tuple(citation(item) for item in shown),
        evidence=tuple(evidence),
        coverage=coverage,
        timings=timings,
        reasoning=reasoning,
    )


def checked(
    question: str,
    kind: Kind,
    sure: float,
    evidence: Sequence[Evidence],
    coverage: Coverage,
    timings: Mapping[str, float],
    claims: Sequence[Claim],
    reasoning: str | None = None,
) -> Answer:
    """The supported sentences of a draft with their marks; a quotation where most are not."""
    kept = [claim for claim in claims if claim.supported]
    if not kept or len(kept) < len(claims) / 2:
        return quotation(question, kind, sure, evidence, coverage, timings, reasoning)
    cited = {n for claim in kept for n in claim.cites}
    return Answer(
        question=question,
        found=True,
        text=" ".join(f"{c.text} {''.join(f'[{n}]' for n in c.cites)}" for c in kept),
        short=short(kind, evidence),
        mode="write",
        confidence=sure,
        citations=tuple(citation(item) for item in evidence if item.n in cited),
        evidence=tuple(evidence),
        coverage=coverage,
        timings=timings,
        reasoning=reasoning,
    )


def summary(
    question: str, leads: Sequence[Evidence], coverage: Coverage, timings: Mapping[str, float]
) -> Answer:
    """Lead sentences, said to be that."""
    return Answer(
        question=question,
        found=True,
        text="Going by titles, headings and first sentences: " + written(leads),
        short=None,
        mode="summary",
        confidence=1.0,
        citations=tuple(citation(item) for item in leads),
        evidence=tuple(leads),
        coverage=coverage,
        timings=timings,
    )


def short(kind: Kind, evidence: Sequence[Evidence]) -> str | None:
    """The reader's span inside the best sentence, for questions that one span can answer."""
    if kind in ("explain", "summary") or not evidence or evidence[0].span is None:
        return None
    best, (start, end) = evidence[0], evidence[0].span
    return best.quote[start - best.start : end - best.start]


def citation(item: Evidence) -> Citation:
    """The citation that leads to a piece of evidence."""
    return Citation(
        n=item.n,
        document=item.document,
        path=item.path,
        title=item.title,
        page=item.page,
        start=item.start,
        end=item.end,
        quote=item.quote,
    )
