"""The models that a set of settings names, each loaded once, on first use, for all pipelines."""

from __future__ import annotations

from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING

from rag.errors import ModelError
from rag.hub.known import by_name
from rag.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from rag.embed import Embedder
    from rag.generate import Writing
    from rag.generate.vision import Seeing
    from rag.networks.cross import CrossEncoder
    from rag.networks.llama import Llama
    from rag.read import Reader

READER, SECOND_READER = "footnote-reader", "footnote-second-reader"
SECOND_BASE = "SmolLM2-135M-Instruct"  # whose weights the second reader changes


class Models:
    """The models of `settings`. Safe to use from several threads.

    Each property loads its model when it is first asked for.

    Raises:
        ModelError: at that first use, where the model is missing, damaged or does not fit.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        names = ("embedder", "reader", "second_reader", "generator", "reranker", "vision")
        self._locks = {name: RLock() for name in names}

    @property
    def embedder(self) -> Embedder:
        with self._locks["embedder"]:
            return self._embedder

    @property
    def spoken(self) -> tuple[str, ...]:
        """The languages of the embedder; empty where it is not known or has all."""
        return _languages(self.settings.embedder)

    def reads(self, code: str) -> bool:
        """May the reader know a language, an ISO 639-1 code?"""
        return code in (_languages(self.settings.reader) or (code,))

    @property
    def writes_well(self) -> bool:
        """Is the generator able to explain and to rewrite? Whatever is not known is taken to be."""
        known = None if self.settings.server else by_name(self.settings.generator)
        return known is None or known.able

    @property
    def reader(self) -> Reader:
        with self._locks["reader"]:
            return self._reader

    @property
    def second_reader(self) -> Reader | None:
        """What reads a passage once more; None beside another reader than the one that ships, and
        where the language model that it is made from is not at hand."""
        with self._locks["second_reader"]:
            return self._second_reader

    @property
    def generator(self) -> Writing:
        with self._locks["generator"]:
            return self._generator

    @property
    def reranker(self) -> CrossEncoder | None:
        """What orders passages anew; None where the setting names none."""
        if not self.settings.reranker:
            return None
        with self._locks["reranker"]:
            return self._reranker

    @property
    def vision(self) -> Seeing:
        """What describes figures; ask only where the setting names a model."""
        with self._locks["vision"]:
            return self._vision

    def loaded(self) -> tuple[str, ...]:
        """Which of the models are in memory."""
        return tuple(name for name in self._locks if f"_{name}" in self.__dict__)

    @property
    def _server(self) -> str:
        """The server, unless it is on another machine and nothing may leave this one."""
        from rag.generate.address import address, is_local

        host = address(self.settings.server).hostname or ""
        if self.settings.offline and not is_local(host):
            raise ModelError(
                f"The server {host} is on another machine, and the setting offline forbids to ask "
                "it. Unset one of the two."
            )
        return self.settings.server

    @cached_property
    def _embedder(self) -> Embedder:
        from rag.embed import Embedder

        s = self.settings
        return Embedder.load(
            s.embedder,
            device=s.device,
            precision=s.precision,
            cache=s.cache_folder,
            offline=s.offline,
        )

    @cached_property
    def _reader(self) -> Reader:
        from rag.networks.device import pick
        from rag.read import Reader
        from rag.weights import cache_folder, resolve

        s = self.settings
        folder = resolve(s.reader, "reader", cache=s.cache_folder, offline=s.offline)
        return Reader.load(
            folder, device=pick(s.device), precision=s.precision, cache=cache_folder(s.cache_folder)
        )

    @cached_property
    def _second_reader(self) -> Reader | None:
        from rag.networks.lora import LoraSpans
        from rag.read import Reader
        from rag.weights import ready, resolve

        s = self.settings
        if s.reader != READER or not ready(SECOND_BASE, cache=s.cache_folder):
            return None
        base = resolve(SECOND_BASE, "generator", cache=s.cache_folder, offline=s.offline)
        folder = resolve(SECOND_READER, "reader", cache=s.cache_folder, offline=s.offline)
        return Reader(LoraSpans.load(folder, self._network(base), base))

    def _network(self, base: Path) -> Llama:
        """The weights in folder `base`: the generator's if it runs them on the processor."""
        import torch

        from rag.generate.local import Generator
        from rag.networks.device import native_bfloat16
        from rag.networks.llama import Llama

        if self.settings.generator == SECOND_BASE and not self.settings.server:
            generator = self.generator
            if isinstance(generator, Generator) and generator.network is not None:
                return generator.network
        exact = native_bfloat16("cpu")
        dtype = torch.bfloat16 if exact else torch.float32
        return Llama.load(base, dtype=dtype, compact=not exact)

    @cached_property
    def _reranker(self) -> CrossEncoder:
        from rag.networks.cross import CrossEncoder
        from rag.networks.device import pick
        from rag.weights import resolve

        s = self.settings
        folder = resolve(s.reranker, "reranker", cache=s.cache_folder, offline=s.offline)
        return CrossEncoder.load(folder, device=pick(s.device))

    @cached_property
    def _generator(self) -> Writing:
        s = self.settings
        if s.server:
            from rag.generate.remote import RemoteGenerator

            return RemoteGenerator(self._server, model=s.generator, key=s.server_key)
        from rag.generate import llama_cpp

        if llama_cpp.reads(s.generator):
            return llama_cpp.load(s.generator, device=s.device, offline=s.offline)
        from rag.generate.local import Generator

        return Generator.load(
            s.generator,
            device=s.device,
            precision=s.precision,
            cache=s.cache_folder,
            offline=s.offline,
        )

    @cached_property
    def _vision(self) -> Seeing:
        from rag.generate import vision

        s = self.settings
        if s.server:
            return vision.RemoteEyes(self._server, model=s.vision, key=s.server_key)
        return vision.LocalEyes.load(
            s.vision, device=s.device, cache=s.cache_folder, offline=s.offline
        )


def _languages(name: str) -> tuple[str, ...]:
    known = by_name(name)
    return known.languages if known else ()
