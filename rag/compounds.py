"""German compounds: "Stromvertrag" is made of "Strom" and "Vertrag"."""

from __future__ import annotations

from collections.abc import Iterator

_LINKS = ("", "s", "n", "en", "es", "er", "e", "ns")  # between the parts
SHORTEST = 3  # letters of a part


def splits(word: str) -> Iterator[tuple[str, str]]:
    """The ways in which a word may be made of two, without what links them."""
    for at in range(SHORTEST, len(word) - SHORTEST + 1):
        for link in _LINKS:
            first = word[:at].removesuffix(link)
            if len(first) >= SHORTEST and word[:at].endswith(link):
                yield first, word[at:]
