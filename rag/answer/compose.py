"""From evidence, or from checked claims, to the answer that a person reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rag import lazy_re
from rag.answer.quote import OPENED, mark, quoted, written
from rag.ground import Claim, says
from rag.patterns import lists
from rag.question import remark
from rag.question.shape import Kind, Shape
from rag.types import Answer, Citation, Coverage, Done, Evidence, Hit

NOT_FOUND = "Your documents do not seem to hold the answer to this question."
PARTLY = "Your documents do not seem to say:"
NEAREST = 3  # passages shown with a refusal
_MARK = lazy_re.compile(rf"{OPENED}\d+\]")
SURE = 0.4  # confidence from which a draft must say what the reader found


@dataclass(frozen=True, slots=True)
class Basis:
    """What every answer to a question rests on, however it is put into words.

    `verdict` is "Yes" or "No" where the evidence decides a question that wants one, `narrowed`
    names what the search was narrowed to.
    """

    question: str
    shape: Shape
    sure: float
    evidence: tuple[Evidence, ...]
    coverage: Coverage
    narrowed: tuple[str, ...] = ()
    joined: bool = False  # the evidence answers parts of the question, one after another
    unanswered: tuple[str, ...] = ()  # parts that no evidence answers
    verdict: str | None = None
    timings: Mapping[str, float] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        return self.shape.kind


def refusal(basis: Basis) -> Answer:
    """The one fixed sentence, with the nearest passages as evidence and no citation."""
    return _answer(basis, found=False, text=NOT_FOUND, mode="refused")


def replies(asked: str, whole: str) -> list[Done]:
    """The reply to thanks, a greeting and the like, of which nothing is looked for; else []."""
    told = remark.reply(asked, whole)
    answer = Answer(asked, False, told, None, "reply", 0.0, (), (), Coverage(0, 0), {})
    return [Done(answer)] if told else []


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


def quotation(basis: Basis, reasoning: str | None = None) -> Answer:
    """The best sentences as they stand, each with its mark."""
    shown = quoted(basis.evidence, basis.shape)
    text = written(shown, basis.shape.items)
    return _answer(
        basis,
        text=f"{basis.verdict}. {text}" if basis.verdict else text,
        short=short(basis),
        mode="quote",
        citations=tuple(citation(item) for item in shown),
        reasoning=reasoning,
    )


def checked(basis: Basis, claims: Sequence[Claim], reasoning: str | None = None) -> Answer:
    """The supported sentences of a draft with their marks; a quotation where most are not.

    So it is where a draft does not say what the reader found: what is written is never worse than
    the evidence.
    """
    kept = [claim for claim in claims if claim.supported]
    if not kept or len(kept) < len(claims) / 2 or not agrees(basis, kept):
        return quotation(basis, reasoning)
    cited = {n for claim in kept for n in claim.cites}
    text = " ".join(f"{c.text} {''.join(map(mark, c.cites))}" for c in kept)
    decided = cited.intersection(item.n for item in quoted(basis.evidence, basis.shape))
    begun = decided and basis.verdict and not _begins(kept[0].text, basis.verdict)
    return _answer(
        basis,
        text=f"{basis.verdict}. {text}" if begun else text,
        short=short(basis),
        mode="write",
        citations=tuple(citation(item) for item in basis.evidence if item.n in cited),
        reasoning=reasoning,
    )


def summary(basis: Basis, documents: int) -> Answer:
    """Lead sentences, said to be that, and of how many of the `documents` that there are."""
    shown = basis.coverage.documents
    those = f" of {shown} of {documents} documents" if shown < documents else ""
    return _answer(
        basis,
        text=f"Going by titles, headings and first sentences{those}: {written(basis.evidence)}",
        mode="summary",
        citations=tuple(citation(item) for item in basis.evidence),
    )


def _begins(text: str, word: str) -> bool:
    return text.lower().startswith(word.lower())


def agrees(basis: Basis, kept: Sequence[Claim]) -> bool:
    """Does what is written hold the span that a confident reader found, where one was asked for?"""
    found = _span(basis) if basis.kind == "fact" and basis.sure >= SURE else None
    return found is None or says(" ".join(claim.text for claim in kept), found)


def short(basis: Basis) -> str | None:
    """The bare answer, for questions that have one.

    Yes or no, the items of a list by their names, or the reader's span in the best sentence.
    """
    if basis.verdict:
        return basis.verdict
    if basis.shape.listed and basis.evidence:
        quote, items = basis.evidence[0].quote, basis.shape.items
        named = lists.brief(quote, items) or lists.enumerated(quote, items)
        if named:
            return named
    if basis.joined:
        each = [item.found for item in basis.evidence]
        return "; ".join(filter(None, each)) if all(each) else None
    return _span(basis)


def _span(basis: Basis) -> str | None:
    if basis.kind in ("explain", "summary", "yesno") or not basis.evidence:
        return None
    return basis.evidence[0].found


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


def _answer(basis: Basis, **fields: Any) -> Answer:
    common: dict[str, Any] = {"found": True, "short": None, "citations": ()}
    if basis.unanswered:
        fields["text"] = f"{fields['text']} {PARTLY} {' '.join(basis.unanswered)}"
    fields["marks"] = tuple(found.span() for found in _MARK.finditer(fields["text"]))
    fields["text"] = fields["text"].replace(OPENED, "[")
    return Answer(
        question=basis.question,
        confidence=basis.sure,
        evidence=basis.evidence,
        coverage=basis.coverage,
        timings=basis.timings,
        narrowed=basis.narrowed,
        **{**common, **fields},
    )
