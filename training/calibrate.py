"""Fit what answers rest on: which span, which sentence, whether any, and the order of passages.

    python -m training.calibrate SQUAD.json --reader FOLDER --articles A B C

Each question of the named articles is put to the real pipeline as it is, and, where it has an
answer, once more with its paragraph hidden. The reader must not have been trained on these, or its
scores would look surer than they are on anything new. Measures are taken by leaving one article
out; the shipped coefficients come from all. So is what is asked of the documents of
`training.written` that are held out: answers in rows and contracts look less sure than those in
articles, so the bias is such that the threshold of the settings keeps 95% of the questions whose
best sentence holds the answer, those of articles and of documents together; where it does not, a
refusal is better than an answer. Writes `rag/weights_data/calibration.json` and draws
`docs/pictures/calibration.svg`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from rag import evidence
from rag.scoring import calibration, confidence, spans
from rag.scoring.signals import Signals
from rag.settings import Settings
from training import asked as asked_of
from training import curve, linear, passage_order, sentence_choice, span_choice
from training.asked import Asked
from training.data import RESERVED

STRENGTH = 0.1  # inverse of the penalty on weights of standardised features
PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "calibration.svg"
KEPT = 0.95  # of the questions whose best sentence holds the answer, what the threshold keeps


def main() -> None:
    arguments = _arguments()
    articles = _read(arguments.squad, arguments.articles)
    asked = list(asked_of.articles(articles, arguments.reader, arguments.limit, arguments.seed))
    fit(asked, [item for item in asked_of.documents(arguments.reader) if item.signals.known])


def fit(asked: Sequence[Asked], documents: Sequence[Asked]) -> None:
    """Fit all models on what was asked of articles, and the bias on `documents` as well; write
    them, say how good they are."""
    asked, chosen = _fit_spans(asked)
    sentence, scored = sentence_choice.fit(asked)
    passage = passage_order.fit(scored)
    spans_of = np.asarray(chosen, dtype=np.float32)
    others = [sentence_choice.scored(_with_spans(item, spans_of), sentence) for item in documents]
    answerable, found = _fit_answerable(scored, [x for x in others if x.signals.found])
    before = json.loads(calibration.FILE.read_text(encoding="utf-8"))
    entries = {
        **{name: before[name] for name in before if name.startswith("foreign")},  # training.foreign
        "span": {"features": list(spans.FEATURES), "weights": chosen, "bias": 0.0},
        "sentence": entry(sentence),
        "passage": entry(passage),
        "answerable": entry(answerable),
        "fitted": {
            "articles": sorted({a.article for a in asked}),
            "questions": len(asked),
            **found,
        },
    }
    calibration.FILE.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(entries["fitted"], indent=1))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("squad", type=Path)
    parser.add_argument("--reader", default="footnote-reader", help="name or folder")
    parser.add_argument("--articles", nargs="*", help="titles; all but the reserved ones")
    parser.add_argument("--limit", type=int, default=1500, help="questions, at random")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def _read(file: Path, wanted: Sequence[str] | None) -> list[dict]:  # type: ignore[type-arg]
    data: list[dict] = json.loads(file.read_text(encoding="utf-8"))["data"]  # type: ignore[type-arg]
    chosen = set(wanted or {a["title"] for a in data} - RESERVED)
    if chosen & RESERVED:
        raise SystemExit(f"{sorted(chosen & RESERVED)} are reserved: nothing is fitted on them.")
    return [{**a, "fit": a["title"] in chosen} for a in data]


def _fit_spans(asked: Sequence[Asked]) -> tuple[list[Asked], list[float]]:
    """Which span answers? And everything that was asked, with the spans of those weights.

    The features of an article's sentences come from weights of the other articles, so that what is
    fitted on them next does not see spans that are better than they will be.
    """
    choices = {
        i: span_choice.choice(
            item.article,
            [item.signals.hits[sentence.hit].text for sentence in item.signals.found],
            item.signals.offered,
            item.golds,
        )
        for i, item in enumerate(asked)
        if item.kind == "answerable" and item.signals.found
    }
    print(f"span: {span_choice.left_out(list(choices.values()))}")
    of_article = {
        article: span_choice.fit([c for c in choices.values() if c.article != article])
        for article in {item.article for item in asked}
    }
    redone = [_with_spans(item, of_article[item.article]) for item in asked]
    weights = span_choice.fit(list(choices.values()))
    return redone, [round(float(w), 4) for w in weights]


def _with_spans(item: Asked, weights: NDArray[np.float32]) -> Asked:
    model = calibration.Logistic(spans.FEATURES, tuple(weights), 0.0)
    return replace(item, signals=_chosen(item.signals, model), once=_chosen(item.once, model))


def _chosen(signals: Signals, model: calibration.Logistic) -> Signals:
    best = spans.best(signals.offered, model)
    columns = [evidence.FEATURES.index(name) for name in ("close", "terms", "near")]
    close, shared = signals.rows[:, columns[0]], signals.rows[:, columns[1:]]
    rows = evidence.features(signals.hits, signals.found, close, shared, best)
    return replace(signals, best=tuple(best), rows=rows)


def _fit_answerable(
    asked: Sequence[Asked], documents: Sequence[Asked]
) -> tuple[calibration.Logistic, dict[str, float]]:
    """Do the passages hold an answer? Unanswerable and removed count alike against."""
    rows, kind = features(asked), np.asarray([a.kind for a in asked])
    logits = left_out(rows, kind, np.asarray([a.article for a in asked]))
    model = answerable_model(rows, kind)
    others, other_kind = model.logits(features(documents)), np.asarray([a.kind for a in documents])
    right = np.asarray([sentence_choice.is_right(a) for a in (*asked, *documents)])
    least = float(np.quantile(np.concatenate([logits, others])[right], 1 - KEPT))
    moved = float(calibration.log_odds(Settings().threshold)) - least
    found = {}
    for name, values, kinds in (("", logits, kind), ("documents_", others, other_kind)):
        label = kinds == "answerable"
        found[f"{name}auc"] = round(float(roc_auc_score(label, values)), 3)
        found[f"{name}kept"] = round(float(np.mean(values[label] >= least)), 3)
        for other in ("unanswerable", "removed"):
            refused = np.mean(values[kinds == other] < least)
            found[f"{name}refused_{other}"] = round(float(refused), 3)
    curve.draw(PICTURE, 1 / (1 + np.exp(-logits - moved)), kind, Settings().threshold)
    return replace(model, bias=model.bias + moved), found


def features(asked: Sequence[Asked]) -> NDArray[np.float32]:
    """What the decision to answer looks at, a row for each question."""
    return np.concatenate([confidence.features(a.question, a.signals) for a in asked])


def left_out(
    rows: NDArray[np.float32], kind: NDArray[np.str_], article: NDArray[np.str_]
) -> NDArray[np.float64]:
    """The logits of each row by the model of all other articles."""
    logits = np.zeros(len(rows))
    for title in sorted(set(article)):
        mine = article == title
        logits[mine] = answerable_model(rows[~mine], kind[~mine]).logits(rows[mine])
    return logits


def answerable_model(rows: NDArray[np.float32], kind: NDArray[np.str_]) -> calibration.Logistic:
    """The two ways of having no answer together weigh as much as having one."""
    return linear.fit(
        confidence.FEATURES, rows, kind == "answerable", STRENGTH, curve.weights(kind)
    )


def entry(model: calibration.Logistic) -> dict[str, object]:
    """How a model is written down."""
    return {
        "features": list(model.features),
        "weights": [round(float(weight), 4) for weight in model.weights],
        "bias": round(model.bias, 4),
    }


if __name__ == "__main__":
    main()
