"""Text recognition on pictures and on pages without a text layer."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest.parsers import ocr
from ingest.parsers.ocr import Line, in_reading_order
from ingest.parsers.pdf import parse as parse_pdf
from ingest.parsers.picture import parse
from rag.errors import DocumentError, UnsupportedDocument

pytestmark = pytest.mark.skipif(not ocr.available(), reason="text recognition is not installed")

_TEXT = "The quick brown fox"


def _drawn(*lines: str, size: tuple[int, int] = (900, 260)) -> Image.Image:
    image = Image.new("RGB", size, "white")
    font = ImageFont.load_default(44)
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((40, 40 + 80 * number), line, "black", font)
    return image


def test_text_on_a_picture_with_its_place(tmp_path: Path) -> None:
    _drawn(_TEXT, "costs 42 euros").save(tmp_path / "a.png")
    parsed = parse(tmp_path / "a.png")
    assert parsed.text.replace("\n\n", " ") == f"{_TEXT} costs 42 euros"
    assert any("recognised (OCR)" in warning for warning in parsed.warnings)
    (page,) = parsed.pages
    assert (page.width, page.height) == (900, 260)
    assert page.boxes is not None
    start = parsed.text.index("fox")
    left, top, right, bottom = (
        page.boxes[start : start + 3, :2].min(axis=0).tolist()
        + page.boxes[start : start + 3, 2:].max(axis=0).tolist()
    )
    first = page.boxes[parsed.text.index("The")]
    assert first[0] < 60
    assert 300 < left < right < 520
    assert 20 < top < 75 < bottom < 110


def test_a_scanned_page_among_others(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"))
    canvas.drawString(72, 700, "A page with a text layer, which is read as it is.")
    canvas.showPage()
    canvas.drawImage(ImageReader(_drawn(_TEXT)), 72, 500, 450, 130)
    canvas.showPage()
    canvas.save()
    parsed = parse_pdf(tmp_path / "a.pdf")
    assert parsed.text.endswith(_TEXT)
    assert any("OCR" in warning and "page 2" in warning for warning in parsed.warnings)
    page = parsed.pages[1]
    assert page.boxes is not None
    boxes = page.boxes[parsed.text.index(_TEXT) - page.start :]
    # The picture stands 72 points from the left and from 212 to 342 points from the top.
    assert 72 < boxes[0, 0] < 110
    assert 212 < boxes[:, 1].min() < boxes[:, 3].max() < 342


def test_the_invisible_layer_of_a_scan_is_text_and_other_invisible_text_is_not(
    tmp_path: Path,
) -> None:
    def write(canvas: Canvas, x: float, y: float, text: str) -> None:
        layer = canvas.beginText(x, y)
        layer.setTextRenderMode(3)
        layer.setFont("Helvetica", 21)
        layer.textOut(text)
        canvas.drawText(layer)

    canvas = Canvas(str(tmp_path / "a.pdf"))
    canvas.drawImage(ImageReader(_drawn(_TEXT)), 72, 500, 450, 130)
    write(canvas, 93, 590, _TEXT)
    write(canvas, 72, 200, "Obey me")
    canvas.save()
    parsed = parse_pdf(tmp_path / "a.pdf")
    assert parsed.text == f"{_TEXT}\n\nPage 1: Obey me"
    assert [block.kind for block in parsed.blocks][-1] == "hidden"


def test_pictures_without_text_and_damaged_ones(tmp_path: Path) -> None:
    Image.new("RGB", (300, 200), "navy").save(tmp_path / "a.png")
    with pytest.raises(UnsupportedDocument, match=r"a\.png: .*no text was recognised"):
        parse(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "b.png").write_bytes(data[:60])
    with pytest.raises(DocumentError, match=r"b\.png: damaged picture"):
        parse(tmp_path / "b.png")


def test_a_picture_of_four_thousand_million_pixels(tmp_path: Path) -> None:
    def part(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", 65_500, 65_500, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000))
    image = b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", body) + part(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(image)
    with pytest.raises(DocumentError, match=r"a\.png: 65,500 × 65,500 pixels"):
        parse(tmp_path / "a.png")


def test_without_the_extra_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "find_spec", lambda name: None)
    _drawn(_TEXT).save(tmp_path / "a.png")
    with pytest.raises(UnsupportedDocument, match=r"a\.png.*\.venv/bin/pip install -e '\.\[ocr\]'"):
        parse(tmp_path / "a.png")


def _line(text: str, left: float, top: float) -> Line:
    boxes = np.array([[left + 8 * i, top, left + 8 * i + 8, top + 12] for i in range(len(text))])
    return Line(text, boxes.astype(np.float32), 0.99)


def test_columns_of_prose_are_read_one_after_the_other() -> None:
    def text(column: str, row: int) -> str:
        return f"{column}{row} some words of a line"

    lines = [_line("A title over both columns of the page", 100, 0)]
    for row in range(6):
        lines += [
            _line(text("a", row), 20, 40 + 20 * row),
            _line(text("b", row), 300, 41 + 20 * row),
        ]
    order = [line.text[:2] for line in in_reading_order(lines[::-1])]
    assert order == ["A ", *[f"a{n}" for n in range(6)], *[f"b{n}" for n in range(6)]]


def test_rows_of_a_table_stay_together() -> None:
    cells = [_line(f"{c}{r}", 20 + 200 * c, 20 * r + c) for r in range(6) for c in range(3)]
    order = [line.text for line in in_reading_order(cells[::-1])]
    assert order == [f"{c}{r}" for r in range(6) for c in range(3)]
