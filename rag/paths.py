"""Paths as people write them."""

from __future__ import annotations

from pathlib import Path


def expanded(path: str | Path) -> Path:
    """A path with `~` as the home folder; as it is where there is no such, as of "~draft.md"."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)
