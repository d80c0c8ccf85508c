"""Files inside files (attachments, members of archives): read in place, as parts of one document.

What is inside counts together, however deep it is nested: the number of members, the bytes they
unpack to, the depth. Names of members are shown, never used as paths.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ingest.parsers import load, registered
from ingest.parsers.build import Builder
from ingest.parsers.clean import Cleaner
from ingest.parsers.detect import detect
from rag.errors import DocumentError

_MOST_NOTES = 10  # warnings of one document about its members
_LONGEST_NAME = 200  # characters
_SUFFIX = 12  # characters; a longer ending tells nothing of the type


@dataclass(slots=True)
class Budget:
    """What may still be unpacked for the file that is being read."""

    members: int = 2_000
    bytes: int = 1024 * 1024 * 1024
    depth: int = 4
    characters: int = 64 * 1024 * 1024
    noted: set[str] = field(default_factory=set)


_budget: ContextVar[Budget | None] = ContextVar("budget", default=None)


@contextmanager
def budget(given: Budget | None = None) -> Iterator[Budget]:
    """The budget in force, that of the outermost file; if this is it, `given` or a fresh one."""
    current = _budget.get()
    if current is not None:
        yield current
        return
    fresh = given or Budget()
    token = _budget.set(fresh)
    try:
        yield fresh
    finally:
        _budget.reset(token)


class OverBudget(DocumentError):
    """Too much is inside: nothing more of it is read."""


def add_member(
    builder: Builder,
    name: str,
    data: bytes,
    *,
    level: int = 2,
    password: str | None = None,
) -> bool:
    """Adds a file inside a file under a heading with its name; whether it could be read.

    What can't be read becomes a warning.

    Raises:
        OverBudget: members, bytes, text or depth are used up.
    """
    with budget() as left:
        left.members -= 1
        left.bytes -= len(data)
        if min(left.members, left.bytes, left.characters, left.depth) <= 0:
            raise OverBudget("it holds too many files in each other; the rest was left out")
        shown = _shown_name(name)
        left.depth -= 1
        try:
            with tempfile.TemporaryDirectory(prefix="footnote-") as folder:
                path = Path(folder, f"member{_suffix(name)}")
                path.write_bytes(data)
                kind = detect(path)
                parsed = load(registered()[kind])(path, password=password)
        except OverBudget:
            raise
        except DocumentError as error:
            _note(builder, shown, str(error).partition(": ")[2] or str(error))
            return False
        except (MemoryError, RecursionError):
            raise
        except Exception as error:  # as in the worker: parsers meet every kind of damage
            _note(builder, shown, f"damaged ({type(error).__name__})")
            return False
        finally:
            left.depth += 1
        left.characters -= len(parsed.text)
        builder.add("heading", shown, level)
        builder.append(parsed, below=level)
        for warning in parsed.warnings:
            _note(builder, shown, warning)
        return True


def _shown_name(name: str) -> str:
    """A member's name as it can be shown: no invisible characters, no line breaks, not endless."""
    clean = " ".join(Cleaner().clean(name.replace("\\", "/")).split())
    parts = [part for part in PurePosixPath(clean).parts if part not in ("..", ".", "/")]
    return "/".join(parts)[-_LONGEST_NAME:] or "without a name"


def _suffix(name: str) -> str:
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    plain = suffix[1:].isascii() and suffix[1:].isalnum()
    return suffix if plain and len(suffix) <= _SUFFIX else ""


def _note(builder: Builder, name: str, what: str) -> None:
    if len(builder.warnings) < _MOST_NOTES:
        builder.warnings.append(f"{name}: {what}")
