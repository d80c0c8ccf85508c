"""One's own questions with their answers: JSON Lines, JSON or CSV, read leniently, told exactly.

Columns or keys: `question`; `answer` or `answers` (in CSV several stand apart by "|"), empty where
the documents hold none; `document` or `documents`, file names. Only `question` is needed.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rag.errors import UsageError
from rag.evaluate import Question, file_name
from rag.question.shape import checked

MOST = 2000


def read(file: Path) -> list[Question]:
    """The questions of `file`, in its order.

    Raises:
        UsageError: it can't be read, or as `parse`.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} can't be read: {error.strerror}.") from None
    return parse(file.name, content)


def parse(name: str, content: bytes) -> list[Question]:
    """The questions of a file with that name and content.

    Raises:
        UsageError: it is neither form, or a line has no question; says which line.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{name} is not in UTF-8. Save it as UTF-8 and try again.") from None
    rows = _objects(name, text) if text.lstrip()[:1] in ("{", "[") else _table(name, text)
    try:
        found = [_question(name, line, row) for line, row in rows]
    except csv.Error as error:
        raise UsageError(f"{name} is not a table of questions: {error}.") from None
    if not found:
        raise UsageError(f"{name} holds no questions.")
    if len(found) > MOST:
        raise UsageError(f"{name} holds {len(found):,} questions; at most {MOST:,} are asked here.")
    return found


def _table(name: str, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    lines = io.StringIO(text, newline=None)  # Excel on a Mac ends them by a carriage return alone
    delimiter = max("\t;,", key=lines.readline().count)
    lines.seek(0)
    reader = csv.DictReader(lines, delimiter=delimiter)
    for row in reader:
        if any(map(str.strip, row.pop(None, ()))):
            raise UsageError(
                f"{name}, line {reader.line_num}, has more cells than the head. Put an answer with "
                f"“{delimiter}” in it into quotation marks."
            )
        if not any(map(str.strip, filter(None, row.values()))):  # which spreadsheets leave behind
            continue
        yield reader.line_num, {(key or "").strip().lower(): value for key, value in row.items()}


def _objects(name: str, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if text.lstrip().startswith("["):
        lines: list[tuple[int, str]] = [(1, text)]
    else:
        # Unlike str.splitlines, this leaves separators alone that a JSON string may hold.
        stream = io.StringIO(text, newline=None)
        lines = [(i, line) for i, line in enumerate(stream, 1) if line.strip()]
    for number, line in lines:
        try:
            found = json.loads(line)
        except ValueError as error:
            raise UsageError(f"{name}, line {number}, is not JSON ({error}).") from None
        for item in found if isinstance(found, list) else [found]:
            if not isinstance(item, dict):
                raise UsageError(f"{name}, line {number}, is no JSON object.")
            yield number, {str(key).lower(): value for key, value in item.items()}


def _question(name: str, line: int, row: Mapping[str, Any]) -> Question:
    question = str(row.get("question") or "").strip()
    if not question:
        raise UsageError(f"{name}, line {line}, has no “question”.")
    try:
        checked(question)  # it would end the run only when its turn comes, and all before is lost
    except UsageError as error:
        raise UsageError(f"{name}, line {line}: {error}") from None
    answers = _several(row, "answer", "answers")
    documents = _several(row, "document", "documents", "file")
    known = any(key in row for key in ("answer", "answers"))
    said = str(row.get("kind") or "").lower() == "unanswerable" or row.get("impossible") is True
    return Question(
        question,
        answers,
        {file_name(document): 1 for document in documents} or None,
        impossible=said or (known and not answers and not documents),
    )


def _several(row: Mapping[str, Any], *keys: str) -> tuple[str, ...]:
    found: list[str] = []
    for key in keys:
        value = row.get(key)
        parts = value if isinstance(value, list) else _told(value).split("|")
        found += [told for part in parts if (told := _told(part).strip())]
    return tuple(dict.fromkeys(found))


def _told(value: object) -> str:
    """A value as text, "" where it is none; 0 is one."""
    return "" if value is None or value is False else str(value)
