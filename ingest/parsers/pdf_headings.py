"""Which rows of a PDF are headings: those in its outline, else those that stand out."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.parsers.pdf_rows import Row

_LONGEST = 150  # characters
_NUMBERING = re.compile(r"^(?:[\divxlcIVXLC]{1,5}(?:\.\d{1,2})*\.?|[A-Z]\.?(?:\d+\.?)*)\s+")
_NOT_AT_END = tuple(".,;-&=")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the outline; `page` is an index, `level` starts at 1."""

    title: str
    page: int
    level: int


def mark_headings(rows: Sequence[Row], outline: Sequence[Entry]) -> None:
    """Sets kind and level of the rows that are headings, and of rows of code."""
    body, bold_body, mono_body = _body(rows)
    if not mono_body:
        for row in rows:
            if row.mono and row.kind == "paragraph":
                row.kind = "code"
    if outline and _mark_outline(rows, outline) * 2 >= len(outline):
        return
    found = [row for row in rows if _stands_out(row, body, bold_body)]
    # By letters: in rules of one or two lines each, every third line is a heading.
    if _letters(found) > 0.25 * _letters(rows) and len(rows) > 20:
        return  # a slide deck or a form, where size says nothing
    sizes = sorted({round(row.size * 2) for row in found}, reverse=True)
    for row in found:
        row.kind = "heading"
        row.level = min(sizes.index(round(row.size * 2)) + 1, 6)


def _letters(rows: Sequence[Row]) -> int:
    return sum(len(row.text) for row in rows)


def _body(rows: Sequence[Row]) -> tuple[float, bool, bool]:
    """The size of most of the text, and whether most of it is bold and in type of one width."""
    sizes: Counter[float] = Counter()
    bold = mono = total = 0
    for row in rows:
        length = len(row.text)
        sizes[round(row.size * 2) / 2] += length
        bold += length * row.bold
        mono += length * row.mono
        total += length
    size = sizes.most_common(1)[0][0] if sizes else 10.0
    return size, 2 * bold > total, 2 * mono > total


def _stands_out(row: Row, body: float, bold_body: bool) -> bool:
    text = row.text
    if row.kind != "paragraph" or len(text) > _LONGEST or row.hyphen:
        return False
    if sum(character.isalpha() for character in text) < max(2, 0.3 * len(text)):
        return False
    if row.size >= 1.15 * body:
        return not text.endswith((",", ";"))
    if row.size < 0.95 * body or text.endswith(_NOT_AT_END):
        return False
    return row.bold and not bold_body and not text[0].islower()


def _mark_outline(rows: Sequence[Row], outline: Sequence[Entry]) -> int:
    """Marks the rows that the outline names on their pages; how many entries were found."""
    by_page: dict[int, list[int]] = defaultdict(list)
    for position, row in enumerate(rows):
        by_page[row.page].append(position)
    found = 0
    for entry in outline:
        wanted = _plain(entry.title)
        found += bool(wanted) and any(
            _mark_entry(rows, position, wanted, entry.level) for position in by_page[entry.page]
        )
    return found


def _mark_entry(rows: Sequence[Row], position: int, wanted: str, level: int) -> bool:
    """Marks one to three rows from `position` if together they read as the entry."""
    text = ""
    for end in range(position, min(position + 3, len(rows))):
        if rows[end].kind not in ("paragraph", "heading") or len(text) > len(wanted):
            return False
        text = f"{text} {rows[end].text}"
        if _plain(text) == wanted:
            for row in rows[position : end + 1]:
                row.kind, row.level = "heading", min(level, 6)
            return True
    return False


def _plain(title: str) -> str:
    """Letters and digits of a title without its numbering."""
    title = title.strip()
    bare = _NUMBERING.sub("", title) or title
    return "".join(character for character in bare.casefold() if character.isalnum())


def title_of(rows: Sequence[Row]) -> str | None:
    """The largest type in the upper half of the first page, where it clearly is a title."""
    first = [row for row in rows if row.page == 0 and row.kind in ("paragraph", "heading")]
    if not first:
        return None
    body, _, _ = _body(rows)
    height = max(row.bottom for row in first)
    upper = [row for row in first if row.top < 0.5 * height and len(row.text) > 3]
    largest = max((row.size for row in upper), default=0.0)
    if largest < 1.25 * body:
        return None
    lines = [row.text for row in upper if row.size > 0.97 * largest][:4]
    title = " ".join(lines)
    return title if 4 <= len(title) <= 250 and any(map(str.isalpha, title)) else None
