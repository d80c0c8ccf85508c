"""A collection that is open for questions, with the models and settings that answer them."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rag.errors import UsageError
from rag.index.collection import Collection
from rag.models import Models
from rag.settings import Settings


class Opened:
    """What a pipeline holds; closed when the block that it is used in ends."""

    def __init__(
        self, collection: Collection, models: Models, settings: Settings | None = None
    ) -> None:
        self._collection = collection
        self._closed = False
        self.models = models
        self.settings = settings or models.settings

    @classmethod
    def open(
        cls,
        collection: str = "default",
        *,
        settings: Settings | None = None,
        models: Models | None = None,
    ) -> Self:
        """Open `collection` with models of `settings`, or with `models` that are loaded already;
        with both, `settings` say where it lies and how it is answered, and choose no models.

        Raises:
            CollectionNotFound, CollectionMismatch, CollectionDamaged: it can't be used; says why.
            ModelError: the embedder is missing or damaged.
        """
        models = models or Models(settings or Settings.load())
        settings = settings or models.settings
        opened = Collection.open(settings.root, collection)
        try:
            opened.check_fit(models.embedder.fingerprint())
        except BaseException:
            opened.close()
            raise
        return cls(opened, models, settings)

    @property
    def collection(self) -> Collection:
        """The collection that is asked.

        Raises:
            UsageError: the pipeline is closed.
        """
        if self._closed:
            raise UsageError(
                f"This pipeline of {self._collection.name!r} is closed. Open another: "
                "Pipeline.open."
            )
        return self._collection

    def close(self) -> None:
        """Closes the files of the collection; once more does no harm."""
        self._closed = True
        self._collection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
