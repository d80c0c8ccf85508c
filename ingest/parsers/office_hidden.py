"""Runs of a Word document that nobody sees: marked as hidden, white on white, or tiny."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.parsers.office_math import MATH
from ingest.parsers.office_styles import is_on

if TYPE_CHECKING:
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TINY = 3  # half points
_LIGHT = 0xE8  # of 255, each of red, green and blue
_NO_FILL = frozenset(["auto", "FFFFFF", ""])
# Inside these the ground is not white, or nobody knows.
_COLOURED = frozenset([f"{_W}txbxContent", f"{_W}tblStyle"])


def take_hidden(body: _Element) -> list[str]:
    """Takes runs that are not seen out of a body; their texts."""
    dark = body.getparent() is not None and body.getparent().find(f"{_W}background") is not None
    gone = []
    texts = []
    for run in body.iter(f"{_W}r", f"{MATH}r"):
        properties = run.find(f"{_W}rPr")
        if properties is None:
            continue
        pale = not dark and _is_light(properties) and not _is_coloured(run)
        if pale or _is_on(properties, "vanish") or _is_tiny(properties):
            gone.append(run)
    for run in gone:
        texts.append("".join(part.text or "" for part in run.iter(f"{_W}t", f"{MATH}t")))
        for part in list(run):
            if part.tag != f"{_W}rPr":
                run.remove(part)
    return [text for text in texts if text.strip()]


def _is_on(properties: _Element, name: str) -> bool:
    return is_on(properties.find(f"{_W}{name}"))


def _is_tiny(properties: _Element) -> bool:
    size = properties.find(f"{_W}sz")
    value = (size.get(f"{_W}val") or "") if size is not None else ""
    return value.isascii() and value.isdigit() and int(value) <= _TINY


def _is_light(properties: _Element) -> bool:
    colour = properties.find(f"{_W}color")
    value = (colour.get(f"{_W}val") or "") if colour is not None else ""
    if len(value) != 6 or properties.find(f"{_W}highlight") is not None:
        return False
    try:
        return min(bytes.fromhex(value)) >= _LIGHT
    except ValueError:
        return False


def _is_coloured(run: _Element) -> bool:
    """Whether a run may stand on a ground that is not white."""
    for element in (run, *run.iterancestors()):
        if element.tag in _COLOURED or any(_fill(found) for found in _shades(element)):
            return True
        if element.tag == f"{_W}tbl" and element.find(f"{_W}tblPr/{_W}tblStyle") is not None:
            return True
    return False


def _shades(element: _Element) -> Iterator[_Element]:
    for name in ("rPr", "pPr", "tcPr", "tblPr"):
        yield from element.iterfind(f"{_W}{name}/{_W}shd")


def _fill(shade: _Element) -> bool:
    return (shade.get(f"{_W}fill") or "").upper() not in _NO_FILL | {"AUTO"}
