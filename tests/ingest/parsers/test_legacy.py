"""Old Office files and Outlook messages, from containers written here."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.parsers.detect import detect
from ingest.parsers.legacy import parse_doc, parse_ppt
from ingest.parsers.outlook import parse as parse_msg
from ingest.parsers.outlook import unpacked_rtf
from rag.errors import DocumentError
from tests.ingest.parsers.ole import write_ole


def _doc(folder: Path, pieces: list[tuple[str, bool]]) -> Path:
    """A Word 97 file with a text in pieces, each in cp1252 or UTF-16."""
    main = bytearray(1024)
    ends, places = [0], []
    for text, compressed in pieces:
        data = text.encode("cp1252" if compressed else "utf-16-le")
        places.append(2 * len(main) | 1 << 30 if compressed else len(main))
        ends.append(ends[-1] + len(text))
        main += data + bytes(len(data) % 2)
    plc = struct.pack(f"<{len(ends)}I", *ends)
    plc += b"".join(struct.pack("<HIH", 0, place, 0) for place in places)
    clx = b"\1\2\0ab" + b"\2" + struct.pack("<I", len(plc)) + plc
    struct.pack_into("<H", main, 0, 0xA5EC)
    struct.pack_into("<H", main, 10, 0x0200)
    struct.pack_into("<II", main, 0x01A2, 0, len(clx))
    return write_ole(folder / "a.doc", {"WordDocument": bytes(main), "1Table": clx})


def test_an_old_word_file(tmp_path: Path) -> None:
    path = _doc(
        tmp_path,
        [
            ("On café.\rSee \x13 HYPERLINK x \x14this\x15 page.\r", True),
            ("Zweite: Größe 茶.\rKind\x07Price\x07\x07\rgreen\x074\x07\x07\rEnd.\r", False),
        ],
    )
    assert detect(path) == "doc"
    parsed = parse_doc(path)
    assert parsed.text.split("\n\n") == [
        "On café.", "See this page.", "Zweite: Größe 茶.", "Kind | Price\ngreen | 4", "End.",
    ]  # fmt: skip


def test_rows_of_an_old_table_end_like_its_cells(tmp_path: Path) -> None:
    rows = ["Kind\x07Price\x07Note\x07\x07", "green\x074\x07\x07\x07", "black\x073\x07new\x07\x07"]
    path = _doc(tmp_path, [(f"Prices:\r{''.join(rows)}The end.\r", True)])
    assert parse_doc(path).text.split("\n\n") == [
        "Prices:", "Kind | Price | Note\ngreen | 4 | –\nblack | 3 | new", "The end.",
    ]  # fmt: skip


def test_damaged_old_files(tmp_path: Path) -> None:
    path = _doc(tmp_path, [("Text.\r", True)])
    data = bytearray(path.read_bytes())
    data[512 + 0x01A2 : 512 + 0x01AA] = b"\xff" * 8
    path.write_bytes(data)
    with pytest.raises(DocumentError, match=r"a\.doc"):
        parse_doc(path)
    path.write_bytes(data[:3000])
    with pytest.raises(DocumentError, match=r"a\.doc: damaged Word document"):
        parse_doc(path)


def _record(kind: int, data: bytes, instance: int = 0, inner: bool = False) -> bytes:
    return struct.pack("<HHI", instance << 4 | (15 if inner else 0), kind, len(data)) + data


def test_an_old_presentation(tmp_path: Path) -> None:
    def text(kind: int, words: str) -> bytes:
        return _record(0x0F9F, struct.pack("<I", kind)) + _record(0x0FA0, words.encode("utf-16-le"))

    outline = _record(
        0x0FF0,
        _record(0x03F3, bytes(20)) + text(0, "Tea") + text(1, "green\rblack")
        + _record(0x03F3, bytes(20)) + text(0, "End"),
        inner=True,
    )  # fmt: skip
    box = _record(0xF00D, _record(0x0FA8, "In a böx".encode("latin-1")), inner=True)
    slide = _record(0x03EE, _record(0x040C, box, inner=True), inner=True)
    master = _record(0x03F8, _record(0x0FA8, b"Click to edit"), inner=True)
    stream = _record(0x03E8, outline, inner=True) + master + slide
    path = write_ole(tmp_path / "a.ppt", {"PowerPoint Document": stream})
    assert detect(path) == "ppt"
    parsed = parse_ppt(path)
    assert parsed.text == "Tea\n\n- green\n- black\n\nIn a böx\n\nEnd"
    assert [page.number for page in parsed.pages] == [1, 2]
    assert parsed.text[parsed.pages[1].start :].strip() == "End"


def test_an_outlook_message(tmp_path: Path) -> None:
    def wide(text: str) -> bytes:
        return text.encode("utf-16-le")

    path = write_ole(
        tmp_path / "a.msg",
        {
            "__properties_version1.0": bytes(32),
            "__substg1.0_0037001F": wide("On Tea"),
            "__substg1.0_0C1A001F": wide("Ada"),
            "__substg1.0_1000001F": wide("It is hot.\r\n\r\nGrüße"),
            "__attach_version1.0_#00000000/__substg1.0_37010102": b"Attached text. " * 300,
            "__attach_version1.0_#00000000/__substg1.0_3707001F": wide("note.txt"),
        },
    )
    assert detect(path) == "msg"
    parsed = parse_msg(path)
    assert parsed.title == "On Tea"
    assert parsed.text.startswith(
        "On Tea\n\nFrom: Ada\n\nIt is hot.\n\nGrüße\n\nnote.txt\n\nAttached"
    )


def test_an_attached_message_and_the_date_of_what_was_never_transported(tmp_path: Path) -> None:
    def wide(text: str) -> bytes:
        return text.encode("utf-16-le")

    def sent(moment: datetime, head: int) -> bytes:
        ticks = (moment - datetime(1601, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 10
        return bytes(head) + struct.pack("<HHIQ", 0x0040, 0x0039, 6, ticks)

    inner = "__attach_version1.0_#00000000/__substg1.0_3701000D"
    path = write_ole(
        tmp_path / "a.msg",
        {
            "__properties_version1.0": sent(datetime(2015, 7, 20, 8, tzinfo=UTC), 32),
            "__substg1.0_0037001F": wide("On Tea"),
            "__substg1.0_1000001F": wide("See below."),
            f"{inner}/__properties_version1.0": sent(datetime(2014, 5, 1, tzinfo=UTC), 24),
            f"{inner}/__substg1.0_0037001F": wide("Prices"),
            f"{inner}/__substg1.0_0C1A001F": wide("Jürgen"),
            f"{inner}/__substg1.0_1000001F": wide("Four euros."),
            f"{inner}/__attach_version1.0_#00000000/__substg1.0_37010102": b"Deep text. " * 400,
            f"{inner}/__attach_version1.0_#00000000/__substg1.0_3707001F": wide("note.txt"),
        },
    )
    parsed = parse_msg(path)
    assert parsed.metadata["date"] == "2015-07-20"
    parts = parsed.text.split("\n\n")
    assert parts[:7] == [
        "On Tea",
        "Date: Mon, 20 Jul 2015 08:00:00 +0000",
        "See below.",
        "Prices",
        "From: Jürgen\nDate: Thu, 01 May 2014 00:00:00 +0000",
        "Four euros.",
        "note.txt",
    ]
    assert parts[7].startswith("Deep text.")
    assert [block.level for block in parsed.blocks if block.kind == "heading"] == [1, 2, 3]
    assert parsed.warnings == ()


def test_compressed_rtf() -> None:
    example = bytes.fromhex(  # MS-OXRTFCP, 3.1
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af320"
        "68656c0900206277 05b06c647d0a800fa0"
    )
    assert unpacked_rtf(example) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
