"""Which files are meant by files, folders and patterns."""

from __future__ import annotations

import errno
import glob
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.records import Failure
from rag.errors import UsageError
from rag.paths import at_home

# Not documents, wherever they lie.
_SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules"})

# A file in a folder that nothing reads is skipped: a picture, a program. But a person would expect
# these to be found, so where nothing reads one of them, it has failed.
_DOCUMENTS = frozenset(
    f".{ending}"
    for ending in [
        "pdf",
        "docx",
        "doc",
        "odt",
        "rtf",
        "md",
        "markdown",
        "txt",
        "text",
        "rst",
        "tex",
        "html",
        "htm",
        "xhtml",
        "epub",
        "pptx",
        "ppt",
        "odp",
        "xlsx",
        "xls",
        "ods",
        "csv",
        "eml",
        "msg",
        "mbox",
    ]
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may be a document. `named`: the person gave it, not just its folder.

    `link` is where a link in a folder stands that leads out of it to the file; `drive` is where
    the drive with the file is mounted, if that is neither the system's nor that of the home folder.
    """

    path: Path  # resolved
    size: int
    modified_ns: int
    named: bool
    link: str = ""
    drive: str = ""

    @property
    def promising(self) -> bool:
        """Whether it is a failure if nothing reads it."""
        return self.named or self.path.suffix.lower() in _DOCUMENTS


@dataclass(slots=True)
class Found:
    """The files, in order and each once, what could not be looked at, and what was not to be."""

    files: list[Candidate] = field(default_factory=list)
    problems: list[Failure] = field(default_factory=list)
    excluded: frozenset[Path] = frozenset()  # resolved


def discover(paths: Iterable[str | Path], exclude: Sequence[Path] = ()) -> Found:
    """The files that `paths` name: files, folders with all below them, and glob patterns.

    In folders, hidden files and folders, links in a circle, and folders in `exclude` (the index
    itself may lie there) are passed over.
    """
    found = Found(excluded=frozenset(path.resolve() for path in exclude))
    seen: set[Path] = set()
    drives = _Drives()
    for given in paths:
        for path in _expanded(given, found.problems):
            is_folder, top = is_folder_there(path), _resolved(path)
            names = _walk(path, found.excluded, found.problems) if is_folder else iter([path])
            for name in names:
                candidate = _candidate(name, not is_folder, found.problems)
                if candidate and candidate.path not in seen:
                    seen.add(candidate.path)
                    if is_folder and not candidate.path.is_relative_to(top):
                        candidate = replace(candidate, link=str(top / name.relative_to(path)))
                    drive = drives.of(candidate.path.parent)
                    found.files.append(replace(candidate, drive=drive))
    return found


def folder_of(given: str | Path) -> Path:
    """The folder that is to be mirrored, resolved.

    Raises:
        UsageError: `given` is none.
    """
    folder = resolved(given)
    try:
        is_one = folder.is_dir()
    except OSError as error:
        raise UsageError(f"{given} can't be looked into: {_reason(error)}.") from None
    if not (str(given).strip() and is_one):  # Path("") is the working folder
        raise UsageError(
            f"{str(given).strip() or repr('')} is not a folder. Give the folder that is to be "
            "mirrored."
        )
    return folder


def resolved(given: str | Path) -> Path:
    """Where a path leads, whether or not there is something."""
    return _resolved(at_home(given))


def is_passed_over(path: Path, folder: Path) -> bool:
    """Whether `discover` passes over a file below `folder` for its name or that of a folder."""
    *folders, name = path.relative_to(folder).parts or ("",)
    return _is_no_document(name) or any(map(_is_no_folder, folders))


def may_be_there(path: Path) -> bool:
    """Whether there is something, or nobody can tell."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def is_mounted(place: Path) -> bool:
    """Whether a drive is mounted at a place; not where nobody can tell, as of a server that is
    away."""
    try:
        return place.is_mount()
    except OSError:
        return False


def is_folder_there(path: Path) -> bool:
    """Whether there is a folder that can be looked into, as far as one can tell from outside."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_gone(folder: Path) -> bool:
    """Whether there is no such folder; not where nobody can tell."""
    try:
        return not stat.S_ISDIR(folder.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False


class _Drives:
    """Where drives are mounted, whatever folder is looked at: it may be the drive itself today,
    and one above it another day."""

    def __init__(self) -> None:
        home = Path(os.path.expanduser("~"))  # noqa: PTH111 - there may be none
        self._known = dict.fromkeys([home, *home.parents], "")

    def of(self, folder: Path) -> str:
        """The place of the drive that a folder lies on; "" for one that is always there."""
        if (known := self._known.get(folder)) is None:
            if folder == folder.parent:
                return ""
            known = str(folder) if is_mounted(folder) else self.of(folder.parent)
            self._known[folder] = known
        return known


def _is_no_folder(name: str) -> bool:
    return name.startswith(".") or name in _SKIPPED_FOLDERS


def _is_no_document(name: str) -> bool:
    return name.startswith((".", "~$"))


def _expanded(given: str | Path, problems: list[Failure]) -> list[Path]:
    if isinstance(given, str) and not given.strip():  # a variable of a script that holds nothing
        problems.append(
            Failure(given, "A path is empty. Name a file or a folder; “.” is this one.")
        )
        return []
    path = at_home(given)
    try:
        with suppress(FileNotFoundError, NotADirectoryError):
            os.lstat(path)
            return [path]
        pattern = str(path) if glob.has_magic(str(path)) else ""
        matches = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - absolute ones, too
    except (OSError, ValueError) as error:
        problems.append(Failure(str(given), f"{given}: {_reason(error)}."))
        return []
    if not matches:
        what = "no file matches" if glob.has_magic(str(path)) else "there is no such file or folder"
        problems.append(Failure(str(path), f"{path}: {what}. Check the path."))
    return [Path(match) for match in matches]


def _walk(folder: Path, excluded: frozenset[Path], problems: list[Failure]) -> Iterator[Path]:
    visited: set[tuple[int, int]] = set()

    def report(error: OSError) -> None:
        problems.append(Failure(str(error.filename), f"{error.filename}: {_reason(error)}."))

    for parent, folders, names in os.walk(folder, followlinks=True, onerror=report):
        try:
            status = Path(parent).stat()
        except OSError as error:  # it was moved or its drive went while it was being listed
            report(error)
            folders.clear()
            continue
        if (status.st_dev, status.st_ino) in visited or Path(parent).resolve() in excluded:
            folders.clear()
            continue
        visited.add((status.st_dev, status.st_ino))
        folders[:] = sorted(n for n in folders if not _is_no_folder(n))
        yield from (Path(parent, n) for n in sorted(names) if not _is_no_document(n))


def _candidate(path: Path, named: bool, problems: list[Failure]) -> Candidate | None:
    try:
        resolved = path.resolve(strict=True)
        status = resolved.stat()
    except (OSError, RuntimeError) as error:
        if named or not path.is_symlink():
            problems.append(Failure(str(path), f"{path.name}: {_reason(error)}."))
        return None
    if not stat.S_ISREG(status.st_mode):  # a pipe would never end
        if named:
            problems.append(Failure(str(path), f"{path.name}: it is not a regular file."))
        return None
    return Candidate(resolved, status.st_size, status.st_mtime_ns, named)


def _resolved(path: Path) -> Path:
    """Where links lead, as far as they do: `Path.resolve` fails of one that leads to itself."""
    return Path(os.path.realpath(path))


def _reason(error: Exception) -> str:
    if isinstance(error, RuntimeError):  # of `Path.resolve`, before Python 3.13
        return os.strerror(errno.ELOOP).lower()
    if isinstance(error, OSError) and error.errno == errno.EACCES:
        return "permission denied"
    return (getattr(error, "strerror", None) or str(error)).lower()
