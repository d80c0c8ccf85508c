"""The curve of a training run: figures on the development articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.networks.span_models import SpanModel
from rag.read import Reader
from training import augment, data, metrics
from training.data import Example
from training.evaluate import best_spans


@dataclass(frozen=True, slots=True, eq=False)
class Development:
    """Questions with their own paragraph, and each answerable one with two wrong ones."""

    answerable: list[Example]
    unanswerable: list[Example]
    near: list[list[str]]

    @classmethod
    def build(cls, examples: Sequence[Example]) -> Development:
        answerable = [e for e in examples if e.answers]
        wrong = augment.Wrong.build(examples, [])
        near = [wrong.of(e)[:2] for e in answerable]
        return cls(answerable, [e for e in examples if not e.answers], near)

    def measure(self, model: SpanModel) -> dict[str, float]:
        """EM and F1 with the paragraph given; F1 when the best of three passages counts; AUCs."""
        reader = Reader(model)
        own = best_spans(reader, [(e.question, e.context) for e in self.answerable])
        adversarial = best_spans(reader, [(e.question, e.context) for e in self.unanswerable])
        pairs = [
            (e.question, text)
            for e, texts in zip(self.answerable, self.near, strict=True)
            for text in texts
        ]
        others = iter(best_spans(reader, pairs))
        wrong = [[next(others) for _ in texts] for texts in self.near]
        return self._figures(own, adversarial, wrong)

    def _figures(
        self,
        own: list[tuple[str, float]],
        adversarial: list[tuple[str, float]],
        wrong: list[list[tuple[str, float]]],
    ) -> dict[str, float]:
        exact = f1 = joint = 0.0
        for example, found, others in zip(self.answerable, own, wrong, strict=True):
            exact += metrics.exact(found[0], example.answer_texts)
            f1 += metrics.f1(found[0], example.answer_texts)
            joint += metrics.f1(max([found, *others], key=lambda f: f[1])[0], example.answer_texts)
        n = len(self.answerable)
        scores = [score for _, score in own]
        near = [max(score for _, score in found) for found in wrong if found]
        return {
            "em": round(exact / n, 3),
            "f1": round(f1 / n, 3),
            "f1_of_three": round(joint / n, 3),
            "auc_adversarial": round(metrics.auc(scores, [s for _, s in adversarial]), 3),
            "auc_wrong": round(metrics.auc(scores, near), 3),
        }


def development(
    folder: Path, written_file: Path | None = None, limit: int | None = None
) -> dict[str, Development]:
    """By name: the articles of a data folder, and what was written about paragraphs and about
    documents, of each what is never trained on."""
    found = {"articles": data.articles(folder, final=False)[1]}
    if written_file:
        held_out = data.written(written_file, held_out=True)
        found["paragraphs"] = [e for e in held_out if "." not in e.group]
        found["documents"] = [e for e in held_out if "." in e.group]
    return {name: Development.build(examples[:limit]) for name, examples in found.items()}
