"""Writes OLE containers (MS-CFB), as old Office files and Outlook messages are, for tests."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SMALLEST = 4096  # bytes: shorter streams would go into the mini stream, so they are filled up


def write_ole(path: Path, streams: Mapping[str, bytes]) -> Path:
    """Streams by name, "folder/name" for one in storages; contents are filled up with zeros."""
    entries: list[tuple[str, int, bytes, list[int]]] = [("Root Entry", 5, b"", [])]
    storages: dict[str, int] = {}

    def storage(path: str) -> int:
        if path and path not in storages:
            above, _, leaf = path.rpartition("/")
            entries[storage(above)][3].append(len(entries))
            storages[path] = len(entries)
            entries.append((leaf, 1, b"", []))
        return storages.get(path, 0)

    for name, data in streams.items():
        folder, _, leaf = name.rpartition("/")
        entries[storage(folder)][3].append(len(entries))
        entries.append((leaf, 2, data.ljust(_SMALLEST, b"\0"), []))
    body, fat, directory = b"", [], b""
    for index, (name, kind, data, _) in enumerate(entries):
        start = len(fat) if data else _END
        count = -(-len(data) // _SECTOR)
        body += data.ljust(count * _SECTOR, b"\0")
        fat += [*range(len(fat) + 1, len(fat) + count), _END] if count else []
        directory += _entry(name, kind, start, len(data), _links(entries, index))
    first = len(fat)
    count = -(-len(directory) // _SECTOR)
    body += directory.ljust(count * _SECTOR, b"\0")
    fat += [*range(first + 1, first + count), _END]
    tables = -(-(len(fat) + 1) // (_SECTOR // 4 - 1))
    places = list(range(len(fat), len(fat) + tables))
    fat += [_FAT] * tables
    fat += [_FREE] * (tables * _SECTOR // 4 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, tables, first, 0, _SMALLEST, _END, 0, _END, 0)
    header += struct.pack("<109I", *places, *[_FREE] * (109 - tables))
    path.write_bytes(header + body + struct.pack(f"<{len(fat)}I", *fat))
    return path


def _links(entries: list[tuple[str, int, bytes, list[int]]], index: int) -> tuple[int, int]:
    """The next entry in the same folder, and the first entry inside this one."""
    after = _FREE
    for _, _, _, children in entries:
        if index in children and children.index(index) + 1 < len(children):
            after = children[children.index(index) + 1]
    inside = entries[index][3]
    return after, inside[0] if inside else _FREE


def _entry(name: str, kind: int, start: int, size: int, links: tuple[int, int]) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBB", len(encoded), kind, 1)
        + struct.pack("<III", _FREE, links[0], links[1])
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
