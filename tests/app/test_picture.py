"""Pages are drawn in a process of their own, and boxes lie on the words."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from app import marks
from app.picture import page_png
from ingest.parsers import ocr, pdf, picture
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


def test_a_quote_over_a_page_break_has_boxes_on_both_pages(tmp_path: Path) -> None:
    path, (one, two) = tmp_path / "two.pdf", ("The harbour was dredged in the year", "1871.")
    canvas = Canvas(str(path))
    canvas.drawString(72, 60, one)
    canvas.showPage()
    canvas.drawString(72, 780, two)
    canvas.save()
    parsed = pdf.parse(path)
    start, end = parsed.text.index("The harbour"), parsed.text.index(two) + len(two)
    for page, words in zip(parsed.pages, (one, two), strict=True):
        [box] = marks.on_page(page, start, end)
        wide = (box[2] - box[0]) * page.width
        assert wide == pytest.approx(stringWidth(words, "Helvetica", 12), abs=5)
        _holds_ink(page_png(path, page.number, 800), box)


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_turned_page_is_boxed_where_it_is_displayed(tmp_path: Path, angle: int) -> None:
    path, words = tmp_path / "turned.pdf", "The watchtower is 52 metres high."
    canvas = Canvas(str(path))
    canvas.setPageRotation(angle)
    canvas.drawString(100, 300, words)
    canvas.save()
    [page] = pdf.parse(path).pages
    [box] = marks.on_page(page, page.start, page.start + len(words))
    wide, high = (box[2] - box[0]) * page.width, (box[3] - box[1]) * page.height
    assert max(wide, high) == pytest.approx(stringWidth(words, "Helvetica", 12), abs=6)
    _holds_ink(page_png(path, 1, 800), box)


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_a_scan_is_boxed_on_its_picture(tmp_path: Path, kind: str) -> None:
    if not ocr.available():
        pytest.skip("text recognition is not installed")
    page = pdfium.PdfDocument(SAMPLE)[1]
    path = tmp_path / f"scan.{kind}"
    page.render(scale=2).to_pil().convert("RGB").save(path, resolution=144)
    parsed = (picture if kind == "png" else pdf).parse(path)
    start = parsed.text.index("trained for 3.5 days")
    boxes = marks.on_page(parsed.pages[0], start, start + 20)
    assert boxes
    # Where the file itself says that they are.
    read = pdf.parse(SAMPLE)
    begin = read.text.index("trained for 3.5 days")
    [known] = marks.on_page(read.pages[1], begin, begin + 20)
    assert boxes[0] == pytest.approx(known, abs=0.02)
    _holds_ink(page_png(path, 1, 800), boxes[0])


def _holds_ink(png: bytes, box: marks.Box) -> None:
    image = Image.open(io.BytesIO(png)).convert("L")
    place = (box[0] * image.width, box[1] * image.height, box[2] * image.width,
             box[3] * image.height)  # fmt: skip
    ink = np.asarray(image.crop(tuple(map(round, place)))) < 160
    assert ink.mean() > 0.04


def test_a_page_that_can_not_be_drawn_is_said_to_be_one(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(DocumentError, match="Page 1 can't be drawn"):
        page_png(broken, 1, 500)
    with pytest.raises(DocumentError, match="Page 99"):
        page_png(SAMPLE, 99, 500)
