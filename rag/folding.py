"""Compatibility forms of characters as plain ones: ｆｉ and ﬁ are fi."""

from __future__ import annotations

import unicodedata

from rag import lazy_re

# What stands above the line, and fractions, would become digits of the number before.
_APART = lazy_re.compile(r"(?<=\d)(?=[⁰¹²³⁴-⁹¼-¾⅐-⅞])")


def folded(text: str) -> str:
    """NFKC, but 10⁶ becomes "10 6" rather than 106, and 3½ "3 1⁄2"."""
    return text if text.isascii() else unicodedata.normalize("NFKC", _APART.sub(" ", text))


def caseless(word: str) -> str:
    """Lower-case as a pattern that ignores case compares it: ſ is s, and İ and ı are i."""
    return folded(word).lower().translate({ord("ı"): "i", 0x307: None})
