"""Questions to begin or to go on with, out of the documents' own words."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

from app.store import Turn
from rag.index.collection import Collection
from rag.types import DocumentInfo

SAMPLES = Path(__file__).parents[1] / "samples"
_LOOKED_AT = 12  # documents whose headings are read, and headings of each
_LONGEST = 70  # characters of a heading or title
_LEAST = 120  # characters below a heading: the lines of a title page have none
_DULL = re.compile(
    r"(?i)^(\W*\d[\d.\s]*)?(abstract|introduction|references?|sources?|contents?|table of contents|"
    r"bibliography|acknowledge?ments?|appendix.*|conclusions?|index|summary|further reading"
    r"|form \S+|\(.*\))\W*$"
)


def samples() -> Path | None:
    """The folder of sample documents, where Footnote runs from its repository."""
    folder = SAMPLES / "documents"
    return folder if folder.is_dir() else None


def examples(infos: list[DocumentInfo], opened: Collection, count: int = 3) -> list[str]:
    """Questions for an empty conversation: written ones for the samples, else from headings, and
    where these are too few, from titles."""
    if written := _written(infos, count):
        return written
    rows = [_of(opened, info.id) for info in infos[:_LOOKED_AT]]
    asked = [_question(heading) for heading in _in_turn(rows, count)]
    titles = dict.fromkeys(info.title for info in infos if len(info.title) <= _LONGEST)
    return [*asked, *(f"What is “{title}” about?" for title in titles)][:count]


def follow_ups(opened: Collection, turns: list[Turn], count: int = 2) -> list[str]:
    """Questions about other parts of the documents that the last answer cites."""
    last = turns[-1].answer if turns else None
    if last is None or not last.found:
        return []
    there = {info.id for info in opened.documents()}
    cited: dict[str, int] = {}  # where each is cited first
    for item in last.citations:
        cited.setdefault(item.document, item.start)
    rows = [_of(opened, key, at) for key, at in cited.items() if key in there]
    asked = " ".join(turn.question.lower() for turn in turns)
    quoted = {item.quote.lower() for item in last.citations}
    found = _in_turn(rows, count + 4)
    fresh = [h for h in found if h.lower() not in asked and h.lower() not in quoted]
    return [_question(heading) for heading in fresh[:count]]


def _question(heading: str) -> str:
    return heading if heading.endswith("?") else f"What is said about “{heading}”?"


def questions() -> list[dict[str, str]]:
    """The questions about the sample documents, with their answers; none where they are not."""
    try:
        lines = (SAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    return [json.loads(line) for line in lines if line.strip()]


def _written(infos: list[DocumentInfo], count: int) -> list[str]:
    names = {Path(info.path).name for info in infos}
    found = [item for item in questions() if item["document"] in names]
    # One from each document, so that the first three are about three things.
    firsts = {item["document"]: item["question"] for item in reversed(found)}
    chosen = [item["question"] for item in found if firsts[item["document"]] == item["question"]]
    return chosen[:count]


def _in_turn(rows: list[list[str]], count: int) -> list[str]:
    """Headings of several documents, in turn, so that no long one takes all places."""
    found: dict[str, None] = {}
    for level in range(max(map(len, rows), default=0)):
        for row in rows:
            if level < len(row):
                found.setdefault(row[level])
    return list(found)[:count]


def _of(opened: Collection, document: str, at: int | None = None) -> list[str]:
    """The headings of a document that have text below them; those behind the place `at` first, then
    those before it, the nearest first, without the one that it is below."""
    blocks = [block for block in opened.blocks(document) if block.kind == "heading"]
    # Of the last one it is not known how much there is.
    told = [a for a, b in pairwise(blocks) if b.start - a.end >= _LEAST] + blocks[-1:]
    told = [block for block in told if block.level >= 2]
    if at is not None:
        above = max((block.start for block in told if block.start <= at), default=-1)
        told = [block for block in told if block.start != above]
        told.sort(key=lambda block: (block.start < at, abs(block.start - at)))
    texts = (" ".join(opened.text(document, b.start, b.end).split()) for b in told[:_LOOKED_AT])
    return [text for text in texts if 8 <= len(text) <= _LONGEST and not _DULL.match(text)]
