"""Formulas of web pages (MathML), on one line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ingest.parsers.package import local

if TYPE_CHECKING:
    from lxml.etree import _Element

_STYLED = re.compile(r"\{\\(?:display|text)style\s+(.*)\}", re.DOTALL)
_UNSEEN = dict.fromkeys(range(0x2061, 0x2065))  # "applied to", "times": nobody sees them
_LEFT_OUT = frozenset(["annotation", "annotation-xml", "mphantom", "maligngroup", "malignmark"])


def formula(math: _Element) -> str:
    """A formula as its author wrote it (TeX), where the page tells, or as it would be typed."""
    written = math.get("alttext") or next(
        (
            "".join(note.itertext())
            for note in math.iter("{*}annotation")
            if note.get("encoding") in ("application/x-tex", "TeX", "LaTeX")
        ),
        "",
    )
    written = " ".join((written or _linear(math)).translate(_UNSEEN).split())
    styled = _STYLED.fullmatch(written)
    return styled[1].strip() if styled else written


def _linear(element: _Element) -> str:
    """The text of a part: "(a+b)/2", "x^2", "√(2)"."""
    name = local(element)
    if not name or name in _LEFT_OUT:
        return ""
    if name == "mspace":
        return " "
    children = [child for child in element if local(child)]
    if name == "semantics":  # the formula, then what else is said of it
        return "".join(map(_linear, children[:1]))
    parts = list(map(_linear, children))
    if name in _SHAPES and (len(parts) > 1 or name in _OF_ANY):
        return _SHAPES[name]([part.strip() for part in parts])
    return f"{' '.join((element.text or '').split())}{''.join(parts)}"


def _one(part: str) -> str:
    return f"({part})" if len(part) > 1 else part


def _both(parts: Sequence[str]) -> str:
    below, above = parts[1], "".join(parts[2:3])
    return parts[0] + (f"_{_one(below)}" if below else "") + (f"^{_one(above)}" if above else "")


def _above(parts: Sequence[str]) -> str:
    return _both([parts[0], "", parts[1]])


_OF_ANY = frozenset(["msqrt", "mfenced"])  # shapes of any number of parts
_SHAPES: Mapping[str, Callable[[Sequence[str]], str]] = {
    "mfrac": lambda parts: f"{_one(parts[0])}/{_one(parts[1])}",
    "msqrt": lambda parts: f"√({''.join(parts)})",
    "mroot": lambda parts: f"({parts[1]})√({parts[0]})",
    "msup": _above,
    "mover": _above,
    "msub": _both,
    "munder": lambda parts: f"{_both(parts)} ",
    "msubsup": _both,
    "munderover": lambda parts: f"{_both(parts)} ",
    "mfenced": lambda parts: f"({', '.join(parts)})",
    "mtable": "; ".join,
    "mtr": ", ".join,
}
