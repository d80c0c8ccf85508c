"""What people thought of answers, in the forms that programs learn and measure from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from app.store import Judged
from rag.commands.console import dumped
from rag.evaluate import without_marks
from rag.prompt import messages
from rag.types import Answer


def pairs(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Preference pairs as TRL's DPOTrainer reads them (conversational, with an explicit prompt).

    Better: answers with a thumb up, and what a person wrote in the place of one. Worse: answers
    with a thumb down. A pair needs both for one question to one collection. The prompt is the one
    that the language model reads, with the evidence of the worse answer.
    """
    found = []
    for same in _by_question(judged):
        better = dict.fromkeys(text for item in same for text in (_good(item), item.better) if text)
        for item in same:
            worse = _bare(item.answer)
            if item.good or not worse:
                continue
            found += [
                {
                    "prompt": _prompt(item.answer),
                    "chosen": [{"role": "assistant", "content": text}],
                    "rejected": [{"role": "assistant", "content": worse}],
                }
                for text in better
                if text != worse
            ]
    return found


def questions(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Questions with the answer that a person approved or gave, to be evaluated with."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for item in judged:
        right = item.better or (item.good and item.answer.found and item.answer.short)
        if not right:
            continue
        asked = item.answer.searched or item.answer.question
        row: dict[str, Any] = {"question": asked, "answers": [str(right)]}
        if item.good and item.answer.citations:
            row["documents"] = sorted({c.path.rsplit("/", 1)[-1] for c in item.answer.citations})
        found[item.collection, asked] = row
    return list(found.values())


def jsonl(rows: Iterable[dict[str, Any]]) -> bytes:
    """One JSON object a line, UTF-8."""
    return "".join(dumped(row) + "\n" for row in rows).encode()


def _by_question(judged: Sequence[Judged]) -> list[list[Judged]]:
    groups: dict[tuple[str, str], list[Judged]] = {}
    for item in judged:
        asked = " ".join((item.answer.searched or item.answer.question).lower().split())
        groups.setdefault((item.collection, asked), []).append(item)
    return list(groups.values())


def _good(item: Judged) -> str:
    return _bare(item.answer) if item.good else ""


def _bare(answer: Answer) -> str:
    return without_marks(answer.text).strip()


def _prompt(answer: Answer) -> list[dict[str, str]]:
    asked = answer.searched or answer.question
    return [{"role": m.role, "content": m.content} for m in messages(asked, answer.evidence)]
