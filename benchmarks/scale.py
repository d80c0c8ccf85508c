"""How a collection grows: time, memory and recall from ten thousand chunks to a million.

    python -m benchmarks.scale grow ROOT BASE QUESTIONS --rows 10000 --rows 30000 … [--out FILE]
    python -m benchmarks.scale_plot FILE PICTURE.svg

BASE is a collection of real documents under ROOT (made with `footnote ingest add`), QUESTIONS a
file of JSON lines with a `text` each. The texts of BASE's chunks are used again and again, each
with a word of its own; new vectors are mixtures of two real ones with noise, since embedding a
million chunks takes hours and says nothing about the index. Each size is one call or several: the
collection `scale` stays, and grows. One JSON line per size.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from rag.embed import Embedder
from rag.index import reader as reading
from rag.index.collection import Collection, Writer
from rag.index.manifest import key_of
from rag.interaction import Embedded, Query
from rag.retrieve import retrieve
from rag.text import query_terms
from rag.types import Block, Chunk, Document, Parsed, Source

PER_DOCUMENT = 20  # chunks
NOISE = 0.5  # length of the noise; real neighbours of a chunk have a cosine of .6 to .9
QUESTIONS = 200
NAME = "scale"

Floats = NDArray[np.float32]


@click.group()
def main() -> None:
    """Measure the index by size."""


@main.command()
@click.argument("root", type=Path)
@click.argument("base")
@click.argument("questions", type=Path)
@click.option("--rows", multiple=True, type=int, required=True)
@click.option("--out", type=Path, default=Path("scale.jsonl"))
@click.option("--compact", is_flag=True, help="Compact at the end and measure once more.")
def grow(
    root: Path, base: str, questions: Path, rows: tuple[int, ...], out: Path, compact: bool
) -> None:
    """Grow the collection `scale` to each number of chunks and measure it there."""
    texts, embedded, fingerprint = _real(root, base)
    lines = questions.read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line)["text"] for line in lines][:QUESTIONS]
    for size in rows:
        added = _grow(root, size, texts, embedded, fingerprint)
        _note(out, {**added, **_measured(root, asked)})
    if compact:
        started = time.perf_counter()
        with Writer(root, NAME, keep=1) as writer:
            writer.publish(compact=True)
        seconds = {"compact_s": round(time.perf_counter() - started, 1), "compact_mb": _peak()}
        _note(out, {**seconds, **_measured(root, asked)})


def _note(out: Path, line: dict[str, Any]) -> None:
    with out.open("a") as stream:
        stream.write(json.dumps(line) + "\n")
    click.echo(json.dumps(line))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _real(root: Path, base: str) -> tuple[list[str], list[Embedded], dict[str, Any]]:
    with Collection.open(root, base) as reader:
        everything = np.arange(reader.rows)
        chunks = reader.chunks(everything)
        texts = [reader.text(c.document, c.chunk.start, c.chunk.end) for c in chunks]
        words = [np.array(signs) for signs in reader.words(everything)]
        embedded = list(map(Embedded, reader.vectors(everything), words))
        return texts, embedded, dict(reader.manifest.embedder)


def _grow(
    root: Path, size: int, texts: list[str], embedded: list[Embedded], fingerprint: dict[str, Any]
) -> dict[str, Any]:
    """Adds documents until the collection has `size` chunks; one publication."""
    with Writer(root, NAME, embedder=fingerprint, keep=1) as writer:
        documents, chunks = writer.counts
        before, started = chunks, time.perf_counter()
        while chunks < size:
            writer.add(*_document(documents, texts, embedded))
            documents, chunks = documents + 1, chunks + PER_DOCUMENT
        writer.publish()
        seconds = time.perf_counter() - started
        rate = round((chunks - before) / seconds) if chunks > before else None
    return {"added": chunks - before, "add_s": round(seconds, 1), "rate": rate, "add_mb": _peak()}


def _document(
    number: int, texts: list[str], embedded: list[Embedded]
) -> tuple[Document, list[Chunk], list[str], list[Embedded]]:
    random = np.random.default_rng(number)
    one, two = random.integers(0, len(texts), (2, PER_DOCUMENT))
    share = random.uniform(0, 0.5, (PER_DOCUMENT, 1)).astype(np.float32)
    first, second = (np.stack([embedded[i].vector for i in some]) for some in (one, two))
    noise = random.standard_normal(first.shape).astype(np.float32) * NOISE
    rows = first * (1 - share) + second * share + noise / np.sqrt(first.shape[1])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    words = [f"{texts[i]} w{number}x{n}" for n, i in enumerate(one)]
    starts = np.cumsum([0, *(len(word) + 2 for word in words)]).tolist()
    cut = [
        Chunk(start, start + len(word), None, ())
        for start, word in zip(starts, words, strict=False)
    ]
    text = "\n\n".join(words)
    blocks = tuple(Block(chunk.start, chunk.end, "paragraph") for chunk in cut)
    source = Source(f"/scale/{number}.txt", f"{number:064x}", len(text), 1, "text", "text/1")
    made = Document(
        f"{number:016x}", source, f"Document {number}", "2026-01-01", Parsed(text, blocks)
    )
    chunks = [Embedded(row, embedded[i].words) for row, i in zip(rows, one, strict=True)]
    return made, cut, words, chunks


def _measured(root: Path, questions: list[str]) -> dict[str, Any]:
    """Opening and asking in a process of its own, so that its memory is the reader's alone."""
    code = "import sys, benchmarks.scale as s; s.measure(*sys.argv[1:])"
    arguments = [str(root), json.dumps(questions)]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**found, **_removal(root)}


