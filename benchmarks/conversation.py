"""Follow-up questions: how near a rewriting comes to a person's, and what retrieval gains by it.

    python -m benchmarks.conversation [--rewrites FILE.jsonl] [--squad FILE --articles NAME …]

`--rewrites`: lines of `history`, `utterance` and a person's `rewrite` (TREC CAsT). Content-word
recall and ROUGE-L (F1, words in lower case) of the utterance as it stands and of the rewriting, and
the share left alone where the person changed nothing.

`--squad`: SQuAD 2.0. The answerable questions on a paragraph are one conversation; a name (or the
article's title) that the question before has, too, becomes a pronoun. hit@1 and hit@3 over all
paragraphs of the articles, of the utterances that lost a name: as they stand, with the question
before put in front (the usual makeshift), made whole, and as they were. One JSON line last.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from ingest import add
from rag.models import Models
from rag.pipeline import Pipeline
from rag.rewrite import rewrite
from rag.settings import Settings
from rag.text import content_words, words
from rag.types import Message

_NAME = re.compile(r"[A-Z][\w.’'-]*(?:\s+(?:(?:of|the|de|von|and)\s+)*[A-Z0-9][\w.’'-]*)*")
_OWNED = re.compile(r"['’]s?$")


# --- against a person's rewriting -----------------------------------------------------------------


def against_people(file: Path) -> dict[str, float]:
    """Means over all lines, and over those where the person changed something."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    changed, alone, resolved = [], [], []
    for row in rows:
        said, person = row["utterance"].strip(), row["rewrite"].strip()
        ours = rewrite(said, [Message("user", text) for text in row["history"]])
        if words(said) == words(person):
            alone.append(words(ours) == words(said))
        else:
            changed.append((said, ours, person))
            resolved.append(words(ours) != words(said))
    figures = {
        "lines": len(rows), "left_alone": fmean(alone), "touched_where_needed": fmean(resolved)
    }  # fmt: skip
    for name, measure in (("recall", _recall), ("rouge_l", _rouge)):
        figures[f"{name}_utterance"] = fmean(measure(said, person) for said, _, person in changed)
        figures[f"{name}_rewrite"] = fmean(measure(ours, person) for _, ours, person in changed)
    return figures


def _recall(text: str, reference: str) -> float:
    wanted = content_words(reference, "en")
    return len(wanted & content_words(text, "en")) / len(wanted) if wanted else 1.0


def _rouge(text: str, reference: str) -> float:
    """ROUGE-L (Lin 2004): F1 of the longest common subsequence of words."""
    one, other = words(text), words(reference)
    row = [0] * (len(other) + 1)
    for word in one:
        corner = 0
        for i, there in enumerate(other, start=1):
            corner, row[i] = row[i], corner + 1 if word == there else max(row[i], row[i - 1])
    return 2 * row[-1] / (len(one) + len(other)) if one or other else 1.0


# --- conversations out of SQuAD -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Turn:
    """A question whose repeated name has become a pronoun, after what was said before."""

    paragraph: str
    history: tuple[Message, ...]
    said: str
    meant: str


def conversations(file: Path, articles: Sequence[str]) -> tuple[dict[str, str], list[Turn]]:
    """The paragraphs by file name, and the turns that lost a name."""
    paragraphs, turns = {}, []
    for article in json.loads(file.read_text(encoding="utf-8"))["data"]:
        if article["title"] not in articles:
            continue
        title = article["title"].replace("_", " ")
        for paragraph in article["paragraphs"]:
            name = f"{len(paragraphs):05}.txt"
            paragraphs[name] = paragraph["context"]
            history: list[Message] = []
            before = ""
            for qa in paragraph["qas"]:
                if qa.get("is_impossible"):
                    continue
                meant = qa["question"].strip()
                said = _shortened(meant, before, title, paragraph["context"])
                before = meant
                if said != meant:
                    turns.append(Turn(name, tuple(history), said, meant))
                history += [Message("user", said), Message("assistant", qa["answers"][0]["text"])]
    return paragraphs, turns


def _shortened(question: str, before: str, title: str, context: str) -> str:
    """`question` with a name that the question before it has, too, as a pronoun.

    Only where the name is a phrase by itself: "the Huguenot farms" and "the first Huguenot" stay.
    """
    lower = title[0].lower() + title[1:]
    for name in [title, lower, *_names(question)]:
        bare = _OWNED.sub("", name)
        if len(bare) < 3 or not re.search(rf"\b{re.escape(bare)}\b", before):
            continue
        found = re.search(
            rf"(?P<lead>^|\b\S+\s+)(?:[Tt]he\s+)?\b{re.escape(bare)}(?P<own>['’]s?)?"
            r"(?=\W*$|[?,]|\s+(?P<next>\S+))",
            question,
        )
        if not found or not _stands_alone(found):
            continue
        forms = _FORMS[_pronoun(bare, context)]
        lead = found["lead"].strip().lower()
        form = forms[2] if found["own"] else forms[1 if lead in _PREPOSITIONS else 0]
        return question[: found.end("lead")] + form + question[found.end() :]
    return question


