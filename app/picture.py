"""A page of a PDF, or a picture, as a PNG, drawn in a process of its own.

PDFium is not thread-safe, and a hostile file may crash it or make it eat memory: a process for
each page takes a quarter of a second and contains all of that.
"""

from __future__ import annotations

import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from rag.errors import DocumentError

PATIENCE = 60  # seconds; a page that takes longer is not worth the wait
_CHILD = Path(__file__).with_name("picture_child.py")


def page_png(path: Path, number: int, width: int) -> bytes:
    """Page `number` (1-based) of a PDF or of a picture, `width` pixels wide.

    Raises:
        DocumentError: it can't be drawn; says which.
    """
    status = path.stat()
    return _drawn(str(path), number, width, status.st_mtime_ns)


@lru_cache(maxsize=64)
def _drawn(path: str, number: int, width: int, _modified: int) -> bytes:
    command = [sys.executable, "-I", str(_CHILD), path, str(number), str(width)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise DocumentError(f"Page {number} takes too long to draw.") from None
    if done.returncode != 0 or not done.stdout:
        raise DocumentError(f"Page {number} can't be drawn; its text is shown instead.")
    return done.stdout
