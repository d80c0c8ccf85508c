"""What passes between the parser pool and its worker: JSON headers, then text and boxes as bytes.

A message is the length of its header (8 bytes, little-endian), the header, and as many bytes as the
header's `sizes` add up to. Everything that comes from the worker is checked here.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, get_args

import numpy as np

from rag import errors
from rag.errors import DocumentError
from rag.types import Block, BlockKind, Figure, Page, Parsed

_LENGTH = struct.Struct("<Q")
_LONGEST_HEADER = 512 * 1024**2  # bytes
_LONGEST_BODY = 4 * 1024**3
_KINDS = frozenset(get_args(BlockKind))
_ERRORS = {
    name: getattr(errors, name)
    for name in ("DocumentError", "UnsupportedDocument", "EncryptedDocument", "DocumentNotFound")
}


class WorkerLost(DocumentError):
    """The worker went away, or what it sent makes no sense."""


def send_setup(
    stream: IO[bytes], memory: int, parsers: Mapping[str, str], figures: bool = False
) -> None:
    """First message to a worker: its limit in bytes (0 for none), additional parsers, and whether
    it is to send figures.
    """
    _send(stream, {"memory": memory, "parsers": dict(parsers), "figures": figures})


def send_request(
    stream: IO[bytes], path: Path, password: str | None, lost: Mapping[int, str]
) -> None:
    """Asks the worker to read a file without the pages in `lost`, each with the reason."""
    pages = {str(number): reason for number, reason in lost.items()}
    _send(stream, {"path": str(path.absolute()), "password": password, "lost": pages})


def send_page(stream: IO[bytes], number: int | None) -> None:
    """Tells the pool which page is read now; None after the last."""
    _send(stream, {"page": number})


def read_header(stream: IO[bytes]) -> dict[str, Any]:
    """The header of the next message.

    Raises:
        EOFError: the other side is gone.
        ValueError: it is no header.
    """
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    if length > _LONGEST_HEADER:
        raise ValueError("header too long")
    header = json.loads(_exactly(stream, length))
    if not isinstance(header, dict):
        raise ValueError("no header")
    return header


def send_error(stream: IO[bytes], error: DocumentError) -> None:
    """Tells the pool that a file can't be read."""
    _send(stream, {"error": type(error).__name__, "message": str(error)})


def send_result(stream: IO[bytes], parsed: Parsed, kind: str, parser: str) -> None:
    """Sends a document. Text goes as UTF-8, boxes as little-endian float32."""
    text = parsed.text.encode("utf-8")
    boxes = [
        np.ascontiguousarray(page.boxes, "<f4").tobytes() if page.boxes is not None else b""
        for page in parsed.pages
    ]
    header = {
        "type": kind,
        "parser": parser,
        "title": parsed.title,
        "metadata": dict(parsed.metadata),
        "warnings": list(parsed.warnings),
        "blocks": [[b.start, b.end, b.kind, b.level] for b in parsed.blocks],
        "pages": [
            [p.number, p.start, p.end, p.width, p.height, p.boxes is not None] for p in parsed.pages
        ],
        "text": len(text),
        "boxes": [len(data) for data in boxes],
        "figures": [[f.at, f.page, *f.pixels.shape[:2]] for f in parsed.figures],
    }
    _send(stream, header, text, *boxes, *(f.pixels.tobytes() for f in parsed.figures))


def receive(
    stream: IO[bytes], path: Path, on_page: Callable[[int | None], None]
) -> tuple[Parsed, str, str]:
    """The worker's answer: the document, its type, its parser. `on_page` hears where it is.

    Raises:
        DocumentError: what the worker says of the file.
        EOFError, ValueError: the worker is gone, or sends what no worker sends.
    """
    header = read_header(stream)
    while "page" in header:
        number = header["page"]
        if number is not None and not (isinstance(number, int) and number > 0):
            raise ValueError("no page")
        on_page(number)
        header = read_header(stream)
    if "error" in header:
        raise _ERRORS.get(str(header["error"]), DocumentError)(str(header["message"]))
    try:
        pictures = [int(high) * int(wide) * 3 for _, _, high, wide in header["figures"]]
        sizes = [int(header["text"]), *map(int, header["boxes"]), *pictures]
        if min(sizes) < 0 or sum(sizes) > _LONGEST_BODY:
            raise ValueError("body too long")
        text = _exactly(stream, sizes[0]).decode("utf-8")
        body = [_exactly(stream, size) for size in sizes[1:]]
        boxes, pixels = body[: len(header["boxes"])], body[len(header["boxes"]) :]
        figures = _figures(header["figures"], pixels, len(text))
        return _parsed(header, text, boxes, figures), str(header["type"]), str(header["parser"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a document: {error}") from None


def _figures(rows: list[Any], pixels: list[bytes], length: int) -> tuple[Figure, ...]:
    found = []
    for (at, page, high, wide), data in zip(rows, pixels, strict=True):
        array = np.frombuffer(data, np.uint8).reshape(int(high), int(wide), 3)
        found.append(Figure(int(at), int(page) if page is not None else None, array))
    _check_spans([(figure.at, figure.at) for figure in found], length)
    return tuple(found)


def _parsed(
    header: Mapping[str, Any], text: str, boxes: list[bytes], figures: tuple[Figure, ...]
) -> Parsed:
    blocks = tuple(Block(int(s), int(e), k, int(lv)) for s, e, k, lv in header["blocks"])
    if unknown := {block.kind for block in blocks} - _KINDS:
        raise ValueError(f"blocks of kind {min(unknown)!r}; there are {', '.join(sorted(_KINDS))}")
    pages = []
    for (number, start, end, width, height, has_boxes), data in zip(
        header["pages"], boxes, strict=True
    ):
        array = np.frombuffer(data, "<f4").reshape(int(end) - int(start), 4) if has_boxes else None
        pages.append(Page(int(number), int(start), int(end), float(width), float(height), array))
    _check_spans([(block.start, block.end) for block in blocks], len(text))
    _check_spans([(page.start, page.end) for page in pages], len(text))
    return Parsed(
        text=text,
        blocks=blocks,
        pages=tuple(pages),
        title=str(header["title"]) if header["title"] is not None else None,
        metadata={str(key): str(value) for key, value in header["metadata"].items()},
        warnings=tuple(map(str, header["warnings"])),
        figures=figures,
    )


def _check_spans(spans: list[tuple[int, int]], length: int) -> None:
    position = 0
    for start, end in spans:
        if not position <= start <= end <= length:
            raise ValueError(
                f"{start} to {end} of {length} characters, behind {position}: blocks, pages and "
                "figures are in order, side by side and inside the text"
            )
        position = end


def _send(stream: IO[bytes], header: Mapping[str, Any], *body: bytes) -> None:
    data = json.dumps(header).encode("ascii")
    stream.write(_LENGTH.pack(len(data)) + data)
    for part in body:
        stream.write(part)
    stream.flush()


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError("the worker is gone")
    return data
