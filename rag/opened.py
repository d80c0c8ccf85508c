"""A collection that is open for questions, with the models and settings that answer them."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rag.index.collection import Reader as Collection
from rag.models import Models
from rag.settings import Settings


class Opened:
    """What a pipeline holds; closed when the block that it is used in ends."""

    def __init__(
        self, collection: Collection, models: Models, settings: Settings | None = None
    ) -> None:
        self.collection = collection
        self.models = models
        self.settings = settings or models.settings

    def close(self) -> None:
        self.collection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
