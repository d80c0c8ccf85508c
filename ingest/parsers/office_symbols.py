"""Signs of Word documents that no text holds: those of symbol fonts, ticks and choices of forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ingest.parsers.office_styles import is_on

if TYPE_CHECKING:
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TICKED, _OPEN = "☒", "☐"
_PRIVATE = 0xF000  # where Word puts the characters of symbol fonts
_SYMBOL: Mapping[int, str] = dict(
    zip(
        b"abgdezhqiklmnxoprVstufcywJABGDEZHQIKLMNXOPRSTUFCYW",
        "αβγδεζηθικλμνξοπρςστυφχψωϑΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ",
        strict=True,
    )
) | {
    0x6A: "ϕ", 0xA2: "′", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→",
    0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB6: "∂", 0xB7: "•", 0xB8: "÷",
    0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xC5: "⊕", 0xC6: "∅", 0xC7: "∩", 0xC8: "∪", 0xCC: "⊂",
    0xCE: "∈", 0xCF: "∉", 0xD0: "∠", 0xD1: "∇", 0xD5: "∏", 0xD6: "√", 0xD7: "⋅", 0xDB: "⇔",
    0xDE: "⇒", 0xE5: "∑", 0xF2: "∫", 0x2D: "−", 0x40: "≅", 0x22: "∀", 0x24: "∃",
}  # fmt: skip
_WINGDINGS: Mapping[int, str] = {
    0x6F: _OPEN, 0xA8: _OPEN, 0x78: _TICKED, 0xFD: _TICKED, 0xFE: "☑", 0xFB: "✗", 0xFC: "✓",
    0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "→", 0xF0: "⇨", 0x28: "☎", 0x2A: "✉",
}  # fmt: skip
_WINGDINGS_2: Mapping[int, str] = {
    0x4F: "✗", 0x50: "✓", 0x51: _TICKED, 0x52: "☑", 0x53: _TICKED, 0x54: _TICKED, 0xA3: _OPEN,
}  # fmt: skip
_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}


def symbol(element: _Element) -> str:
    """The sign of a symbol font in Unicode; "" for an ornament."""
    try:
        code = int(element.get(f"{_W}char") or "", 16)
    except ValueError:
        return ""
    signs = _FONTS.get((element.get(f"{_W}font") or "").lower())
    if signs is not None:
        return signs.get(code & 0xFF, "")
    return chr(code) if 0x20 <= code < 0xD800 else ""


def field(element: _Element) -> str:
    """What a field of a form shows that is no text: whether a box is ticked, what is chosen."""
    box = element.find(f"{_W}ffData/{_W}checkBox")
    if box is not None:
        ticked = [box.find(f"{_W}{name}") for name in ("checked", "default")]
        told = next((one for one in ticked if one is not None), None)
        return _TICKED if is_on(told) else _OPEN
    choices = element.find(f"{_W}ffData/{_W}ddList")
    if choices is None:
        return ""
    entries = [one.get(f"{_W}val") or "" for one in choices.iterfind(f"{_W}listEntry")]
    found = choices.find(f"{_W}result")
    number = (found.get(f"{_W}val") or "0") if found is not None else "0"
    chosen = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0
    return entries[chosen] if chosen < len(entries) else ""
