"""Questions put to the real pipeline, with what is known of them."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.pipeline import add
from rag.evaluate import contains
from rag.models import Models
from rag.pipeline import Pipeline
from rag.scoring.signals import Signals
from rag.settings import Settings
from rag.types import Scope
from training import data, written


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it was put. `kind` is answerable, unanswerable or removed."""

    article: str
    kind: str
    question: str
    golds: tuple[str, ...]
    signals: Signals  # read twice
    once: Signals
    gold: NDArray[np.bool_]  # (sentences,): which of them hold the answer
    own: NDArray[np.bool_]  # (hits,): which of them lie in the question's paragraph


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be asked: `golds` answer it, none if nothing does; `file` is what it is about."""

    article: str
    file: str
    text: str
    golds: tuple[str, ...]


def articles(
    found: Sequence[dict],  # type: ignore[type-arg]
    reader: str,
    limit: int,
    seed: int = 0,
) -> Iterator[Asked]:
    """Articles in the form of SQuAD: each paragraph is a document, and `limit` questions at random
    of those with a true `fit` are put to all of them."""
    questions = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "documents"
        folder.mkdir()
        paragraphs = [(a, paragraph) for a in found for paragraph in a["paragraphs"]]
        for number, (article, paragraph) in enumerate(paragraphs):
            name = f"{number:06}.txt"
            (folder / name).write_text(paragraph["context"], encoding="utf-8")
            for qa in paragraph["qas"] if article["fit"] else ():
                golds = () if qa["is_impossible"] else tuple(a["text"] for a in qa["answers"])
                questions.append(Question(article["title"], name, qa["question"], golds))
        random.Random(seed).shuffle(questions)
        yield from _put(questions[:limit], folder, reader)


def documents(reader: str) -> Iterator[Asked]:
    """The documents of `training.written` that are never trained on, and what is asked of them."""
    questions = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "documents"
        for path in sorted(written.DOCUMENTS.glob("*/questions.tsv")):
            kind = path.parent.name
            (folder / kind).mkdir(parents=True)
            for line in written.lines(path):
                if data.is_held_out(line.source):
                    shutil.copy(path.parent / line.source, folder / kind / line.source)
                    golds = (line.span,) if line.answerable else ()
                    questions.append(Question(kind, line.source, line.question, golds))
        yield from _put(questions, folder, reader)


def _put(questions: Sequence[Question], folder: Path, reader: str) -> Iterator[Asked]:
    """Each question as it is, and each that has an answer with its document hidden."""
    settings = Settings.load(
        index_root=str(folder.parent / "indexes"), reader=reader, originals="refer"
    )
    models = Models(settings)
    add([folder], collection="fit", settings=settings, embedder=models.embedder)
    with Pipeline.open("fit", models=models) as pipeline:
        ids = {Path(d.path).name: d.id for d in pipeline.collection.documents()}
        for done, asked in enumerate(questions, start=1):
            yield _asked(asked, pipeline, Scope(), ids[asked.file])
            if asked.golds:
                others = Scope(documents=tuple(set(ids.values()) - {ids[asked.file]}))
                yield _asked(asked, pipeline, others, "")
            if done % 100 == 0:
                print(f"{done} questions", flush=True)


def _asked(asked: Question, pipeline: Pipeline, scope: Scope, document: str) -> Asked:
    """What comes of a question put to what is in scope; its `document` is this one, or hidden."""
    once = pipeline.signals(asked.text, scope=scope, twice=False)
    signals = pipeline.signals(asked.text, scope=scope, twice=True) if once.known else once
    own = np.asarray([hit.document == document for hit in signals.hits], dtype=bool)
    gold = np.asarray(
        [own[x.hit] and any(contains(x.text, g) for g in asked.golds) for x in signals.found],
        dtype=bool,
    )
    answerable = "answerable" if document else "removed"
    kind = answerable if asked.golds else "unanswerable"
    golds = asked.golds if document else ()
    return Asked(asked.article, kind, asked.text, golds, signals, once, gold, own)