_FORMS = {
    "it": ("it", "it", "its"),
    "he": ("he", "him", "his"),
    "she": ("she", "her", "her"),
    "they": ("they", "them", "their"),
}
_PREPOSITIONS = frozenset("of in to for with by from about on at under over through than".split())
_AUXILIARIES = frozenset(
    "is are was were do does did has have had can could will would should may might must".split()
)
_JOINS = frozenset("and or as during after before when that which who".split())


def _stands_alone(found: re.Match[str]) -> bool:
    """Is the name neither a modifier of what follows nor modified by what comes before?"""
    lead, following = found["lead"].strip().lower(), (found["next"] or "").lower()
    verb = lead.endswith("ed") and len(lead) > 4
    if lead and not verb and lead not in _PREPOSITIONS | _AUXILIARIES | _JOINS:
        return False
    if found["own"] or not following or not following[0].isalpha():
        return bool(found["own"]) or not following or following[0] in "?,"
    closed = _PREPOSITIONS | _AUXILIARIES | _JOINS
    return following in closed or lead in _AUXILIARIES


def _names(question: str) -> list[str]:
    """Runs of capitalised words, the first word of the question aside; the longest first."""
    start = question.find(" ") + 1
    return sorted((m.group() for m in _NAME.finditer(question, start)), key=len, reverse=True)


def _pronoun(name: str, context: str) -> str:
    """By number, and for two or three words in capitals by the pronouns of the paragraph."""
    if re.search(r"(?:[^sui]s|ish|ese|nch)$", name):
        return "they"
    if 2 <= len(name.split()) <= 3 and name.replace(" ", "").isalpha():
        counts = {he: len(re.findall(rf"\b{he}\b", context)) for he in ("he", "she")}
        best = max(counts, key=lambda he: counts[he])
        if counts[best]:
            return best
    return "it"


def retrieval(file: Path, articles: Sequence[str]) -> dict[str, float]:
    """hit@1 and hit@3 of the turns that lost a name."""
    paragraphs, turns = conversations(file, articles)
    ways: dict[str, Callable[[Turn], str]] = {
        "utterance": lambda turn: turn.said,
        "with_question_before": lambda turn: f"{_before(turn)} {turn.said}",
        "rewrite": lambda turn: rewrite(turn.said, turn.history),
        "as_it_was": lambda turn: turn.meant,
    }
    figures: dict[str, float] = {"turns": len(turns), "paragraphs": len(paragraphs)}
    with tempfile.TemporaryDirectory(prefix="footnote-bench-") as scratch:
        folder = Path(scratch, "documents")
        folder.mkdir()
        for name, text in paragraphs.items():
            (folder / name).write_text(text, encoding="utf-8")
        models = Models(Settings.load(index_root=str(Path(scratch, "indexes"))))
        add([folder], collection="talk", settings=models.settings, embedder=models.embedder)
        with Pipeline.open("talk", models=models) as pipeline:
            for way, text in ways.items():
                ranks = [_rank(pipeline, text(turn), turn.paragraph) for turn in turns]
                for k in (1, 3):
                    figures[f"{way}_hit@{k}"] = fmean(rank < k for rank in ranks)
    figures["recall_utterance"] = fmean(_recall(turn.said, turn.meant) for turn in turns)
    figures["recall_rewrite"] = fmean(
        _recall(rewrite(turn.said, turn.history), turn.meant) for turn in turns
    )
    return figures


def _before(turn: Turn) -> str:
    return [message.content for message in turn.history if message.role == "user"][-1]


def _rank(pipeline: Pipeline, question: str, paragraph: str) -> int:
    found = [Path(hit.path).name for hit in pipeline.search(question, k=10).hits]
    return found.index(paragraph) if paragraph in found else len(found) + 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rewrites", type=Path)
    parser.add_argument("--squad", type=Path)
    parser.add_argument("--articles", nargs="+", default=[])
    parser.add_argument("--show", type=int, default=0, help="Print every so-manyth turn.")
    arguments = parser.parse_args()
    figures: dict[str, dict[str, float]] = {}
    if arguments.rewrites:
        figures["rewrites"] = against_people(arguments.rewrites)
    if arguments.squad:
        figures["squad"] = retrieval(arguments.squad, arguments.articles)
        turns = conversations(arguments.squad, arguments.articles)[1]
        for turn in turns[:: arguments.show] if arguments.show else ():
            print(f"{turn.meant}\n  {turn.said}\n  {rewrite(turn.said, turn.history)}")
    told = {part: {k: round(v, 3) for k, v in own.items()} for part, own in figures.items()}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
