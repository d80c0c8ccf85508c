"""Small things that are remembered from one process to the next, in the cache of the models."""

from __future__ import annotations

import json
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any


def read_json(path: Path) -> dict[str, Any]:
    """A small JSON object kept in the cache; empty where it is missing or spoilt."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Replace a small JSON object in the cache; a cache that can't be written is no error."""
    write(path, json.dumps(value, indent=1, sort_keys=True).encode())


def write(path: Path, data: bytes) -> None:
    """Replace a file in the cache; a cache that can't be written is no error."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=path.name) as folder:
            made = Path(folder, path.name)
            made.write_bytes(data)
            made.replace(path)
