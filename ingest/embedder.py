"""A collection opened for writing, and its embedder, loaded when something has to be embedded.

Loading it takes seconds, most of them for torch, and most looks at a folder find nothing new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from ingest.store import Embedding
from rag.errors import FootnoteError
from rag.index import generations
from rag.index.collection import Writer
from rag.index.manifest import Manifest, check_fit, key_of
from rag.settings import Settings


class Late:
    """The embedder of the settings; what it is loaded for first waits for it.

    `own` is for a process of Footnote's own, see `rag.networks.starting`.
    """

    def __init__(
        self, settings: Settings, loaded: Embedding | None = None, *, own: bool = False
    ) -> None:
        self._settings = settings
        self._own = own
        self._loaded = loaded

    def __call__(self) -> Embedding:
        """Raises ModelError where it can't be loaded; who asks again tries again."""
        if self._loaded is None:
            if self._own:
                from rag.networks import starting

                starting.start()
            from rag.models import Models

            self._loaded = Models(self._settings).embedder
        return self._loaded

    @property
    def waits(self) -> bool:
        """Is it still to be loaded?"""
        return self._loaded is None

    def made(self, manifest: Manifest) -> bool:
        """Do the weights of the settings seem to be those that made a collection? Loads nothing.

        Raises:
            ModelError, StorageError: there are no such weights.
        """
        from rag import weights

        s = self._settings
        folder = weights.resolve(s.embedder, "embedder", cache=s.cache_folder, offline=s.offline)
        found = weights.identity(s.embedder, folder, cache=s.cache_folder)
        return all(manifest.embedder.get(key) == found[key] for key in ("name", "weights"))


class Once(Late):
    """One that is tried once for all: each try may wait for a network."""

    _failed: FootnoteError | None = None

    def __call__(self) -> Embedding:
        """As `Late`, but the first error is raised again."""
        if self._failed is not None:
            raise self._failed
        try:
            return super().__call__()
        except FootnoteError as error:
            self._failed = error
            raise


@contextmanager
def writing(
    collection: str, settings: Settings, embedder: Embedding | Late | None
) -> Iterator[tuple[Writer, Callable[[], Embedding]]]:
    """A writer of the collection, and what gives an embedder that fits it.

    Raises:
        CollectionMismatch: the collection was made with another one; at once where the weights
            tell, else when it is asked for.
        Otherwise as `Writer.__enter__` and `Late`.
    """
    late = embedder if isinstance(embedder, Late) else Late(settings, embedder)
    there = generations.current(settings.root / key_of(collection)) is not None
    made = None if there and late.waits else late().fingerprint()

    @cache  # it is asked for with each file
    def fitting() -> Embedding:
        found = late()
        check_fit(writer.manifest, found.fingerprint())
        return found

    keep = settings.keep_generations
    with Writer(settings.root, collection, embedder=made, keep=keep) as writer:
        if made is None and not late.made(writer.manifest):
            fitting()
        yield writer, fitting
