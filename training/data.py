"""Where the reader's training questions come from, and which of them may be trained on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Figures are reported on these articles: nothing is trained, fitted or chosen on them.
RESERVED = frozenset({"Warsaw", "Force", "Steam_engine", "Imperialism"})
# Choices (schedule, data mix) are made on these; only a run with `--final` is trained on them.
DEVELOPMENT = frozenset({"Normans", "Harvard_University", "Scottish_Parliament"})
HELD_OUT = 10  # of what was written, one paragraph and one document of so many is for choices


@dataclass(frozen=True, slots=True)
class Example:
    """A question about a passage; `answers` are character spans of it, none if unanswerable.

    Each reference answer of each annotator is kept: a span that three of five people marked
    weighs three times as much in the soft target. `plausible` are the spans of an unanswerable
    question that its writer took for tempting: the place it asks about, though no answer.
    """

    question: str
    context: str
    answers: tuple[tuple[int, int], ...]
    group: str
    plausible: tuple[tuple[int, int], ...] = ()

    @property
    def answer_texts(self) -> frozenset[str]:
        return frozenset(self.context[start:end] for start, end in self.answers)


def is_reserved(title: str) -> bool:
    """MuSiQue takes steps from SQuAD, so a reserved article could come back through it."""
    return title.replace(" ", "_").lower() in {name.lower() for name in RESERVED}


def squad(path: Path) -> list[Example]:
    """Every question of a SQuAD 2.0 file, its article as the group."""
    examples = []
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                examples.append(
                    Example(
                        qa["question"].strip(),
                        paragraph["context"],
                        _spans(qa["answers"]),
                        article["title"],
                        _spans(qa.get("plausible_answers", [])),
                    )
                )
    return examples


def _spans(answers: Sequence[dict[str, Any]]) -> tuple[tuple[int, int], ...]:
    return tuple((a["answer_start"], a["answer_start"] + len(a["text"])) for a in answers)


def split(examples: Sequence[Example], *, final: bool) -> tuple[list[Example], list[Example]]:
    """Training and development examples by article; the reserved articles are in neither."""
    free = [e for e in examples if e.group not in RESERVED]
    dev = [e for e in free if e.group in DEVELOPMENT]
    return (free if final else [e for e in free if e.group not in DEVELOPMENT]), dev


def articles(folder: Path, *, final: bool) -> tuple[list[Example], list[Example]]:
    """`split` of the questions of SQuAD 2 in a data folder."""
    return split(squad(folder / "squad2" / "dev-half.json"), final=final)


def reserved(examples: Sequence[Example]) -> list[Example]:
    return [e for e in examples if e.group in RESERVED]


def multihop(folder: Path) -> list[Example]:
    """Single-hop questions of MuSiQue's decompositions and HotpotQA's bridge questions."""
    return _musique(folder / "musique_train.json") + _hotpot(folder / "hotpotqa_train.json")


def _musique(path: Path) -> list[Example]:
    """The steps of MuSiQue questions (Trivedi et al. 2022), each answered by one paragraph."""
    examples = []
    for record in json.loads(path.read_text(encoding="utf-8")):
        answers: list[str] = []
        for step in record["question_decomposition"]:
            question = step["question"]
            for number, earlier in enumerate(answers, start=1):
                question = question.replace(f"#{number}", earlier)
            answers.append(step["answer"])
            if " >> " in question:
                thing, relation = question.split(" >> ", 1)
                question = f"What is the {relation} of {thing}?"
            paragraph = record["paragraphs"][step["paragraph_support_idx"]]
            context = paragraph["paragraph_text"]
            spans = find(context, step["answer"])
            if spans and not is_reserved(paragraph["title"]):
                examples.append(Example(question, context, spans[:1], "musique"))
    return examples


def _hotpot(path: Path) -> list[Example]:
    """HotpotQA questions over their supporting paragraphs, set one after the other."""
    examples = []
    for record in json.loads(path.read_text(encoding="utf-8")):
        if record["answer"] in ("yes", "no"):
            continue
        titles = {title for title, _ in record["supporting_facts"]}
        context = " ".join(
            f"{title}: {''.join(sentences)}"
            for title, sentences in record["context"]
            if title in titles
        )
        spans = find(context, record["answer"])
        if spans and not any(is_reserved(title) for title in titles):
            examples.append(Example(record["question"], context, spans[:1], "hotpotqa"))
    return examples


def made(path: Path, *, final: bool) -> list[Example]:
    """Questions that `training.questions` wrote, each twisted one as an unanswerable question."""
    examples = []
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["group"] in RESERVED or (record["group"] in DEVELOPMENT and not final):
            continue
        span, group = (record["start"], record["end"]), record["group"]
        examples.append(Example(record["question"], record["context"], (span,), group))
        if record["twisted"]:
            examples.append(Example(record["twisted"], record["context"], (), group))
    return examples


def is_held_out(source: str) -> bool:
    """Is what was written about this paragraph or document never trained on?"""
    return int(hashlib.sha256(source.encode()).hexdigest(), 16) % HELD_OUT == 0


def written(path: Path, *, held_out: bool, twins: bool | None = None) -> list[Example]:
    """What `training.written` wrote: questions about the paragraphs and documents that are never
    trained on, or about all others; if `twins` is given, only such or no such."""
    examples = []
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        other = twins is not None and record["twin"] != twins
        if is_held_out(record["group"]) != held_out or other:
            continue
        answers, plausible = (
            tuple((a, b) for a, b in record[name]) for name in ("answers", "plausible")
        )
        question, context = record["question"], record["context"]
        examples.append(Example(question, context, answers, record["group"], plausible))
    return examples


def passages(multihop_folder: Path) -> list[tuple[str, str]]:
    """(title, text) of the Wikipedia paragraphs of the closed multi-hop corpora."""
    pairs = []
    for name in ("musique_train_corpus", "2wikimultihopqa_corpus"):
        records = json.loads((multihop_folder / f"{name}.json").read_text(encoding="utf-8"))
        pairs += [(record["title"], record["text"]) for record in records]
    hotpot = json.loads((multihop_folder / "hotpotqa_train_corpus.json").read_text("utf-8"))
    pairs += [(title, "".join(sentences)) for title, sentences in hotpot.items()]
    return [pair for pair in dict.fromkeys(pairs) if not is_reserved(pair[0])]


def find(context: str, answer: str) -> tuple[tuple[int, int], ...]:
    """Every place where the answer stands in the context as a whole word."""
    spans, at = [], context.find(answer) if answer else -1
    while at >= 0:
        end = at + len(answer)
        inside = (at > 0 and context[at - 1].isalnum()) or context[end : end + 1].isalnum()
        if not inside:
            spans.append((at, end))
        at = context.find(answer, at + 1)
    return tuple(spans)
