"""Whether a folder can be written, and what helps where it can't."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from shlex import quote

from ingest.discover import may_be_there
from ingest.records import Check


def copied(root: Path) -> str:
    """What copies an index root to where it can be written: DIR is still to be chosen."""
    return f"cp -R {quote(str(root))} DIR"


def is_read_only(folder: Path) -> bool:
    """Is a folder on a drive that takes nothing, whatever its mode is?"""
    try:
        return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def writable(name: str, folder: Path, remedy: str, elsewhere: str) -> Check:
    """Tries it, in the nearest folder above that is there: a mode does not tell everything. On a
    drive that is read-only only what is `elsewhere` helps, and is needed only for writing."""
    place = folder
    while not may_be_there(place) and place != place.parent:
        place = place.parent
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".footnote-") as stream:
            stream.write(b"x")
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            remedy = f"du -sh {folder}/*"  # what could go, since nobody can say what must
        if error.errno == errno.EROFS:
            what = f"{folder} can't be written: {error.strerror}. Asking needs no more."
            return Check(name, "warning", what, elsewhere)
        return Check(name, "failed", f"{folder} can't be written: {error.strerror}.", remedy)
    return Check(name, "ok", str(folder), "")
