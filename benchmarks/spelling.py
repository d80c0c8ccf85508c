"""Questions with a slip of the fingers: what it costs, and how much of it spelling wins back.

    python -m benchmarks.spelling SQUAD.json [--limit N] [--seed N] [--show]

One word of each answerable question, of four letters or more and not a function word, gets one
slip: two letters swapped, one left out, written twice, or a neighbouring key hit instead or
besides. Asked as it was, with the slip, and with the slip and spelling corrected: share of first
passages that are right, of answers given, and of all questions answered with the gold answer in
the answer. Also how often the right word was found, another was put in, and a question without a
slip was changed, of all questions of the file. One JSON line last.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

from ingest import add
from rag.evaluate import Question, contains
from rag.evaluation import datasets
from rag.models import Models
from rag.pipeline import Pipeline
from rag.settings import Settings
from rag.spelling import KEYS, corrected
from rag.text import stop_words, words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("squad", type=Path)
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="every question that was changed")
    arguments = parser.parse_args()
    dice = random.Random(arguments.seed)
    data = datasets.squad(arguments.squad)
    with tempfile.TemporaryDirectory(prefix="footnote-bench-") as root:
        texts = Path(root) / "texts"
        texts.mkdir()
        for file, passage in data.passages.items():
            (texts / file).write_text(passage.content, encoding="utf-8")
        settings = Settings.load(index_root=f"{root}/index", mode="quote")
        models = Models(settings)
        add([texts], collection="spelling", settings=settings, embedder=models.embedder)
        with Pipeline.open("spelling", models=models) as pipeline:
            figures = _measured(pipeline, data.questions, arguments.limit, dice, arguments.show)
    for name, value in figures.items():
        print(f"{name:28} {value}")
    print(json.dumps(figures))


def _measured(
    pipeline: Pipeline,
    questions: Sequence[Question],
    limit: int,
    dice: random.Random,
    show: bool,
) -> dict[str, float]:
    collection = pipeline.collection
    pairs = [(q.question, corrected(q.question, collection)) for q in questions]
    changed = [(before, after) for before, after in pairs if before != after]
    able = [q for q in questions if not q.impossible and _words(q.question)]
    chosen = dice.sample(able, min(limit, len(able)))
    slipped = [_slipped(q.question, dice) for q in chosen]
    mended = [corrected(text, collection) for text in slipped]
    if show:
        for before, after in changed:
            print(f"- {before}\n+ {after}")
        for item, before, after in zip(chosen, slipped, mended, strict=True):
            if words(after) != words(item.question):
                print(f"= {item.question}\n- {before}\n+ {after}")
    right = [words(a) == words(q.question) for a, q in zip(mended, chosen, strict=True)]
    wrong = [a != b and not r for a, b, r in zip(mended, slipped, right, strict=True)]
    figures = {
        "questions": len(chosen),
        "changed without a slip": round(len(changed) / len(questions), 4),
        "right word found": round(fmean(right), 4),
        "another word put in": round(fmean(wrong), 4),
    }
    forms = {
        "as it was": [q.question for q in chosen], "with a slip": slipped, "corrected": mended,
    }  # fmt: skip
    for name, asked in forms.items():
        first, answered, held = [], [], []
        for item, text in zip(chosen, asked, strict=True):
            hits = pipeline.search(text, k=5, rerank=True, as_written=True).hits
            first.append(hits[0].path.rsplit("/", 1)[-1] in (item.relevant or {}))
            answer = pipeline.ask(text, as_written=True)
            answered.append(answer.found)
            held.append(answer.found and any(contains(answer.text, gold) for gold in item.answers))
        figures |= {
            f"{name}: hit@1": round(fmean(first), 4),
            f"{name}: answered": round(fmean(answered), 4),
            f"{name}: right": round(fmean(held), 4),
        }
    return figures


def _words(question: str) -> list[re.Match[str]]:
    found = re.finditer(r"(?<![\w-])[A-Za-z]{4,}(?![\w-])", question)
    return [match for match in found if match[0].lower() not in stop_words("en")]


def _slipped(question: str, dice: random.Random) -> str:
    match = dice.choice(_words(question))
    word = match[0]
    at = dice.randrange(1, len(word) - 1)
    row = next((r for r in KEYS if word[at].lower() in r), KEYS[0])
    beside = max(0, row.find(word[at].lower()) + dice.choice((-1, 1)))
    key = row[min(beside, len(row) - 1)]
    typed = dice.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + key + word[at + 1 :],
            word[:at] + key + word[at:],
        )
    )
    return question[: match.start()] + typed + question[match.end() :]


if __name__ == "__main__":
    main()
