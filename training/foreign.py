"""Fit what answers rest on for questions in languages other than English.

    python -m training.foreign XQUAD.de.json XQUAD.zh.json [--limit 200]

Embedder and reader know English best: of German and Chinese they tell less, the question's terms
more, and German writes every noun like a name; how much depends on the reader. Each question is put
to the real pipeline as it is and with its paragraph hidden; the articles that are reserved are left
out. Measures are taken by leaving one article out. The bias is such that the threshold of the
settings keeps 90% of the answerable. Puts its coefficients into the file of the others,
`rag/weights_data/calibration.json`.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from rag.scoring import calibration
from rag.scoring.calibration import Logistic, log_odds
from rag.settings import Settings
from training import asked as asked_of
from training import calibrate, passage_order, sentence_choice
from training.asked import Asked
from training.data import RESERVED

KEPT = 0.9  # share of answerable questions that the threshold is to keep


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+", help="one for each language")
    parser.add_argument("--reader", default="footnote-reader", help="name or folder")
    parser.add_argument("--limit", type=int, default=200, help="questions a language, at random")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    asked = {file.name: _asked(file, arguments) for file in arguments.files}
    write(asked)


def write(asked: dict[str, list[Asked]]) -> None:
    """Fit on what was asked in each language, put the coefficients into the file."""
    entries = json.loads(calibration.FILE.read_text(encoding="utf-8"))
    sentence, scored = sentence_choice.fit([a for several in asked.values() for a in several])
    entries["foreign sentence"] = calibrate.entry(sentence)
    entries["foreign passage"] = calibrate.entry(passage_order.fit(scored))
    again = iter(scored)
    for name, several in asked.items():
        before = np.mean(sentence_choice.right(several))
        asked[name] = [next(again) for _ in several]
        after = np.mean(sentence_choice.right(asked[name]))
        print(f"{name}: best sentence by the shipped weights {before:.3f}, by new {after:.3f}")
    model, found = fit(asked)
    entries["foreign"] = {**calibrate.entry(model), "fitted": found}
    calibration.FILE.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))


def _asked(file: Path, arguments: argparse.Namespace) -> list[Asked]:
    data = json.loads(file.read_text(encoding="utf-8"))["data"]
    articles = [{**a, "fit": a["title"] not in RESERVED} for a in data]
    for qa in (qa for a in articles for p in a["paragraphs"] for qa in p["qas"]):
        qa.setdefault("is_impossible", False)
    asked = asked_of.articles(articles, arguments.reader, arguments.limit, arguments.seed)
    return [item for item in asked if item.signals.found]


def fit(asked: dict[str, list[Asked]]) -> tuple[Logistic, dict[str, dict[str, float]]]:
    """The model of all languages together, and what is kept and refused of each."""
    items = [item for several in asked.values() for item in several]
    rows = calibrate.features(items)
    kind = np.asarray([item.kind for item in items])
    file = np.repeat(list(asked), [len(several) for several in asked.values()])
    logits = calibrate.left_out(rows, kind, np.asarray([item.article for item in items]))
    there = kind == "answerable"
    least = float(np.quantile(logits[there], 1 - KEPT))
    found = {
        name: {
            "questions": int((file == name).sum()),
            "kept": round(float(np.mean(logits[there & (file == name)] >= least)), 3),
            "refused_removed": round(float(np.mean(logits[~there & (file == name)] < least)), 3),
        }
        for name in asked
    }
    model = calibrate.answerable_model(rows, kind)
    moved = model.bias - least + float(log_odds(Settings().threshold))
    return replace(model, bias=moved), found


if __name__ == "__main__":
    main()
