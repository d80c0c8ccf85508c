"""Questions that want an explanation: our answers against naive RAG with the same model.

    python -m benchmarks.explain PAPERS QUESTIONS.json [--limit N]

QUESTIONS.json holds two lists, `questions` and `ground_truths` (as ARAGOG, arXiv:2404.01037, has
them). Each question is answered by quotation, by writing, in mode auto, and naively: the best three
passages in the prompt, the model's reply as it comes. Measured against the reference answer:
content-word recall, cosine of the embeddings, length in words, seconds. One JSON line last.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ingest import add
from rag.models import Models
from rag.pipeline import Pipeline
from rag.settings import Settings
from rag.text import content_words
from rag.types import Message, Token

NAIVE = "Answer the question from the context.\n\nContext:\n{context}\n\nQuestion: {question}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("papers", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--limit", type=int, default=40)
    parser.add_argument("--modes", nargs="*", default=["naive", "quote", "write", "auto"])
    arguments = parser.parse_args()
    data = json.loads(arguments.questions.read_text(encoding="utf-8"))
    pairs = list(zip(data["questions"], data["ground_truths"], strict=True))
    step = max(1, len(pairs) // arguments.limit)
    figures = {}
    with tempfile.TemporaryDirectory(prefix="footnote-bench-") as root:
        settings = Settings.load(index_root=root, threshold=0.0)
        models = Models(settings)
        add([arguments.papers], collection="papers", settings=settings, embedder=models.embedder)
        for mode in arguments.modes:
            answer = _naive(models) if mode == "naive" else _ours(models, settings, mode)
            figures[mode] = _measured(models, answer, pairs[::step])
            print(mode, figures[mode], flush=True)
    print(json.dumps(figures))


def _ours(models: Models, settings: Settings, mode: str) -> Callable[[str], str]:
    chosen = Models(settings.replace(mode=mode))
    for name in ("embedder", "reader", "generator"):
        chosen.__dict__[f"_{name}"] = getattr(models, name)  # loaded once
    pipeline = Pipeline.open("papers", models=chosen)
    return lambda question: pipeline.ask(question).text


def _naive(models: Models) -> Callable[[str], str]:
    pipeline = Pipeline.open("papers", models=models)

    def answer(question: str) -> str:
        hits = pipeline.search(question, k=3).hits
        context = "\n\n".join(hit.text for hit in hits)
        prompt = [Message("user", NAIVE.format(context=context, question=question))]
        events = models.generator.stream(prompt, max_tokens=160)
        return "".join(event.text for event in events if isinstance(event, Token))

    return answer


def _measured(
    models: Models, answer: Callable[[str], str], pairs: list[tuple[str, str]]
) -> dict[str, float]:
    recalls, similar, lengths, seconds = [], [], [], []
    for question, truth in pairs:
        started = time.perf_counter()
        text = answer(question)
        seconds.append(time.perf_counter() - started)
        wanted = content_words(truth)
        recalls.append(len(wanted & content_words(text)) / max(len(wanted), 1))
        one, other = models.embedder.encode([text or " ", truth])
        similar.append(float(one @ other))
        lengths.append(len(text.split()))
    return {
        "questions": len(pairs),
        "recall": round(statistics.mean(recalls), 3),
        "similarity": round(statistics.mean(similar), 3),
        "words_median": statistics.median(lengths),
        "seconds_median": round(statistics.median(seconds), 2),
    }


if __name__ == "__main__":
    main()
