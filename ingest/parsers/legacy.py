"""Old Word and PowerPoint files (97 to 2003), straight from their binary records.

No maintained Python library reads their text. What is read is the plain text (MS-DOC 2.4.1: the
piece table; MS-PPT 2.9: text atoms), without styles.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.parsers.build import Builder
from ingest.parsers.clean import require_text
from ingest.parsers.grid import Grid
from ingest.parsers.package import damaged
from ingest.parsers.protected import unlocked
from ingest.parsers.titles import chosen
from rag.types import Parsed

_ENCRYPTED = 0x0100  # flag in the file information block of a DOC
_TABLE1 = 0x0200
_CLX = 0x01A2  # where the block says where the piece table lies
_COMPRESSED = 1 << 30
_MOST_PIECES = 1_000_000
_WIDEST = 63  # cells of a row in Word
_MOST_TEXT = 64 * 1024 * 1024  # characters
_FIELD = re.compile("\x13[^\x13\x14\x15]*\x14([^\x13\x15]*)\x15|\x13[^\x13\x14\x15]*\x15")
_ANCHORS = re.compile("[\x01-\x06\x08\x1e\x1f\x0e-\x12\x13-\x1a]")
_SAVE = "Save it in the new format (DOCX, PPTX) and add it again."

_TEXT_HEADER, _UTF16, _BYTES, _PERSIST = 0x0F9F, 0x0FA0, 0x0FA8, 0x03F3
_SLIDE, _LIST = 0x03EE, 0x0FF0
_SKIPPED = frozenset([0x03F8, 0x0FC9, 0x0FDA])  # masters, handouts
_TITLES = (0, 6)
_DEEPEST = 30


def parse_doc(path: Path, *, password: str | None = None) -> Parsed:
    """The text of a Word 97 document in paragraphs, tables as rows.

    Raises:
        EncryptedDocument: it needs a password, or another one.
        DocumentError: it is damaged or holds no text.
    """
    with _open(path, password, "Word document") as ole:
        try:
            main = ole.openstream("WordDocument").read()
            flags = struct.unpack_from("<H", main, 10)[0]
            table = ole.openstream("1Table" if flags & _TABLE1 else "0Table").read()
            text = "".join(_pieces(main, table))[:_MOST_TEXT]
        except (struct.error, OSError, IndexError, ValueError) as error:
            raise damaged(path, "Word document", error) from None
        title, metadata = _described(ole)
    builder = Builder()
    while (shown := _FIELD.sub(lambda match: match[1] or "", text)) != text:
        text = shown
    rows: list[list[str]] = []
    for paragraph in _ANCHORS.sub("", text).replace("\x0b", "\n").split("\r"):
        *cells, rest = paragraph.split("\x07")
        if cells and any(cells):
            rows += _rows([cell.strip() for cell in cells])
        if rows and (rest.strip() or not cells):
            Grid(builder).table(rows)
            rows = []
        builder.add("paragraph", rest.replace("\x0c", "\n"))
    Grid(builder).table(rows)
    parsed = builder.parsed(title, metadata)
    require_text(path, parsed.text, _SAVE)
    return parsed


def _rows(cells: list[str]) -> list[list[str]]:
    """The rows of a table: a row ends like a cell (MS-DOC, 2.4.3), so one more is empty in each."""
    for width in range(1, min(len(cells), _WIDEST + 1)):
        if len(cells) % (width + 1) == 0 and not any(cells[width :: width + 1]):
            return [cells[at : at + width] for at in range(0, len(cells), width + 1)]
    return [cells]


def parse_ppt(path: Path, *, password: str | None = None) -> Parsed:
    """The text of a PowerPoint 97 presentation, each slide a page.

    Raises:
        EncryptedDocument: it needs a password, or another one.
        DocumentError: it is damaged or holds no text.
    """
    with _open(path, password, "PowerPoint presentation") as ole:
        try:
            data = ole.openstream("PowerPoint Document").read()
        except OSError as error:
            raise damaged(path, "PowerPoint presentation", error) from None
        title, metadata = _described(ole)
    outline: list[list[tuple[int, str]]] = []
    shapes: list[list[tuple[int, str]]] = []
    _slides(data, 0, len(data), outline, shapes, 0)
    builder = Builder()
    for number in range(max(len(outline), len(shapes))):
        builder.begin_page()
        texts = outline[number] if number < len(outline) else []
        texts = texts + (shapes[number] if number < len(shapes) else [])
        for kind, text in texts:
            lines = [line.strip() for line in re.split(r"[\r\n]", text) if line.strip(" *")]
            if kind in _TITLES:
                builder.add("heading", " ".join(lines), 1)
            elif len(lines) > 1:
                builder.add("list", "\n".join(f"- {line}" for line in lines))
            else:
                builder.add("paragraph", "".join(lines))
    parsed = builder.parsed(title, metadata)
    require_text(path, parsed.text, _SAVE)
    return parsed


def _open(path: Path, password: str | None, what: str) -> Any:
    import olefile

    source = unlocked(path, password)
    try:
        return olefile.OleFileIO(source or io.BytesIO(path.read_bytes()))
    except (OSError, ValueError, IndexError) as error:
        raise damaged(path, what, error) from None


def _described(ole: Any) -> tuple[str | None, dict[str, str]]:
    from ingest.parsers.clean import decode

    def shown(value: Any) -> str:
        text = decode(value)[0] if isinstance(value, bytes) else str(value or "")
        return text.strip("\0 ")

    try:
        about = ole.get_metadata()
        return chosen(shown(about.title)), {
            "author": shown(about.author),
            "subject": shown(about.subject),
        }
    except Exception:  # olefile raises many kinds on damaged properties, which nobody misses
        return None, {}


def _pieces(main: bytes, table: bytes) -> Iterator[str]:
    """The text piece by piece, in the order of the document."""
    offset, size = struct.unpack_from("<II", main, _CLX)
    clx = table[offset : offset + size]
    position = 0
    while position < len(clx) and clx[position] == 1:  # formatting, which is not read
        position += 3 + struct.unpack_from("<H", clx, position + 1)[0]
    length = struct.unpack_from("<I", clx, position + 1)[0]
    plc = clx[position + 5 : position + 5 + length]
    count = min((len(plc) - 4) // 12, _MOST_PIECES)
    ends = struct.unpack_from(f"<{count + 1}I", plc)
    for index in range(count):
        place = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * index + 2)[0]
        characters = max(0, ends[index + 1] - ends[index])
        if place & _COMPRESSED:
            start = (place & ~_COMPRESSED) // 2
            yield main[start : start + characters].decode("cp1252", "replace")
        else:
            yield main[place : place + 2 * characters].decode("utf-16-le", "replace")


def _slides(
    data: bytes,
    start: int,
    end: int,
    outline: list[list[tuple[int, str]]],
    shapes: list[list[tuple[int, str]]],
    depth: int,
) -> None:
    """Texts of the outline and of the shapes, slide by slide."""
    for kind, instance, a, b, inner in _records(data, start, end):
        if kind == _LIST and instance == 0:
            for entry, _, c, d, _ in _records(data, a, b):
                if entry == _PERSIST:
                    outline.append([])
                elif outline:
                    _text(data, entry, c, d, outline[-1])
        elif kind == _SLIDE:
            shapes.append([])
            _texts(data, a, b, shapes[-1], depth)
        elif inner and kind not in _SKIPPED and kind != _LIST and depth < _DEEPEST:
            _slides(data, a, b, outline, shapes, depth + 1)


def _texts(data: bytes, start: int, end: int, found: list[tuple[int, str]], depth: int) -> None:
    for kind, _, a, b, inner in _records(data, start, end):
        if inner and depth < _DEEPEST:
            _texts(data, a, b, found, depth + 1)
        else:
            _text(data, kind, a, b, found)


def _text(data: bytes, kind: int, a: int, b: int, found: list[tuple[int, str]]) -> None:
    """Adds a text atom; the header before it says what it is (title, body …)."""
    if kind == _TEXT_HEADER and b - a >= 4:
        found.append((struct.unpack_from("<I", data, a)[0], ""))
    elif kind in (_UTF16, _BYTES):
        text = data[a:b].decode("utf-16-le" if kind == _UTF16 else "latin-1", "replace")
        role = found.pop()[0] if found and not found[-1][1] else 4
        found.append((role, text))


def _records(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int, int, bool]]:
    """(type, instance, start and end of its content, whether it holds records)."""
    while start + 8 <= end:
        head, kind, length = struct.unpack_from("<HHI", data, start)
        stop = min(start + 8 + length, end)
        yield kind, head >> 4, start + 8, stop, head & 15 == 15
        start = stop
