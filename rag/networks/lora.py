"""The language model as a second reader: low-rank changes of its weights, and a span head.

Hu et al. 2021 (arXiv:2106.09685): beside each product x W a narrow one, x A B, is learnt, and W
stays as it is. So the model that writes also reads, for 10 MB more. Its attention looks both ways
then: what a word means here depends on what follows (BehnamGhader et al. 2024, arXiv:2404.05961).
Start and end are scored at each token of the passage; the one behind it stands for "no answer".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError
from rag.networks.parallel import one_at_a_time
from rag.networks.span_models import QUESTION_TOKENS, Logits, Window
from rag.networks.vocabulary import plain_tokenizer

if TYPE_CHECKING:
    from torch import Tensor

    from rag.networks.llama import Change, Llama

FILE = "adapter.safetensors"
BEFORE, BEHIND, NONE = "Question: ", "\n\n", "\n\nNone"
LONGEST = 480  # tokens of a passage that are read; the end of a longer one is not


def windows(tokenizer: Any, questions: Sequence[str], passages: Sequence[str]) -> list[Window]:
    """One for each pair. The first of its places is "no answer", the others are tokens.

    `tokenizer` is one of tokenizers that cuts and pads nothing.
    """

    def ids_of(text: str) -> list[int]:
        ids: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    found = []
    behind, none = ids_of(BEHIND), ids_of(NONE)
    for number, (question, passage) in enumerate(zip(questions, passages, strict=True)):
        asked = ids_of(f"{BEFORE}{question}")[:QUESTION_TOKENS] + behind
        read = tokenizer.encode(passage, add_special_tokens=False)
        places = [(0, 0), *read.offsets[:LONGEST]]
        inputs = {
            "input_ids": [*asked, *read.ids[:LONGEST], *none],
            "first": [len(asked)],  # where the passage begins
        }
        offsets = np.asarray(places, dtype=np.int32)
        found.append(Window(number, inputs, np.arange(len(places)) > 0, offsets))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class LoraSpans:
    """A `SpanModel` on the weights of a decoder, which it shares and never changes."""

    concurrent: ClassVar[bool] = False
    llama: Llama
    change: Change
    head: tuple[Tensor, Tensor]  # f32 (2, n) and (2,)
    tokenizer: Any  # tokenizers.Tokenizer
    device: str = "cpu"
    lock: Any = field(default_factory=Lock, repr=False)

    @classmethod
    def load(cls, folder: Path, llama: Llama, base: Path) -> LoraSpans:
        """The change in `folder`/adapter.safetensors for `llama`, which is that of folder `base`.

        Raises:
            ModelError: the file is missing or damaged, or made for another model.
        """
        from safetensors.torch import load_file

        from rag.networks.llama import Change

        file = folder / FILE
        try:
            weights = load_file(file)
            change = Change.of(weights, llama)
            head = weights["head.weight"].float(), weights["head.bias"].float()
            tokenizer = plain_tokenizer(base / "tokenizer.json")
        except Exception as error:  # a missing key, another shape, a file that was cut off
            raise ModelError(
                f"{file} can't be used with the model in {base} ({error}). Restore the folder; "
                "effort fast does without it."
            ) from error
        return cls(llama, change, head, tokenizer)

    def windows(self, questions: Sequence[str], passages: Sequence[str]) -> list[Window]:
        """As the function `windows`."""
        return windows(self.tokenizer, questions, passages)

    @one_at_a_time
    def logits(self, windows: Sequence[Window]) -> list[Logits]:
        """Start and end logits, f32 (2, places) for each window."""
        return [self._of(window) for window in windows]

    def _of(self, window: Window) -> NDArray[np.float32]:
        import torch
        from torch.nn import functional

        with torch.inference_mode():
            ids = torch.tensor(window.ids, device=self.llama.norm.device)
            hidden = self.llama.both_ways(ids, self.change)
            first, count = window.inputs["first"][0], len(window.inside) - 1
            chosen = torch.cat((hidden[-1:], hidden[first : first + count])).float()
            both: NDArray[np.float32] = functional.linear(chosen, *self.head).T.cpu().numpy()
        return both
