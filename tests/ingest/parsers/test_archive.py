"""ZIP archives: sections of one document, and no way out of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from ingest.parsers import members
from ingest.parsers.archive import parse
from ingest.parsers.package import Limits
from rag.errors import DocumentError, EncryptedDocument, UnsupportedDocument


def _zipped(files: Mapping[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def _zip(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    (folder / "a.zip").write_bytes(_zipped(files))
    return folder / "a.zip"


def test_members_are_sections(tmp_path: Path) -> None:
    inner = _zipped({"deep.txt": "Deep text."})
    files = {"notes/b.md": "# Tea\n\nHot.", "x.bin": b"\0\1\2", "in.zip": inner, "__MACOSX/b": "no"}
    parsed = parse(_zip(tmp_path, files))
    headings = [parsed.text[b.start : b.end] for b in parsed.blocks if b.kind == "heading"]
    assert headings == ["notes/b.md", "Tea", "in.zip", "deep.txt"]
    assert parsed.text.endswith("Deep text.")
    assert len(parsed.warnings) == 1
    assert parsed.warnings[0].startswith("x.bin: looks like")
    assert parsed.metadata == {"files": "2"}


@pytest.mark.parametrize("name", ["../../x.txt", "/etc/x.txt", "..\\x.txt", "a\n\u202eb.txt"])
def test_names_are_shown_and_never_used_as_paths(tmp_path: Path, name: str) -> None:
    before = {path.name for path in tmp_path.parent.iterdir()}
    parsed = parse(_zip(tmp_path, {name: "Some text."}))
    title, text = parsed.text.split("\n\n")
    assert text == "Some text."
    assert ".." not in title
    assert title.isprintable()
    assert {path.name for path in tmp_path.parent.iterdir()} == before


def test_ten_archives_in_each_other(tmp_path: Path) -> None:
    data = _zipped({"core.txt": "core"})
    for level in range(10):
        data = _zipped({"readme.txt": f"level {level}", "inner.zip": data})
    (tmp_path / "a.zip").write_bytes(data)
    parsed = parse(tmp_path / "a.zip")
    assert "level 9" in parsed.text
    assert "core" not in parsed.text
    assert any("too many files in each other" in warning for warning in parsed.warnings)


def test_limits_on_members_ratio_and_size(tmp_path: Path) -> None:
    path = _zip(tmp_path, {f"{n}.txt": f"text {n}" for n in range(50)})
    with pytest.raises(DocumentError, match="50 parts"):
        parse(path, limits=Limits(members=49))
    with members.budget(members.Budget(members=11)):
        parsed = parse(path)
    assert "text 9" in parsed.text
    assert "text 10" not in parsed.text
    bomb = _zip(tmp_path, {"zeros": bytes(20_000_000)})
    with pytest.raises(DocumentError, match="unpacks to 19 MiB"):
        parse(bomb)


def test_many_small_bombs_share_one_budget(tmp_path: Path) -> None:
    inner = _zipped({"zeros.txt": b" " * 400_000})
    path = _zip(tmp_path, {"a.txt": "fine", **{f"{n}.zip": inner for n in range(20)}})
    with members.budget(members.Budget(bytes=1_000_000)) as left:
        parsed = parse(path)
        assert left.bytes > -500_000
    assert parsed.text.startswith("a.txt\n\nfine")


def test_nothing_to_read_and_damage(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedDocument, match=r"a\.zip: nothing in this zip archive"):
        parse(_zip(tmp_path, {"x.bin": b"\0\1\2"}))
    data = bytearray(_zipped({"a.txt": "x" * 500, "b.txt": "good"}))
    data[40] ^= 0xFF
    (tmp_path / "a.zip").write_bytes(data)
    parsed = parse(tmp_path / "a.zip")
    assert parsed.text == "b.txt\n\ngood"
    assert "a.txt: damaged" in parsed.warnings[0]


def test_encrypted_members(tmp_path: Path) -> None:
    path = _zip(tmp_path, {"a.txt": "x"})
    data = bytearray(path.read_bytes())
    for mark in (b"PK\3\4", b"PK\1\2"):  # the flag "encrypted" of both headers
        data[data.index(mark) + (6 if mark == b"PK\3\4" else 8)] |= 1
    path.write_bytes(data)
    with pytest.raises(EncryptedDocument, match=r"a\.zip.*--password"):
        parse(path)
    with pytest.raises(UnsupportedDocument, match="the password doesn't open it"):
        parse(path, password="wrong")


def test_names_in_old_code_pages(tmp_path: Path) -> None:
    path = _zip(tmp_path, {"name": "text"})
    path.write_bytes(path.read_bytes().replace(b"name", "茶お".encode("cp932")))
    assert parse(path).text == "茶お\n\ntext"


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp437", ["Prüfung", "Größe", "niño"]),
        ("cp437", ["Übersicht"]),
        ("cp850", ["São Paulo", "smørrebrød"]),
        ("cp850", ["été", "FRANÇAIS"]),
        ("cp932", ["山", "第1章", "final報告書"]),
        ("cp932", ["ﾃｽﾄ"]),
        ("utf-8", ["Größe", "山"]),
    ],
)
def test_names_in_the_code_page_of_their_maker(
    tmp_path: Path, encoding: str, names: list[str]
) -> None:
    held = {
        f"{index}".ljust(len(name.encode(encoding)), "_"): "text"
        for index, name in enumerate(names)
    }
    path = _zip(tmp_path, held)
    data = path.read_bytes()
    for placeholder, name in zip(held, names, strict=True):
        data = data.replace(placeholder.encode(), name.encode(encoding))
    path.write_bytes(data)
    parsed = parse(path)
    assert [parsed.text[b.start : b.end] for b in parsed.blocks if b.kind == "heading"] == names
