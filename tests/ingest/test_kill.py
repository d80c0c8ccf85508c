"""`ingest add` killed at any moment goes on where it was: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest import add
from rag.errors import CollectionNotFound
from rag.index.collection import Collection
from rag.settings import Settings
from tests.ingest.toys import ToyEmbedder, ToyParsers

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")

FILES = 40
# Publishes after each document, and takes its time, so that a kill finds it at work.
SCRIPT = """
import sys, time
import ingest.meter, ingest.pipeline, ingest.worker
from rag.settings import Settings
from tests.ingest.toys import ToyEmbedder, ToyParsers

ingest.worker.ParserPool = ToyParsers
ingest.pipeline._BATCH = 1
ingest.meter.Publishing.due = lambda self: True
embedder = ToyEmbedder(on_encode=lambda text: time.sleep(0.002))
print("ready", flush=True)
ingest.pipeline.add([sys.argv[1]], collection="c", settings=Settings(index_root=sys.argv[2]),
                    embedder=embedder)
print(len(embedder.encoded), flush=True)
"""


def test_killed_at_random_moments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docs, root = tmp_path / "docs", tmp_path / "indexes"
    docs.mkdir()
    contents = {f"{i:02}.txt": f"Document number {i}." for i in range(FILES)}
    for name, text in contents.items():
        (docs / name).write_text(text)
    randomly, stored = random.Random(5), 0
    for _ in range(int(os.environ.get("FOOTNOTE_KILLS", "6"))):
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(docs), str(root)],
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        time.sleep(randomly.uniform(0.05, 0.3))
        process.send_signal(signal.SIGKILL)
        process.wait()
        now = published(root)
        assert now.items() <= contents.items()
        assert len(now) >= stored
        stored = len(now)
    monkeypatch.setattr("ingest.worker.ParserPool", ToyParsers)
    embedder = ToyEmbedder()
    report = add([docs], collection="c", settings=Settings(index_root=str(root)), embedder=embedder)
    assert (report.unchanged, report.added) == (stored, FILES - stored)
    assert len(embedder.encoded) == FILES - stored
    assert published(root) == contents


def published(root: Path) -> dict[str, str]:
    """File name → text, each document once."""
    try:
        with Collection.open(root, "c") as opened:
            infos = opened.documents()
            assert len({info.path for info in infos}) == len(infos)
            return {Path(info.path).name: opened.text(info.id) for info in infos}
    except CollectionNotFound:
        return {}
