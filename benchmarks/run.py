"""How fast Footnote is, beside its peers and beside what this machine can do.

    python -m benchmarks.run [--squad FILE] [--pdfs FOLDER] [--only PART …] [--out FILE]
    python -m benchmarks.run --smoke

Sets up the peers by itself, in .cache/peers, the first time. Contestants take turns, each in a
process of its own, with the same weights, texts and number of threads; the fastest round of each
counts, and only ratios within one run mean anything. Prints a table for people and one JSON line
last. `--smoke` runs every part in sizes that only show that it works, without peers.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from benchmarks import parts, texts
from benchmarks.parts import Plan
from benchmarks.peers import HOME, set_up, there

PARTS: dict[str, Callable[[Plan], dict[str, Any]]] = {
    "limits": parts.limits,
    "embed": parts.embed,
    "write": parts.write,
    "ingest": parts.ingest,
    "again": parts.again,
    "search": parts.search,
    "ask": parts.ask,
    "cold": parts.cold,
    "users": parts.users,
    "memory": parts.memory,
    "growth": parts.growth,
    "profile": parts.profile,
}


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@click.command(help=__doc__.split("\n\n")[0])
@click.option("--squad", type=click.Path(exists=True, path_type=Path), help="Texts, questions.")
@click.option("--pdfs", type=click.Path(exists=True, path_type=Path), help="PDFs to ingest.")
@click.option("--only", multiple=True, type=click.Choice(list(PARTS)), help="These parts alone.")
@click.option("--skip", multiple=True, help="Peers that are left out.")
@click.option("--threads", type=int, default=0, help="For all contestants; else the cores.")
@click.option("--rounds", type=int, default=3, show_default=True)
@click.option("--texts", type=int, default=96, show_default=True, help="Paragraphs to embed.")
@click.option("--files", type=int, default=10_000, show_default=True, help="Files to add again.")
@click.option("--out", type=click.Path(path_type=Path), help="Append the JSON line to this file.")
@click.option("--peers", type=click.Path(path_type=Path), default=HOME, help="Their environment.")
@click.option("--smoke", is_flag=True, help="Tiny sizes, no peers: does it work at all?")
def main(only: tuple[str, ...], skip: tuple[str, ...], smoke: bool, **options: Any) -> None:
    """See above."""
    from rag.networks.device import cores

    threads = options["threads"] or cores()
    os.environ["OMP_NUM_THREADS"] = str(threads)
    os.environ.setdefault("FOOTNOTE_OFFLINE", "1")
    python = Path(sys.executable) if smoke else set_up(options["peers"].resolve(), note)
    ways = () if smoke else tuple(name for name in there(python) if name not in skip)
    with tempfile.TemporaryDirectory(prefix="footnote-bench-") as root:
        plan = Plan(
            root=Path(root),
            python=python,
            ways=ways,
            threads=threads,
            rounds=1 if smoke else options["rounds"],
            texts=texts.paragraphs(options["squad"], 6 if smoke else options["texts"]),
            questions=texts.questions(options["squad"], 2 if smoke else 40),
            pdfs=options["pdfs"] or texts.SAMPLES,
            files=min(5, options["files"]) if smoke else options["files"],
            smoke=smoke,
            note=note,
        )
        found: dict[str, Any] = {"threads": threads, "machine": texts.machine()}
        for name in only or PARTS:
            note(f"{name} …")
            found[name] = PARTS[name](plan)
            note(f"  {json.dumps(found[name])}")
    texts.table(found)
    line = json.dumps(found)
    if options["out"]:
        with options["out"].open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    print(line)


if __name__ == "__main__":
    main()
