"""Cost as work grows, as curves with their exponents: CPU seconds ~ size ** exponent."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

WORDS = (
    "the engine turns heat into work and the work of many engines turned a country of fields "
    "into one of mills where people were counted by the hour "
).split()


def curves(pipeline: Any, plan: Any) -> dict[str, Any]:
    """Name → the sizes, the seconds of each, and the exponent of the line through their logs."""
    from rag.generate.decoding import decode, greedy

    embedder, generator = pipeline.models.embedder, pipeline.models.generator

    def prompt(tokens: int) -> None:
        ids = [1000 + i % 900 for i in range(tokens)]
        list(decode(generator._model, ids, max_tokens=1, ends=(), pick=greedy))

    def people(count: int) -> None:
        with ThreadPoolExecutor(count) as threads:
            list(threads.map(pipeline.ask, plan.questions[:count]))

    passage = plan.texts[0]
    reader = pipeline.models.reader
    small = plan.smoke
    runs: dict[str, tuple[Sequence[int], Callable[[int], Any]]] = {
        "tokens of a text": ((32, 64, 128, 250), lambda n: embedder.encode([text(n)] * 4)),
        "texts": ((1, 4, 16, 64), lambda n: embedder.encode([text(100)] * n)),
        "words of a question": ((4, 16, 64), lambda n: pipeline.search(text(n))),
        "passages read": ((1, 2, 4, 8, 16), lambda n: reader.read("Who?", [passage] * n)),
        "tokens of a prompt": ((64, 128, 256, 512, 1024), prompt),
        "people asking at once": ((1, 2, 4, 8, 16), people),
    }
    found = {}
    for name, (sizes, work) in runs.items():
        sizes = sizes[:2] if small else sizes
        seconds = [
            _best(lambda n=n, work=work: work(n), 1 if small else 5, embedder.forget) for n in sizes
        ]
        found[name] = {
            "sizes": list(sizes),
            "seconds": [round(s, 5) for s in seconds],
            "exponent": round(exponent(sizes, seconds), 2),
        }
    return found


def text(words: int) -> str:
    return " ".join(WORDS[i % len(WORDS)] for i in range(words))


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The slope of the line of least squares through the logarithms."""
    x, y = [math.log(v) for v in sizes], [math.log(v) for v in seconds]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    above = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return above / sum((a - mean_x) ** 2 for a in x)


def _best(work: Callable[[], Any], rounds: int, forget: Callable[[], None]) -> float:
    work()
    seconds = []
    for _ in range(rounds):
        forget()
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)
