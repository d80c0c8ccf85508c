"""What python-pptx leaves out of a slide: alternative contents, equations, what stands raised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.parsers.office_math import MATH, equation
from ingest.parsers.package import local
from ingest.parsers.raised import joined

if TYPE_CHECKING:
    from lxml.etree import _Element

_SHAPES = frozenset(["sp", "grpSp", "graphicFrame", "cxnSp", "pic"])


def unwrap(shapes: _Element) -> None:
    """Puts shapes of which a slide has one for new programs and one for old in the place of both.

    A box with an equation in it comes that way, with all the text around the equation.
    """
    for pair in [e for e in shapes.iter() if local(e) == "AlternateContent"]:
        above = pair.getparent()
        if above is None or local(above) not in ("spTree", "grpSp"):
            continue
        forms = ([e for e in form if local(e) in _SHAPES] for form in pair)
        for shape in next(filter(None, forms), ()):
            pair.addprevious(shape)
        above.remove(pair)


def lines_of(frame: Any) -> list[str]:
    """The paragraphs of a text frame, each on one line."""
    lines = (" ".join(_text(paragraph._p).split()) for paragraph in frame.paragraphs)
    return [line for line in lines if line]


def _text(element: _Element) -> str:
    return joined((_piece(child), _is_raised(child)) for child in element)


def _piece(child: _Element) -> str:
    match local(child):
        case "r" | "fld":
            return _own(child)
        case "br":
            return " "
        case "AlternateContent":
            return _text(child[0]) if len(child) else ""
        case "m":
            return " ".join(equation(one) for one in child.iter(f"{MATH}oMath"))
    return ""


def _own(run: _Element) -> str:
    return "".join(text.text or "" for text in run if local(text) == "t")


def _is_raised(run: _Element) -> bool:
    if local(run) != "r":
        return False
    properties = next((e for e in run if local(e) == "rPr"), None)
    height = "" if properties is None else (properties.get("baseline") or "")
    return height.rstrip("%").isdigit() and height.strip("0%") != ""
