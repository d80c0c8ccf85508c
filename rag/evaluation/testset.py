"""One's own questions with their answers: JSON Lines, JSON or CSV, read leniently, told exactly.

Columns or keys: `question`; `answer` or `answers` (in CSV several stand apart by "|"), empty where
the documents hold none; `document` or `documents`, file names. Only `question` is needed.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rag import lazy_re
from rag.errors import UsageError
from rag.evaluate import Question, file_name
from rag.question.shape import checked
from rag.wording import count

SHOWN = 5  # names of documents
_SEPARATOR = lazy_re.compile(r'"?sep=(.)"?')


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
    text = _text(name, content)
    rows = _objects(name, text) if text.lstrip()[:1] in ("{", "[") else _table(name, text)
    try:
        found = [_question(name, line, row) for line, row in rows]
    except csv.Error as error:
        raise UsageError(f"{name} is not a table of questions: {error}.") from None
    if not found:
        raise UsageError(f"{name} holds no questions.")
    return found


def described(asked: Sequence[Question], documents: Collection[str]) -> str:
    """What is known of the questions, in a sentence; and which of the documents that they name are
    not among the `documents` of a collection, by their file names."""
    known = {
        "with an answer": sum(bool(item.answers) for item in asked),
        "that no document answers": sum(item.impossible for item in asked),
        "with a document": sum(bool(item.relevant) for item in asked),
    }
    told = ", ".join(f"{n:,} {what}" for what, n in known.items())
    absent = dict.fromkeys(name for item in asked for name in item.relevant or ())
    missing = [name for name in absent if name not in documents]
    warning = f" Not in the collection: {', '.join(missing[:SHOWN])}" if missing else ""
    more = f" and {len(missing) - SHOWN:,} more" if len(missing) > SHOWN else ""
    return f"{count(len(asked), 'question')}: {told}.{warning}{more}" + "." * bool(missing)


def _text(name: str, content: bytes) -> str:
    if content.startswith(b"PK\x03\x04"):
        raise UsageError(f"{name} is a workbook or an archive. Save its sheet as “CSV UTF-8”.")
    # Excel's “Unicode text” is UTF-16. That any two bytes are a sign of it makes no table.
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if content and (not text or (wide and "question" not in text.lower())):
        raise UsageError(
            f"{name} is not in UTF-8. Save it as UTF-8 (in Excel as “CSV UTF-8”) and try again."
        )
    return text


def _table(name: str, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    # Excel on a Mac ends lines by a carriage return alone.
    lines = io.StringIO(text, newline=None).readlines()
    # Excel opens a table rightly everywhere whose first line says "sep=;", and no other program.
    told = _SEPARATOR.fullmatch(lines[0].strip()) if lines else None
    above = 1 if told else 0
    delimiter = told[1] if told else max("\t;,", key="".join(lines[:1]).count)
    reader = csv.DictReader(lines[above:], delimiter=delimiter)
    last = above + (reader.line_num if reader.fieldnames else 0)
    for row in reader:
        line, last = last + 1, above + reader.line_num
        while not lines[line - 1].strip():
            line += 1
        _check_quotes(name, lines[line - 1 : last], line, delimiter)
        if any(map(str.strip, row.pop(None, ()))):
            raise UsageError(
                f"{name}, line {line}, has more cells than the head. Put an answer with "
                f"“{delimiter}” in it into quotation marks."
            )
        if not any(map(str.strip, filter(None, row.values()))):  # which spreadsheets leave behind
            continue
        yield line, {(key or "").strip().lower(): value for key, value in row.items()}


def _check_quotes(name: str, lines: list[str], line: int, delimiter: str) -> None:
    """Refuses a row of several lines whose quotation marks don't match: a forgotten one swallows
    all rows down to the next, or to the end."""
    if len(lines) < 2:
        return
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        raise UsageError(
            f"{name}, line {line}: a quotation mark is opened here and not closed at the end of "
            "its cell. Close it; one inside of a quoted cell is written twice."
        ) from None


def _objects(name: str, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if text.lstrip().startswith("[") or _is_json(text):
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


def _is_json(text: str) -> bool:
    """Is it one value, perhaps over several lines?"""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _question(name: str, line: int, row: Mapping[str, Any]) -> Question:
    question = str(row.get("question") or "").strip()
    if not question:
        named = ", ".join(str(key) for key in row if key)
        there = "" if "question" in row else f" among its columns: {named}. Call that one so"
        raise UsageError(f"{name}, line {line}, has no “question”{there}.")
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
