"""Word documents."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from pptx.chart.data import CategoryChartData
from pptx.chart.xmlwriter import ChartXmlWriter
from pptx.enum.chart import XL_CHART_TYPE

from ingest.parsers.office import parse
from ingest.parsers.package import Limits
from rag.errors import DocumentError

_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


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
        ("list", 0, "- green\n1. black"),
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


def test_a_chart_is_the_table_that_it_draws(tmp_path: Path) -> None:
    data = CategoryChartData()
    data.categories = [date(2024, 1, 1), date(2024, 2, 1)]
    data.add_series("Rent", (900, 950))
    chart = ChartXmlWriter(XL_CHART_TYPE.LINE, data).xml.encode()

    def fill(document: docx.document.Document) -> None:
        run = document.add_paragraph("Before").add_run()
        name = PackURI("/word/charts/chart1.xml")
        kind = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
        part = Part(name, kind, chart, document.part.package)
        relation = document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
        space = "http://schemas.openxmlformats.org/drawingml/2006/chart"
        run._r.append(
            parse_xml(
                f'<w:drawing {_NS} xmlns:c="{space}" xmlns:r="{_R}"><c:chart r:id="{relation}"/>'
                "</w:drawing>"
            )
        )
        document.add_paragraph("After")

    table = "Category | Rent\n2024-01-01 | 900\n2024-02-01 | 950"
    assert parse(_document(tmp_path, fill)).text == f"Before\n\n{table}\n\nAfter"


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


def _level(level: int, kind: str, text: str, extra: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>{extra}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def _numbered(folder: Path, numbering: str, body: str, styles: str = "") -> list[tuple[str, str]]:
    """The blocks of a document with numbers of Word's own."""

    def change(name: str, data: bytes) -> bytes:
        if name == "word/numbering.xml":
            return f"<w:numbering {_NS}>{numbering}</w:numbering>".encode()
        if name == "word/styles.xml":
            return data.replace(b"</w:styles>", styles.encode() + b"</w:styles>")
        return data.replace(b"<w:p><w:r><w:t>PLACE</w:t></w:r></w:p>", body.encode())

    path = _document(folder, lambda document: document.add_paragraph("PLACE"))
    parsed = parse(_rewritten(path, change))
    return [(block.kind, parsed.text[block.start : block.end]) for block in parsed.blocks]


def _p(text: str, number: str | None = None, level: int | None = 0, style: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    told = "" if level is None else f'<w:ilvl w:val="{level}"/>'
    own = f'<w:numPr>{told}<w:numId w:val="{number}"/></w:numPr>' if number else ""
    return f"<w:p><w:pPr>{named}{own}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def _numbers(kind: str, text: str = "%1.", start: int = 1) -> str:
    level = _level(0, kind, text, start=start)
    return (
        f'<w:abstractNum w:abstractNumId="0">{level}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )


def test_numbers_that_word_gives_to_clauses(tmp_path: Path) -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="7">'
        + _level(0, "decimal", "%1.", '<w:pStyle w:val="Heading1"/>')
        + _level(1, "decimal", "%1.%2", '<w:pStyle w:val="Clause"/>')
        + _level(2, "lowerLetter", "(%3)")
        + _level(3, "lowerRoman", "(%4)")
        + '</w:abstractNum><w:num w:numId="4"><w:abstractNumId w:val="7"/></w:num>'
    )
    by_style = '<w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr>'
    styles = (
        '<w:style w:type="paragraph" w:styleId="Clause"><w:name w:val="Clause"/>'
        f'<w:basedOn w:val="Heading2"/>{by_style}</w:style>'
        '<w:style w:type="paragraph" w:styleId="Clause3"><w:name w:val="Clause Three"/>'
        '<w:basedOn w:val="Clause"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Plain"><w:name w:val="Plain clause"/>'
        '<w:basedOn w:val="Clause"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>'
    )
    body = (
        _p("Terms", "4", 0, "Heading1") + _p("Scope", style="Clause")
        + _p("Liability", "4", 0, "Heading1") + _p("Cap", style="Clause")
        + _p("ten thousand euros;", "4", 2) + _p("the fees,", "4", 2) + _p("once", "4", 3)
        + _p("twice", "4", 3)
        + _p("Exceptions", style="Clause3") + _p("fraud.", "4", 2)
        + _p("Nothing else counts.", style="Plain") + _p("Preamble", "0", 0, "Clause")
    )  # fmt: skip
    assert _numbered(tmp_path, numbering, body, styles) == [
        ("heading", "1. Terms"),
        ("heading", "1.1 Scope"),
        ("heading", "2. Liability"),
        ("heading", "2.1 Cap"),
        ("list", "(a) ten thousand euros;\n(b) the fees,\n(i) once\n(ii) twice"),
        ("heading", "2.2 Exceptions"),
        ("list", "(a) fraud."),
        ("paragraph", "2.3 Nothing else counts."),
        ("heading", "Preamble"),
    ]


def test_numbered_lists_start_and_go_on_as_word_shows_them(tmp_path: Path) -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="0">'
        + _level(0, "decimal", "%1)")
        + _level(1, "bullet", "\uf0b7")
        + _level(2, "upperRoman", "%1-%3", '<w:lvlRestart w:val="0"/><w:isLgl/>', start=5)
        + "</w:abstractNum>"
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    deleted = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del/>'
        "</w:rPr></w:pPr><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
    )
    body = (
        _p("one", "1") + deleted + _p("dot", "1", 1) + _p("five", "1", 2) + _p("two", "2")
        + _p("six", "2", 2) + _p("anew", "3") + _p("second", "3") + _p("none such", "99")
    )  # fmt: skip
    assert _numbered(tmp_path, numbering, body) == [
        ("list", "1) one\n- dot\n- 1-5 five\n2) two\n- 2-6 six\n1) anew\n2) second\n- none such")
    ]


