"""Published data sets in the forms they come in: SQuAD's JSON and BEIR's folder."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import UsageError
from rag.evaluate import Question


@dataclass(frozen=True, slots=True)
class Passage:
    """A text with its title, "" where it has none."""

    title: str
    text: str

    @property
    def content(self) -> str:
        """As a file: title and text as one, which is how BEIR's figures are taken."""
        return f"{self.title}\n\n{self.text}".strip()


@dataclass(frozen=True, slots=True)
class DataSet:
    """Passages by the name that the questions know them by, and the questions."""

    passages: dict[str, Passage]
    questions: list[Question]


def squad(file: Path) -> DataSet:
    """Every paragraph is a passage. A question without `is_impossible` has an answer.

    Raises:
        UsageError: the file is not in SQuAD's form.
    """
    passages: dict[str, Passage] = {}
    questions = []
    try:
        for article in json.loads(file.read_text(encoding="utf-8"))["data"]:
            for paragraph in article["paragraphs"]:
                name = f"{len(passages):06}.txt"
                # The title of its article is not part of a paragraph: it would give it away.
                passages[name] = Passage("", paragraph["context"])
                for item in paragraph["qas"]:
                    impossible = bool(item.get("is_impossible", False))
                    golds = () if impossible else tuple(a["text"] for a in item["answers"])
                    questions.append(
                        Question(
                            item["question"], tuple(dict.fromkeys(golds)), {name: 1}, impossible
                        )
                    )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{file} is not in SQuAD's JSON form ({error!r}).") from None
    return DataSet(passages, questions)


def beir(folder: Path, split: str = "test") -> DataSet:
    """The corpus, and the queries that the judgements of `split` name.

    Raises:
        UsageError: a file is missing, or a line is not in BEIR's form; says which.
    """
    queries = next(
        (f for f in (folder / "queries.jsonl", folder / f"queries.{split}.jsonl") if f.is_file()),
        None,
    )
    corpus, judgements = folder / "corpus.jsonl", folder / "qrels" / f"{split}.tsv"
    if queries is None or not corpus.is_file() or not judgements.is_file():
        raise UsageError(f"{folder} lacks corpus.jsonl, queries.jsonl or qrels/{split}.tsv.")
    try:
        names: dict[str, str] = {}
        passages = {}
        for number, entry in enumerate(_lines(corpus)):
            names[entry["_id"]] = name = f"{number:06}.txt"
            passages[name] = Passage(str(entry.get("title") or ""), entry["text"])
        texts = {entry["_id"]: entry["text"] for entry in _lines(queries)}
        judged = _judged(judgements, names)
    except (OSError, KeyError, TypeError, IndexError, ValueError) as error:
        raise UsageError(f"{folder} is not in BEIR's form ({error!r}).") from None
    return DataSet(
        passages, [Question(texts[q], (), gains) for q, gains in judged.items() if q in texts]
    )


def _judged(file: Path, names: dict[str, str]) -> dict[str, dict[str, int]]:
    """Gains of passages by query, for the documents that the corpus has."""
    judged: dict[str, dict[str, int]] = {}
    with file.open(encoding="utf-8") as stream:
        for row in csv.reader(stream, delimiter="\t"):
            if row and row[0] != "query-id" and row[1] in names:
                judged.setdefault(row[0], {})[names[row[1]]] = int(row[2])
    return judged


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                yield json.loads(line)
            except ValueError as error:
                raise UsageError(f"{file}, line {number}, is not JSON ({error}).") from None
