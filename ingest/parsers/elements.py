"""XML that is no known format: its elements as lines "element: text"."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.parsers.build import Builder
from ingest.parsers.package import local
from ingest.parsers.raised import raised

if TYPE_CHECKING:
    from lxml.etree import _Element

_LONG = 400  # characters of an element that stands alone inside running text
_SHOWN = 200  # characters of attributes
_RAISED = frozenset(["sup", "superscript"])
_BREAKS = frozenset(["br", "lb", "pb", "tab", "linebreak", "newline"])


def add_elements(builder: Builder, root: _Element) -> None:
    """Adds the text of each element with its name, those of one parent together.

    Running text with elements in it ("open the <b>valve</b> first") is one line; only those of
    its elements that have attributes are named after it, and lists and long elements stand alone.
    """
    lines: list[str] = []
    for begins, line in _lines(root):
        if begins:
            builder.add("list", "\n".join(lines))
            lines = []
        lines.append(f"- {line}")
    builder.add("list", "\n".join(lines))


def _lines(element: _Element) -> Iterator[tuple[bool, str]]:
    """Lines of an element and those inside it, each with whether it begins a list."""
    name, about = local(element), _attributes(element)
    if not name:
        return
    if _is_running(element):
        yield from _running(element)
        return
    text = " ".join((element.text or "").split())
    if text or about:
        yield len(element) > 0, _line(name, about, text)
    for child in element:
        yield from _lines(child)


def _running(element: _Element) -> Iterator[tuple[bool, str]]:
    """Lines of an element with running text: the text up to each block inside it, and so on."""
    name, about = local(element), _attributes(element)
    parts: list[str] = []
    named: list[str] = []
    for piece in _pieces(element, named):
        if isinstance(piece, str):
            parts.append(piece)
            continue
        yield from _flushed(name, about, parts, named)
        about = ""
        yield from _lines(piece)
    yield from _flushed(name, about, parts, named)


def _flushed(
    name: str, about: str, parts: list[str], named: list[str]
) -> Iterator[tuple[bool, str]]:
    text = " ".join("".join(parts).split())
    if text or about:
        yield False, _line(name, about, text)
    for line in named:
        yield False, line
    parts.clear()
    named.clear()


def _pieces(element: _Element, named: list[str]) -> Iterator[str | _Element]:
    """Running text in pieces, with the blocks inside it; `named` gets elements with attributes."""
    yield element.text or ""
    for child in element:
        if not local(child):
            yield html.unescape(child.text or "")  # &nbsp; and its like, which nothing declares
        elif _is_block(child):
            yield child
        elif local(child) in _RAISED:
            yield raised("".join(child.itertext()))
        else:
            if about := _attributes(child):
                text = " ".join("".join(child.itertext()).split())
                named.append(_line(local(child), about, text))
            yield from _pieces(child, named)
        if local(child) in _BREAKS or (not child.tail and local(child)):
            yield " "
        yield child.tail or ""


def _is_running(element: _Element) -> bool:
    """Has it text of its own beside elements?"""
    return any(_is_said(child.tail) for child in element) or (
        len(element) > 0 and _is_said(element.text)
    )


def _is_block(child: _Element) -> bool:
    """Is an element inside running text one that stands alone: long, or a list of others?"""
    length = 0
    for text in child.itertext():
        length += len(text)
        if length > _LONG:
            return True
    return len(child) > 1 and not _is_said(child.tail) and not _is_running(child)


def _is_said(text: str | None) -> bool:
    return bool(text and not text.isspace())


def _attributes(element: _Element) -> str:
    pairs = (f"{key.rpartition('}')[2]}={value}" for key, value in element.attrib.items())
    return ", ".join(pairs)[:_SHOWN]


def _line(name: str, about: str, text: str) -> str:
    shown = f"{name} ({about})" if about else name
    return f"{shown}: {text}" if text else shown