@pytest.mark.parametrize(
    ("kind", "start", "shown"),
    [
        ("upperLetter", 28, "- BB. x"),
        ("lowerLetter", 3, "c. x"),
        ("upperRoman", 1994, "- MCMXCIV. x"),
        ("decimalZero", 7, "07. x"),
        ("ordinal", 22, "- 22nd. x"),
        ("chineseCountingThousand", 12, "- 十二. x"),
        ("chineseCounting", 105, "- 一百零五. x"),
        ("none", 1, "- . x"),
        ("hex", 4, "4. x"),
        ("lowerRoman", 4000, "- 4000. x"),
    ],
)
def test_kinds_of_numbers(tmp_path: Path, kind: str, start: int, shown: str) -> None:
    assert _numbered(tmp_path, _numbers(kind, start=start), _p("x", "1")) == [("list", shown)]


def test_numbered_rows_of_a_table(tmp_path: Path) -> None:
    rows = [("", "Rent"), ("", "Deposit")]
    cells = (
        "".join(f"<w:tc>{_p(n, '1')}</w:tc><w:tc>{_p(t)}</w:tc>" for n, t in (r,)) for r in rows
    )
    body = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>" + _p("End", "1")
    found = _numbered(tmp_path, _numbers("decimal"), body)
    assert found == [("table", "1. | Rent\n2. | Deposit"), ("list", "3. End")]


def test_a_numbering_by_a_list_style(tmp_path: Path) -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="Steps"/></w:abstractNum>'
        '<w:abstractNum w:abstractNumId="1">' + _level(0, "decimal", "§ %1") + "</w:abstractNum>"
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    )
    styles = (
        '<w:style w:type="numbering" w:styleId="Steps"><w:name w:val="Steps"/>'
        '<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    )
    body = _p("Mietzins", "1", 0, "Heading2") + _p("Kaution", "1", None, "Heading2")
    assert _numbered(tmp_path, numbering, body, styles) == [
        ("heading", "§ 1 Mietzins"),
        ("heading", "§ 2 Kaution"),
    ]


def test_signs_of_symbol_fonts_and_of_forms(tmp_path: Path) -> None:
    def sym(font: str, code: str) -> str:
        return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'

    def box(inside: str) -> str:
        data = f"<w:ffData><w:checkBox><w:sizeAuto/>{inside}</w:checkBox></w:ffData>"
        begin = f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r>'
        return f"{begin}<w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r><w:r>{end}</w:r>"

    end = '<w:fldChar w:fldCharType="end"/>'
    choice = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/>'
        '<w:listEntry w:val="monthly"/><w:listEntry w:val="yearly"/></w:ddList></w:ffData>'
        "</w:fldChar></w:r>"
    )
    ticked = box('<w:default w:val="0"/><w:checked/>')
    blank = box('<w:default w:val="1"/><w:checked w:val="0"/>')
    body = (
        f"<w:p><w:r><w:t>Load </w:t></w:r>{sym('Symbol', 'F0A3')}<w:r><w:t> 5 </w:t></w:r>"
        f"{sym('Symbol', 'F0B1')}<w:r><w:t> 1 kg, angle </w:t></w:r>{sym('Symbol', 'F061')}</w:p>"
        f"<w:p>{sym('Wingdings', 'F0FE')}<w:r><w:t> dogs </w:t></w:r>{sym('Wingdings', 'F06F')}"
        f"<w:r><w:t> cats </w:t></w:r>{sym('Webdings', 'F04E')}{sym('Arial', '2264')}</w:p>"
        f"<w:p>{ticked}<w:r><w:t> yes </w:t></w:r>{blank}<w:r><w:t> no, paid </w:t></w:r>{choice}"
        "</w:p>"
    )
    assert [text for _, text in _numbered(tmp_path, "", body)] == [
        "Load ≤ 5 ± 1 kg, angle α",
        "☑ dogs ☐ cats ≤",
        "☒ yes ☐ no, paid yearly",
    ]
