"""Spreadsheets and CSV: a row of evidence says what its numbers are."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile

from ingest.parsers.package import Limits
from ingest.parsers.sheets import parse_csv, parse_xls, parse_xlsx
from rag.errors import DocumentError, EncryptedDocument
from rag.types import Parsed


def _book(folder: Path, sheets: dict[str, list[list[object]]], name: str = "a.xlsx") -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(folder / name)
    return folder / name


def _csv(folder: Path, text: str | bytes, **options: int) -> Parsed:
    path = folder / "a.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return parse_csv(path, **options)


def test_each_row_carries_the_names_of_its_columns(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Sales 2023"],
        [],
        ["Region", "Q1", "Growth", "When"],
        ["North", 1200, 0.25, dt.date(2023, 4, 1)],
        ["South", 0.1 + 0.2, None, dt.datetime(2023, 4, 1, 12, 30)],
    ]
    path = _book(tmp_path, {"Sales": rows, "Empty": [], "Codes": [[1, 2], [3, 4]]})
    book = openpyxl.load_workbook(path)
    book["Sales"]["C4"].number_format = "0.0%"
    book.properties.creator = "Ada"
    book.save(path)
    parsed = parse_xlsx(path)
    assert parsed.text.split("\n\n") == [
        "Sales",
        "Sales 2023",
        "Region | Q1 | Growth | When\nNorth | 1200 | 25.0% | 2023-04-01\n"
        "South | 0.3 | – | 2023-04-01 12:30:00",
        "Empty",
        "Codes",
        "1 | 2\n3 | 4",
    ]
    assert [b.kind for b in parsed.blocks] == [
        "heading", "paragraph", "table", "heading", "heading", "table",
    ]  # fmt: skip
    assert parsed.metadata["author"] == "Ada"
    assert parsed.title == "a"


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (0.125, "0.0%", "12.5%"),
        (0.125, "0%", "13%"),
        (0.285, "0 %", "29%"),
        (-0.05, "#,##0.00%;[Red]-#,##0.00%", "-5.00%"),
        (12.5, '0.0"%"', "12.5%"),
        (19, "0\\ \\%", "19%"),
        (4.25, '0.00" %";-0.00" %"', "4.25%"),
        (40, '0 "of 100%"', "40"),
        (1e30, "0%", "1" + "0" * 32 + "%"),
    ],
)
def test_percentages_are_those_that_the_sheet_shows(
    tmp_path: Path, value: float, form: str, shown: str
) -> None:
    path = _book(tmp_path, {"S": [["Share", "Of"], [value, "tea"]]})
    book = openpyxl.load_workbook(path)
    book["S"]["A2"].number_format = form
    book.save(path)
    assert parse_xlsx(path).text == f"S\n\nShare | Of\n{shown} | tea"


def _old_book(path: Path, cells: list[tuple[float, str]], blanks: int = 0) -> Path:
    """An old workbook (BIFF8): below heads each value in its number format."""

    def record(kind: int, *data: bytes) -> bytes:
        whole = b"".join(data)
        return struct.pack("<HH", kind, len(whole)) + whole

    def text(said: str, size: str) -> bytes:
        return struct.pack(f"<{size}B", len(said), 0) + said.encode("latin-1")

    book = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 6))
    for index, (_, form) in enumerate(cells, 164):
        book += record(0x041E, struct.pack("<H", index), text(form, "H"))
    for form in (0, *range(164, 164 + len(cells))):
        book += record(0x00E0, struct.pack("<HHH", 0, form, 0), bytes(14))
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 6))
    for column, head in enumerate(("Name", "Of")):
        sheet += record(0x0204, struct.pack("<HHH", 0, column, 0), text(head, "H"))
    for row, (value, _) in enumerate(cells, 1):
        sheet += record(0x0203, struct.pack("<HHHd", row, 0, row, value))
        sheet += record(0x0204, struct.pack("<HHH", row, 1, 0), text("tea", "H"))
        for column in range(2, 2 + blanks):
            sheet += record(0x0201, struct.pack("<HHH", row, column, 0))
    at = len(book) + 4 + 4 + 2 + 3 + 4
    book += record(0x0085, struct.pack("<IBB", at, 0, 0), text("S", "B"))
    path.write_bytes(book + record(0x0A) + sheet + record(0x0A))
    return path


def test_an_old_workbook_shows_percentages_and_times_as_a_new_one_does(tmp_path: Path) -> None:
    cells = [
        (0.125, "0%"), (12.5, '0.0"%"'), (45356, "DD.MM.YYYY"), (0.3125, "h:mm"), (1.25, "[h]:mm"),
        (7, "General"),
    ]  # fmt: skip
    path = _old_book(tmp_path / "a.xls", cells)
    values = ("13%", "12.5%", "2024-03-05", "07:30:00", "30:00:00", "7")
    shown = "\n".join(("Name | Of", *(f"{value} | tea" for value in values)))
    assert parse_xls(path).text == f"S\n\n{shown}"
    new = _book(tmp_path, {"S": [["Name", "Of"], *([value, "tea"] for value, _ in cells)]})
    book = openpyxl.load_workbook(new)
    for row, (_, form) in enumerate(cells, 2):
        book["S"].cell(row, 1).number_format = form
    book.save(new)
    assert parse_xlsx(new).text == f"S\n\n{shown}"


def test_cells_of_an_old_workbook_that_are_only_formatted_are_none(tmp_path: Path) -> None:
    path = _old_book(tmp_path / "a.xls", [(1, "0"), (2, "0")], blanks=5)
    assert parse_xls(path).text == "S\n\nName | Of\n1 | tea\n2 | tea"


def test_long_sheets_come_in_blocks_and_wide_ones_repeat_their_header(tmp_path: Path) -> None:
    wide = [f"column {n}" for n in range(30)]
    path = _book(tmp_path, {"S": [wide, *[[*range(n, n + 30)] for n in range(320)]]})
    parsed = parse_xlsx(path)
    tables = [parsed.text[b.start : b.end] for b in parsed.blocks if b.kind == "table"]
    assert len(tables) == 2
    assert all(table.startswith("column 0 | column 1 | ") for table in tables)


def test_an_empty_row_ends_a_table_where_other_heads_follow(tmp_path: Path) -> None:
    numbers = "Name,Age\nAnna,31\nBob,44\n\n"
    assert _csv(tmp_path, f"{numbers}City,Rent\nBonn,500\n").text.split("\n\n") == [
        "Name | Age\nAnna | 31\nBob | 44",
        "City | Rent\nBonn | 500",
    ]
    assert _csv(tmp_path, f"{numbers}Carl,50\n").text.endswith("Name | Age\nCarl | 50")
    words = _csv(tmp_path, "Name,City\nAnna,Bonn\n\nBob,Rome\n")
    assert words.text.endswith("Name | City\nBob | Rome")


def test_what_ends_with_a_block_ends_its_table(tmp_path: Path) -> None:
    full = "".join(f"Anna,{n}\n" for n in range(200))
    parsed = _csv(tmp_path, f"Name,Age\n{full}\n\nCity,Rent,Since\nBonn,500,1990\n")
    assert parsed.text.endswith("199\n\nCity | Rent | Since\nBonn | 500 | 1990")
    headless = _csv(tmp_path, f"Eve,1\n{full}Anna,none\nBob,7\n")
    assert headless.text.endswith("Anna | 199\nAnna | none\nBob | 7")
    assert len(headless.blocks) == 2


def test_formulas_that_nobody_computed_are_counted(tmp_path: Path) -> None:
    path = _book(tmp_path, {"S": [["Sum", 3], ["=1+2", '=IF(A1="","",1)'], ["=A2"]]})
    assert any(w.startswith("3 formulas have no values") for w in parse_xlsx(path).warnings)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    cells = parts["xl/worksheets/sheet1.xml"]
    cells = (
        cells.replace(b"<v />", b"<v/>")
        .replace(b"<v></v>", b"<v/>")
        .replace(b"<v/>", b"<v>3</v>", 1)
    )
    cells = cells.replace(b'<c r="B2">', b'<c r="B2" t="str">')
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, cells if name == "xl/worksheets/sheet1.xml" else data)
    assert any(w.startswith("1 formula has no value") for w in parse_xlsx(path).warnings)


def test_hidden_sheets_are_hidden_text(tmp_path: Path) -> None:
    path = _book(tmp_path, {"Shown": [["Name", "Age"], ["Ada", 36]], "Notes": [["secret"]]})
    book = openpyxl.load_workbook(path)
    book["Notes"].sheet_state = "hidden"
    book.save(path)
    parsed = parse_xlsx(path)
    assert [b.kind for b in parsed.blocks] == ["heading", "table", "hidden"]
    assert "hidden sheet Notes: secret" in parsed.text
    assert any("hidden text" in warning for warning in parsed.warnings)


def test_a_password_opens_a_workbook(tmp_path: Path) -> None:
    plain = _book(tmp_path, {"S": [["Name", "Age"], ["Ada", 36]]}, "plain.xlsx")
    locked = tmp_path / "locked.xlsx"
    with plain.open("rb") as source, locked.open("wb") as target:
        OOXMLFile(source).encrypt("päss", target)
    assert "Name | Age\nAda | 36" in parse_xlsx(locked, password="päss").text
    with pytest.raises(EncryptedDocument, match=r"locked\.xlsx.*--password"):
        parse_xlsx(locked)
    with pytest.raises(EncryptedDocument, match=r"locked\.xlsx: the password doesn't open"):
        parse_xlsx(locked, password="other")


def _patched(path: Path, name: str, change: tuple[str, str]) -> Path:
    data = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            text = old.read(member)
            if member.endswith(name):
                text = re.sub(change[0], change[1], text.decode(), count=1).encode()
            new.writestr(member, text)
    path.write_bytes(data.getvalue())
    return path


def test_what_a_sheet_declares_is_not_believed(tmp_path: Path) -> None:
    path = _book(tmp_path, {"S": [["only"]]})
    path = _patched(
        path, "sheet1.xml", (r'<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"')
    )
    assert parse_xlsx(path).text == "S\n\nonly"
    far = _patched(path, "sheet1.xml", (r"</sheetData>", '<row r="1048576"><c r="XFD1048576" t="n">'
                   "<v>7</v></c></row></sheetData>"))  # fmt: skip
    assert parse_xlsx(far).text.startswith("S\n\nonly")


@pytest.mark.parametrize(
    "entity", ['<!ENTITY a "aaaa">', '<!ENTITY a SYSTEM "file:///etc/passwd">']
)
def test_entities_are_refused(tmp_path: Path, entity: str) -> None:
    path = _book(tmp_path, {"S": [["x"]]})
    path = _patched(path, "sheet1.xml", (r"<worksheet", f"<!DOCTYPE w [{entity}]><worksheet"))
    with pytest.raises(DocumentError, match=r"a\.xlsx.*entities"):
        parse_xlsx(path)


def test_bombs_and_damage(tmp_path: Path) -> None:
    path = _book(tmp_path, {"S": [["x" * 30_000] for _ in range(100)]})
    with pytest.raises(DocumentError, match="unpacks to"):
        parse_xlsx(path, limits=Limits(unpacked=10_000))
    parsed = parse_xlsx(_book(tmp_path, {"S": [["a", "b"]] * 50}), most_cells=20)
    assert any("too many cells" in warning for warning in parsed.warnings)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(DocumentError, match=r"a\.xlsx: damaged Excel workbook"):
        parse_xlsx(path)


@pytest.mark.parametrize("text", ["10,5;1,25\n20,0;2,5", "Seil;4,50;1,1\nHaken;12,00;2,2"])
def test_a_comma_in_numbers_cuts_no_cells_where_semicolons_do(tmp_path: Path, text: str) -> None:
    assert _csv(tmp_path, text).text == text.replace(";", " | ")


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_csv_with_any_delimiter(tmp_path: Path, sign: str) -> None:
    text = sign.join(["Name", "Note", "Age"]) + "\n" + sign.join(["Ada", '"x, y; z"', "36"]) + "\n"
    assert _csv(tmp_path, text).text == "Name | Note | Age\nAda | x, y; z | 36"


def test_csv_encodings_and_single_columns(tmp_path: Path) -> None:
    assert (
        _csv(tmp_path, "Name,Ort\nJürgen,Köln\n".encode("utf-16")).text
        == "Name | Ort\nJürgen | Köln"
    )
    assert _csv(tmp_path, "apple\npear\nplum\nfig\n").text == "- apple\n- pear\n- plum\n- fig"
    assert _csv(tmp_path, "a,b\n").text == "a | b"
    with pytest.raises(DocumentError, match=r"a\.csv: no text"):
        _csv(tmp_path, " \n")


def test_reading_leaves_the_limit_of_fields_to_others(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    _csv(tmp_path, "a,b\n1,2\n")
    assert csv.field_size_limit() == before


def test_a_line_of_200_000_columns(tmp_path: Path) -> None:
    parsed = _csv(tmp_path, ",".join(map(str, range(200_000))) + "\n1,2\n")
    assert parsed.text.startswith("0 | 1 | 2 | ")
    assert parsed.text.endswith("\n1 | 2")
    assert any("cells beyond column 1,000" in warning for warning in parsed.warnings)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_csv_is_read_or_refused_in_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, text: str | bytes
) -> None:
    folder = tmp_path_factory.mktemp("csv")
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    with suppress(DocumentError):
        parsed = _csv(folder, data)
        assert all(parsed.text[block.start : block.end].strip() for block in parsed.blocks)


def test_a_damaged_sheet_costs_that_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Kind", "Price"])
    book.active.append(["green", 4])
    book.create_sheet("Second").append(["blue", 5])
    book.save(tmp_path / "whole.xlsx")
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data[:-30] if name.endswith("sheet2.xml") else data)
    parsed = parse_xlsx(path)
    assert "Kind | Price\ngreen | 4" in parsed.text
    assert any(w.startswith("sheet Second was ") for w in parsed.warnings)


def test_nothing_but_a_damaged_sheet_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Kind", "Price"])
    book.save(tmp_path / "whole.xlsx")
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<worksheet" if name.endswith("sheet1.xml") else old.read(name))
    with pytest.raises(DocumentError, match=r"a\.xlsx: damaged Excel workbook"):
        parse_xlsx(path)
