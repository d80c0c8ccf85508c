"""Spreadsheets: XLSX, XLS and CSV, a heading for each sheet, rows with the names of their columns.

openpyxl in its read-only mode streams the rows that are there, whatever size a sheet declares.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ingest.parsers.build import Builder
from ingest.parsers.clean import decode, require_text
from ingest.parsers.grid import MOST_CELLS, Grid
from ingest.parsers.package import LIMITS, Limits, damaged, open_zip, refuse_entities
from ingest.parsers.protected import unlocked
from ingest.parsers.repaired import opened
from ingest.parsers.sheet_formulas import uncomputed
from ingest.parsers.sheet_values import dated, shown
from rag.errors import DocumentError
from rag.types import Parsed

_MOST_ROWS = 1_048_576
_EMPTY_RUN = 10_000  # empty rows after which nothing more is expected
_SAMPLE = 64 * 1024  # characters in which the delimiter of a CSV file is looked for
_DELIMITERS = ",;\t|"
_DECIMAL = re.compile(r"(?<=\d),(?=\d)")  # where semicolons cut, as in German files
_NOTHING = "If its sheets hold pictures only, save them as PDF and add that."


def parse_xlsx(
    path: Path,
    *,
    password: str | None = None,
    limits: Limits = LIMITS,
    most_cells: int = MOST_CELLS,
) -> Parsed:
    """The sheets of an Excel workbook, values as last computed.

    Raises:
        EncryptedDocument: it needs a password, or another one.
        DocumentError: it is damaged, unpacks to more than `limits`, or holds no text.
    """
    source = unlocked(path, password)
    with open_zip(path, "Excel workbook", limits=limits, source=source) as archive:
        refuse_entities(path, archive, "Excel workbook")
        formulas = uncomputed(archive)
    book = opened(path, "Excel workbook", limits, source, partial(_open, path))
    builder = Builder()
    grid = Grid(builder, most_cells=most_cells)
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # what a sheet declares may be wrong, or a trap
            rows = (_values(row) for row in _until_empty(sheet.iter_rows()))
            _add_sheet(builder, grid, sheet.title, rows, sheet.sheet_state != "visible")
        properties = book.properties
        metadata = {
            "author": properties.creator or "",
            "subject": properties.subject or "",
            "keywords": properties.keywords or "",
            "modified": properties.modified.date().isoformat() if properties.modified else "",
        }
        title = properties.title
    finally:
        book.close()
    _require_sheet(path, builder, grid.rows)
    builder.warnings += [*grid.warnings(), *formulas]
    parsed = builder.parsed(title or path.stem, metadata)
    require_text(path, parsed.text, _NOTHING)
    return parsed


def parse_xls(path: Path, *, password: str | None = None) -> Parsed:
    """The sheets of an old Excel workbook (BIFF), by xlrd.

    Raises:
        EncryptedDocument: it needs a password, or another one.
        DocumentError: it is damaged or holds no text.
    """
    source = unlocked(path, password)
    try:
        book = _open_old(source.read() if source else path.read_bytes())
        builder = Builder()
        grid = Grid(builder)
        for number in range(book.nsheets):
            sheet = book.sheet_by_index(number)
            rows = (
                [_old_value(cell, book) for cell in sheet.row(index)]
                for index in range(sheet.nrows)
            )
            _add_sheet(builder, grid, sheet.name, rows, bool(sheet.visibility))
            book.unload_sheet(number)
    except DocumentError:
        raise
    except Exception as error:  # xlrd asserts and unpacks without looking first
        raise damaged(path, "Excel workbook", error) from None
    _require_sheet(path, builder, grid.rows)
    builder.warnings += grid.warnings()
    parsed = builder.parsed(path.stem, {"author": getattr(book, "user_name", "") or ""})
    require_text(path, parsed.text, _NOTHING)
    return parsed


def parse_csv(path: Path, *, password: str | None = None, most_cells: int = MOST_CELLS) -> Parsed:
    """Rows of a file of values that commas, semicolons, tabs or bars separate.

    Raises:
        DocumentError: there is no text in the file.
    """
    text, warnings = decode(path.read_bytes())
    builder = Builder()
    builder.warnings.extend(warnings)
    text = builder.cleaner.clean(text)
    require_text(path, text, "Add a file with text in it.")
    grid = Grid(builder, most_cells=most_cells)
    # The limit is the whole process's, so others get back what they had.
    before = csv.field_size_limit(len(text) + 1)
    try:
        reader = csv.reader(io.StringIO(text), delimiter=_delimiter(text), skipinitialspace=True)
        grid.table(_readable(reader))
    finally:
        csv.field_size_limit(before)
    builder.warnings += grid.warnings()
    return builder.parsed(path.stem)


def _readable(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """Rows until the end, or until what is no CSV any more."""
    while True:
        try:
            yield next(reader)
        except (StopIteration, csv.Error):
            return


def _delimiter(text: str) -> str:
    """The sign that cuts the first lines most evenly into more than one cell."""
    lines = [line for line in text[:_SAMPLE].split("\n")[:50] if line.strip()]
    if all(";" in line for line in lines):
        lines = [_DECIMAL.sub(".", line) for line in lines]

    def evenness(sign: str) -> tuple[float, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=sign) if row]
        usual = max(set(counts), key=counts.count, default=1)
        return (counts.count(usual) / len(counts) if usual > 1 else 0.0, usual)

    try:
        return max(_DELIMITERS, key=evenness)
    except csv.Error:
        return ","


def _open(path: Path, source: io.BytesIO | None) -> Any:
    import warnings

    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that hold no text
            return openpyxl.load_workbook(
                source or str(path), read_only=True, data_only=True, keep_links=False
            )
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, OSError) as error:
        raise damaged(path, "Excel workbook", error) from None
    except Exception as error:
        # Damaged XML ends in errors of the XML library, which differ from one to the next.
        raise damaged(path, "Excel workbook", error) from None


def _add_sheet(
    builder: Builder, grid: Grid, name: str, rows: Iterator[Sequence[str]], hidden: bool
) -> None:
    rows = _sound(rows, builder, name)
    if hidden:
        inner = Builder()
        Grid(inner).table(rows)
        builder.hide(inner.parsed(None).text, f"hidden sheet {name}")
        return
    builder.add("heading", name, 1)
    grid.table(rows)


def _sound(rows: Iterator[Sequence[str]], builder: Builder, name: str) -> Iterator[Sequence[str]]:
    """The rows up to where a sheet is damaged, with a warning; its other sheets are read on."""
    count = 0
    try:
        for row in rows:
            count += 1
            yield row
    except (DocumentError, MemoryError):
        raise
    except Exception as error:  # zip, XML, cells: each library has errors of its own
        where = f"was read to row {count} only" if count else "was left out"
        builder.warnings.append(f"sheet {name} {where}: damaged ({type(error).__name__})")


def _require_sheet(path: Path, builder: Builder, read: int) -> None:
    """Raises DocumentError where damage left nothing of any sheet."""
    if builder.warnings and not read:
        raise DocumentError(
            f"{path.name}: damaged Excel workbook: {builder.warnings[0]}. Save it again from its "
            "program."
        )


def _until_empty(rows: Iterator[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """Rows up to a long run of empty ones: one cell at the very end of a sheet is no table."""
    empty = 0
    for number, row in enumerate(rows):
        if any(cell.value is not None for cell in row):
            empty = 0
        else:
            empty += 1
        if number >= _MOST_ROWS or empty > _EMPTY_RUN:
            return
        yield row


def _values(row: Sequence[Any]) -> list[str]:
    return [shown(cell.value, getattr(cell, "number_format", "") or "") for cell in row]


def _open_old(content: bytes) -> Any:
    """With its number formats, where they are not damaged."""
    import xlrd

    open_book = partial(
        xlrd.open_workbook, file_contents=content, on_demand=True, logfile=io.StringIO()
    )
    try:
        return open_book(formatting_info=True)
    except Exception:  # xlrd asserts and unpacks without looking first
        return open_book()


def _old_value(cell: Any, book: Any) -> str:
    import xlrd

    form = ""
    if cell.xf_index is not None and cell.xf_index < len(book.xf_list):
        found = book.format_map.get(book.xf_list[cell.xf_index].format_key)
        form = found.format_str if found else ""
    match cell.ctype:
        case xlrd.XL_CELL_DATE:
            return dated(cell.value, form, from_1904=bool(book.datemode))
        case xlrd.XL_CELL_BOOLEAN:
            return shown(bool(cell.value), "")
        case xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, ""))
        case _:
            return shown(cell.value, form)
