"""PPTX: a page for each slide, with its title, text, tables, charts and notes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from ingest.parsers.build import Builder
from ingest.parsers.clean import require_text
from ingest.parsers.grid import Grid
from ingest.parsers.office_charts import add_chart
from ingest.parsers.package import (
    LIMITS,
    Limits,
    damaged,
    local,
    open_zip,
    refuse_entities,
    xml,
)
from ingest.parsers.protected import unlocked
from ingest.parsers.repaired import opened
from ingest.parsers.slide_text import lines_of, unwrap
from ingest.parsers.titles import chosen
from rag.errors import DocumentError
from rag.types import Parsed

_DEEPEST = 20  # groups in groups
_WHAT = "PowerPoint presentation"
_DECORATION = {"DATE", "FOOTER", "SLIDE_NUMBER", "HEADER"}  # placeholders


def parse(path: Path, *, password: str | None = None, limits: Limits = LIMITS) -> Parsed:
    """The slides of a presentation in their order, each a page; hidden slides are hidden text.

    Raises:
        EncryptedDocument: it needs a password, or another one.
        DocumentError: it is damaged, unpacks to more than `limits`, or holds no text.
    """
    source = unlocked(path, password)
    with open_zip(path, _WHAT, limits=limits, source=source) as archive:
        refuse_entities(path, archive, _WHAT)
    deck = opened(path, _WHAT, limits, source, partial(_open, path))
    builder = Builder()
    damaged_slides = []
    for number, slide in enumerate(_slides(deck), 1):
        builder.begin_page()
        try:
            _slide(builder, slide, number)
        except Exception as error:  # python-pptx reads parts as they are asked for
            damaged_slides.append(
                f"slide {number} was left out: a part of it is damaged ({type(error).__name__})"
            )
    builder.warnings += damaged_slides[:10]
    title, metadata = _described(deck)
    parsed = builder.parsed(title, metadata)
    if not parsed.figures:
        require_text(path, parsed.text, "If its slides are pictures, save it as PDF and add that.")
    return parsed


def _open(path: Path, source: Any) -> Any:
    import pptx

    try:
        return pptx.Presentation(source or str(path))
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError) as error:
        raise damaged(path, _WHAT, error) from None
    except DocumentError:
        raise
    except Exception as error:
        # python-pptx and lxml have error classes of their own that share no base but Exception.
        raise damaged(path, _WHAT, error) from None


def _slides(deck: Any) -> Iterator[Any]:
    """Slides that are there; a list of slides may name parts that are not."""
    slides = deck.slides
    for index in range(len(slides._sldIdLst)):
        try:
            yield slides[index]
        except (KeyError, IndexError, ValueError, AttributeError):
            continue


def _described(deck: Any) -> tuple[str | None, dict[str, str]]:
    try:
        properties = deck.core_properties
        title = properties.title or ""
        known = {
            "author": properties.author or "",
            "subject": properties.subject or "",
            "keywords": properties.keywords or "",
            "modified": properties.modified.date().isoformat() if properties.modified else "",
        }
    except (KeyError, ValueError, AttributeError):
        return None, {}
    return chosen(title), known


def _slide(builder: Builder, slide: Any, number: int) -> None:
    if slide._element.get("show") == "0":
        inner = Builder()
        _content(inner, slide)
        builder.hide(inner.parsed(None).text, f"hidden slide {number}")
        return
    _content(builder, slide)


def _content(builder: Builder, slide: Any) -> None:
    unwrap(slide._element)
    title = slide.shapes.title
    if title is not None and title.has_text_frame:
        builder.add("heading", " ".join(lines_of(title.text_frame)), 1)
    for shape in _in_order(_flat(slide.shapes)):
        # Programs that copy shapes give two of them the same number.
        if title is None or shape._element is not title._element:
            _shape(builder, shape)
    if slide.has_notes_slide:
        frame = slide.notes_slide.notes_text_frame
        if frame is not None and (lines := lines_of(frame)):
            builder.add("paragraph", "Notes: " + "\n".join(lines))


def _flat(shapes: Iterable[Any], depth: int = 0) -> Iterator[Any]:
    for shape in shapes:
        if hasattr(shape, "shapes"):
            if depth < _DEEPEST:
                yield from _flat(shape.shapes, depth + 1)
        else:
            yield shape


def _in_order(shapes: Iterable[Any]) -> list[Any]:
    """From top to bottom, then left to right, as a slide is read; what has no place goes first."""

    def place(shape: Any) -> tuple[int, int]:
        top, left = shape.top or 0, shape.left or 0
        return (top // 300_000, left)  # a third of an inch: shapes of one row

    return sorted(shapes, key=place)


def _shape(builder: Builder, shape: Any) -> None:
    placed = shape.placeholder_format.type if shape.is_placeholder else None
    if placed is not None and placed.name in _DECORATION:
        return
    if getattr(shape, "has_table", False) and shape.has_table:
        rows = ([_cell(cell) for cell in row.cells] for row in shape.table.rows)
        Grid(builder).table(rows)
    elif getattr(shape, "has_chart", False) and shape.has_chart:
        add_chart(builder, shape.chart.element)
    elif shape.has_text_frame:
        _text(builder, shape.text_frame)
    else:
        _diagram(builder, shape)
        described = shape._element.xpath(".//*[local-name()='cNvPr']/@descr")
        if described and len(described[0]) > 8 and "." not in described[0][-5:]:
            builder.add("caption", described[0])
        for name in shape._element.xpath(".//*[local-name()='blip']/@*[local-name()='embed']"):
            with suppress(KeyError, AttributeError, ValueError):
                builder.add_figure(shape.part.related_part(name).blob)


def _diagram(builder: Builder, shape: Any) -> None:
    """The texts of a diagram (SmartArt), which stand in a part of their own."""
    for name in shape._element.xpath(".//*[local-name()='relIds']/@*[local-name()='dm']"):
        with suppress(KeyError, AttributeError, ValueError):
            model = xml(shape.part.related_part(name).blob)
            texts = (
                " ".join("".join(e.text or "" for e in point.iter() if local(e) == "t").split())
                for point in model.iter()
                if local(point) == "pt"
            )
            builder.add("list", "\n".join(f"- {text}" for text in texts if text))


def _cell(cell: Any) -> str:
    return "" if cell.is_spanned else " ".join(lines_of(cell.text_frame))


def _text(builder: Builder, frame: Any) -> None:
    lines = lines_of(frame)
    if len(lines) > 1:
        builder.add("list", "\n".join(f"- {line.lstrip('-•– ')}" for line in lines))
    elif lines:
        builder.add("paragraph", lines[0])
