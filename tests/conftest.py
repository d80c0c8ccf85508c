"""What many tests share: the real small models, loaded once, and a small indexed collection."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from rag import Models, Pipeline, Settings

# How long an example takes, or is thought of, says more of the machine's other work than of the
# code. The examples are the same each time, so that no change is blamed for another's fault; others
# are looked for by: FOOTNOTE_THOROUGH=1 python -m pytest
settings.register_profile(
    "footnote",
    deadline=None,
    derandomize=os.environ.get("FOOTNOTE_THOROUGH") != "1",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("footnote")

HARBOUR = """# The harbour of Brennau

## History

The harbour of Brennau was built in 1873 by the engineer Clara Oswin. It cost 4,200 crowns.
Before that, fishing boats were pulled up on the beach.

## Traffic

Today about 310 ferries call at the harbour every month. Most of them sail to the island of Hirta,
because the island has no airport. Cargo ships use the deeper southern basin.
"""
CHEESE = """Notes on cheese

Halden cheese ripens for nine months in caves near the river. The caves keep a steady
temperature of 11 degrees, which lets the rind form slowly. It is made from the milk of goats.

Visitors can taste it on the first Sunday of each month.
"""
GERMAN = """<html lang="de"><head><title>Der Leuchtturm</title></head><body><main>
<h1>Der Leuchtturm</h1><p>Der Leuchtturm von Brennau wurde im Jahr 1901 gebaut und
ist 38 Meter hoch.
Der Wärter heißt Emil Farn.</p></main></body></html>"""


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three small documents about things that do not exist."""
    folder = tmp_path_factory.mktemp("documents")
    (folder / "harbour.md").write_text(HARBOUR, encoding="utf-8")
    (folder / "cheese.txt").write_text(CHEESE, encoding="utf-8")
    (folder / "leuchtturm.html").write_text(GERMAN, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    """The default models over an empty index root."""
    return Models(Settings(index_root=str(tmp_path_factory.mktemp("indexes")), max_tokens=48))


@pytest.fixture(scope="session")
def library(documents: Path, models: Models) -> str:
    """The name of a collection of `documents` under the models' index root."""
    from ingest import add

    report = add(
        [documents], collection="library", settings=models.settings, embedder=models.embedder
    )
    assert not report.failed
    return "library"


@pytest.fixture
def pipeline(library: str, models: Models) -> Iterator[Pipeline]:
    with Pipeline.open(library, models=models) as opened:
        yield opened


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first: what needs a browser comes last."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
