"""A process whose children write to a collection and die on the way.

Reads lines `ROOT STEP WORK` (WORK is `update`, `upkeep` or `renaming`), answers each with the
child's exit status. At checkpoint number STEP the child kills itself with SIGKILL; a STEP such as
`~12.5` kills it after that many milliseconds. The children are forked before FAISS has worked,
which it would not survive otherwise.
"""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rag.index import generations, merging
from rag.index.archive import backup, restore
from rag.index.collection import Writer, rename, rollback
from rag.index.manifest import key_of
from rag.text import terms
from tests.rag.index.toys import EMBEDDER, document, put

OLD = {"a": "one\ntwo", "b": "three", "c": "four\nfive\nsix"}
FIRST = {"a": "one\nchanged", "c": "four\nfive\nsix", "d": "seven"}
SECOND = {"a": "one\nchanged", "d": "seven", "e": "eight", "f": "nine\nten"}


def update(root: Path) -> None:
    """From OLD over FIRST to SECOND, with additions, a change, removals and merges."""
    merging._FAN = 2
    with Writer(root, "c", embedder=EMBEDDER) as writer:
        put(writer, document("a", FIRST["a"]))
        put(writer, document("d", FIRST["d"]))
        _remove(writer, "b")
        writer.publish()
        _remove(writer, "c")
        put(writer, document("e", SECOND["e"]))
        put(writer, document("f", SECOND["f"]))
        own = Path(__file__)
        writer.keep_original(own, hashlib.sha256(own.read_bytes()).hexdigest())
        writer.publish()


def upkeep(root: Path) -> None:
    """Compacts, rolls back, backs up and restores: what the collection holds stays the same."""
    with Writer(root, "c", embedder=EMBEDDER) as writer:
        writer.publish(compact=True)
    rollback(root, "c")
    backup(root, "c", root / "c.backup", overwrite=True)
    restore(root, root / "c.backup", overwrite=True)
    with Writer(root, "c", embedder=EMBEDDER) as writer:
        writer.publish(compact=True)


def renaming(root: Path) -> None:
    """Gives the collection another name, and the one that it had again."""
    for name, new in (("c", "other"), ("other", "c")):
        if generations.current(root / key_of(name)) is not None:
            rename(root, name, new)


def _remove(writer: Writer, key: str) -> None:
    if writer.get(key):
        writer.remove(key)


def _child(root: Path, step: str, work: Callable[[Path], None]) -> None:
    if not step.startswith("~"):
        left = int(step)

        def count(_: str) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        generations.on_checkpoint = count
    work(root)


WORKS = {"update": update, "upkeep": upkeep, "renaming": renaming}


def main() -> None:
    terms("imports what the children would otherwise import each")
    os.fsync = lambda descriptor: None  # as in conftest.py
    for line in sys.stdin:
        name, step, work = line.split()
        child = os.fork()
        if child == 0:
            try:
                _child(Path(name), step, WORKS[work])
            finally:
                os._exit(0 if sys.exc_info()[0] is None else 1)
        if step.startswith("~"):
            time.sleep(float(step[1:]) / 1000)
            os.kill(child, signal.SIGKILL)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
