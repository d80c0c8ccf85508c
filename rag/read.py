"""The span reader: where in a passage does the answer to a question stand, if it does?

A reader is any extractive question-answering model in the SQuAD 2 convention (Rajpurkar et al.
2018, arXiv:1806.03822; Devlin et al. 2019, arXiv:1810.04805, section 4.3): one start and one end
logit for each token, and the two logits of the first special token stand for "no answer here".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.networks.device import FLOATS, choose_precision, fastest, formats
from rag.networks.parallel import batches, side_by_side
from rag.networks.reading import Reading
from rag.networks.span_models import PlainSpans, SpanModel, Window, load_spans

BATCH_TOKENS = 3072
# A format is refused where it moves a score by more than this many logits.
SAME_SCORE = 0.5
_PROBE = (
    "When was the bridge built?",
    "The old bridge over the river was built in 1873 by an engineer of the town. " * 12,
)


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """A loaded span model."""

    model: SpanModel

    @classmethod
    def load(
        cls,
        folder: Path,
        *,
        device: str = "cpu",
        precision: str = "float32",
        cache: Path | None = None,
    ) -> Reader:
        """Load `folder` (config.json, model.safetensors, tokenizer.json); nothing is fetched.

        `precision` "auto" takes the number format that a timed probe finds fastest; what it finds
        is remembered in `cache`.

        Raises:
            ModelError: a file is missing or damaged, or the model has no span head.
        """
        model = load_spans(folder, device, "float32" if precision == "auto" else precision)
        if precision == "auto" and cache is not None and isinstance(model, PlainSpans):
            plain = model
            key = f"read/{folder.name}/{(folder / 'model.safetensors').stat().st_size}"
            chosen = choose_precision(
                precision, device, key, lambda: _faster_precision(plain, device), cache
            )
            model = plain.in_precision(chosen)
        return cls(model)

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """One reading for each passage, in their order."""
        return self.read_pairs([question] * len(passages), passages)

    def read_pairs(self, questions: Sequence[str], passages: Sequence[str]) -> list[Reading]:
        """One reading for each (question, passage); windows of like length share a batch."""
        if not passages:
            return []
        windows = self.model.windows(questions, passages)
        where = self.model.device if self.model.concurrent else ""
        groups = batches([len(w.ids) for w in windows], BATCH_TOKENS, where)
        made = side_by_side(
            lambda group: self.model.logits([windows[i] for i in group]), groups, where
        )
        logits: dict[int, NDArray[np.float32]] = {}
        for group, found in zip(groups, made, strict=True):
            logits.update(zip(group, found, strict=True))
        parts: list[list[Reading]] = [[] for _ in passages]
        for i, window in enumerate(windows):
            parts[window.passage].append(_reading(window, passages[window.passage], logits[i]))
        return [_merge(part) for part in parts]


def _reading(window: Window, text: str, logits: NDArray[np.float32]) -> Reading:
    # Every tokenizer of this convention puts its [CLS] or <s> first.
    null = float(logits[0, 0] + logits[1, 0])
    starts, ends = logits[:, window.inside]
    return Reading(text, null, starts, ends, window.offsets[window.inside])


def _faster_precision(model: PlainSpans, device: str) -> str:
    windows = model.windows([_PROBE[0]] * 4, [_PROBE[1]] * 4)
    # int8 would be a third faster still, but costs 1.5 points of F1.
    models = {name: model.in_precision(name) for name in formats(device) if name in FLOATS}
    return fastest(
        {name: partial(m.logits, windows) for name, m in models.items()},
        lambda exact, other: float(np.abs(exact[0] - other[0]).max()) <= SAME_SCORE,
    )


def _merge(windows: Sequence[Reading]) -> Reading:
    """Join the windows of one passage.

    A token that stands in two windows counts where it has more context on its poorer side (Devlin
    et al.). Logits of different windows are not on one scale, so each window is shifted to one
    common null; then start + end - null stays what it was inside the window.
    """
    null = min(window.null for window in windows)
    found: dict[tuple[int, int], tuple[int, float, float]] = {}
    for window in windows:
        shift = (null - window.null) / 2
        t = len(window.offsets)
        for i, (a, b) in enumerate(window.offsets.tolist()):
            room = min(i, t - 1 - i)
            if (a, b) not in found or room > found[a, b][0]:
                found[a, b] = (room, window.starts[i] + shift, window.ends[i] + shift)
    keys = sorted(key for key in found if key[1] > key[0])
    return Reading(
        windows[0].passage,
        null,
        np.asarray([found[key][1] for key in keys], dtype=np.float32),
        np.asarray([found[key][2] for key in keys], dtype=np.float32),
        np.asarray(keys, dtype=np.int32).reshape(-1, 2),
    )
