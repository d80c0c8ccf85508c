"""Settings that are chosen in the app, for all collections or for one, in one JSON file.

They come after file and environment: default, `footnote.toml`, environment, chosen for all
collections, chosen for this one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from threading import RLock
from typing import Any

from app.database import APP_FOLDER
from rag.errors import StorageError, UsageError
from rag.settings import Settings

EVERYWHERE = ""  # stands for all collections
ANSWERS = (
    "mode", "effort", "think", "threshold", "system_prompt", "passages", "sentences", "max_tokens",
    "dense_weight",
)  # fmt: skip
MODELS = ("generator", "server")  # for all collections only: they are loaded once


def kept_in(root: Path) -> Path:
    """The file of an index root."""
    return root / APP_FOLDER / "preferences.json"


class Preferences:
    """What was chosen. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = RLock()
        self._seen: tuple[int, ...] | None = None  # the file as it was read, if it was
        self._chosen: dict[str, dict[str, Any]] = {}

    def chosen(self, collection: str = EVERYWHERE) -> Mapping[str, Any]:
        """What was chosen for a collection itself, by setting."""
        with self._lock:
            # Another process may serve the same collections, or have renamed one.
            if self._seen != (now := self._stamp()):
                self._seen, self._chosen = now, self._read()
            return dict(self._chosen.get(collection, {}))

    def settings(self, base: Settings, collection: str = EVERYWHERE) -> Settings:
        """`base` with what was chosen; a choice that has become invalid is passed over."""
        for place in dict.fromkeys((EVERYWHERE, collection)):
            for name, value in self.chosen(place).items():
                try:
                    base = base.replace(**{name: value})
                except UsageError:
                    continue
        return base

    def choose(self, base: Settings, name: str, value: Any, collection: str = EVERYWHERE) -> None:
        """Keeps a choice; None takes it back.

        Raises:
            UsageError: it is no setting, or the value is out of range.
            StorageError: it can't be kept; says why.
        """
        if value is not None:
            base.replace(**{name: value})
        with self._lock:
            self._chosen = self._read()
            own = self._chosen.setdefault(collection, {})
            own.pop(name, None)
            if value is not None:
                own[name] = value
            self._write()

    def follow(self, collection: str, new: str) -> None:
        """Gives what was chosen for a collection to the one that it has become.

        Raises:
            StorageError: as `choose`.
        """
        with self._lock:
            self._chosen = self._read()
            if collection in self._chosen:
                self._chosen[new] = self._chosen.pop(collection)
                self._write()

    def forget(self, collection: str | None = None) -> None:
        """Takes back what was chosen for a collection, or all choices there are."""
        with self._lock:
            self._chosen = {} if collection is None else self._read()
            self._chosen.pop(collection or EVERYWHERE, None)
            self._write()

    def _stamp(self) -> tuple[int, ...]:
        """What changes when the file is written; empty where there is none."""
        try:
            status = self.path.stat()
        except OSError:
            return ()
        return status.st_ino, status.st_mtime_ns, status.st_size

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(found, dict):
            return {}
        allowed = {*ANSWERS, *MODELS}
        return {
            str(place): {name: value for name, value in own.items() if name in allowed}
            for place, own in found.items()
            if isinstance(own, dict)
        }

    def _write(self) -> None:
        self._seen = None  # where it can't be kept it is no choice
        kept = {place: own for place, own in self._chosen.items() if own}
        partial = self.path.with_suffix(".partial")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
            partial.replace(self.path)
        except OSError as error:
            raise StorageError(f"{self.path} can't be written: {error.strerror}.") from None
