"""Items of lists: telling them apart, and which of them belong together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag import lazy_re
from rag.text import ITEM, sentences

MARKER = lazy_re.compile(rf"{ITEM}(?=\S)")
_NEXT = lazy_re.compile(rf"\n(?={MARKER.pattern})")
LONGEST = 1200  # characters of a list that is taken as one piece of evidence
BRIEF = 20  # words of an item that can stand in a short answer
_INTRODUCED = tuple(
    lazy_re.compile(pattern, re.DOTALL)
    for pattern in (r".*:\s+(.+)$", r".*\b(?:are|were|is|include[sd]?|namely)\s+(.+)$")
)
_COMMA = r"(?:(?<!\d),|,(?!\d))"  # none within a number: 1,500
_JOINTS = lazy_re.compile(rf"{_COMMA}\s*(?:and\s+|or\s+)?|;\s*(?:and\s+)?|\s+and\s+")
_ENDS_NAME = lazy_re.compile(r"[.:]\s|\s[–—-]\s|;")
LONGEST_NAME = 60  # characters


def is_item(text: str) -> bool:
    """Does a sentence begin with the mark of a list item?"""
    return MARKER.match(text) is not None


def unmarked(text: str) -> str:
    """A text without the mark of a list item that it may begin with."""
    mark = MARKER.match(text)
    return text[mark.end() :] if mark else text


def items(quote: str) -> list[str]:
    """The items of a quote without their marks; none where it holds fewer than two."""
    pieces = [piece.strip() for piece in _NEXT.split(f"\n{quote}") if piece.strip()]
    found = [" ".join(unmarked(piece).split()) for piece in pieces if is_item(piece)]
    return found if len(found) > 1 else []


def lead_in(quote: str) -> str:
    """What stands before the first item of a quote: "It has three steps:"."""
    first = _NEXT.split(f"\n{quote}")[0].strip()
    return "" if is_item(first) else " ".join(first.split())


def brief(quote: str, most: int = 0) -> str | None:
    """The items of a quote by name, "; " between them; None where they have none that is brief."""
    found = items(quote)[: most or None]
    named = [_name(item) for item in found]
    if not named or any(len(name.split()) > BRIEF for name in named):
        return None
    return "; ".join(name.strip(" .,;") for name in named)


def _name(item: str) -> str:
    """What an item begins with, up to a colon, a dash or the end of its first sentence; all of it
    where nothing of that comes soon. The point of "Dr.", "10." and "approx. 5 kg" ends no name."""
    for end in _ENDS_NAME.finditer(item, 2, LONGEST_NAME + 2):
        mark, at = end[0].strip(), end.start()
        if mark == ".":
            goes_on = sentences(item)[0][1] != at + 1 or item[end.end() :][:1].isdigit()
            if goes_on:
                continue
        return item if mark == ";" else item[:at]
    return item


def enumerated(text: str, items: int) -> str | None:
    """The `items` things that a sentence names one after another, "; " between them, or None.

    Those behind a colon, or else behind the last verb that introduces them.
    """
    named = things(text)
    fits = len(named) == items and all(len(thing.split()) <= BRIEF for thing in named)
    return "; ".join(named) if items > 1 and fits else None


def things(text: str) -> list[str]:
    """What a sentence names one after another; none where nothing introduces them."""
    found = [match for pattern in _INTRODUCED if (match := pattern.search(text))]
    told = _JOINTS.split(found[0][1].strip()) if found else []
    return [thing.strip(" .;") for thing in told if thing.strip(" .;")]


def around(i: int, texts: Sequence[str], gaps: Sequence[str], most: int = 0) -> tuple[int, int]:
    """First and last sentence of the list that sentence `i` is in, or opens; (i, i) if none.

    `texts` are the sentences of one passage, `gaps` what stands behind each of them. At most
    `LONGEST` characters and `most` items, the one of `i` among them; 0 for any number.
    """
    start = i
    while start > 0 and not is_item(texts[start]) and "\n\n" not in gaps[start - 1]:
        start -= 1  # a later sentence of an item
    opens = texts[i].rstrip().endswith(":") and i + 1 < len(texts) and is_item(texts[i + 1])
    if opens:
        start = i + 1
    elif not is_item(texts[start]):
        return i, i
    first = last = start
    while last + 1 < len(texts) and _goes_on(texts, gaps, last):
        last += 1
    while first > 0 and (is_item(texts[first - 1]) or not _ends(gaps, first - 1)):
        first -= 1
    while first < start and not is_item(texts[first]):
        first += 1
    marks = [j for j in range(first, last + 1) if is_item(texts[j])]
    if most and len(marks) > most:
        at = max(sum(j <= i for j in marks) - 1, 0)
        begin = max(0, min(at, len(marks) - most)) if at >= most else 0
        first = marks[begin]
        last = marks[begin + most] - 1 if begin + most < len(marks) else last
    while first < i and sum(map(len, texts[first : last + 1])) > LONGEST:
        first += 1
    while last > i and sum(map(len, texts[first : last + 1])) > LONGEST:
        last -= 1
    return (i, last) if opens else (first, last)


def _goes_on(texts: Sequence[str], gaps: Sequence[str], last: int) -> bool:
    return is_item(texts[last + 1]) or not _ends(gaps, last)


def _ends(gaps: Sequence[str], i: int) -> bool:
    """Does the paragraph end behind sentence `i`?"""
    return "\n\n" in gaps[i]