def measure(root: str, questions: str) -> None:
    """Prints what a reader of the collection `scale` needs, as one JSON line."""
    asked: list[str] = json.loads(questions)
    embedder = Embedder.load("all-MiniLM-L6-v2")
    queries = [embedder.query(question) for question in asked]
    before, own = _resident(), _resident("RssAnon")
    opened = time.perf_counter()
    reader = Collection.open(Path(root), NAME)
    opening = time.perf_counter() - opened

    def find(i: int, query: Query) -> None:
        retrieve(reader, asked[i], query, k=5, dense_weight=0.55)

    def embed(i: int) -> Query:
        embedder.forget()
        return embedder.query(asked[i])

    with reader:
        terms = [query_terms(question, reader.languages) for question in asked]
        dense = _times(lambda i: reader.dense(queries[i].vector, 50), len(asked))
        lexical = _times(lambda i: reader.lexical(terms[i], 50), len(asked))
        whole = _times(lambda i: find(i, queries[i]), len(asked))
        alone, asking = _beside(embed, find, len(asked))
        memory, own = _resident() - before, _resident("RssAnon") - own
        line = {
            "chunks": reader.rows,
            "segments": [len(segment) for segment in reader.segments],
            "open_ms": round(opening * 1000),
            **_percentiles("dense", dense),
            **_percentiles("lexical", lexical),
            **_percentiles("query", whole),
            **_percentiles("embed", alone),
            **_percentiles("embed_and_query", asking),
            "reader_mb": memory,
            "reader_own_mb": own,
            **_recall(reader, np.stack([query.vector for query in queries])),
        }
    print(json.dumps(line))


def _times(work: Callable[[int], Any], n: int) -> list[float]:
    for i in range(n):  # once to warm the page cache, as in use
        work(i)
    found = []
    for i in range(n):
        started = time.perf_counter()
        work(i)
        found.append((time.perf_counter() - started) * 1000)
    return found


def _beside(
    embed: Callable[[int], Floats], find: Callable[[int, Floats], Any], n: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of embedding each question, and of that with the search right after it.

    Turn by turn, since the speed of a shared machine changes within minutes.
    """
    alone, both = [], []
    for i in range(n):
        started = time.perf_counter()
        vector = embed(i)
        alone.append((time.perf_counter() - started) * 1000)
        find(i, vector)
        both.append((time.perf_counter() - started) * 1000)
    return alone, both


def _percentiles(name: str, times: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(times, [50, 95]).round(1).tolist()
    return {f"{name}_p50_ms": p50, f"{name}_p95_ms": p95}


def _recall(reader: Collection, vectors: Floats) -> dict[str, float]:
    """Share of the exact first ten that are found, and the time of exact search."""
    found = [reader.dense(vector, 10)[0] for vector in vectors]
    usual, reading.EXACT = reading.EXACT, 10**12
    started = time.perf_counter()
    wanted = [reader.dense(vector, 10)[0] for vector in vectors]
    exact = (time.perf_counter() - started) / len(vectors) * 1000
    reading.EXACT = usual
    hits = [len(np.intersect1d(a, b)) / 10 for a, b in zip(found, wanted, strict=True)]
    return {"recall_at_10": round(float(np.mean(hits)), 4), "exact_ms": round(exact, 1)}


def _removal(root: Path) -> dict[str, float]:
    """Seconds to remove one document and publish, opening included."""
    started = time.perf_counter()
    with Writer(root, NAME, keep=1) as writer:
        opened = time.perf_counter()
        writer.remove(f"{0:016x}") if writer.get(f"{0:016x}") else writer.remove(_any(writer))
        writer.publish()
    done = time.perf_counter()
    size = sum(path.stat().st_size for path in (root / key_of(NAME)).rglob("*") if path.is_file())
    return {
        "remove_s": round(done - started, 2),
        "remove_open_s": round(opened - started, 2),
        "disk_mb": size >> 20,
    }


def _any(writer: Writer) -> str:
    return next(key for key in _ids() if writer.get(key))


def _ids() -> Iterator[str]:
    return (f"{number:016x}" for number in range(10**6))


def _resident(kind: str = "VmRSS") -> int:
    """Megabytes of this process in memory (Linux): with `VmRSS` mapped files, too."""
    text = Path("/proc/self/status").read_text()
    line = next(line for line in text.splitlines() if line.startswith(kind))
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    os.environ.setdefault("FOOTNOTE_OFFLINE", "1")
    main()
