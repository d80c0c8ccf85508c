"""What becomes of odd and damaged files: does any crash, hang or show a traceback?

    python -m benchmarks.hostile FOLDER [--mutants 20] [--seed 1] [--largest 400000]

Every file of FOLDER goes through the worker. A manifest.csv there, with the columns file, category
and password, gives kinds and passwords. `--mutants` makes so many damaged copies of each file by
flipping, cutting, doubling and inserting bytes, in zip-based files inside one of their parts. One
JSON line a kind, one in all, and one for each file that gave no text or whose refusal is no plain
sentence.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ingest.worker import ParserPool
from rag.errors import DocumentError

SECONDS = 60.0
# What a reason must not hold: it would mean that nobody foresaw what happened.
UNFORESEEN = ("Traceback", 'File "', "the parser crashed", "took longer than")


def main() -> None:
    arguments = _arguments()
    kinds, passwords = _manifest(arguments.folder / "manifest.csv")
    found = (p for p in sorted(arguments.folder.rglob("*")) if p.is_file())
    files = [p for p in found if p.suffix != ".md" and p.name != "manifest.csv"]
    counts: dict[str, Counter[str]] = {}
    slowest = (0.0, "")
    with ParserPool(timeout=SECONDS) as pool, tempfile.TemporaryDirectory() as folder:
        for path, kind in _all(files, kinds, arguments, Path(folder)):
            start = time.perf_counter()
            outcome, why = _outcome(pool, path, passwords.get(path.name))
            slowest = max(slowest, (time.perf_counter() - start, path.name))
            counts.setdefault(kind, Counter()).update([outcome])
            if outcome == "unforeseen" or (outcome != "text" and kind != "mutant"):
                print(json.dumps({"file": path.name, "kind": kind, outcome: why}), flush=True)
    for kind, these in sorted(counts.items()):
        print(json.dumps({"kind": kind, "files": these.total(), **these}))
    whole = sum(counts.values(), Counter[str]())
    line = {"files": whole.total(), **whole, "slowest_s": round(slowest[0], 1), "it": slowest[1]}
    print(json.dumps(line))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mutants", type=int, default=0, help="Damaged copies of each file.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--largest", type=int, default=400_000, help="Of these in bytes.")
    return parser.parse_args()


def _manifest(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Kinds and passwords by file name."""
    if not path.is_file():
        return {}, {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kinds = {row["file"]: row.get("category") or "file" for row in rows}
    return kinds, {row["file"]: row["password"] for row in rows if row.get("password")}


def _all(
    files: list[Path], kinds: dict[str, str], arguments: argparse.Namespace, folder: Path
) -> Iterator[tuple[Path, str]]:
    """Each file with its kind; or its mutants instead, where some are asked for."""
    for path in files:
        if not arguments.mutants:
            yield path, kinds.get(path.name, "file")
            continue
        content = path.read_bytes()
        for number in range(arguments.mutants if len(content) <= arguments.largest else 0):
            source = random.Random(f"{arguments.seed}/{path.name}/{number}")
            damaged = folder / f"{number}-{path.name}"
            damaged.write_bytes(_mutant(content, source))
            yield damaged, "mutant"
            damaged.unlink()


def _outcome(pool: ParserPool, path: Path, password: str | None) -> tuple[str, str]:
    """text, none, refused or unforeseen; and why."""
    try:
        parsed = pool.parse(path, password=password).parsed
    except DocumentError as error:
        why = str(error)
        odd = any(word in why for word in UNFORESEEN) or len(why.splitlines()) != 1
        return ("unforeseen" if odd else "refused"), why
    return ("text", "") if parsed.text.strip() else ("none", "; ".join(parsed.warnings))


def _mutant(content: bytes, source: random.Random) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {info.filename: archive.read(info) for info in archive.infolist()}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError):
        parts = {}
    if not parts or source.random() < 0.3:
        return _damaged(content, source)
    name = source.choice(sorted(parts))
    parts[name] = _damaged(parts[name], source)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def _damaged(content: bytes, source: random.Random) -> bytes:
    found = bytearray(content)
    for _ in range(source.choice((1, 1, 3, 30))):
        at, length = source.randrange(len(found) + 1), source.randrange(1, 200)
        match source.randrange(4):
            case 0:
                found[at : at + 1] = bytes([source.randrange(256)])
            case 1:
                del found[at : at + length]
            case 2:
                found[at:at] = found[at : at + length]
            case _:
                found[at:at] = source.randbytes(length)
    return bytes(found)


if __name__ == "__main__":
    main()
