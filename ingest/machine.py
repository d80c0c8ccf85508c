"""The part of `footnote doctor` that looks at the machine: versions, settings, disk, models."""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from shlex import quote

from ingest.records import Check
from ingest.writable import copied, writable
from rag.errors import FootnoteError, ModelError, ServerError, StorageError, UsageError
from rag.index import generations
from rag.index.listing import folders, size_of
from rag.paths import at_home
from rag.settings import Settings, settings_file
from rag.wording import count

_ENOUGH = 500 << 20  # bytes that should be free: a model is converted, an index is merged
_OTHER_VARIABLES = frozenset({"DEBUG", "PASSWORD", "FILE_PASSWORD", "THOROUGH", "KILLS"})


def settings_check(given: Settings | None, index_root: str | None) -> tuple[Settings, list[Check]]:
    """The settings in force, and what is wrong with them; defaults go in place of wrong ones."""
    if given is not None:
        return given, [Check("settings", "ok", "", "")]
    path = settings_file()
    try:
        settings = Settings.load(index_root=index_root)
    except UsageError as error:
        root = index_root or os.environ.get("FOOTNOTE_INDEX_ROOT")
        fallback = Settings(index_root=root) if root else Settings()
        return fallback, [Check("settings", "failed", str(error), _mend_settings(path, error))]
    known = {field.name.upper() for field in fields(Settings)} | _OTHER_VARIABLES
    odd = sorted(
        name for name in os.environ
        if name.startswith("FOOTNOTE_") and name.removeprefix("FOOTNOTE_") not in known
    )  # fmt: skip
    if odd:
        what = f"{', '.join(odd)} in the environment names no setting and does nothing."
        return settings, [Check("settings", "warning", what, f"unset {' '.join(odd)}")]
    return settings, [Check("settings", "ok", str(path or "no footnote.toml"), "")]


def _mend_settings(path: Path | None, error: UsageError) -> str:
    """Move the file away if it is what is wrong: the message begins with it then, otherwise with a
    variable."""
    if path is not None and str(error).startswith(str(path)):
        return f"mv {quote(str(path))} {quote(f'{path}.wrong')}"
    return "env | grep FOOTNOTE_"


def checks(settings: Settings, fix: bool) -> Iterator[Check]:
    """Versions, folders, free space, connections, and what stopped writers left behind."""
    yield Check("python", "ok", platform.python_version(), "")
    yield from _packages()
    root = settings.root
    place = quote(str(root))
    yield writable("index root", root, f"mkdir -p {place} && chmod u+rwx {place}", copied(root))
    yield _space(root)
    cache, other = _cache(settings), "FOOTNOTE_CACHE=DIR footnote models fetch"
    yield writable("cache", cache, f"chmod -R u+rwX {quote(str(cache))}", other)
    yield _connections(settings)
    yield from _leftovers(root, fix)


def _packages() -> Iterator[Check]:
    """The requirements that Footnote was installed with, against what is installed."""
    from importlib.metadata import PackageNotFoundError, requires, version

    from packaging.requirements import Requirement

    try:
        wanted = [Requirement(text) for text in requires("footnote") or ()]
    except PackageNotFoundError:
        what = "Footnote itself is not installed: it runs from its folder."
        yield Check("packages", "warning", what, "pip install .")
        return
    wrong = []
    for requirement in wanted:
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            there = version(requirement.name)
        except PackageNotFoundError:
            wrong.append((requirement, "it is missing"))
            continue
        if not requirement.specifier.contains(there, prereleases=True):
            wrong.append((requirement, f"{there} is installed"))
    for requirement, what in wrong:
        yield Check(
            "packages",
            "failed",
            f"{requirement} is needed, {what}.",
            f"pip install '{requirement}'",
        )
    if not wrong:
        yield Check("packages", "ok", f"torch {version('torch')}, faiss {version('faiss-cpu')}", "")


def _cache(settings: Settings) -> Path:
    from rag.weights import cache_folder

    return cache_folder(settings.cache_folder)


def _space(root: Path) -> Check:
    place = root.absolute()
    while not os.access(place, os.F_OK) and place != place.parent:
        place = place.parent
    free = shutil.disk_usage(place).free
    sizes: list[int] = []
    with suppress(StorageError, OSError):  # `doctor` tells of a folder that can't be read
        sizes = [size_of(folder / "segments") for folder in folders(root)]
    needed = max([_ENOUGH, *sizes])  # a merge writes the largest collection once more
    told = f"{free / 1e9:,.1f} GB free at {place}"
    if free >= needed:
        return Check("free space", "ok", told, "")
    what = f"{told}; {needed / 1e9:,.1f} GB may be needed."
    return Check("free space", "warning", what, f"du -sh {root}/*")


def _connections(settings: Settings) -> Check:
    from rag.weights import is_offline

    if not is_offline(settings.offline):
        return Check("offline", "ok", "connections are allowed where a model is missing", "")
    if settings.server and _is_elsewhere(settings.server):
        what = f"Offline is set, but the server {settings.server} is on another machine."
        return Check("offline", "failed", what, "unset FOOTNOTE_SERVER")
    return Check("offline", "ok", "no connection leaves this machine", "")


