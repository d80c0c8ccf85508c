"""Word documents."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from ingest.parsers.office import parse
from ingest.parsers.package import Limits
from rag.errors import DocumentError


def _document(folder: Path, fill: Callable[[docx.document.Document], None]) -> Path:
    document = docx.Document()
    fill(document)
    path = folder / "a.docx"
    document.save(str(path))
    return path


def _rewritten(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    changed = path.with_name("b.docx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return changed


def test_headings_lists_tables_in_order(tmp_path: Path) -> None:
    def fill(document: docx.document.Document) -> None:
        document.core_properties.title = "On Tea"
        document.core_properties.author = "Ada"
        document.add_heading("Tea", 1)
        paragraph = document.add_paragraph("Hot ")
        paragraph.add_run("water").bold = True
        document.add_paragraph("green", style="List Bullet")
        document.add_paragraph("black", style="List Number")
        document.add_heading("Prices", 2)
        table = document.add_table(2, 2)
        for cell, text in zip(table._cells, ("Kind", "Price", "green", "4"), strict=True):
            cell.text = text
        document.add_paragraph("The end.")

    parsed = parse(_document(tmp_path, fill))
    assert parsed.title == "On Tea"
    assert parsed.metadata["author"] == "Ada"
    assert [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks] == [
        ("heading", 1, "Tea"),
        ("paragraph", 0, "Hot water"),
        ("list", 0, "- green\n- black"),
        ("heading", 2, "Prices"),
        ("table", 0, "Kind | Price\ngreen | 4"),
        ("paragraph", 0, "The end."),
    ]


def test_cells_stand_in_the_columns_that_they_span(tmp_path: Path) -> None:
    def fill(document: docx.document.Document) -> None:
        table = document.add_table(4, 4)
        texts = "Year Sales - - - Q1 Q2 Q3 2023 1 2 3 - 4 5 6".split()
        for cell, text in zip(table._cells, texts, strict=True):
            cell.text = text.strip("-")
        for one, other in (((0, 1), (0, 3)), ((0, 0), (1, 0)), ((2, 0), (3, 0))):
            table.cell(*one).merge(table.cell(*other))

    text = parse(_document(tmp_path, fill)).text
    assert text == "Year | Sales | – | –\n– | Q1 | Q2 | Q3\n2023 | 1 | 2 | 3\n2023 | 4 | 5 | 6"


def test_tracked_changes_text_boxes_and_content_controls(tmp_path: Path) -> None:
    path = _document(tmp_path, lambda document: document.add_paragraph("PLACE"))
    body = (
        "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:r><w:tab/><w:t>tab</w:t></w:r>"
        "</w:p><w:sdt><w:sdtContent><w:p><w:r><w:t>control</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:p><w:r><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></w:r>"
    )

    def change(name: str, data: bytes) -> bytes:
        return data.replace(b"<w:r><w:t>PLACE</w:t></w:r>", body.encode())

    assert parse(_rewritten(path, change)).text == "new tab\n\ncontrol\n\nbox"


def test_a_bomb_is_not_opened(tmp_path: Path) -> None:
    path = _document(tmp_path, lambda document: document.add_paragraph("x"))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/bomb.bin", bytes(20 * 1024 * 1024))
    with pytest.raises(DocumentError, match=r"a\.docx: unpacks to 20 MiB"):
        parse(path)
    with pytest.raises(DocumentError, match="too much for a document"):
        parse(path, limits=Limits(unpacked=1024 * 1024, ratio=10_000))
    assert parse(path, limits=Limits(ratio=10_000)).text == "x"


@pytest.mark.parametrize("attack", ["file", "laughs"])
def test_entities_are_neither_read_nor_expanded(tmp_path: Path, attack: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    path = _document(tmp_path, lambda document: document.add_paragraph("PLACE"))
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    entities = f'<!DOCTYPE d [<!ENTITY l0 "ha"><!ENTITY f SYSTEM "{secret}">{laughs}]>'
    place = b"a &f; b" if attack == "file" else b"a &l11; b"

    def change(name: str, data: bytes) -> bytes:
        if name != "word/document.xml":
            return data
        head, rest = data.split(b"?>", 1)
        return head + b"?>" + entities.encode() + rest.replace(b"PLACE", place)

    with pytest.raises(DocumentError, match=r"b\.docx: damaged.*entit") as caught:
        parse(_rewritten(path, change))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("damage", ["truncated", "no document", "bad xml"])
def test_damage_is_one_clear_sentence(tmp_path: Path, damage: str) -> None:
    path = _document(tmp_path, lambda document: document.add_paragraph("x"))
    if damage == "truncated":
        path.write_bytes(path.read_bytes()[:2000])
    elif damage == "bad xml":
        path = _rewritten(path, lambda n, d: d[:300] if n == "word/document.xml" else d)
    else:
        path.unlink()
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("word/other.xml", "x")
    with pytest.raises(DocumentError, match=r"damaged Word document.*save it again"):
        parse(path)


def test_no_text(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"a\.docx: no text was found"):
        parse(_document(tmp_path, lambda document: None))


def test_what_is_said_of_a_picture_is_its_caption(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (200, 100), "green").save(tmp_path / "a.png")
    document = docx.Document()
    document.add_paragraph("Before.")
    document.add_picture(str(tmp_path / "a.png"))
    (described,) = document.element.body.iter(
        "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
    )
    described.set("descr", "Ferries that called at Brennau in each month of 1873")
    document.add_paragraph("After.")
    document.save(str(tmp_path / "a.docx"))
    parsed = parse(tmp_path / "a.docx")
    assert parsed.text == (
        "Before.\n\nFerries that called at Brennau in each month of 1873\n\nAfter."
    )
    assert [block.kind for block in parsed.blocks] == ["paragraph", "caption", "paragraph"]
    assert parsed.figures == ()


def _math(tag: str, inner: str) -> str:
    return f"<m:{tag}>{inner}</m:{tag}>"


def _run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (_run("Y=0.85"), "Y=0.85"),
        (
            _math("f", _math("num", _run("a+b")) + _math("den", _run("2"))),
            "(a+b)/2",
        ),
        (_math("sSup", _math("e", _run("x")) + _math("sup", _run("2"))), "x^2"),
        (_math("rad", _math("deg", "") + _math("e", _run("2"))), "√(2)"),
        (
            '<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr>'
            + _math("sub", _run("i=1")) + _math("sup", _run("n")) + _math("e", _run("i"))
            + "</m:nary>",
            "∑_(i=1)^ni",
        ),
        (
            '<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr>'
            + _math("e", _math("m", _math("mr", _math("e", _run("1")) + _math("e", _run("2")))
                               + _math("mr", _math("e", _run("3")) + _math("e", _run("4")))))
            + "</m:d>",
            "[1, 2; 3, 4]",
        ),
    ],
)  # fmt: skip
def test_equations(tmp_path: Path, inner: str, text: str) -> None:
    path = _document(
        tmp_path, lambda document: document.add_paragraph("The yield is MATH percent.")
    )
    math = (
        '</w:t></w:r><m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
        f"{inner}<m:r><w:rPr><w:vanish/></w:rPr><m:t>unseen</m:t></m:r></m:oMath><w:r>"
        '<w:t xml:space="preserve">'
    )
    path = _rewritten(
        path,
        lambda name, data: data.replace(b"MATH", math.encode()).replace(
            b"<w:t>The", b'<w:t xml:space="preserve">The'
        ),
    )
    parsed = parse(path)
    assert [(b.kind, parsed.text[b.start : b.end]) for b in parsed.blocks] == [
        ("paragraph", f"The yield is {text} percent."),
        ("hidden", "unseen"),
    ]
