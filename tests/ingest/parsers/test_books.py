"""EPUB and OpenDocument: zip files of XML that this project reads itself."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ingest.parsers.book import parse as parse_book
from ingest.parsers.opendocument import parse as parse_office
from ingest.parsers.package import Limits
from rag.errors import DocumentError, EncryptedDocument

_CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OPS/a.opf"/></rootfiles></container>'
)
_OPF = """<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">
<metadata><dc:title>On Tea</dc:title><dc:creator>Ada</dc:creator></metadata>
<manifest><item id="two" href="ch%202.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="one.xhtml" media-type="application/xhtml+xml"/>
<item id="gone" href="gone.xhtml" media-type="application/xhtml+xml"/>
<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest>
<spine><itemref idref="one"/><itemref idref="two"/><itemref idref="gone"/></spine></package>"""
_NCX = """<ncx><navMap><navPoint><navLabel><text>The second</text></navLabel>
<content src="ch%202.xhtml#x"/></navPoint></navMap></ncx>"""


def _zip(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def _book(folder: Path, **more: str) -> Path:
    return _zip(
        folder / "a.epub",
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": _CONTAINER,
            "OPS/a.opf": _OPF,
            "OPS/toc.ncx": _NCX,
            "OPS/one.xhtml": "<html><body><h1>First</h1><p>One &amp; all.</p></body></html>",
            "OPS/ch 2.xhtml": "<html><body><p>Two.</p></body></html>",
            **more,
        },
    )


def test_chapters_in_reading_order_with_their_titles(tmp_path: Path) -> None:
    parsed = parse_book(_book(tmp_path))
    assert parsed.title == "On Tea"
    assert parsed.metadata["author"] == "Ada"
    assert parsed.text == "First\n\nOne & all.\n\nThe second\n\nTwo."
    assert parsed.warnings == ("chapter gone.xhtml is missing",)


def test_locked_and_damaged_books(tmp_path: Path) -> None:
    method = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
    drm = f'<encryption><EncryptionMethod Algorithm="{method}"/></encryption>'
    with pytest.raises(EncryptedDocument, match=r"a\.epub.*DRM"):
        parse_book(_book(tmp_path, **{"META-INF/encryption.xml": drm}))
    fonts = drm.replace(method, "http://ns.adobe.com/pdf/enc#RC")
    assert parse_book(_book(tmp_path, **{"META-INF/encryption.xml": fonts})).text
    with pytest.raises(DocumentError, match=r"a\.epub: damaged EPUB book .*package"):
        parse_book(_zip(tmp_path / "a.epub", {"mimetype": "application/epub+zip"}))
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + _OPF.replace("On Tea", "&b;")
    with pytest.raises(DocumentError, match=r"a\.epub.*entities"):
        parse_book(_book(tmp_path, **{"OPS/a.opf": laughs}))


_NS = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "text", "table", "draw", "presentation", "meta")
)


def _office(folder: Path, kind: str, body: str, **more: str) -> Path:
    return _zip(
        folder / "a.odt",
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"<office:document-content {_NS}><office:body><office:{kind}>{body}"
            f"</office:{kind}></office:body></office:document-content>",
            "meta.xml": "<m xmlns:dc='x'><dc:title>On Tea</dc:title>"
            "<dc:creator>Ada</dc:creator></m>",
            **more,
        },
    )


def test_a_text(tmp_path: Path) -> None:
    body = (
        '<text:h text:outline-level="2">Kinds</text:h>'
        '<text:p>Hot<text:s text:c="2"/>water<text:note><text:note-body><text:p>A note.</text:p>'
        "</text:note-body></text:note> is <text:span>good</text:span>.</text:p>"
        "<text:list><text:list-item><text:p>green</text:p><text:list><text:list-item>"
        "<text:p>sencha</text:p></text:list-item></text:list></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Kind</text:p></table:table-cell>"
        "<table:table-cell><text:p>Price</text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:table-cell><text:p>green</text:p></table:table-cell>"
        "<table:table-cell><text:p>4</text:p></table:table-cell></table:table-row></table:table>"
        "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"
    )
    parsed = parse_office(_office(tmp_path, "text", body))
    assert (parsed.title, parsed.metadata["author"]) == ("On Tea", "Ada")
    assert [(b.kind, parsed.text[b.start : b.end]) for b in parsed.blocks] == [
        ("heading", "Kinds"),
        ("paragraph", "Hot water is good."),
        ("paragraph", "A note."),
        ("list", "- green\n- sencha"),
        ("table", "Kind | Price\ngreen | 4"),
    ]


def test_notes_and_headings_in_lists(tmp_path: Path) -> None:
    note = "<text:note><text:note-body><text:p>{}</text:p></text:note-body></text:note>"
    body = (
        f'<text:h text:outline-level="1">Tea{note.format("Of a heading.")}</text:h>'
        f"<text:list><text:list-item><text:p>green{note.format('Of an item.')}</text:p>"
        "</text:list-item>"
        "<text:list-item><text:p>black</text:p></text:list-item></text:list>"
        '<text:list><text:list-item><text:h text:outline-level="2">Prices</text:h></text:list-item>'
        "</text:list><text:p>Four euros.</text:p>"
    )
    parsed = parse_office(_office(tmp_path, "text", body))
    assert [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks] == [
        ("heading", 1, "Tea"),
        ("paragraph", 0, "Of a heading."),
        ("list", 0, "- green"),
        ("paragraph", 0, "Of an item."),
        ("list", 0, "- black"),
        ("heading", 2, "Prices"),
        ("paragraph", 0, "Four euros."),
    ]


def test_comments_on_cells_are_left_out(tmp_path: Path) -> None:
    comment = "<office:annotation><text:p>It was 5.</text:p></office:annotation>"
    body = (
        '<table:table table:name="Prices">'
        "<table:table-row><table:table-cell><text:p>Kind</text:p></table:table-cell>"
        "<table:table-cell><text:p>Price</text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:table-cell><text:p>green</text:p></table:table-cell>"
        f"<table:table-cell>{comment}<text:p>4{comment}</text:p></table:table-cell>"
        "</table:table-row></table:table>"
    )
    parsed = parse_office(_office(tmp_path, "spreadsheet", body))
    assert parsed.text == "Prices\n\nKind | Price\ngreen | 4"


def test_a_sheet_that_repeats_cells_without_end(tmp_path: Path) -> None:
    body = (
        '<table:table table:name="Prices">'
        "<table:table-row><table:table-cell><text:p>Kind</text:p></table:table-cell>"
        "<table:table-cell><text:p>Price</text:p></table:table-cell>"
        '<table:table-cell table:number-columns-repeated="99999999"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell><text:p>green'
        "</text:p></table:table-cell><table:table-cell><text:p>4</text:p></table:table-cell>"
        "</table:table-row></table:table>"
    )
    parsed = parse_office(_office(tmp_path, "spreadsheet", body))
    assert parsed.text.startswith("Prices\n\nKind | Price\ngreen | 4\n")
    assert len(parsed.text) < 5_000


def test_slides_are_pages(tmp_path: Path) -> None:
    slide = (
        '<draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>{0}</text:p>'
        "</draw:text-box></draw:frame><draw:frame><draw:text-box><text:p>Body {0}.</text:p>"
        "</draw:text-box></draw:frame><presentation:notes><draw:frame><draw:text-box>"
        "<text:p>Say {0}.</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>"
    )
    parsed = parse_office(
        _office(tmp_path, "presentation", slide.format("One") + slide.format("Two"))
    )
    assert [page.number for page in parsed.pages] == [1, 2]
    second = parsed.pages[1]
    assert parsed.text[second.start : second.end].strip() == "Two\n\nBody Two.\n\nNotes: Say Two."


def test_locked_bombs_and_damage(tmp_path: Path) -> None:
    manifest = {"META-INF/manifest.xml": "<manifest:encryption-data/>"}
    with pytest.raises(EncryptedDocument, match=r"a\.odt.*password"):
        parse_office(_office(tmp_path, "text", "", **manifest))
    big = _office(tmp_path, "text", f"<text:p>{'x' * 100_000}</text:p>")
    with pytest.raises(DocumentError, match="unpacks to"):
        parse_office(big, limits=Limits(unpacked=50_000))
    with pytest.raises(DocumentError, match=r"a\.odt: no text"):
        parse_office(_office(tmp_path, "text", ""))
    deep = "<text:section>" * 5_000 + "<text:p>x</text:p>" + "</text:section>" * 5_000
    with pytest.raises(DocumentError, match=r"a\.odt"):
        parse_office(_office(tmp_path, "text", deep))