def _is_elsewhere(server: str) -> bool:
    """Is a server on another machine? What is no address leads to none."""
    from rag.generate.address import address, is_local

    try:
        return not is_local(address(server).hostname or "")
    except ServerError:
        return False


def _leftovers(root: Path, fix: bool) -> Iterator[Check]:
    """Locks without a collection, and collections that were being deleted or restored."""
    found = 0
    for path in sorted(root.glob(".locks/*")) if root.is_dir() else ():
        if (root / path.name).exists():
            continue
        try:
            with generations.lock(root, path.name, path.name):
                found += 1
                if fix:
                    path.unlink(missing_ok=True)
        except FootnoteError:
            continue  # somebody is making a collection just now
    what = f"{count(found, 'lock file')} of no collection"
    if found and not fix:  # whoever waits for one may hold it: a deletion can't take it along
        yield Check("locks", "ok", f"{what}, as deleting one leaves behind", "")
    else:
        yield _left("locks", f"{what}.", found, fix)
    folders = sorted(root.glob(".deleted-*")) if root.is_dir() else []
    for folder in folders if fix else ():
        shutil.rmtree(folder, ignore_errors=True)
    what = f"{count(len(folders), 'collection')} not deleted to the end."
    yield _left("deletions", what, len(folders), fix)


def _left(name: str, what: str, found: int, fix: bool) -> Check:
    if not found:
        return Check(name, "ok", "nothing was left behind", "")
    return Check(name, "mended" if fix else "warning", what, "" if fix else "footnote doctor --fix")


def model_checks(settings: Settings, fix: bool) -> Iterator[Check]:
    """The models that are named: there, and whole. `fix` makes a known one ready."""
    from rag import weights
    from rag.hub import copies
    from rag.hub.known import KNOWN

    cache = _cache(settings)
    for kind in ("embedder", "reader", "reranker", "generator", "vision"):
        name = str(getattr(settings, kind))
        if not name:
            continue
        if kind in ("generator", "vision") and settings.server:
            yield _served(kind, name, settings.server)
            continue
        if name not in KNOWN:
            yield _elsewhere(kind, name)
            continue
        model = copies.describe(name)
        if model.kind != kind:
            what = f"{name} serves as {model.kind}, not as {kind}."
            yield Check(kind, "failed", what, f"unset FOOTNOTE_{kind.upper()}")
            continue
        if copies.usable(model, cache) is not None:
            yield Check(kind, "ok", name, "")
            continue
        what = f"{copies.complaint(model, cache)}."
        try:
            if not fix:
                raise ModelError(what)
            weights.fetch(name, cache=cache, offline=settings.offline)
            yield Check(kind, "mended", what, "")
        except FootnoteError as error:
            yield Check(kind, "failed", str(error), f"footnote models fetch {name}")


def _served(kind: str, name: str, server: str) -> Check:
    """A model at a server, which is not asked: it may be busy, or cost something."""
    from rag.generate.address import address

    try:
        address(server)
    except ServerError as error:
        return Check(kind, "failed", str(error), "unset FOOTNOTE_SERVER")
    return Check(kind, "ok", f"{name} at {server}", "")


def _elsewhere(kind: str, name: str) -> Check:
    """A model that is a folder or a file, or comes from the hub, where only its use will tell."""
    from rag import weights

    path, wrong = at_home(name), ""
    if path.is_dir():
        wrong = _wrong_with(path)
    elif path.is_file():
        wrong = _no_gguf(path)
    elif not weights.on_hub(name):
        what = "file" if path.suffix.lower() == ".gguf" else "model folder"
        wrong = f"There is no {what} {name}."
    if wrong:
        return Check(kind, "failed", wrong, f"unset FOOTNOTE_{kind.upper()}")
    return Check(kind, "ok", str(path) if path.exists() else f"{name}, from the hub", "")


def _no_gguf(file: Path) -> str:
    """What is wrong with a file that should be a GGUF file, as far as its first bytes tell."""
    try:
        with file.open("rb") as opened:
            return "" if opened.read(4) == b"GGUF" else f"{file} is no GGUF file."
    except OSError as error:
        return f"{file} can't be read: {error.strerror}."


def _wrong_with(folder: Path) -> str:
    """What is wrong with a folder that should hold a model, as far as its files' heads tell."""
    from safetensors import SafetensorError, safe_open

    if not any((folder / file).is_file() for file in ("config.json", "modules.json")):
        return f"{folder} holds no model: it has no config.json."
    weights = [*folder.glob("*.safetensors")]
    if not weights or (folder / "modules.json").is_file():  # else nobody reads those further down
        weights += folder.glob("*/*.safetensors")
    if not weights:
        return f"{folder} has no .safetensors file."
    for index in folder.glob("*.safetensors.index.json"):
        for part in _parts(index):
            if not (folder / part).is_file():
                return f"{folder} lacks {part}, a part of its weights."
    for file in sorted(weights):
        try:
            with safe_open(file, framework="numpy"):
                pass
        except (SafetensorError, OSError) as error:
            return f"{file} is damaged: {error}."
    return ""


def _parts(index: Path) -> list[str]:
    """The files over which weights are spread; none where their list can't be read."""
    try:
        return sorted(set(json.loads(index.read_bytes())["weight_map"].values()))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return []
