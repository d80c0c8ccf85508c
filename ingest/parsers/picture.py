"""Pictures: the text that is recognised on them, with a box for each character."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.parsers import figures, ocr, pages
from ingest.parsers.pdf_flow import flow
from ingest.parsers.pdf_headings import mark_headings
from ingest.parsers.pdf_ocr import glyphs
from ingest.parsers.pdf_page import Glyphs
from ingest.parsers.pdf_tables import rows_of
from rag.errors import DocumentError, UnsupportedDocument
from rag.types import Figure, Parsed

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP")
_MOST_PIXELS = 100_000_000  # of one picture, by its header: nothing is decoded before
_MOST_PAGES = 1_000  # of a TIFF
RECOGNISED = "its text was recognised (OCR) and may have errors"
_ICON = 48  # pixels; what is smaller is no document


def parse(path: Path, *, password: str | None = None) -> Parsed:
    """The text on a picture, or on each page of a TIFF; boxes are in pixels. No use of `password`.

    Raises:
        UnsupportedDocument: no text is found on it, or text recognition is not installed.
        DocumentError: it is damaged, or has more pixels than can be read.
    """
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # the size is checked here, before anything is decoded
    try:
        with Image.open(path, formats=_FORMATS) as image:
            if not (ocr.available() or figures.wanted()):
                raise UnsupportedDocument(f"{path.name}: a picture. {ocr.MISSING}")
            found, warnings, drawn = _pages(path, image)
    except UnidentifiedImageError:
        raise DocumentError(
            f"{path.name}: a picture that can't be made out. Save it again as PNG or JPEG."
        ) from None
    except (SyntaxError, OSError, ValueError) as error:
        raise DocumentError(
            f"{path.name}: damaged picture ({' '.join(str(error).split())[:150]}). Save it again."
        ) from None
    rows = [row for page in found if page for row in rows_of(page)]
    if not rows and not drawn:
        raise UnsupportedDocument(f"{path.name}: a picture on which no text was recognised.")
    if rows:
        mark_headings(rows, [])
    written = flow(found, rows)
    return Parsed(
        text=written.text,
        blocks=tuple(written.blocks),
        pages=tuple(written.pages),
        title=path.stem.encode("utf-8", "replace").decode("utf-8"),
        warnings=(*([RECOGNISED] if rows else []), *warnings),
        figures=tuple(
            Figure(figures.place(written.pages[number - 1], written.blocks), number, array)
            for number, array in drawn
        ),
    )


def _pages(
    path: Path, image: Any
) -> tuple[Sequence[Glyphs | None], list[str], list[tuple[int, NDArray[np.uint8]]]]:
    from PIL import Image

    count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
    found: list[Glyphs | None] = []
    drawn: list[tuple[int, NDArray[np.uint8]]] = []
    warnings = [f"only the first {_MOST_PAGES} pages were read"] if count > _MOST_PAGES else []
    for index in range(min(count, _MOST_PAGES)):
        pages.begin(index + 1)
        image.seek(index)
        width, height = image.size
        if width * height > _MOST_PIXELS:
            raise DocumentError(
                f"{path.name}: {width:,} × {height:,} pixels, more than can be read. Make it "
                "smaller."
            )
        if min(width, height) < _ICON:
            found.append(None)
            continue
        array, scale = pixels(image)
        high, wide = array.shape[0] * scale, array.shape[1] * scale
        lines = ocr.recognise(array) if ocr.available() else []
        found.append(glyphs(lines, index, wide, high, scale))
        if (taken := figures.taken(Image.fromarray(array))) is not None:
            drawn.append((index + 1, taken))
    pages.end()
    return found, warnings, drawn


def pixels(image: Any) -> tuple[NDArray[np.uint8], float]:
    """A picture upright and on white, u8 (h, w, 3), not too large; how many times smaller it is."""
    from PIL import Image, ImageOps

    if image.format == "JPEG":
        image.draft("RGB", (2 * ocr.LONGEST_SIDE, 2 * ocr.LONGEST_SIDE))
    image = ImageOps.exif_transpose(image)
    before = image.size[0]
    scale = max(1.0, max(image.size) / (1.5 * ocr.LONGEST_SIDE))
    if scale > 1:
        image = image.resize((round(image.size[0] / scale), round(image.size[1] / scale)))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return np.asarray(image.convert("RGB")), before / max(image.size[0], 1)
