"""A collection that is open for questions, with the models and settings that answer them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from types import TracebackType
from typing import Self

from rag.errors import UsageError
from rag.index.collection import Collection
from rag.models import Models
from rag.settings import Settings


class Opened:
    """What a pipeline holds; closed when the block that it is used in ends.

    Safe to use from several threads, of which one may close it while others ask.
    """

    def __init__(
        self, collection: Collection, models: Models, settings: Settings | None = None
    ) -> None:
        self._collection = collection
        self._closed = False
        self._users = 0  # questions that are being answered
        self._lock = RLock()  # a stream that is dropped may be collected while it is held
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
        if self._is_over():
            raise self._closed_error()
        return self._collection

    def close(self) -> None:
        """No question is taken any more. The files of the collection are closed at once, or by
        the last question that is still being answered; once more does no harm."""
        with self._lock:
            self._closed = True
            over = self._is_over()
        if over:
            self._collection.close()

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """Keeps the files open for the time of the block.

        Raises:
            UsageError: the pipeline is closed.
        """
        with self._lock:
            if self._closed:
                raise self._closed_error()
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                over = self._is_over()
            if over:
                self._collection.close()

    def _is_over(self) -> bool:
        """Is it closed, and nothing being answered any more?"""
        return self._closed and not self._users

    def _closed_error(self) -> UsageError:
        return UsageError(
            f"This pipeline of {self._collection.name!r} is closed. Open another: Pipeline.open."
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
