"""A folder as an open collection, for the benchmarks that ask questions of one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest import add
from rag.index.collection import collections
from rag.models import Models
from rag.pipeline import Pipeline
from rag.settings import Settings


@contextmanager
def collected(folder: Path, index_root: str | None, collection: str) -> Iterator[Pipeline]:
    """`folder` under `index_root`, where it is kept and used again; else for this time only."""
    with tempfile.TemporaryDirectory(prefix="footnote-bench-") as scratch:
        settings = Settings.load(index_root=index_root or scratch)
        models = Models(settings)
        if collection not in {info.name for info in collections(settings.root)}:
            add([folder], collection=collection, settings=settings, embedder=models.embedder)
        with Pipeline.open(collection, models=models) as pipeline:
            yield pipeline
