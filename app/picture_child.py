"""Draws one page of a PDF, or a picture, as a PNG on standard output. A script: `picture` runs it.

    python -I picture_child.py FILE PAGE WIDTH

It imports nothing of ours, so that it starts fast, and limits its own memory.
"""

from __future__ import annotations

import sys
from pathlib import Path

MEMORY = 2 << 30  # bytes
LONGEST = 4000  # pixels: a poster is drawn smaller
FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP")


def limit() -> None:
    """Keeps a hostile file from taking all memory, where the system can do that."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):  # the parent's time limit remains
        pass


def draw(path: str, number: int, width: int) -> None:
    """Writes page `number` (1-based), as it is displayed, `width` pixels wide."""
    if not _is_pdf(path):
        _draw_picture(path, number, width)
        return
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(path)
    page = document[number - 1]
    across, down = page.get_size()
    scale = min(width / across, LONGEST / max(across, down))
    page.render(scale=scale).to_pil().save(sys.stdout.buffer, "png")


def _is_pdf(path: str) -> bool:
    """Told by its first bytes; some have a few others before."""
    with Path(path).open("rb") as file:
        return b"%PDF" in file.read(1024)


def _draw_picture(path: str, number: int, width: int) -> None:
    """Writes frame `number` (1-based) of a picture, upright, as its text was recognised."""
    from PIL import Image, ImageOps

    with Image.open(path, formats=FORMATS) as image:
        image.seek(number - 1)
        upright = ImageOps.exif_transpose(image).convert("RGBA")
        scale = min(width / upright.width, LONGEST / max(upright.size))
        small = upright.resize((round(upright.width * scale), round(upright.height * scale)))
        white = Image.new("RGBA", small.size, "white")
        Image.alpha_composite(white, small).convert("RGB").save(sys.stdout.buffer, "png")


if __name__ == "__main__":
    limit()
    draw(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
