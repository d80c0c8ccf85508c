"""Outcomes of an evaluation, kept as they come: what was killed goes on where it was."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.records import dump_answer, load_answer
from rag.evaluate import Outcome, Question, file_name

if TYPE_CHECKING:
    from rag.pipeline import Pipeline

# Settings that no answer depends on. All others tell runs apart.
_ELSEWHERE = ("index_root", "server_key", "originals", "keep_generations", "offline", "cache")


class Kept:
    """JSON Lines beside the `--outcomes` that they will become; without a file nothing is kept."""

    def __init__(self, outcomes: Path | None) -> None:
        self.file = Path(f"{outcomes}.part") if outcomes and _is_file(outcomes) else None
        self._found = dict(self._read())

    def _read(self) -> Iterator[tuple[str, Outcome]]:
        if self.file is None or not self.file.is_file():
            return
        for line in self.file.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                row = json.loads(line)
                yield row["key"], _outcome(row["outcome"])
            except (ValueError, KeyError, TypeError):  # the last one was being written
                continue

    def get(self, run: str, item: Question) -> Outcome | None:
        """How a question went in this run, if it was asked before."""
        return self._found.get(_key(run, item))

    def add(self, run: str, outcome: Outcome) -> None:
        """Keeps an outcome, so that not even a power failure loses it."""
        if self.file is None:
            return
        line = json.dumps({"key": _key(run, outcome.question), "outcome": _row(outcome)})
        with self.file.open("a", encoding="utf-8") as stream:
            # A line that was cut off before ends here, and spoils no other.
            stream.write(f"\n{line}\n")
            stream.flush()
            os.fsync(stream.fileno())

    def remove(self) -> None:
        """Gives up the file: its outcomes are all in the report."""
        if self.file is not None:
            self.file.unlink(missing_ok=True)


def _is_file(path: Path) -> bool:
    """Is it a file, or may it be one, and not a device, in a folder that takes another?"""
    return (path.is_file() or not path.exists()) and os.access(path.absolute().parent, os.W_OK)


def run_of(pipeline: Pipeline, measured: str) -> str:
    """What tells runs apart: what is asked, of which documents, how it is answered and measured."""
    settings = {k: v for k, v in asdict(pipeline.settings).items() if k not in _ELSEWHERE}
    collection = pipeline.collection
    documents = sorted(
        (file_name(i.path), i.title, i.sha256, i.parser, i.characters, i.chunks)
        for i in collection.documents()
    )
    made_with = dict(collection.manifest.embedder)
    return _digest([_version(), measured, settings, made_with, documents])


def _version() -> str:
    """That of Footnote, of which another may answer otherwise; "" where it is not installed."""
    try:
        return version("footnote")
    except PackageNotFoundError:
        return ""


def _key(run: str, item: Question) -> str:
    return _digest([run, asdict(item)])


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:32]


def _row(outcome: Outcome) -> dict[str, Any]:
    answer = outcome.answer
    told = dump_answer(replace(answer, evidence=())) if answer else None
    return {**asdict(replace(outcome, answer=None)), "answer": told}


def _outcome(row: dict[str, Any]) -> Outcome:
    question = {**row["question"], "answers": tuple(row["question"]["answers"])}
    answer = load_answer(row["answer"]) if row["answer"] else None
    again = {"question": Question(**question), "answer": answer, "ranking": tuple(row["ranking"])}
    return Outcome(**{**row, **again})
