"""The two ways of running a language model: `rag.networks.llama`, or else transformers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag import weights
from rag.errors import ModelError
from rag.generate.decoding import Decoder

if TYPE_CHECKING:
    from torch import Tensor

    from rag.networks.llama import Cache


# A number format: float32, but for matrices that are stored in bfloat16 and stay so.
COMPACT = "compact"
# Tokens of a prompt read at once. In bfloat16 64 are as fast for each as all of them; in float32,
# on two cores with AVX2, a prompt of 285 tokens took 1.0 s in blocks of 64, .62 in blocks of 256.
BLOCK, BLOCK_OF_FLOAT32 = 64, 256


def load_decoder(folder: Path, device: str, precision: str) -> Decoder:
    """Take the way that fits the model in `folder`."""
    from rag.networks import llama

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    plain = llama.fits(config) and (folder / "model.safetensors").is_file()
    if plain and device == "cpu":
        return LlamaDecoder(folder, device, precision)
    return TransformersDecoder(folder, device, precision)


class LlamaDecoder:
    """A plain llama model, without transformers."""

    rewinds = True

    def __init__(self, folder: Path, device: str, precision: str) -> None:
        import torch

        from rag.networks.llama import Llama

        compact = precision == COMPACT
        dtype = torch.float32 if compact else getattr(torch, precision)
        self.llama = Llama.load(folder, device=device, dtype=dtype, compact=compact)
        self._device = device
        self.context = self.llama.context
        self.block = BLOCK if dtype == torch.bfloat16 else BLOCK_OF_FLOAT32

    def new_cache(self) -> Cache:
        return self.llama.cache()

    def read(self, ids: Sequence[int], cache: Cache, last: int) -> Tensor:
        import torch

        with torch.inference_mode():
            return self.llama(torch.tensor(ids, device=self._device), cache, last)

    def rewind(self, cache: Cache, length: int) -> None:
        cache.length = length


class TransformersDecoder:
    """Any causal language model that transformers loads from safetensors, without foreign code."""

    def __init__(self, folder: Path, device: str, precision: str) -> None:
        from rag.networks.quiet import quiet

        quiet()
        with weights.no_network():
            from transformers import AutoConfig, AutoModelForCausalLM

            config = AutoConfig.from_pretrained(
                folder, local_files_only=True, trust_remote_code=False
            )
            loaded: Any = AutoModelForCausalLM.from_pretrained(
                folder,
                output_loading_info=True,
                local_files_only=True,
                trust_remote_code=False,
                use_safetensors=True,
                dtype="float32" if precision == COMPACT else precision,
            )
        model, told = loaded
        if told["missing_keys"]:  # which transformers makes up
            raise ModelError(
                f"The model in {folder} is no language model: it has no weights for "
                f"{min(told['missing_keys'])}. Name another generator, or ask in mode quote."
            )
        self._model = model.to(device).eval()
        self._device = device
        self.block = BLOCK if precision == "bfloat16" else BLOCK_OF_FLOAT32
        text = config.get_text_config()
        self.context = int(getattr(text, "max_position_embeddings", 0) or 2048)
        # Sliding windows and recurrent states forget, so only a cache of plain layers goes back.
        names = {type(layer).__name__ for layer in self.new_cache().layers}
        self.rewinds = names == {"DynamicLayer"}

    def new_cache(self) -> Any:
        from transformers import DynamicCache

        return DynamicCache(config=self._model.config)

    def read(self, ids: Sequence[int], cache: Any, last: int) -> Tensor:
        import torch

        with torch.inference_mode():
            out = self._model(
                torch.tensor([ids], device=self._device),
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=last,
            )
        logits: Tensor = out.logits[0, -last:]
        return logits

    def rewind(self, cache: Any, length: int) -> None:
        if not self.rewinds:
            raise ModelError("This model can't take back what it has read.")
        if (surplus := cache.get_seq_length() - length) > 0:
            cache.crop(-surplus)
