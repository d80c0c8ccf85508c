"""A language model that reads a passage twice and points at the answer.

What a causal model makes of a token knows nothing of what follows; when it reads the passage for a
second time, it does (Springer et al. 2024, arXiv:2402.15449). Start and end are scored over the
second reading, and the token behind it stands for "no answer". Too slow for answering on two cores:
every passage is read twice, by six times as many parameters as the reader that ships has.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel, AutoTokenizer

from rag.networks.span_models import Window

LONGEST = 480  # tokens of a passage
HEAD = "head.pt"


class Pointing(torch.nn.Module):
    """A decoder with a span head over its hidden states; a `SpanModel` once it has windows.

    `inputs["first"]` of a window is where the tokens that are scored begin; "no answer" is its last
    token.
    """

    concurrent: ClassVar[bool] = False
    device: str
    head: torch.nn.Linear

    def hidden(self, ids: torch.Tensor, read: torch.Tensor) -> torch.Tensor:
        """Hidden states (b, t, n) of ids (b, t); `read` bool (b, t) is false for padding."""
        raise NotImplementedError

    def scores(self, windows: Sequence[Window]) -> tuple[torch.Tensor, torch.Tensor]:
        """Start and end logits f32 (b, 2, places), and which places there are, bool (b, places)."""
        ids = torch.zeros(len(windows), max(len(w.ids) for w in windows), dtype=torch.long)
        places = torch.zeros(len(windows), max(len(w.inside) for w in windows), dtype=torch.long)
        read, there = torch.zeros_like(ids, dtype=torch.bool), torch.zeros_like(places) > 0
        for i, window in enumerate(windows):
            n, end, first = len(window.inside), len(window.ids), window.inputs["first"][0]
            ids[i, :end], read[i, :end] = torch.tensor(window.ids), True
            places[i, 0], places[i, 1:n] = end - 1, torch.arange(first, first + n - 1)
            there[i, :n] = True
        ids, read, places, there = (
            x.to(self.device, non_blocking=True) for x in (ids, read, places, there)
        )
        hidden = self.hidden(ids, read)
        chosen = hidden.gather(1, places[:, :, None].expand(-1, -1, hidden.shape[-1]))
        logits = self.head(chosen.float()).transpose(1, 2)
        return logits.masked_fill(~there[:, None], -1e4), there

    @torch.inference_mode()
    def logits(self, windows: Sequence[Window]) -> list[NDArray[np.float32]]:
        """Start and end logits, f32 (2, places) for each window."""
        rows = self.scores(windows)[0].cpu().numpy()
        return [row[:, : len(w.inside)] for row, w in zip(rows, windows, strict=True)]


class Echo(Pointing):
    """A decoder of transformers with a span head, and its tokenizer; a `SpanModel`."""

    def __init__(self, folder: Path, device: str) -> None:
        super().__init__()
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.body = AutoModel.from_pretrained(folder, dtype=torch.float32)
        self.head = torch.nn.Linear(self.body.config.hidden_size, 2)
        torch.nn.init.normal_(self.head.weight, std=0.02)
        if (folder / HEAD).exists():
            self.head.load_state_dict(torch.load(folder / HEAD, weights_only=True))
        self.device = device
        self.to(device)

    def learnt(self, rate: float) -> list[tuple[list[torch.nn.Parameter], float]]:
        """Weights that learn, with their rates: all but the embeddings."""
        self.body.embed_tokens.requires_grad_(False)
        body = [w for n, w in self.body.named_parameters() if "embed_tokens" not in n]
        return [(body, rate), (list(self.head.parameters()), rate * 10)]

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.body.to(torch.bfloat16).save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)
        torch.save(self.head.state_dict(), folder / HEAD)

    def windows(self, questions: Sequence[str], passages: Sequence[str]) -> list[Window]:
        """One for each pair: a passage longer than `LONGEST` tokens loses its end."""
        options = {"add_special_tokens": False}
        asked = self.tokenizer([f"\n\nQuestion: {q}\n\n" for q in questions], **options)
        texts = self.tokenizer(list(passages), return_offsets_mapping=True, **options)
        last = self.tokenizer("\n\nNone", **options).input_ids
        found = []
        pairs = zip(asked.input_ids, texts.input_ids, texts.offset_mapping, strict=True)
        for number, (question, passage, offsets) in enumerate(pairs):
            passage, offsets = passage[:LONGEST], offsets[:LONGEST]
            ids = [*passage, *question, *passage, *last]
            places = [(0, 0), *offsets]
            inside = np.arange(len(places)) > 0
            inputs = {"input_ids": ids, "first": [len(passage) + len(question)]}
            found.append(Window(number, inputs, inside, np.asarray(places, dtype=np.int32)))
        return found

    def hidden(self, ids: torch.Tensor, read: torch.Tensor) -> torch.Tensor:
        # Padding comes last, and causal attention never sees it.
        with torch.autocast(self.device, torch.bfloat16, enabled=self.device == "cuda"):
            found: torch.Tensor = self.body(input_ids=ids, use_cache=False).last_hidden_state
        return found
