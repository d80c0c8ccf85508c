"""A model that says what a picture shows: behind an OpenAI-compatible server, or local."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, Self, cast

from rag.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.generate.remote import RemoteGenerator

PROMPT = (
    "This figure is from a document. Say in two to four sentences what kind of figure it is, what "
    "it shows, and which names, labels and numbers can be read in it. Say only what can be seen."
)
LONGEST = 256  # tokens of a description
_SILENCE = 90.0  # seconds without a byte from a server


class Seeing(Protocol):
    """What ingest asks of a vision model, wherever it runs."""

    @property
    def name(self) -> str:
        """The model's name, for people."""
        ...

    def describe(self, pixels: NDArray[np.uint8]) -> str:
        """What is seen on a picture u8 (h, w, 3), in some sentences.

        Raises:
            ModelError: it can't be said; the message says why.
        """
        ...


class RemoteEyes:
    """A vision model on a server that speaks the protocol of OpenAI's chat completions."""

    def __init__(
        self, server: str, *, model: str, key: str = "", silence: float = _SILENCE
    ) -> None:
        """
        Raises:
            ServerError: `server` is not an HTTP address.
        """
        from rag.generate.remote import RemoteGenerator

        self.name = model
        self._server: RemoteGenerator = RemoteGenerator(
            server, model=model, key=key, silence=silence
        )

    def describe(self, pixels: NDArray[np.uint8]) -> str:
        """See `Seeing.describe`."""
        from rag.types import Token

        picture = {"type": "image_url", "image_url": {"url": _data_url(pixels)}}
        turn = _Turn("user", [{"type": "text", "text": PROMPT}, picture])
        events = self._server.stream(cast(Any, [turn]), max_tokens=LONGEST)
        return "".join(event.text for event in events if isinstance(event, Token)).strip()


class _Turn:
    """A message whose content has parts."""

    def __init__(self, role: str, content: list[dict[str, Any]]) -> None:
        self.role, self.content = role, content


def _data_url(pixels: NDArray[np.uint8]) -> str:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


class LocalEyes:
    """A model of transformers' image-text-to-text kind. One picture at a time."""

    def __init__(self, model: Any, processor: Any, *, name: str) -> None:
        self.name = name
        self._model, self._processor = model, processor
        self._lock = Lock()

    @classmethod
    def load(
        cls, name: str, *, device: str = "auto", cache: Path | None = None, offline: bool = False
    ) -> Self:
        """A local folder, or a model of the hub.

        Raises:
            ModelError: it is not here, or no such model.
        """
        import torch

        from rag.networks.device import native_bfloat16, pick
        from rag.networks.quiet import quiet
        from rag.weights import no_network, resolve

        quiet()  # before anything of transformers
        from transformers import AutoModelForImageTextToText
        from transformers.models.auto import processing_auto

        folder = resolve(name, "vision", cache=cache, offline=offline)
        place = pick(device)
        auto: Any = processing_auto.AutoProcessor
        dtype = torch.bfloat16 if native_bfloat16(place) else torch.float32
        try:
            with no_network():
                processor = auto.from_pretrained(folder, trust_remote_code=False)
                model: Any = AutoModelForImageTextToText.from_pretrained(
                    folder, dtype=dtype, use_safetensors=True, trust_remote_code=False
                )
        except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
            reason = " ".join(str(error).split())[:200]
            raise ModelError(
                f"{name} can't be used to describe figures ({reason}). Name a model of the kind "
                "image-text-to-text in the setting vision, or leave it empty."
            ) from error
        return cls(model.to(place).eval(), processor, name=Path(name).name)

    def describe(self, pixels: NDArray[np.uint8]) -> str:
        """See `Seeing.describe`."""
        import torch
        from PIL import Image

        parts = [
            {"type": "image", "image": Image.fromarray(pixels)},
            {"type": "text", "text": PROMPT},
        ]
        try:
            with self._lock, torch.inference_mode():
                asked = self._processor.apply_chat_template(
                    [{"role": "user", "content": parts}],
                    add_generation_prompt=True,
                    tokenize=True,
                    return_dict=True,
                    return_tensors="pt",
                ).to(self._model.device, self._model.dtype)
                written = self._model.generate(**asked, max_new_tokens=LONGEST, do_sample=False)
                new = written[:, asked["input_ids"].shape[1] :]
                return str(self._processor.batch_decode(new, skip_special_tokens=True)[0]).strip()
        except (RuntimeError, ValueError, TypeError, KeyError, IndexError) as error:
            reason = " ".join(str(error).split())[:200]
            raise ModelError(f"{self.name} can't describe a figure ({reason}).") from error
