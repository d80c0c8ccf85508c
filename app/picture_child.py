"""Draws one page of a PDF as a PNG on standard output. A script: `picture` runs it.

    python -I picture_child.py FILE PAGE WIDTH

It imports nothing of ours, so that it starts fast, and limits its own memory.
"""

from __future__ import annotations

import sys

MEMORY = 2 << 30  # bytes
LONGEST = 4000  # pixels: a poster is drawn smaller


def limit() -> None:
    """Keeps a hostile file from taking all memory, where the system can do that."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):  # the parent's time limit remains
        pass


def draw(path: str, number: int, width: int) -> None:
    """Writes page `number` (1-based), as it is displayed, `width` pixels wide."""
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(path)
    page = document[number - 1]
    across, down = page.get_size()
    scale = min(width / across, LONGEST / max(across, down))
    page.render(scale=scale).to_pil().save(sys.stdout.buffer, "png")


if __name__ == "__main__":
    limit()
    draw(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
