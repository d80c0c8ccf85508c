"""Pages are drawn in a process of their own, and boxes lie on the words."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app import marks
from app.picture import page_png
from ingest.parsers import pdf
from rag.errors import DocumentError

SAMPLE = Path(__file__).parents[2] / "samples" / "documents" / "03-transformer.pdf"
QUOTE = "It was trained for 3.5 days on eight P100"


def test_the_box_holds_the_ink_of_the_quote() -> None:
    parsed = pdf.parse(SAMPLE)
    start = parsed.text.index(QUOTE)
    page = next(p for p in parsed.pages if p.start <= start < p.end)
    picture = Image.open(io.BytesIO(page_png(SAMPLE, page.number, 1100))).convert("L")
    assert picture.width == 1100
    ink = np.asarray(picture) < 128
    boxes = marks.on_page(page, start, start + len(QUOTE))
    assert 1 <= len(boxes) <= 2
    for left, top, right, bottom in boxes:
        across, down = picture.width, picture.height
        inside = ink[int(top * down) : int(bottom * down), int(left * across) : int(right * across)]
        assert inside.mean() > 0.05  # letters
        assert inside[:, : inside.shape[1] // 4].any()
        assert inside[:, -inside.shape[1] // 4 :].any()


def test_a_page_that_can_not_be_drawn_is_said_to_be_one(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(DocumentError, match="Page 1 can't be drawn"):
        page_png(broken, 1, 500)
    with pytest.raises(DocumentError, match="Page 99"):
        page_png(SAMPLE, 99, 500)
