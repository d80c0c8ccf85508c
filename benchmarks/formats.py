"""How fast each format is read, and where the time goes.

    python -m benchmarks.formats FOLDER... [--password FILE=WORD ...] [--embed 200] [--seconds 60]

Each file goes the way of `footnote ingest add`, but one after the other: parsed in the worker, cut
into chunks, and for at most `--embed` chunks of each format embedded. A page is a page, a slide or
a picture; where a format has none, 3,000 characters. Formats stop after `--seconds` of reading.
One JSON line for each format: pages for each second of a core, and the shares of parsing, cutting
and embedding in it. Seconds are those of the processor (on Linux), so that a busy machine does not
count; files with recognised text are a format of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.chunk import chunks, embedded_text
from ingest.parsers.detect import detect
from ingest.worker import ParserPool
from rag import Models, Settings
from rag.embed import Embedder
from rag.errors import DocumentError
from rag.types import Parsed

PAGE = 3_000  # characters


@dataclass(slots=True)
class Row:
    """What was measured of one format; seconds and counts."""

    files: int = 0
    refused: int = 0
    bytes: int = 0
    pages: float = 0.0
    characters: int = 0
    chunks: int = 0
    parse: float = 0.0
    cut: float = 0.0
    embed: float = 0.0
    embedded: int = 0
    texts: list[str] = field(default_factory=list)

    def result(self, kind: str) -> dict[str, object]:
        pages = max(self.pages, 1e-9)
        each = {
            "parse": self.parse / pages,
            "cut": self.cut / pages,
            "embed": self.embed / max(self.embedded, 1) * self.chunks / pages,
        }
        whole = sum(each.values()) or 1e-9
        return {
            "format": kind,
            "files": self.files,
            "refused": self.refused,
            "MB": round(self.bytes / 1e6, 2),
            "pages": round(self.pages, 1),
            "characters_a_page": round(self.characters / pages),
            "chunks_a_page": round(self.chunks / pages, 2),
            "parsed_pages_a_core_second": round(pages / max(self.parse, 1e-9), 1),
            "pages_a_core_second": round(1 / whole, 1),
            **{f"{name}_share": round(value / whole, 3) for name, value in each.items()},
        }


def main() -> None:
    arguments = _arguments()
    passwords = dict(pair.split("=", 1) for pair in arguments.password)
    embedder = Models(Settings.load()).embedder
    rows: dict[str, Row] = {}
    with ParserPool() as pool:
        for path in _files(arguments.folders):
            password = passwords.get(path.name)
            try:
                kind = detect(path)
            except DocumentError:
                continue
            row = rows.setdefault(kind, Row())
            ways = [rows[name] for name in rows if name.partition(",")[0] == kind]
            if max(way.parse for way in ways) > arguments.seconds:
                continue
            try:
                if not any(way.files for way in ways):  # it waits for libraries and models
                    pool.parse(path, password=password)
                begun = _worker_seconds(pool)
                parsed = pool.parse(path, password=password).parsed
            except DocumentError:
                row.refused += 1
            else:
                spent = _worker_seconds(pool) - begun
                if any("OCR" in warning for warning in parsed.warnings):
                    row = rows.setdefault(f"{kind}, text recognised", Row())
                if row.parse <= arguments.seconds:
                    _count(row, path, parsed, spent, embedder)
    embedder.encode(["A sentence that nothing is measured of."])
    for kind, row in sorted(rows.items()):
        texts = row.texts[:: max(1, len(row.texts) // max(arguments.embed, 1))][: arguments.embed]
        if texts:
            begun = time.process_time()
            embedder.encode(texts)
            row.embed, row.embedded = time.process_time() - begun, len(texts)
        print(json.dumps(row.result(kind)), flush=True)


def _worker_seconds(pool: ParserPool) -> float:
    """What the worker has used of a processor; the clock where the system doesn't tell."""
    try:
        assert pool._process is not None
        fields = Path(f"/proc/{pool._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, AssertionError, AttributeError):
        return time.perf_counter()


def _count(row: Row, path: Path, parsed: Parsed, spent: float, embedder: Embedder) -> None:
    begun = time.process_time()
    title = parsed.title or path.stem
    made = chunks(
        parsed,
        count_tokens=embedder.count_tokens,
        max_tokens=embedder.max_tokens,
        title=title,
    )
    row.cut += time.process_time() - begun
    row.parse += spent
    row.files += 1
    row.bytes += path.stat().st_size
    row.pages += len(parsed.pages) or max(len(parsed.text) / PAGE, 0.1)
    row.characters += len(parsed.text)
    row.chunks += len(made)
    row.texts += [embedded_text(title, chunk, parsed.text) for chunk in made]


def _files(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(p for p in folder.rglob("*") if p.is_file())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--password", action="append", default=[], metavar="FILE=WORD")
    parser.add_argument("--embed", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
