"""Puts the text of a document together from its blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.parsers import figures
from ingest.parsers.clean import Cleaner
from rag.types import Block, BlockKind, Figure, Page, Parsed

_SPACES = re.compile(r"[^\S\n]+")
_EMPTY = "–"  # a cell without text
_BLANK_LINES = re.compile(r"\n\s*\n+")


def _table_row(cells: Sequence[str]) -> str:
    """One row of a table as a line; bars inside cells become slashes, empty cells dashes.

    A row keeps its number of cells that way, whatever white space is taken out of it later.
    """
    shown = [" ".join(cell.split()).replace("|", "/") for cell in cells]
    return " | ".join(cell or _EMPTY for cell in shown) if any(shown) else ""


def hidden_note(characters: int) -> str:
    """The warning of a document with text that nobody sees."""
    return f"{characters} characters of hidden text, indexed only with --hidden-text"


class Builder:
    """Collects blocks; a blank line separates each from the next."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0
        self._pages: list[int] = []
        self._hidden: list[str] = []
        self.cleaner = Cleaner()
        self.warnings: list[str] = []
        self._figures: list[Figure] = []

    def add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        """Adds a block. White space is collapsed except in code; empty blocks are left out."""
        text = self.cleaner.clean(text)
        if kind == "code":
            text = text.expandtabs(4).rstrip().strip("\n")
        else:
            text = _BLANK_LINES.sub("\n", _SPACES.sub(" ", text)).strip()
            text = text.replace(" \n", "\n")
        if kind == "heading":
            text = " ".join(text.split())
        if not text.strip():
            return
        self._separate()
        self._blocks.append(Block(self._length, self._length + len(text), kind, level))
        self._put(text)

    def append(self, parsed: Parsed, *, below: int = 0) -> None:
        """Adds a document that was parsed elsewhere; its headings go `below` so many levels."""
        seen = [block for block in parsed.blocks if block.kind != "hidden"]
        self._hidden += [parsed.text[b.start : b.end] for b in parsed.blocks if b.kind == "hidden"]
        text = parsed.text[: seen[-1].end] if seen else ""
        if not text.strip():
            return
        self._separate()
        for figure in parsed.figures:
            at = self._length + min(figure.at, len(text))
            self._figures.append(Figure(at, len(self._pages) or None, figure.pixels))
        for block in seen:
            level = min(block.level + below, 6) if block.kind == "heading" else block.level
            self._blocks.append(
                replace(
                    block,
                    start=block.start + self._length,
                    end=block.end + self._length,
                    level=level,
                )
            )
        self._put(text)

    def hide(self, text: str, where: str = "") -> None:
        """Keeps text that nobody sees for the end of the document, as a block of its own.

        Only there is it never inside a passage of what is seen. `where` is put before it.
        """
        text = " ".join(self.cleaner.clean(text).split())
        if text:
            self._hidden.append(f"{where}: {text}" if where else text)

    def add_figure(self, data: bytes) -> None:
        """Keeps a picture for a model that describes it, where one is asked to."""
        if (pixels := figures.of_file(data)) is not None:
            self._figures.append(Figure(self._length, len(self._pages) or None, pixels))

    def begin_page(self) -> None:
        """What is added from here on stands on the next page (a slide, too); the first is 1."""
        self._pages.append(self._length)

    def _separate(self) -> None:
        if self._parts:
            self._put("\n\n")

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def add_table(self, rows: Iterable[Sequence[str]]) -> None:
        """Adds a table, a line for each row that has text."""
        lines = (_table_row(row) for row in rows)
        self.add("table", "\n".join(filter(None, lines)))

    @property
    def length(self) -> int:
        """Characters so far."""
        return self._length

    @property
    def is_empty(self) -> bool:
        """Whether no block has been added."""
        return not self._blocks

    @property
    def is_headed(self) -> bool:
        """Whether the first heading is that of the whole: of the highest level, or the first block
        and the only one of its level."""
        levels = [block.level for block in self._blocks if block.kind == "heading"]
        at_the_top = bool(levels) and self._blocks[0].kind == "heading"
        return 1 in levels or (at_the_top and levels.count(levels[0]) == 1)

    @property
    def first_heading(self) -> str | None:
        """Text of the highest heading among the first blocks."""
        headings = [block for block in self._blocks[:5] if block.kind == "heading"]
        if not headings:
            return None
        best = min(headings, key=lambda block: block.level)
        return "".join(self._parts)[best.start : best.end]

    def parsed(self, title: str | None, metadata: Mapping[str, str] | None = None) -> Parsed:
        """The document, with `title` or else its first heading."""
        seen = self._length
        for text in self._hidden:
            self.add("hidden", text)
        if self._hidden:
            self.warnings.append(hidden_note(sum(map(len, self._hidden))))
        clean = self.cleaner.clean
        title = " ".join(clean(title or self.first_heading or "").split()) or None
        described = {key: " ".join(clean(value).split()) for key, value in (metadata or {}).items()}
        return Parsed(
            text="".join(self._parts),
            blocks=tuple(self._blocks),
            pages=tuple(
                Page(number, start, end, 0.0, 0.0)
                for number, (start, end) in enumerate(pairwise((*self._pages, seen)), 1)
            ),
            title=title[:300] if title else None,
            metadata={key: value for key, value in described.items() if value},
            warnings=(*self.warnings, *self.cleaner.warnings()),
            figures=tuple(self._figures),
        )
