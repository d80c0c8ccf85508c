"""A collection made without a model, and a service whose pipeline is a script."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from app import service as services  # noqa: E402
from app.service import Service  # noqa: E402
from rag.index.collection import Writer  # noqa: E402
from rag.types import Answer, Citation, Coverage, Done, Event, Evidence, Found, Token  # noqa: E402
from tests.rag.index.toys import EMBEDDER, document, put  # noqa: E402

TEXT = "The harbour was built in 1931.\nIt has three cranes.\n<script>alert(1)</script> is not run."
NEAR = "Bananas are yellow."


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index root with the collection `harbour` of two documents."""
    folder = tmp_path / "indexes"
    monkeypatch.setenv("FOOTNOTE_INDEX_ROOT", str(folder))
    with Writer(folder, "harbour", embedder=EMBEDDER) as writer:
        put(writer, document("a1", TEXT, str(tmp_path / "harbour.txt")))
        put(writer, document("b2", NEAR, str(tmp_path / "<img src=x onerror=alert(1)>.txt")))
        writer.publish()
    return folder


class Script:
    """Stands in for a pipeline: says what it is told to, and heeds `cancel`."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.hold: Any = None  # an Event to wait for before Done
        self.error: Exception | None = None
        self.settings: Any = None
        self.history: list[Any] = []
        self.everywhere = self.as_written = False

    def stream(
        self,
        question: str,
        *,
        scope: Any = None,
        history: Any = (),
        cancel: Any = None,
        everywhere: bool = False,
        as_written: bool = False,
    ) -> Iterator[Event]:
        self.everywhere, self.as_written = everywhere, as_written
        self.asked.append((question, scope))
        self.history = list(history)
        if self.error:
            raise self.error
        found = answer(question)
        if "harbour.txt" in question and not everywhere:
            found = replace(found, narrowed=("harbour.txt",))
        yield Found(found.evidence, found.coverage)
        yield Token("A draft ")
        while self.hold is not None and not self.hold.wait(0.01) and not cancel.is_set():
            pass
        yield Done(found)

    def ask(self, question: str) -> Answer:
        return answer(question)

    def search(self, question: str, **options: Any) -> Any:
        hit = SimpleNamespace(path="/x/harbour.txt")
        return SimpleNamespace(hits=(hit,) if "harbour" in question else ())


def answer(question: str) -> Answer:
    """Found where the question has "harbour" in it, refused otherwise."""
    quote = TEXT[:30]
    places = {"document": "a1", "path": "/x/harbour.txt", "title": "Title a1", "page": None}
    evidence = Evidence(
        n=1, start=0, end=30, quote=quote, headings=("Head",), score=0.9, span=(25, 29), **places
    )
    found = "harbour" in question
    return Answer(
        question=question,
        found=found,
        text=f"{quote} [1]" if found else "Your documents do not seem to hold the answer.",
        short="1931" if found else None,
        mode="quote" if found else "refused",
        confidence=0.93 if found else 0.1,
        citations=(Citation(n=1, start=0, end=30, quote=quote, **places),) if found else (),
        evidence=(evidence,),
        coverage=Coverage(2, 1),
        timings={"read": 0.1, "total": 0.2},
    )


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def service(root: Path, script: Script, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """The service of `root`, without models."""

    @contextmanager
    def pipeline(self: Service, name: str, settings: Any = None) -> Iterator[Script]:
        script.settings = settings
        yield script

    monkeypatch.setattr(Service, "pipeline", pipeline)
    monkeypatch.setattr(Service, "_load", lambda self, loading: loading.done.set())
    services._service_for.cache_clear()
    yield services.service()
    services._service_for.cache_clear()
