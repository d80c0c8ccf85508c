"""Hostile files through the worker, with small limits: one clear sentence each, and on it goes."""

from __future__ import annotations

import io
import os
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from ingest.worker import ParserPool
from rag.errors import DocumentError


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    with ParserPool(timeout=30, memory=2 * 1024**3) as pool:
        yield pool


def _docx(folder: Path, part: str, data: bytes) -> Path:
    """A Word file in which one part is replaced."""
    document = docx.Document()
    document.add_paragraph("Real text.")
    made = io.BytesIO()
    document.save(made)
    path = folder / "a.docx"
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, data if name == part else old.read(name))
    return path


def _refused(pool: ParserPool, path: Path, says: str) -> None:
    with pytest.raises(DocumentError, match=says) as caught:
        pool.parse(path)
    assert "Traceback" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_part_that_unpacks_to_a_thousand_times_its_size(pool: ParserPool, tmp_path: Path) -> None:
    path = _docx(tmp_path, "word/document.xml", bytes(40_000_000))
    assert path.stat().st_size < 100_000
    _refused(pool, path, r"a\.docx: unpacks to 38 MiB")


def test_billion_laughs(pool: ParserPool, tmp_path: Path) -> None:
    entities = '<!ENTITY a0 "lol">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    text = (
        f"<!DOCTYPE w:document [{entities}]><w:document xmlns:w="
        '"http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        "<w:t>&a9;</w:t></w:r></w:p></w:body></w:document>"
    )
    _refused(pool, _docx(tmp_path, "word/document.xml", text.encode()), r"a\.docx.*[Ee]ntit")


def _pdf(*objects: bytes) -> bytes:
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        data
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\n"
        % (
            len(objects) + 1,
            table,
            len(objects) + 1,
        )
        + b"startxref\n%d\n%%%%EOF" % len(data)
    )


def test_a_stream_that_inflates_without_end(pool: ParserPool, tmp_path: Path) -> None:
    packed = zlib.compress(b" " * 60_000_000, 9)
    stream = b"<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (len(packed), packed)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>"
    tree = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    (tmp_path / "a.pdf").write_bytes(_pdf(b"<</Type/Catalog/Pages 2 0 R>>", tree, page, stream))
    _refused(pool, tmp_path / "a.pdf", r"a\.pdf: no text on its 1 pages")


def test_a_page_tree_that_loops(pool: ParserPool, tmp_path: Path) -> None:
    tree = b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000>>"
    (tmp_path / "a.pdf").write_bytes(_pdf(b"<</Type/Catalog/Pages 2 0 R>>", tree))
    _refused(pool, tmp_path / "a.pdf", r"a\.pdf: ")


def test_one_line_without_end(pool: ParserPool, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("word " * 1_000_000)
    assert len(pool.parse(tmp_path / "a.txt").parsed.text) == 4_999_999


@pytest.mark.skipif(sys.platform == "win32", reason="such names can't exist there")
@pytest.mark.parametrize(
    "name", ["new\nline.csv", "\u202efdp.csv", "x" * 251 + ".csv", os.fsdecode(b"\xff\xfe.csv")]
)
def test_names_are_only_names(pool: ParserPool, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("Kind,Price\ngreen,4\n")
    parsed = pool.parse(tmp_path / name).parsed
    assert parsed.text == "Kind | Price\ngreen | 4"
    assert parsed.title
    assert parsed.title.isprintable()


_ENDINGS = "docx xlsx pptx epub odt zip pdf rtf eml png doc msg ipynb xml srt".split()
_HEADS = (b"PK\x03\x04", b"%PDF-1.7\n", b"{\\rtf1", b"\x89PNG\r\n\x1a\n", b"<?xml",
          b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # fmt: skip


@pytest.mark.parametrize("ending", _ENDINGS)
@pytest.mark.parametrize("head", _HEADS)
def test_the_head_of_one_kind_and_the_name_of_another(
    pool: ParserPool, tmp_path: Path, ending: str, head: bytes
) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_bytes(head + bytes(range(256)) * 8)
    try:
        parsed = pool.parse(path).parsed
    except DocumentError as error:
        message = str(error)
    else:
        message = f"a.{ending}: {parsed.text}"
    assert message.startswith(f"a.{ending}: ")
    assert "crashed" not in message


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.rst", "\n".join(" " * i + "* x" for i in range(400)), "rst"),
        ("a.tex", "{" * 20_000 + "words" + "}" * 20_000, "latex"),
        ("a.json", '{"n": ' + "9" * 10_000 + "}", "json"),
        ("a.md", "> " * 5_000 + "words", "markdown"),
    ],
)
def test_marks_without_end_leave_the_text(
    pool: ParserPool, tmp_path: Path, name: str, text: str, kind: str
) -> None:
    (tmp_path / name).write_text(text)
    parsed, found, _ = pool.parse(tmp_path / name)
    assert found == kind
    assert len(parsed.text) > 0.9 * len(text)


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.rst"])
def test_marks_alone_are_no_text(pool: ParserPool, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("`" * 5_001)
    _refused(pool, tmp_path / name, "no text")


@pytest.mark.parametrize(
    ("member", "says"),
    [("xl/workbook.bin", "xlsb.*Save it as xlsx"), ("Index/Document.iwa", "Export it as PDF")],
)
def test_what_is_made_elsewhere_says_what_to_do(
    pool: ParserPool, tmp_path: Path, member: str, says: str
) -> None:
    with zipfile.ZipFile(tmp_path / "a.bin", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(member, b"x")
    _refused(pool, tmp_path / "a.bin", says)


def test_archives_in_each_other_say_it_once(pool: ParserPool, tmp_path: Path) -> None:
    data = b"words"
    for number in range(9):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr(f"{number}.zip" if number else "a.txt", data)
        data = made.getvalue()
    (tmp_path / "a.zip").write_bytes(data)
    _refused(pool, tmp_path / "a.zip", r"^a\.zip: nothing.*too many files in each other[^(]*$")
