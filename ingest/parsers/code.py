"""Source code: as it stands, with what it defines as headings, so that a chunk says where it is."""

from __future__ import annotations

import re
from pathlib import Path

from ingest.parsers.build import Builder
from ingest.parsers.clean import PARAGRAPH, decode, require_text
from rag.types import Block, Parsed

# Lines that open a named part, in most languages: def, class, func, fn, struct, module …
_DEFINITION = re.compile(
    r"(?P<indent>[ \t]*)(?:(?:export|default|public|private|protected|internal|static|final|"
    r"abstract|async|pub(?:\([\w: ]+\))?|inline|override|virtual|sealed|open|data|unsafe|const|"
    r"partial|local|declare)\s+)*"
    r"(?:(?:def|class|function\*?|func|fn|fun|interface|struct|trait|impl|enum|module|namespace|"
    r"protocol|extension|object|sub|type|record|macro_rules!|defmodule|defp|contract|message|"
    r"service|create\s+(?:or\s+replace\s+)?(?:table|view|function|procedure|index|trigger))"
    r"\b[ \t(<\"'`:]*[\w$\[<(].*)",
    re.IGNORECASE,
)
_SECTION = re.compile(r"\[+[\w.\-\"' /:]+\]+\s*$")  # of ini and toml files
_LONGEST = 160  # characters of a line that is shown as a heading
_DEEPEST = 3  # levels


def parse(path: Path, *, password: str | None = None) -> Parsed:
    """Source code, unchanged but for tabs and invisible characters.

    Raises:
        DocumentError: there is nothing in the file.
    """
    text, warnings = decode(path.read_bytes())
    builder = Builder()
    text = builder.cleaner.clean(text).expandtabs(4).rstrip()
    require_text(path, text, "Add a file with text in it.")
    blocks: list[Block] = []
    has_sections = path.suffix.lower() in (".ini", ".cfg", ".toml")
    steps: list[int] = []
    for match in PARAGRAPH.finditer(text):
        _add(blocks, text, match.start(), match.end(), steps, has_sections)
    return Parsed(
        text=text,
        blocks=tuple(blocks),
        title=path.name.encode("utf-8", "replace").decode("utf-8"),
        warnings=(*warnings, *builder.cleaner.warnings()),
    )


def _add(
    blocks: list[Block], text: str, start: int, end: int, steps: list[int], sections: bool
) -> None:
    """Adds a run of lines: its definitions as headings, what lies between as code."""
    begun = position = start
    while position < end:
        stop = text.find("\n", position, end)
        stop = end if stop < 0 else stop
        level = _level(text[position:stop], steps, sections)
        if level:
            _code(blocks, text, begun, position)
            indent = len(text[position:stop]) - len(text[position:stop].lstrip())
            blocks.append(Block(position + indent, stop, "heading", level))
            begun = stop
        position = stop + 1
    _code(blocks, text, begun, end)


def _code(blocks: list[Block], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    if piece.strip():
        start += len(piece) - len(piece.lstrip("\n"))
        blocks.append(Block(start, start + len(piece.strip("\n")), "code"))


def _level(line: str, steps: list[int], sections: bool) -> int:
    """1 to 3 for a line that opens a part, by its indentation among those before; else 0."""
    if len(line) > _LONGEST:
        return 0
    if sections and _SECTION.match(line):
        return 1
    match = _DEFINITION.match(line)
    if sections or not match or line.rstrip().endswith((";", ",")):
        return 0
    indent = len(match["indent"])
    while steps and steps[-1] >= indent:
        steps.pop()
    steps.append(indent)
    return len(steps) if len(steps) <= _DEEPEST else 0
