"""Figures described by a model behind a real server on this machine."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import docx
import numpy as np
import pptx
import pytest
from PIL import Image, ImageDraw
from pptx.util import Inches
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest import add
from ingest.chunk import chunks
from ingest.figures import Describing, insert, reading
from ingest.worker import ParserPool
from rag.errors import DocumentError
from rag.generate import remote
from rag.generate.vision import RemoteEyes
from rag.index.collection import Collection
from rag.settings import Settings
from rag.types import FIGURE, Block, Figure, Page, Parsed
from tests.ingest.toys import ToyEmbedder
from tests.rag.generate.test_remote import Handler, Server

SAID = "A bar chart of ferries for each month; July has 412."


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(remote, "WAIT_SECONDS", 0.01)
    with Server() as served:
        served.replies = [_says(SAID)]
        thread = Thread(target=served.serve_forever, args=(0.01,))
        thread.start()
        yield served
        served.shutdown()
        thread.join()


def _says(text: str) -> Any:
    def reply(handler: Handler) -> None:
        handler.begin()
        handler.event(text)
        handler.raw("[DONE]")

    return reply


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    """One worker for all, since text recognition takes seconds to load."""
    with ParserPool(figures=True) as pool:
        yield pool


@pytest.fixture
def parser(server: Server, pool: ParserPool) -> Describing:
    return Describing(pool, lambda: RemoteEyes(server.url, model="seer"))


def _settings(server: Server, **more: Any) -> Settings:
    return Settings(server=server.url, vision="seer", **more)


def _chart(seed: int = 3) -> Image.Image:
    image = Image.new("RGB", (400, 300), "white")
    draw = ImageDraw.Draw(image)
    for month in range(8):
        draw.rectangle([30 + 45 * month, 280 - 30 * ((month * seed) % 8 + 1), 60 + 45 * month, 280],
                       fill=(20 * month, 90, 160))  # fmt: skip
    return image


def _pdf(path: Path) -> Path:
    canvas = Canvas(str(path), pagesize=(595, 842))
    canvas.drawString(72, 770, "The first page has words only and no picture at all.")
    canvas.showPage()
    canvas.drawString(72, 770, "The second page speaks of ferries.")
    canvas.drawImage(ImageReader(_chart()), 72, 400, width=300, height=225)
    canvas.drawImage(ImageReader(_chart(5)), 500, 800, width=30, height=22)  # an ornament
    canvas.drawString(72, 380, "Figure 1: Ferries for each month.")
    canvas.showPage()
    canvas.drawString(72, 770, "The third page ends the report.")
    canvas.drawImage(ImageReader(_chart()), 72, 400, width=300, height=225)  # the same again
    canvas.save()
    return path


def _figures(parsed: Parsed) -> list[str]:
    return [parsed.text[b.start : b.end] for b in parsed.blocks if b.kind == "figure"]


def test_a_figure_of_a_pdf_is_described_on_its_page(
    server: Server, parser: Describing, tmp_path: Path
) -> None:
    parsed = parser.parse(_pdf(tmp_path / "a.pdf"))[0]
    assert _figures(parsed) == [f"Figure on page 2: {SAID}"]
    place = parsed.text.index(SAID)
    assert [p.number for p in parsed.pages if p.start <= place < p.end] == [2]
    assert "1 figure described by seer" in parsed.warnings
    for page in parsed.pages:
        assert page.boxes is not None
        assert len(page.boxes) == page.end - page.start
    third = parsed.pages[2]
    assert third.boxes is not None
    start = parsed.text.index("The third page")
    assert third.start <= start
    assert third.boxes[start - third.start].any(), "boxes move with their characters"

    (request,) = server.seen
    asked, picture = request["messages"][0]["content"]
    assert request["model"] == "seer"
    assert "figure" in asked["text"]
    data = base64.b64decode(picture["image_url"]["url"].removeprefix("data:image/png;base64,"))
    with Image.open(io.BytesIO(data)) as sent:
        assert max(sent.size) <= 896
        corner = np.asarray(sent.convert("RGB"))[-40:, -40:]
        assert corner.std() > 10, "the chart itself was sent"


def test_nothing_is_asked_without_the_setting(
    server: Server, parser: Describing, tmp_path: Path
) -> None:
    with reading(Settings(server=server.url)) as silent:
        parsed = silent.parse(_pdf(tmp_path / "a.pdf"))[0]
    assert _figures(parsed) == []
    assert "Figure 1: Ferries for each month." in parsed.text
    assert server.seen == []


def test_word_slides_and_pictures(server: Server, parser: Describing, tmp_path: Path) -> None:
    _chart().save(tmp_path / "chart.png")
    document = docx.Document()
    document.add_heading("Traffic", 1)
    document.add_paragraph("Before the picture.")
    document.add_picture(str(tmp_path / "chart.png"), width=docx.shared.Inches(3))
    document.add_paragraph("After the picture.")
    document.save(str(tmp_path / "a.docx"))
    deck = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_textbox(
        0, 0, Inches(5), Inches(1)
    ).text_frame.text = "First slide"
    deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_picture(
        str(tmp_path / "chart.png"), 0, 0
    )
    deck.save(str(tmp_path / "a.pptx"))
    word = parser.parse(tmp_path / "a.docx")[0]
    slides = parser.parse(tmp_path / "a.pptx")[0]
    picture = parser.parse(tmp_path / "chart.png")[0]
    assert word.text == f"Traffic\n\nBefore the picture.\n\nFigure: {SAID}\n\nAfter the picture."
    assert _figures(slides) == [f"Figure on page 2: {SAID}"]
    assert _figures(picture) == [f"Figure on page 1: {SAID}"]
    assert [(page.number, page.end > page.start) for page in slides.pages] == [(1, True), (2, True)]


def test_books_and_open_documents(server: Server, parser: Describing, tmp_path: Path) -> None:
    chart = io.BytesIO()
    _chart().save(chart, "PNG")
    office = "urn:oasis:names:tc:opendocument:xmlns"
    with zipfile.ZipFile(tmp_path / "a.odt", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f'<o:document-content xmlns:o="{office}:office:1.0" xmlns:t="{office}:text:1.0" '
            f'xmlns:d="{office}:drawing:1.0" xmlns:x="http://www.w3.org/1999/xlink"><o:body><o:text>'
            '<t:p>Before.</t:p><t:p><d:frame><d:image x:href="Pictures/a.png"/></d:frame></t:p>'
            "<t:p>After.</t:p></o:text></o:body></o:document-content>",
        )
        archive.writestr("Pictures/a.png", chart.getvalue())
    with zipfile.ZipFile(tmp_path / "a.epub", "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr(
            "META-INF/container.xml",
            '<container><rootfiles><rootfile full-path="o/c.opf"/></rootfiles></container>',
        )
        archive.writestr(
            "o/c.opf",
            '<package><manifest><item id="a" href="t/a.xhtml" media-type="application/xhtml+xml"/>'
            '</manifest><spine><itemref idref="a"/></spine></package>',
        )
        archive.writestr("o/t/a.xhtml", "<p>Chapter.</p><p><img alt='' src=\"../i/a.png\"/></p>")
        archive.writestr("o/i/a.png", chart.getvalue())
    text = parser.parse(tmp_path / "a.odt")[0].text
    book = parser.parse(tmp_path / "a.epub")[0].text
    assert text == f"Before.\n\nFigure: {SAID}\n\nAfter."
    assert book == f"Chapter.\n\nFigure: {SAID}"


def test_a_pdf_of_pictures_only(server: Server, parser: Describing, tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(200, 150))
    for seed in (3, 5):
        canvas.drawImage(ImageReader(_chart(seed)), 0, 0, width=200, height=150)
        canvas.showPage()
    canvas.save()
    parsed = parser.parse(tmp_path / "a.pdf")[0]
    assert _figures(parsed) == [f"Figure on page {number}: {SAID}" for number in (1, 2)]
    assert [(page.start, page.end) for page in parsed.pages] == [
        (0, parsed.pages[0].end), (parsed.pages[0].end, len(parsed.text))
    ]  # fmt: skip


def test_a_server_that_fails_costs_the_description_only(
    server: Server, parser: Describing, tmp_path: Path
) -> None:
    server.replies = [lambda handler: handler.begin(401)]
    for number in range(5):
        path = tmp_path / f"{number}.pdf"
        parsed = parser.parse(_pdf(path))[0]
        assert "The second page speaks of ferries." in parsed.text
        assert _figures(parsed) == []
        assert any(w.startswith("figures without a description: ") for w in parsed.warnings)
    assert len(server.seen) == 3, "after three files it is not asked any more"


def test_a_picture_that_nobody_can_describe_says_why(
    server: Server, parser: Describing, tmp_path: Path
) -> None:
    server.replies = [lambda handler: handler.begin(401)]
    _chart().save(tmp_path / "chart.png")
    with pytest.raises(DocumentError, match=r"chart\.png: it has no text.*answered 401"):
        parser.parse(tmp_path / "chart.png")[0]


def test_descriptions_are_passages_of_their_own(
    server: Server, parser: Describing, tmp_path: Path
) -> None:
    path = _pdf(tmp_path / "a.pdf")
    root = tmp_path / "indexes"
    settings = _settings(server, index_root=str(root))
    report = add([path], settings=settings, embedder=ToyEmbedder())
    assert not report.failed
    with Collection.open(root, "default") as opened:
        (info,) = opened.documents()
        found = [opened.chunk(row).chunk for row in range(info.chunks)]
        described = [chunk for chunk in found if FIGURE in chunk.headings]
        assert [chunk.page for chunk in described] == [2]
        (chunk,) = described
        assert opened.text(info.id, chunk.start, chunk.end) == f"Figure on page 2: {SAID}"


def _pages(*spans: tuple[int, int]) -> tuple[Page, ...]:
    return tuple(
        Page(n, a, b, 9, 9, np.full((b - a, 4), n, np.float32)) for n, (a, b) in enumerate(spans, 1)
    )


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_spans_and_pages_hold_wherever_a_figure_stands(number: int) -> None:
    # Page 2 is empty, and the last paragraph goes over from page 3 to page 4.
    text = "One.\n\nThree begins and ends."
    pages = _pages((0, 6), (6, 6), (6, 18), (18, len(text)))
    blocks = (Block(0, 4, "paragraph"), Block(6, len(text), "paragraph"))
    at = {1: 4, 2: 6, 3: len(text), 4: len(text)}[number]
    figure = Figure(at, number, np.zeros((64, 64, 3), np.uint8))
    made = insert(Parsed(text, blocks, pages), [(figure, "Seen.")])
    said = [made.text[block.start : block.end] for block in made.blocks]
    assert sorted(said) == [f"Figure on page {number}: Seen.", "One.", "Three begins and ends."]
    assert [page.start for page in made.pages[1:]] == [page.end for page in made.pages[:-1]]
    assert (made.pages[0].start, made.pages[-1].end) == (0, len(made.text))
    for page in made.pages:
        assert page.boxes is not None
        assert len(page.boxes) == page.end - page.start
        kept = made.text[page.start : page.end]
        assert all(box[0] in (0, page.number) for box in page.boxes), kept


def test_figures_at_one_place_keep_their_order() -> None:
    pages = _pages((0, 0), (0, 0), (0, 0))
    drawn = [(Figure(0, n, np.zeros((64, 64, 3), np.uint8)), f"Seen {n}.") for n in (1, 3)]
    made = insert(Parsed("", (), pages), drawn)
    assert made.text == "Figure on page 1: Seen 1.\n\nFigure on page 3: Seen 3."
    assert [made.text[page.start : page.end].strip() for page in made.pages] == [
        "Figure on page 1: Seen 1.", "", "Figure on page 3: Seen 3."
    ]  # fmt: skip


def test_a_figure_never_shares_a_chunk_with_the_text() -> None:
    text = "Head\n\nBefore.\n\nFigure: Seen.\n\nFigure: Also seen.\n\nAfter."
    kinds: list[Any] = ["heading", "paragraph", "figure", "figure", "paragraph"]
    blocks, position = [], 0
    for piece, kind in zip(text.split("\n\n"), kinds, strict=True):
        blocks.append(Block(position, position + len(piece), kind, 1 if kind == "heading" else 0))
        position += len(piece) + 2
    made = chunks(
        Parsed(text, tuple(blocks)),
        count_tokens=ToyEmbedder().count_tokens,
        max_tokens=64,
        title="T",
    )
    assert [(text[c.start : c.end], c.headings) for c in made] == [
        ("Head\n\nBefore.", ("Head",)),
        ("Figure: Seen.\n\nFigure: Also seen.", ("Head", FIGURE)),
        ("After.", ("Head",)),
    ]
