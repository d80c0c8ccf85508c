"""Paths as people write them."""

from __future__ import annotations

from pathlib import Path

from rag.errors import UsageError


def at_home(path: str | Path) -> Path:
    """`path` with "~" as the user's home; as it stands where nobody has the name behind it, as in
    "~backup/notes.txt": a folder may be called so.

    Raises:
        UsageError: the user has no home, as in many a container.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError:
        if Path(path).parts[0] == "~":  # or a folder of this name would be made
            raise UsageError(
                f"There is no home folder for {path}. Set HOME, or write the path out."
            ) from None
        return Path(path)
