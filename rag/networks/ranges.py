"""Between what bounds the inputs of a model's products lie, measured once for each model and kept.

Measuring takes a third of a second at each start, which is a tenth of a first answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from rag.hub.remembered import write
from rag.networks.bert import Bert

_LOW, _HIGH = ".low", ".high"
Ranges = dict[str, tuple[Tensor, Tensor]]  # lowest and highest value of each channel, f32 (i,)

# What is read for it: prose, names, numbers, tables, code and other languages.
TEXTS = (
    "James Watt, a Scottish engineer, improved Newcomen's engine of 1712 with a separate condenser "
    "in 1765. Boulton & Watt built 496 engines by 1800, of which 164 drove pumps.",
    "We train for 100,000 steps with Adam (β1 = 0.9, β2 = 0.98, ε = 1e-9) on 8 GPUs; BLEU rises "
    "from 27.3 to 28.4, p < 0.01 [12, 13]. See Fig. 3 and Table 2 (appendix A.1).",
    "| Revenue | 2021 | 2022 |\n| Net sales | $ 365,817 | $ 394,328 |\n| Cost | (212,981) | "
    "(223,546) |\n| Margin | 41.8 % | 43.3 % |",
    "What is the maximum penalty for late delivery under section 4.2(b) of the agreement?",
    "def main(path: str) -> None:\n    for line in open(path):  # TODO\n        print(line)",
    "Die Würde des Menschen ist unantastbar. La liberté guide nos pas. ¿Dónde está la biblioteca?",
    "蒸汽机把热变成功。 العربية لغة جميلة. Паровая машина превращает теплоту в работу. 🎉",
    "Mitochondrial DNA (mtDNA) haplogroup U5 raises the risk of LHON in 1 of 8,500 patients "
    "treated with 50 mg/day of idebenone; CD4+ T-cells and IL-6 were unchanged.",
    "Hello",
    "",
    "Dear Ms. Jones,\nthank you for your e-mail of 3 May. Please find attached invoice 2024-117 "
    "over EUR 1.250,00, payable within 30 days to IBAN DE02 1203 0000 0000 2020 51.",
    "the the the the the the the the the the the the the the the the the the the the the the the",
    "It was the best of times, it was the worst of times; we had everything before us, we had "
    'nothing before us. "Who\'s there?" asked the King of Prussia, and nobody answered him.',
)


@dataclass(frozen=True, slots=True, eq=False)
class _Watched(Bert):
    """Remembers between what bounds each channel of each product's input lies."""

    ranges: Ranges = field(default_factory=dict)

    def _linear(self, x: Tensor, name: str, *, gelu: bool = False) -> Tensor:
        low, high = x.amin(0), x.amax(0)
        if name in self.ranges:
            low = torch.minimum(low, self.ranges[name][0])
            high = torch.maximum(high, self.ranges[name][1])
        self.ranges[name] = low, high
        return Bert._linear(self, x, name, gelu=gelu)


def ranges(model: Bert, texts: Sequence[Sequence[int]], kept: Path | None = None) -> Ranges:
    """The bounds of the inputs of all products.

    Args:
        texts: the token ids of each of TEXTS.
        kept: named after the weights; what is found lies in a file beside it, and is found anew
            where that is spoilt or of other texts.
    """
    if kept is None:
        return _measured(model, texts)
    told = f"{torch.__version__} {[list(ids) for ids in texts]}"
    path = kept.with_name(f"{kept.name}-{hashlib.sha256(told.encode()).hexdigest()[:12]}")
    with suppress(OSError, SafetensorError, KeyError):
        known = load(path.read_bytes())
        names = [name.removesuffix(_LOW) for name in known if name.endswith(_LOW)]
        return {name: (known[name + _LOW], known[name + _HIGH]) for name in names}
    found = _measured(model, texts)
    ends = ((_LOW, 0), (_HIGH, 1))
    write(path, save({name + end: both[i] for name, both in found.items() for end, i in ends}))
    return found


def _measured(model: Bert, texts: Sequence[Sequence[int]]) -> Ranges:
    watched = _Watched(model.weights, model.layers, model.heads, model.epsilon)
    with torch.inference_mode():
        for ids in texts:
            watched(torch.tensor([ids]), torch.ones(1, len(ids), dtype=torch.bool))
    return watched.ranges
