"""Running headers and footers of a PDF: lines that repeat at the edges of its pages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from ingest.parsers.pdf_page import Glyphs, Line

_NUMBER_AT_END = re.compile(r"^\d{1,4}\b|\b\d{1,4}$")
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|seite|p\.)?\s*(?:\d{1,4}|[ivxlc]{1,6})\W*(?:(?:of|von|/)\s*\d+\W*)?",
    re.IGNORECASE,
)
_YEARS = range(1900, 2100)
_FEWEST = 3  # pages on which something repeats
_Place = tuple[str, bool, int]  # form of a line, whether at its beginning, number - page index
_EDGE = 3  # lines from the top and from the bottom that may be running headers and footers


def drop_running(pages: Sequence[Glyphs | None]) -> int:
    """Takes lines that repeat at the edges of most pages out of `pages`; how many.

    The first occurrence stays, since it may be the only place that names the document; page
    numbers go wherever they repeat, and so do the names of chapters beside them. Lines with
    another year or figure in them are not the same.
    """
    edges = [_edges(page) if page else [] for page in pages]
    counts = Counter(form for lines in edges for form in {_form(line.text) for line in lines})
    used = sum(bool(lines) for lines in edges)
    # Left and right pages of a book differ, hence 0.4.
    repeated = {form for form, count in counts.items() if count >= max(_FEWEST, 0.4 * used)}
    numbered = sum(_has_number(lines) for lines in edges) >= max(_FEWEST, 0.6 * used)
    own = _own_numbers(edges)
    running = _running(edges, own)
    chapters = Counter(
        form
        for lines, number in zip(edges, own, strict=True)
        for form in {_form(line.text) for line in _with(lines, number)}
    )
    named = False
    seen: set[str] = set()
    dropped = 0
    for index, (page, lines) in enumerate(zip(pages, edges, strict=True)):
        gone = set()
        for position, line in enumerate(lines):
            key = _key(line.text, index, running)
            if _PAGE_NUMBER.fullmatch(line.text):
                outermost = position in (0, len(lines) - 1)
                if numbered and outermost:
                    gone.add(id(line))
            elif _form(line.text) in repeated and key in seen:
                gone.add(id(line))
            seen.add(key)
        for line in _with(lines, own[index]):
            bare = _PAGE_NUMBER.fullmatch(line.text) is not None
            if bare or (named and chapters[_form(line.text)] > 1):
                gone.add(id(line))
            named |= not bare
        if page and gone:
            page.lines = [line for line in page.lines if id(line) not in gone]
            dropped += len(gone)
    return dropped


def _own_numbers(edges: Sequence[Sequence[Line]]) -> list[str]:
    """The number that each page bears at its edge, "" where too few pages bear one."""
    found: Counter[int] = Counter()
    for index, lines in enumerate(edges):
        texts = [line.text for line in (*lines[:1], *lines[-1:])]
        numbers = {int(m[0]) for text in texts for m in _NUMBER_AT_END.finditer(text)}
        found.update(number - index for number in numbers)
    (shift, count), *_ = found.most_common(1) or [(0, 0)]
    if count < max(_FEWEST, 0.6 * sum(bool(lines) for lines in edges)):
        return [""] * len(edges)
    return [str(index + shift) for index in range(len(edges))]


def _with(lines: Sequence[Line], number: str) -> list[Line]:
    """The outermost lines that begin or end with a page's number; those with nothing else, if any:
    a page bears its number once, and above it "Question 7" is what is asked there."""
    outermost = [*lines[:1], *lines[1:][-1:]]
    found = [line for line in outermost if number and number in _NUMBER_AT_END.findall(line.text)]
    return _bare(outermost, number) or found


def _bare(outermost: Sequence[Line], number: str) -> list[Line]:
    return [
        line
        for line in outermost
        if _PAGE_NUMBER.fullmatch(line.text) and number in re.findall(r"\d+", line.text)
    ]


def _has_number(lines: Sequence[Line]) -> bool:
    return any(_PAGE_NUMBER.fullmatch(line.text) for line in (*lines[:1], *lines[-1:]))


def _edges(page: Glyphs) -> list[Line]:
    """The outermost lines of a page from top to bottom; of a short one those near its edges."""
    lines = sorted(page.lines, key=lambda line: line.top)
    if len(lines) > 2 * _EDGE:
        return lines[:_EDGE] + lines[-_EDGE:]
    return [line for line in lines if not 0.15 < (line.top + line.bottom) / 2 / page.height < 0.85]


def _form(text: str) -> str:
    """Equal for lines that differ in a number at their beginning or end only."""
    return _NUMBER_AT_END.sub("#", text.lower())


def _running(edges: Sequence[Sequence[Line]], own: Sequence[str]) -> set[_Place]:
    """Where numbers grow with the pages, as page numbers do. Years do in titles, too, and so does
    whatever there is one of on each page, where that bears its `own` number beside it."""
    found: defaultdict[_Place, set[int]] = defaultdict(set)
    for index, lines in enumerate(edges):
        for line in _bare((*lines[:1], *lines[-1:]), own[index]) or lines:
            for match in _NUMBER_AT_END.finditer(line.text):
                found[_place(line.text, match, index)].add(int(match[0]))
    return {
        place
        for place, numbers in found.items()
        if len(numbers) >= _FEWEST and not all(number in _YEARS for number in numbers)
    }


def _place(text: str, match: re.Match[str], index: int) -> _Place:
    return _form(text), match.start() == 0, int(match[0]) - index


def _key(text: str, index: int, running: set[_Place]) -> str:
    """Equal for lines of pages, by their index, that differ in a page number only."""

    def shown(match: re.Match[str]) -> str:
        return "#" if _place(text, match, index) in running else match[0]

    return _NUMBER_AT_END.sub(shown, text.lower())
