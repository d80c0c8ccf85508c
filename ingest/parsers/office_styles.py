"""Paragraph styles of a Word document, each with what it takes over from those it is based on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = frozenset(["0", "false", "off"])
_HEADING_STYLE = re.compile(r"(?:heading|überschrift|titre|titolo|título)\s*([1-9])", re.IGNORECASE)
_LOWEST = 6


def is_on(switch: _Element | None) -> bool:
    """Is a switch there (`w:vanish`, `w:isLgl`), and not turned off by its value?"""
    return switch is not None and (switch.get(f"{W}val") or "1").lower() not in _OFF


def value(element: _Element, path: str) -> str | None:
    """The `val` of the element at `path`, names without their namespace; None if there is none."""
    found = element.find("/".join(f"{W}{name}" for name in path.split("/")))
    return None if found is None else found.get(f"{W}val") or ""


class Styles:
    """What the styles of a document, by their ids, say of its paragraphs."""

    def __init__(self, root: _Element) -> None:
        styles = root.iter(f"{W}style")
        self._styles = {style.get(f"{W}styleId") or "": style for style in styles}
        self._levels: dict[str, int] = {}

    def level(self, style: str) -> int:
        """The level of its headings from 1; 0 where its paragraphs are none."""
        if style not in self._levels:
            told = (_level(one) for _, one in self._chain(style))
            self._levels[style] = next((level for level in told if level is not None), 0)
        return self._levels[style]

    def is_list(self, style: str) -> bool:
        """Is it one of the styles for lists?"""
        return self._name(style).lower().startswith("list")

    def numbering(self, style: str) -> tuple[str, str | None, str]:
        """Id of its numbering, "" for none, with the level if it is told, and the style that
        numbers."""
        level = None
        for name, one in self._chain(style):
            level = value(one, "pPr/numPr/ilvl") if level is None else level
            if (number := value(one, "pPr/numPr/numId")) is not None:
                return number, level, name
        return "", level, style

    def _name(self, style: str) -> str:
        found = self._styles.get(style)
        return "" if found is None else value(found, "name") or ""

    def _chain(self, style: str) -> Iterator[tuple[str, _Element]]:
        seen: set[str] = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            yield style, self._styles[style]
            style = value(self._styles[style], "basedOn") or ""


def outline_level(element: _Element) -> int | None:
    """The level of a heading from 1 that an element sets, 0 for running text; None if neither."""
    own = value(element, "pPr/outlineLvl") or ""
    if not (own.isascii() and own.isdigit()):
        return None
    return int(own) + 1 if int(own) < _LOWEST else 0


def _level(style: _Element) -> int | None:
    """The level that a style sets itself, by its name or its outline level."""
    named = value(style, "name") or ""
    if match := _HEADING_STYLE.fullmatch(named):
        return min(int(match[1]), _LOWEST)
    return 1 if named.lower() == "title" else outline_level(style)
