"""Figures in words: what a vision model says of them becomes a part of the document's text.

Parsed → pixels → sentences → Parsed, in which each description is a block of its own on the page
of its figure. It is marked as a model's: the passage has the heading "Figure description".
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock

import numpy as np

from ingest.parsers.clean import Cleaner
from ingest.read import Parser
from rag.errors import DocumentError, ModelError, ServerError
from rag.generate.vision import Seeing
from rag.settings import Settings
from rag.types import Block, Figure, Page, Parsed

_LONGEST = 2_000  # characters of a description
_MOST_FAILURES = 3  # files in a row for which the model fails; then it is not asked any more
_KNOWN = 1_000  # descriptions that are kept, since one picture stands in many files


@contextmanager
def reading(settings: Settings) -> Iterator[Parser]:
    """What reads files: a worker, and the vision model if the settings name one."""
    from ingest.worker import ParserPool

    with ParserPool(figures=True) if settings.vision else ParserPool() as pool:
        if not settings.vision:
            yield pool
            return
        from rag.models import Models

        models = Models(settings)
        yield Describing(pool, lambda: models.vision)


class Describing:
    """A parser that has the figures of what it reads described by a model.

    Where the model fails, the document comes without descriptions and with a warning.
    """

    def __init__(self, parser: Parser, model: Callable[[], Seeing]) -> None:
        """`model` is called for the first figure, since loading one may take long."""
        self._parser, self._model = parser, model
        self._known: dict[bytes, str] = {}
        self._failures = 0
        self._lock = Lock()

    def parse(self, path: Path, *, password: str | None = None) -> tuple[Parsed, str, str]:
        """As `ingest.worker.ParserPool.parse`."""
        parsed, kind, name = self._parser.parse(path, password=password)
        if not parsed.figures:
            return parsed, kind, name
        said, trouble = self._said(parsed.figures)
        described = insert(parsed, said)
        if count := len(described.blocks) - len(parsed.blocks):
            note = f"{count} figure{'s' * (count > 1)} described by {self._model().name}"
            described = replace(described, warnings=(*described.warnings, note))
        if trouble:
            note = f"figures without a description: {trouble}"
            described = replace(described, warnings=(*described.warnings, note))
        if not described.text.strip():
            raise DocumentError(
                f"{path.name}: it has no text, and its figures were not described"
                f"{f': {trouble}' if trouble else '.'}"
            )
        return described, kind, name

    def _said(self, figures: Sequence[Figure]) -> tuple[list[tuple[Figure, str]], str]:
        """Figures with their descriptions, and what went wrong, if something did."""
        said: list[tuple[Figure, str]] = []
        for figure in figures:
            if self._failures >= _MOST_FAILURES:
                return said, "the vision model failed for several files and is not asked again"
            try:
                text = self._described(figure)
            except (ModelError, ServerError) as error:
                with self._lock:
                    self._failures += 1
                return said, str(error)
            if text:
                said.append((figure, text))
        return said, ""

    def _described(self, figure: Figure) -> str:
        key = hashlib.sha256(figure.pixels.tobytes()).digest()
        if (known := self._known.get(key)) is not None:  # another thread may drop it just now
            return known
        text = Cleaner().clean(self._model().describe(figure.pixels))
        said = " ".join(text.split())[:_LONGEST]
        with self._lock:
            self._failures = 0
            self._known[key] = said
            if len(self._known) > _KNOWN:
                del self._known[next(iter(self._known))]
        return said


def insert(parsed: Parsed, said: Sequence[tuple[Figure, str]]) -> Parsed:
    """The document with descriptions behind the blocks where their figures stand.

    Everything behind a description moves; the page of a figure grows by it, with empty boxes.
    """
    text, blocks, pages = parsed.text, list(parsed.blocks), list(parsed.pages)
    in_order = sorted(said, key=lambda pair: pair[0].at)
    for figure, description in reversed(in_order):  # the last first: nothing else has moved yet
        # A worker may say anything; a block is never torn apart.
        at = next((b.end for b in blocks if b.start < figure.at < b.end), figure.at)
        where = f" on page {figure.page}" if figure.page else ""
        piece = f"Figure{where}: {description}"
        before = "\n\n" if text[:at].strip() else ""
        after = "" if not text[at:] or text[at].isspace() else "\n\n"
        start, grown = at + len(before), len(before) + len(piece) + len(after)
        block = Block(start, start + len(piece), "figure")
        text = text[:at] + before + piece + after + text[at:]
        left = [other for other in blocks if other.end <= at]
        right = [_moved(other, grown) for other in blocks if other.end > at]
        blocks = [*left, block, *right]
        pages = _grown(pages, figure.page, at, grown)
    return replace(parsed, text=text, blocks=tuple(blocks), pages=tuple(pages), figures=())


def _moved(block: Block, by: int) -> Block:
    return replace(block, start=block.start + by, end=block.end + by)


def _grown(pages: Sequence[Page], number: int | None, at: int, by: int) -> list[Page]:
    """The pages after `by` characters were put in at `at`, on page `number` if it reaches there."""
    there = [page.number for page in pages if page.start <= at <= page.end]
    home = number if number in there else next(iter(there), None)
    grown = []
    for page in pages:
        if page.number == home:
            inside, boxes = at - page.start, page.boxes
            if boxes is not None:
                empty = np.zeros((by, 4), np.float32)
                boxes = np.concatenate((boxes[:inside], empty, boxes[inside:]))
            page = replace(page, end=page.end + by, boxes=boxes)
        elif page.start >= at and (home is None or page.number > home):
            page = replace(page, start=page.start + by, end=page.end + by)
        grown.append(page)
    return grown
