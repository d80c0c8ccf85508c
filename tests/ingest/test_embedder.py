"""The embedder is loaded when something has to be embedded, and vectors of two never mix."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from ingest.embedder import Late, Once
from ingest.pipeline import add, sync
from rag import weights
from rag.errors import CollectionMismatch, ModelError
from rag.index.collection import Collection
from rag.models import Models
from rag.settings import Settings

WITHOUT_TORCH = """
import json, sys
from ingest.cli import ingest
for command in json.loads(sys.argv[1]):
    try: ingest(command)
    except SystemExit as end: print(end.code, "torch" in sys.modules)
"""


@pytest.fixture(scope="module")
def model() -> Path:
    return weights.resolve("all-MiniLM-L6-v2", "embedder")


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "mill.txt").write_text("Anna Berg built the mill in 1873.")
    return folder


@pytest.fixture
def settings(tmp_path: Path, docs: Path) -> Settings:
    """Of a root in which the collection "c" mirrors `docs`."""
    made = Settings(index_root=str(tmp_path / "indexes"))
    assert sync(docs, collection="c", settings=made).added == 1
    return made


def texts(settings: Settings) -> dict[str, str]:
    with Collection.open(settings.root, "c") as opened:
        return {Path(info.path).name: opened.text(info.id) for info in opened.documents()}


def like(settings: Settings, embedder: Path) -> Settings:
    return Settings(index_root=settings.index_root, embedder=str(embedder))


def run(*commands: list[str]) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, json.dumps(commands)],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_who_finds_nothing_new_loads_no_model(docs: Path, settings: Settings) -> None:
    of = ["-c", "c", "--index-root", str(settings.root)]
    assert run(["add", str(docs), *of], ["sync", str(docs), *of]) == ["0 False", "0 False"]
    (docs / "mill.txt").rename(docs / "moved.txt")
    assert run(["sync", str(docs), *of]) == ["0 False"]
    (docs / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    assert run(["sync", str(docs), *of]) == ["1 False"]
    (docs / "new.txt").write_text("Ida Holm sold the mill in 1901.")
    assert run(["sync", str(docs), *of]) == ["1 True"]
    assert texts(settings).keys() == {"moved.txt", "new.txt"}


def test_other_weights_are_refused_also_where_nothing_is_new(
    docs: Path, settings: Settings, model: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(model, other)
    numbers = load_file(other / "model.safetensors")
    numbers["embeddings.LayerNorm.bias"] += 1
    save_file(numbers, other / "model.safetensors", {"format": "pt"})
    for verb in (add, sync):
        with pytest.raises(CollectionMismatch, match="weights"):
            verb(docs, collection="c", settings=like(settings, other))


def test_the_same_weights_with_other_prompts_embed_nothing(
    docs: Path, settings: Settings, model: Path, tmp_path: Path
) -> None:
    other = tmp_path / model.name
    shutil.copytree(model, other)
    prompts = {"prompts": {"query": "query: ", "document": "passage: "}}
    (other / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    assert sync(docs, collection="c", settings=like(settings, other)).unchanged == 1
    (docs / "new.txt").write_text("Ida Holm sold the mill in 1901.")
    with pytest.raises(CollectionMismatch, match="prompts"):
        sync(docs, collection="c", settings=like(settings, other))
    assert texts(settings).keys() == {"mill.txt"}
    assert sync(docs, collection="c", settings=settings).added == 1


def test_a_model_that_is_not_there_is_told_at_once(
    docs: Path, settings: Settings, tmp_path: Path
) -> None:
    gone = like(settings, tmp_path / "gone")
    for verb in (add, sync):
        with pytest.raises(ModelError, match="gone"):
            verb(docs, collection="c", settings=gone)


def test_who_goes_on_watching_gets_a_model_that_comes_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = object()

    def fails(_: Models) -> object:
        raise ModelError("The network is away.")

    for kind in (Late, Once):
        late = kind(Settings())
        monkeypatch.setattr(Models, "embedder", property(fails))
        with pytest.raises(ModelError):
            late()
        monkeypatch.setattr(Models, "embedder", property(lambda _: there))
        if kind is Late:
            assert late() is there
        else:  # asked for each collection, it keeps nobody waiting again
            with pytest.raises(ModelError):
                late()
