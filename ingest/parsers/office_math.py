"""Equations of Word documents (Office MathML), on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.parsers.package import local

if TYPE_CHECKING:
    from lxml.etree import _Element

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_LEFT_OUT = {"del", "moveFrom", "instrText"}
_SIGNS = {"sub": "_", "sup": "^", "lim": "_", "den": "/"}  # that stand before a part
_WRAPPED = {"num", "den", "sub", "sup", "lim"}  # parts that are one thing, however long


def equation(element: _Element) -> str:
    """The text of an equation as it would be typed: "(a+b)/2", "x^2", "√(2)"; deleted parts go."""
    parts = []
    for child in element:
        name = local(child)
        if name == "t":
            parts.append(child.text or "")
        elif name == "d":
            parts.append(_fenced(child))
        elif name == "rad":
            parts.append(_root(child))
        elif name == "nary":
            parts.append(_sign(child, "∫") + equation(child))
        elif name in ("m", "eqArr"):
            parts.append("; ".join(_row(row) for row in child if not local(row).endswith("Pr")))
        elif name in _WRAPPED and (inner := equation(child).strip()):
            parts.append(_SIGNS.get(name, "") + (f"({inner})" if len(inner) > 1 else inner))
        elif name and name not in _LEFT_OUT and not name.endswith("Pr"):
            parts.append(equation(child))
    return "".join(parts)


def _fenced(element: _Element) -> str:
    inner = ", ".join(equation(part) for part in element if local(part) == "e")
    return _sign(element, "(", "begChr") + inner + _sign(element, ")", "endChr")


def _row(element: _Element) -> str:
    if local(element) != "mr":
        return equation(element)
    return ", ".join(equation(cell) for cell in element)


def _root(element: _Element) -> str:
    parts = {local(part): equation(part).strip() for part in element}
    degree = parts.get("deg")
    return f"{f'({degree})' if degree else ''}√({parts.get('e', '')})"


def _sign(element: _Element, usual: str, name: str = "chr") -> str:
    """The sign that its properties name; one that they name as empty is none."""
    found = element.find(f"{MATH}{local(element)}Pr/{MATH}{name}")
    return usual if found is None else found.get(f"{MATH}val") or ""
