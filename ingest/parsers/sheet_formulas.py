"""Formulas of an Excel workbook whose values no program has computed yet."""

from __future__ import annotations

import re
import zipfile
import zlib
from contextlib import suppress

_SHEETS = "xl/worksheets/"
_PIECE = 1024 * 1024  # bytes read at a time
_LONGEST = 64 * 1024  # bytes of a cell; a formula has at most 8,192 characters
# A cell with a formula and no value. What is a text may be an empty one.
_UNCOMPUTED = re.compile(
    rb'<(?:\w+:)?c\b(?![^<>]*\bt="str")[^<>]*>\s*+'
    rb"<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*+"
    rb"(?:<(?:\w+:)?v\s*+(?:/>|>\s*+</(?:\w+:)?v>)\s*+)?</(?:\w+:)?c>"
)


def uncomputed(archive: zipfile.ZipFile) -> list[str]:
    """A warning that tells how many formulas have no values, if there are any.

    Programs that write workbooks without computing them leave it to who opens them.
    """
    count = 0
    for name in archive.namelist():
        if name.startswith(_SHEETS) and name.endswith(".xml"):
            with suppress(zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
                count += _count(archive, name)
    if not count:
        return []
    what = "1 formula has no value" if count == 1 else f"{count:,} formulas have no values"
    return [f"{what}, since no program computed them: open and save the workbook in one"]


def _count(archive: zipfile.ZipFile, name: str) -> int:
    count = 0
    left = b""
    with archive.open(name) as part:
        while piece := part.read(_PIECE):
            data = left + piece
            last = max(data.rfind(b"</c>"), data.rfind(b":c>")) + 1  # the next cell begins later
            count += sum(1 for _ in _UNCOMPUTED.finditer(data))
            left = data[last:][-_LONGEST:]
    return count
