"""Paths as people write them."""

from __future__ import annotations

from pathlib import Path


def at_home(path: str | Path) -> Path:
    """`path` with "~" as the user's home; as it stands where nobody has the name behind it, as in
    "~backup/notes.txt": a folder may be called so."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)
