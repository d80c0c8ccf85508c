"""The copies of a known model that may lie on this machine: where, and whether they are whole."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

from rag.errors import ModelError
from rag.hub.checksums import ModelFile, damage
from rag.hub.known import KNOWN, ModelDescription

# Called with what is being done ("download", "convert"), the bytes done and the bytes in all.
Progress = Callable[[str, int, int], None]

SUMS = "SHA256SUMS"  # lies beside the weights, in the format of sha256sum


def known() -> tuple[ModelDescription, ...]:
    """The models that come without a hub."""
    return tuple(KNOWN.values())


def describe(name: str) -> ModelDescription:
    """The known model of that name.

    Raises:
        ModelError: there is none.
    """
    if name not in KNOWN:
        raise ModelError(f"There is no model {name!r} among {', '.join(KNOWN)}.")
    return KNOWN[name]


def usable(model: ModelDescription, root: Path) -> Path | None:
    """The first whole copy of a model: installed, shipped or in the cache `root`."""
    return next((place for place in places(model, root) if fault(place, model, root) is None), None)


def places(model: ModelDescription, root: Path) -> tuple[Path, ...]:
    """The folders in which a model may lie, whether they are there or not."""
    cached = root / "models" / f"{model.name}-{model.revision}"
    installed = installed_folder(model)
    if installed is None or model.converted:
        return (cached,)
    return (installed, cached)


def installed_folder(model: ModelDescription) -> Path | None:
    """Where the model's package lies, if it is installed; the package is not imported."""
    module, _, inside = model.folder.partition("/")
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))) / inside


def fault(folder: Path, model: ModelDescription, root: Path) -> str | None:
    """What is wrong with a copy of a model, naming the file; None where it is whole."""
    return damage(folder, expected(folder, model), root)


def complaint(model: ModelDescription, root: Path) -> str:
    """Why no copy of the model can be used: the damaged file, else that there is none."""
    faults = {p: fault(p, model, root) for p in places(model, root) if p.is_dir()}
    return next((why for why in faults.values() if why), f"The model {model.name} is not here")


def expected(folder: Path, model: ModelDescription | None) -> tuple[ModelFile, ...]:
    """The files of a folder with their checksums: those pinned, else those recorded beside it."""
    if model is not None and model.files and not model.converted:
        return model.files
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except OSError:
        return (ModelFile(SUMS),) if model else ()
    split = (line.split(maxsplit=1) for line in lines if line.strip())
    return tuple(ModelFile(name.lstrip("*"), sha256=digest) for digest, name in split)
