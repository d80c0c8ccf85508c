"""Raised figures in every format: 10⁶ is not 106, nor is 2019 with the mark of a note 20193."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from reportlab.pdfgen.canvas import Canvas

from ingest.parsers.data import parse_xml
from ingest.parsers.office import parse as parse_docx
from ingest.parsers.opendocument import parse as parse_odt
from ingest.parsers.pdf import parse as parse_pdf
from ingest.parsers.plain import parse_markdown
from ingest.parsers.raised import raised
from ingest.parsers.rst import parse as parse_rst
from ingest.parsers.rtf import parse as parse_rtf
from ingest.parsers.web import parse as parse_html
from rag.types import Parsed

# (text, whether it is raised)
_PIECES = [
    ("About 10", False), ("6", True), (" in 2019", False), ("3,4", True), (", 10", False),
    ("-", True), ("3", True), (" m", False), ("2", True), (", see", False), ("[1]", True),
    (", the 19", False), ("th", True), (".", False),
]  # fmt: skip
_TEXT = "About 10⁶ in 2019³,⁴, 10⁻³ m², see[1], the 19th."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("6", "⁶"),
        (" +12 ", " ⁺¹² "),
        ("(2)", "⁽²⁾"),
        ("−1", "⁻¹"),
        ("1,2", "¹,²"),
        ("[3]", "[3]"),
        ("n", "n"),
        ("", ""),
        ("٣", "٣"),
    ],
)
def test_figures_alone_are_raised(text: str, shown: str) -> None:
    assert raised(text) == shown


def _joined(before: str, after: str) -> str:
    """The pieces, each raised one or run of them between two marks."""
    whole = "".join(f"{before}{text}{after}" if up else text for text, up in _PIECES)
    return whole.replace(f"{after}{before}", "")


def _html(folder: Path) -> Parsed:
    path = folder / "a.html"
    path.write_text(f"<p>{_joined('<sup>', '</sup>')}</p><ul><li>5 m<sup>2</sup></li></ul>")
    return parse_html(path)


def _markdown(folder: Path) -> Parsed:
    path = folder / "a.md"
    path.write_text(f"{_joined('<sup>', '</sup>')}\n\n- 5 m<sup>*2*</sup>\n")
    return parse_markdown(path)


def _rst(folder: Path) -> Parsed:
    path = folder / "a.rst"
    path.write_text(f"{_joined(chr(92) + ' :sup:`', '`' + chr(92) + ' ')}\n\n- 5 m\\ :sup:`2`\n")
    return parse_rst(path)


def _xml(folder: Path) -> Parsed:
    path = folder / "a.xml"
    path.write_text(f"<article><p>{_joined('<sup>', '</sup>')}</p><q>5 m<sup>2</sup></q></article>")
    return parse_xml(path)


def _rtf(folder: Path) -> Parsed:
    path = folder / "a.rtf"
    body = _joined(r"{\super ", "}")
    path.write_text(rf"{{\rtf1\ansi {body}\par 5 m\super 2\nosupersub \par}}")
    return parse_rtf(path)


def _docx(folder: Path) -> Parsed:
    document = docx.Document()
    for pieces in (_PIECES, [("5 m", False), ("2", True)]):
        paragraph = document.add_paragraph()
        for text, up in pieces:
            paragraph.add_run(text).font.superscript = up or None
    document.save(str(folder / "a.docx"))
    return parse_docx(folder / "a.docx")


def _odt(folder: Path) -> Parsed:
    spans = _joined('<text:span text:style-name="T7">', "</text:span>")
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"><office:automatic-styles>'
        '<style:style style:name="T7" style:family="text">'
        '<style:text-properties style:text-position="super 58%"/></style:style>'
        '<style:style style:name="T8"><style:text-properties style:text-position="-33% 58%"/>'
        f"</style:style></office:automatic-styles><office:body><office:text><text:p>{spans}</text:p>"
        '<text:p>H<text:span text:style-name="T8">2</text:span>O on 5 m<text:span '
        'text:style-name="T7">2</text:span></text:p></office:text></office:body>'
        "</office:document-content>"
    )
    with zipfile.ZipFile(folder / "a.odt", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
    return parse_odt(folder / "a.odt")


@pytest.mark.parametrize("make", [_html, _markdown, _rst, _xml, _rtf, _docx, _odt])
def test_figures_above_the_line_are_not_those_beside_them(
    tmp_path: Path, make: Callable[[Path], Parsed]
) -> None:
    text = make(tmp_path).text
    assert _TEXT in text
    assert text.rstrip().endswith("5 m²")


def _pdf(folder: Path, lines: list[list[tuple[str, float, float]]], turn: float = 0) -> Parsed:
    """Lines of pieces, each a text with its size and how far it is above the line."""
    canvas = Canvas(str(folder / "a.pdf"))
    canvas.translate(500 if turn else 100, 300)
    canvas.rotate(turn)
    for number, pieces in enumerate(lines):
        text = canvas.beginText(0, 400 - 20 * number)
        for piece, size, rise in pieces:
            text.setFont("Helvetica", size)
            text.setRise(rise)
            text.textOut(piece)
        canvas.drawText(text)
    canvas.save()
    return parse_pdf(folder / "a.pdf")


def test_figures_above_the_lines_of_a_page(tmp_path: Path) -> None:
    parsed = _pdf(
        tmp_path,
        [
            [("About 10", 12, 0), ("6", 8, 4), (" people paid 1,250", 12, 0), ("(2)", 7, 4.5)],
            [("in 2019.", 12, 0), ("3,14", 8, 4), (" They had 10", 12, 0), ("-3", 8, 4)],
            [("1", 7, 4), (" Without those of 2018, which had 5 m", 12, 0), ("2", 7, 4)],
        ],
    )
    text = " ".join(parsed.text.split())
    assert "About 10⁶ people paid 1,250⁽²⁾ in 2019.³,¹⁴ They had 10⁻³" in text
    assert "¹ Without those of 2018, which had 5 m²" in text
    (page,) = parsed.pages
    assert page.boxes is not None
    box = page.boxes[parsed.text.index("⁶")]
    assert 0 < box[2] - box[0] < 6  # that of the character that it stands for


@pytest.mark.parametrize(
    ("pieces", "turn"),
    [
        ([("H", 12, 0), ("2", 8, -3), ("O of 2019", 12, 0)], 0),  # below the line
        ([("Type ", 12, 0), ("2019", 8, 4)], 0),  # no mark has so many digits
        ([("Chapter", 16, 0), ("12", 9, 0)], 0),  # small on the line
        ([("Chapter", 9, 0), ("12", 9, 4)], 0),  # as large as the rest
        ([("Total", 12, 0), ("    7", 8, 4)], 0),  # another cell
        ([("mm1 m2", 12, 0)], 90),
    ],
)
def test_other_figures_of_a_page_stay_as_they_are(
    tmp_path: Path, pieces: list[tuple[str, float, float]], turn: float
) -> None:
    parsed = _pdf(tmp_path, [pieces], turn)
    found = "".join(parsed.text.replace("|", "").split())
    assert found == "".join(text for text, _, _ in pieces).replace(" ", "")
