"""Is a file the one that it should be? Each file is hashed once, not at every start."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rag.hub.remembered import read_json, write_json


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file that must be there; byte for byte, unless size and sha256 are left open."""

    path: str  # relative to the model's folder
    size: int = -1  # bytes
    sha256: str = ""


def sha256_of(path: Path, cache: Path) -> str:
    """The sha256 of a file.

    Remembered in `cache`/sha256.json for as long as size, modification time and inode stay, since
    hashing 90 MB takes longer than loading them.
    """
    store = cache / "sha256.json"
    stat = path.stat()
    stamp = [stat.st_size, stat.st_mtime_ns, stat.st_ino]
    entry = read_json(store).get(str(path.resolve()))
    if isinstance(entry, dict) and entry.get("stamp") == stamp:
        return str(entry["sha256"])
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    fresh = {str(path.resolve()): {"stamp": stamp, "sha256": digest}}
    write_json(store, {**read_json(store), **fresh})
    return digest


def damage(folder: Path, files: Iterable[ModelFile], cache: Path) -> str | None:
    """What is wrong with the first spoilt or missing file of `folder`; None where all are well."""
    for file in files:
        path = folder / file.path
        try:
            size = path.stat().st_size
            if size != file.size >= 0:
                return f"{path} is damaged: it has {size:,} bytes, not {file.size:,}"
            if file.sha256 and sha256_of(path, cache) != file.sha256:
                return f"{path} is damaged: its sha256 is not {file.sha256[:12]}…"
        except FileNotFoundError:
            return f"{path} is missing"
        except OSError as error:
            return f"{path} can't be read ({error.strerror})"
    return None
