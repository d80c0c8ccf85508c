"""What a file is, by its content first."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ingest.parsers.detect import detect
from rag.errors import DocumentError, UnsupportedDocument


def _file(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.txt", b"%PDF-1.4\n...", "pdf"),
        ("a.pdf", "<!DOCTYPE html><html><body>x</body></html>", "html"),
        ("a.txt", "  <!-- saved -->\n<html><p>x</p></html>", "html"),
        ("a.html", "<p>only a piece</p>", "html"),
        ("a.md", "<div align=center>x</div>\n\nText", "markdown"),
        ("a.md", "no signs at all", "markdown"),
        ("README", "# Title\n\nSee [this](x.md) and **that**.\n", "markdown"),
        ("a.txt", "# a comment\nvalue = 1\n", "text"),
        ("a.py", "# Title\n\nprint('[x](y)')\n", "code"),
        ("a.csv", "a,b\n1,2\n", "csv"),
        ("a.rst", "Title\n=====\n", "rst"),
        ("README", "\\documentclass{article}\n", "latex"),
        ("a.json", '{"a": 1}', "json"),
        ("a.json", "no json", "text"),
        ("a.ipynb", '{"cells": []}', "notebook"),
        ("a.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "calendar"),
        ("a", "\ufeffBEGIN:VCARD\nFN:Ada\n", "contacts"),
        ("a.vcf", "No card at all.", "text"),
        ("a.txt", "From: a@b.c\nTo: d@e.f\nSubject: x\n\nHello\n", "eml"),
        ("a.txt", "From: the people\n\nTo: the king\n", "text"),
        ("a", "From a@b.c Mon Jan  1 00:00:00 2024\nSubject: x\n\nHello\n", "mbox"),
        ("a.txt", "1\n00:00:01,000 --> 00:00:02,000\nHello\n", "subtitles"),
        ("a.xml", "<a>x</a>", "xml"),
        ("a", b"{\\rtf1 text}", "rtf"),
        ("a", b"\x89PNG\r\n\x1a\n" + bytes(50), "image"),
        ("run", "#!/bin/sh\necho\n", "code"),
        ("a.txt", "Grüße".encode("latin-1"), "text"),
        ("a.txt", "Grüße".encode("utf-16"), "text"),
        ("a.txt", "Grüße".encode("utf-16-le"), "text"),
        ("a.txt", "Grüße".encode("utf-16-be"), "text"),
        ("a.txt", b"A text with a zero\x00 in it.", "text"),
        ("a.mht", "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=B\n\n", "html"),
        ("a.eml", "From: a@b.c\nMIME-Version: 1.0\nContent-Type: multipart/related\n\nx", "eml"),
        ("a.txt", "M" + "Z is how this text begins", "text"),
    ],
)
def test_type_comes_from_content(tmp_path: Path, name: str, data: bytes | str, kind: str) -> None:
    assert detect(_file(tmp_path, name, data)) == kind


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("<!-- a -->\n" * 200 + "<html><p>x</p></html>", "html"),
        ("<!-- a -->\n" * 200 + "no page", "text"),
        ("<!-- " * 10_000, "text"),
        ("a\n" + "\n" * 60_000 + "b", "text"),
        ("[" * 60_000, "text"),
        ("[a](" * 15_000, "text"),
        ("| a | b |\r\n|:--- | ---:\r\n\r\n**a** [b](c)\r\n", "markdown"),
    ],
)
def test_what_takes_patterns_long(tmp_path: Path, data: str, kind: str) -> None:
    """Each but the last took from a minute to years where parts of a pattern overlapped."""
    assert detect(_file(tmp_path, "a.txt", data)) == kind


def test_long_utf8_text_may_be_cut_anywhere(tmp_path: Path) -> None:
    for shift in range(4):
        path = _file(tmp_path, "a.txt", "x" * shift + "語" * 40_000)
        assert detect(path) == "text"


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({"[Content_Types].xml": "x", "word/document.xml": "x"}, "docx"),
        ({"[Content_Types].xml": "x", "xl/workbook.xml": "x"}, "xlsx"),
        ({"[Content_Types].xml": "x", "ppt/presentation.xml": "x"}, "pptx"),
        ({"mimetype": "application/epub+zip", "a.opf": "x"}, "epub"),
        ({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "x"}, "odt"),
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "ods"),
        ({"word/letter.txt": "x"}, "zip"),
        ({"a.txt": "x"}, "zip"),
    ],
)
def test_what_a_zip_file_is(tmp_path: Path, members: dict[str, str], kind: str) -> None:
    path = tmp_path / "a.bin"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    assert detect(path) == kind


def test_texts_that_begin_like_something_else(tmp_path: Path) -> None:
    texts = {
        "a.txt": "PKD1 inhibits AMPK through phosphorylation of serine 491.",
        "b.txt": "A file that begins with %PDF-1.7 is a PDF.",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
        assert detect(tmp_path / name) == "text"
    shifted = b"junk\n%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 4
    (tmp_path / "c.bin").write_bytes(shifted)
    assert detect(tmp_path / "c.bin") == "pdf"


def test_what_nothing_reads_inside_a_zip_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.odg"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.graphics")
    with pytest.raises(UnsupportedDocument, match=r"OpenDocument graphics.*Save it as PDF"):
        detect(path)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\x1f\x8b" + bytes(50), "gzip"),
        (bytes(range(256)) * 4, "binary data|file of type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Office file"),
    ],
)
def test_what_nothing_reads_is_named(tmp_path: Path, data: bytes, says: str) -> None:
    with pytest.raises(UnsupportedDocument, match=says):
        detect(_file(tmp_path, "a.bin", data))


def test_encrypted_office_files_are_told_by_their_name(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    locked = ole + "EncryptedPackage".encode("utf-16-le")
    assert detect(_file(tmp_path, "a.xlsx", locked)) == "xlsx"
    assert detect(_file(tmp_path, "a.pptx", locked)) == "pptx"
    assert detect(_file(tmp_path, "a", locked)) == "docx"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 damaged"])
def test_empty_and_damaged_files(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"a\.docx"):
        detect(_file(tmp_path, "a.docx", data))


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="No such file"):
        detect(tmp_path / "a.txt")
