"""Where the time of a model goes, by kind of operation: torch.profiler, one thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

KINDS = {
    "products": ("linear", "addmm", "aten::mm", "pack_mm"),
    "attention": ("attention", "bmm", "softmax", "masked_fill"),
    "normalising": ("norm",),
    "lookups and copies": ("copy", "index", "cat", "clone", "contiguous"),
}


def profiles(pipeline: Any, plan: Any) -> dict[str, Any]:
    """Work → kind of operation → milliseconds of CPU."""
    from rag.generate.decoding import decode, greedy

    models = pipeline.models
    # Loaded first, since loading sets the number of threads.
    generator, reader = models.generator, models.reader
    encoder = _exact()
    texts = [t[:900] for t in plan.texts[: 2 if plan.smoke else 16]]
    passages = list(plan.texts[:5])
    prompt = [1000 + i % 900 for i in range(100 if plan.smoke else 300)]

    def write(tokens: int) -> None:
        options: dict[str, Any] = {"ends": (), "pick": greedy, "lookup": False}
        list(decode(generator._model, prompt, max_tokens=tokens, **options))

    def embed(precision: str) -> Callable[[], Any]:
        model = encoder.in_precision(precision)
        return lambda: [
            model.vectors(texts[i : i + 8], query=False) for i in range(0, len(texts), 8)
        ]

    ways = {name: embed(name) for name in _formats(encoder)}
    runs: dict[str, Callable[[], Any]] = {
        **{f"embed {len(texts)} paragraphs, {name}": way for name, way in ways.items()},
        "read 5 passages": lambda: reader.read("Who?", passages),
        f"read a prompt of {len(prompt)} tokens": lambda: write(1),
        "read it and write 20 more": lambda: write(21),
    }
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return {name: _profile(work) for name, work in runs.items()}
    finally:
        torch.set_num_threads(threads)


def _exact() -> Any:
    """The default embedder in float32."""
    from rag import weights
    from rag.networks.encoders import load_encoder

    return load_encoder(weights.resolve("all-MiniLM-L6-v2", "embedder"), "cpu")


def _formats(encoder: Any) -> list[str]:
    from rag.networks.device import formats

    return [name for name in formats("cpu") if name in encoder.formats]


def _profile(work: Callable[[], Any]) -> dict[str, float]:
    work()
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as seen:
        work()
    found = dict.fromkeys((*KINDS, "other"), 0.0)
    for event in seen.key_averages():
        kind = next(
            (k for k, names in KINDS.items() if any(n in event.key for n in names)), "other"
        )
        found[kind] += event.self_cpu_time_total / 1000
    return {kind: round(ms, 1) for kind, ms in found.items()}
