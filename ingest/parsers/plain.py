"""Plain text, and Markdown by way of `markdown.py`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from ingest.parsers.build import Builder
from ingest.parsers.clean import PARAGRAPH, decode, require_text, title_of
from ingest.parsers.markdown import build
from rag.types import Block, BlockKind, Parsed

_UNDERLINE = re.compile(r"([=\-~^\"*#+`])\1{2,}\s*$")
_UNDERLINE_LEVELS = {"=": 1, "-": 2, "~": 3}
_ITEM = re.compile(r"\s*(?:[-*+•‣▪–]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s+\S")
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s+[^\W\d_]")
_PART = re.compile(r"(?:part|book|volume)\s+[\dIVXLC]+|(?:part|book|volume)\s+\w+\b", re.IGNORECASE)
_CHAPTER = re.compile(r"(?:chapter|section|appendix|kapitel|chapitre)\s+\w+", re.IGNORECASE)
# Who says something, behind the time: "12/04/2025, 09:05 - Jean: ", "[18:02] Mme Lefèvre : ".
_TIME = re.compile(
    r"\s*\[?(?:\d{1,4}[./-]\d{1,2}[./-]\d{2,4},?[ T]+(?:(?:à|às|at|um|om|alle|a las) )?)?"
    r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:[ \u00a0\u202f]?[AaPp]\.?[Mm]\.?)?\]?(?:[ ]+[-–])?[ ]+"
)
_NAMED = re.compile(r"(?:[+~] ?\w|[^\W\d_])[^:\n]{0,60}:[ ]")
_LONGEST_HEADING = 80  # characters
_LONGEST_NAME = 60  # characters of a line of the name of a chapter
# A word parted at the end of a line by a sign that is for nothing else, as in manual pages.
_SOFT = re.compile(r"(?<=[^\W\d_])\xad\r?\n[ \t]*(?=[^\W\d_])")
_PARTED = re.compile(r"(?<=[^\W\d_])\u2010\r?\n[ \t]*(?=[^\W\d_])")
_INSIDE_LINES = re.compile(r"\u2010[^\s]")  # an author's hyphen


def parse_text(path: Path, *, password: str | None = None) -> Parsed:
    """Text as it stands, in blocks between blank lines. `password` is not used.

    Raises:
        DocumentError: there is no text in the file.
    """
    text, warnings = decode(path.read_bytes())
    builder = Builder()
    text = _SOFT.sub("", text)
    if not _INSIDE_LINES.search(text):
        text = _PARTED.sub("", text)
    text = builder.cleaner.clean(text).expandtabs(4).rstrip()
    require_text(path, text, "Add a file with text in it.")
    text, blocks = _prose(text)
    require_text(path, text, "Add a file with text in it.")  # lines that underline nothing
    first = blocks[0]
    title = text[first.start : first.end] if first.kind == "heading" else None
    if title and (_PART.match(title) or _CHAPTER.match(title)):
        title = None
    return Parsed(
        text=text,
        blocks=tuple(blocks),
        title=title,
        warnings=(*warnings, *builder.cleaner.warnings()),
    )


def parse_markdown(path: Path, *, password: str | None = None) -> Parsed:
    """The readable text of a Markdown file. `password` is not used.

    Raises:
        DocumentError: there is no text in the file.
    """
    source, warnings = decode(path.read_bytes())
    builder = Builder()
    builder.warnings.extend(warnings)
    title, metadata = build(builder.cleaner.clean(source), builder)
    if not (title or builder.is_headed):  # "## Morning" in the note of a day is not what it is
        title = title_of(path)
    parsed = builder.parsed(title, metadata)
    if not parsed.text.strip():  # marks nested deeper than a document has them
        return parse_text(path)
    return parsed


def _prose(text: str) -> tuple[str, list[Block]]:
    """The text without lines that only underline a heading, and its blocks."""
    parts: list[str] = []
    blocks: list[Block] = []
    length = 0
    for match in PARAGRAPH.finditer(text):
        for kind, level, piece in _pieces(match[0]):
            separator = "\n\n" if parts else ""
            parts.append(separator + piece)
            start = length + len(separator)
            length = start + len(piece)
            blocks.append(Block(start, length, kind, level))
    return "".join(parts), blocks


def _pieces(paragraph: str) -> list[tuple[BlockKind, int, str]]:
    """A run of lines without a blank one, as (kind, level, text)."""
    lines = paragraph.split("\n")
    turns = {n: time.end() for n, line in enumerate(lines) if (time := _TIME.match(line))}
    named = sum(bool(_NAMED.match(lines[n], end)) for n, end in turns.items())
    if named > 1 and named * 2 > len(turns):  # a chat or a transcript: each says a paragraph
        edges = [0, *(n for n in turns if n), len(lines)]
        return [
            piece
            for a, b in pairwise(edges)
            for piece in (_rest(lines[a:b], alone=False) if a in turns else _run(lines[a:b]))
        ]
    return _run(lines)


def _run(lines: Sequence[str]) -> list[tuple[BlockKind, int, str]]:
    pieces: list[tuple[BlockKind, int, str]] = []
    begun = 0
    if _heads_what_is_indented(lines):
        pieces.append(("heading", 2, lines[0].rstrip()))
        begun = 1
    while begun < len(lines):
        if begun + 2 < len(lines) and _UNDERLINE.match(lines[begun]):
            begun += 1  # a line above the heading as well as below it
        if begun + 1 == len(lines) or not _is_underlined(lines[begun], lines[begun + 1]):
            return pieces + _rest(lines[begun:], alone=not pieces)
        level = _UNDERLINE_LEVELS.get(lines[begun + 1].strip()[0], 4)
        pieces.append(("heading", level, lines[begun].strip()))
        begun += 2
    return pieces


def _rest(lines: Sequence[str], *, alone: bool) -> list[tuple[BlockKind, int, str]]:
    """Lines that begin with no underlined heading, as one piece or none. Only one that stands
    `alone`, not what a heading right above is of, is a heading itself."""
    if all(_UNDERLINE.match(line.strip()) for line in lines):
        return []  # a rule across the page
    if alone and len(lines) == 1 and (level := _heading_level(lines[0].strip())):
        return [("heading", level, lines[0].strip())]
    if alone and _is_chapter(lines):
        return [("heading", _heading_level(lines[0].strip(" .")), " ".join(map(str.strip, lines)))]
    paragraph = "\n".join(line.rstrip() for line in lines).strip("\n")
    if _ITEM.match(lines[0]) and sum(bool(_ITEM.match(line)) for line in lines) * 3 >= len(lines):
        return [("list", 0, paragraph)]
    if len(lines) > 1 and all(line.count("|") >= 2 for line in lines):
        return [("table", 0, paragraph)]
    return [("paragraph", 0, paragraph)]


def _is_chapter(lines: Sequence[str]) -> bool:
    """ "CHAPTER I.", alone or above its name."""
    first = lines[0].strip(" .")
    named = _PART.fullmatch(first) or _CHAPTER.fullmatch(first)
    below = [line.strip() for line in lines[1:]]
    return (
        bool(named)
        and len(below) <= 2
        and all(len(line) <= _LONGEST_NAME and line[-1] not in ".,;:" for line in below)
    )


def _heads_what_is_indented(lines: Sequence[str]) -> bool:
    """NAME, with all lines below it indented, as in manual pages; what goes on in capitals there
    is one title or sentence with it."""
    first, below = lines[0].rstrip(), lines[1:]
    heads = not first[0].isspace() and first[-1].isalpha() and _shouts(first)
    indented = bool(below) and all(line.startswith("  ") for line in below)
    return heads and indented and not _shouts(below[0].strip())


def _is_underlined(line: str, below: str) -> bool:
    rule = below.strip()
    return (
        _UNDERLINE.fullmatch(rule) is not None
        and not _UNDERLINE.fullmatch(line.strip())
        and len(line.strip()) <= _LONGEST_HEADING
        and abs(len(rule) - len(line.strip())) <= max(4, len(line.strip()) // 2)
    )


def _heading_level(line: str) -> int:
    """Level of a line that stands alone, 0 where it is no heading."""
    if not 2 <= len(line) <= _LONGEST_HEADING or line[-1] in ".,;:!?…":
        return 0
    if _PART.match(line):
        return 1
    if _CHAPTER.match(line):
        return 2
    if match := _NUMBERED.match(line):
        rest = line[match.end() - 1 :]
        return min(2 + match[1].count("."), 6) if rest[0].isupper() else 0
    return 2 if _shouts(line) else 0


def _shouts(line: str) -> bool:
    letters = [character for character in line if character.isalpha()]
    loud = len(letters) >= 3 and all(character.isupper() for character in letters)
    return loud and len(letters) * 2 > len(line) and len(line) <= _LONGEST_HEADING
