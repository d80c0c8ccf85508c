"""Questions that were written for training: about paragraphs, and about documents of all kinds.

    python -m training.written --data DATA --out RUNS/written.jsonl

`written/articles.tsv` names a paragraph of the multi-hop corpora, or of an article of SQuAD 2 that
may be trained on, by its `key`, since their text is not ours to copy; so does `written/twins.tsv`,
whose questions come in twos, one answerable and the other the same but for a word or a few, in the
words of the paragraph. `written/documents` holds the documents as well, each folder with
`questions.tsv` and `twins.tsv`. Each line has a question, A or U (answerable or not) and the span
that answers it, or only seems to. Documents are parsed and cut as Footnote does it, so the reader
learns from what it will be given: rows of tables, labels, lists.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.chunk import chunks as cut
from ingest.parsers import load, registered
from ingest.parsers.detect import detect
from rag.embed import Embedder
from rag.settings import Settings
from training.data import Example, articles, find, passages

FOLDER = Path(__file__).parent / "written"
DOCUMENTS = FOLDER / "documents"
TWINS = "twins.tsv"
_WORD = re.compile(r"\w+")
_ENOUGH = 0.6  # share of a line's words that stand around the place that it fixes


@dataclass(frozen=True, slots=True)
class Line:
    """A question about `source`, a key or a file; `line` is a longer piece that holds `span`."""

    source: str
    answerable: bool
    question: str
    span: str
    line: str


def key(paragraph: str) -> str:
    """What a paragraph is named by."""
    return hashlib.sha256(paragraph.strip().encode()).hexdigest()[:12]


def lines(path: Path) -> list[Line]:
    """Those of a file of `written`.

    Raises:
        ValueError: a line has too few or too many fields, or is neither A nor U.
    """
    found = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        source, kind, question, span, *more = text.split("\t")
        if kind not in ("A", "U") or len(more) > 1:
            raise ValueError(
                f"{path.name}, line {number}: not source, A or U, question, span, line"
            )
        found.append(Line(source, kind == "A", question, span, more[0] if more else span))
    return found


def about_paragraphs(folder: Path, file: str) -> Iterator[Example]:
    """The questions of a file of `written` about paragraphs of a data folder, in order."""
    known = [text for _, text in passages(folder / "multihop" / "data")]
    known += dict.fromkeys(example.context for example in articles(folder, final=False)[0])
    texts = {key(text): text.strip() for text in known}
    for line in lines(FOLDER / file):
        if example := _example(line, [texts[line.source]] if line.source in texts else []):
            yield example


def about_documents(
    embedder: Embedder, folder: Path = DOCUMENTS, file: str = "questions.tsv"
) -> Iterator[Example]:
    """The questions about documents, each with the chunk that its line stands in; those with no
    such chunk are left out."""
    for path in sorted(folder.glob(f"*/{file}")):
        asked = lines(path)
        names = dict.fromkeys(line.source for line in asked)
        texts = {name: chunks(path.parent / name, embedder) for name in names}
        for line in asked:
            if example := _example(line, texts[line.source]):
                yield example


def chunks(path: Path, embedder: Embedder) -> list[str]:
    """The chunks of a document, as an index would hold them, behind its title or name."""
    parsed = load(registered()[detect(path)])(path)
    found = cut(
        parsed,
        count_tokens=embedder.count_tokens,
        max_tokens=embedder.max_tokens,
        title=parsed.title or path.stem,
    )
    return [parsed.text[chunk.start : chunk.end] for chunk in found]


def _example(line: Line, texts: Sequence[str]) -> Example | None:
    """The question about the text whose span stands in the line, if one does."""
    places = [(_around(t, span, line), t, span) for t in texts for span in find(t, line.span)]
    if not places:
        return None
    nearness, text, span = max(places, key=lambda place: place[:2])
    if nearness < _ENOUGH:
        return None
    sides = ((span,), ()) if line.answerable else ((), (span,))
    return Example(line.question, text, sides[0], line.source, sides[1])


def _around(text: str, span: tuple[int, int], line: Line) -> float:
    """Share of the line's words beside a span: a parser writes a row or a label in its way."""
    start, end = span
    reach = len(line.line) + 8
    before = text[max(0, start - reach) : start].rpartition("\n")[2]
    behind = text[end : end + reach].partition("\n")[0]
    there = set(_WORD.findall(f"{before}{text[start:end]}{behind}".lower()))
    words = _WORD.findall(line.line.lower())
    return sum(word in there for word in words) / max(1, len(words))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    embedder = Embedder.load(Settings().embedder)
    sides = []
    for of_paragraphs, of_documents in (("articles.tsv", "questions.tsv"), (TWINS, TWINS)):
        sides.append(list(about_paragraphs(arguments.data, of_paragraphs)))
        sides[-1] += about_documents(embedder, file=of_documents)
    with arguments.out.open("w", encoding="utf-8") as out:
        for side, made in enumerate(sides):
            for example in made:
                record = {**asdict(example), "twin": side == 1}
                out.write(json.dumps(record, ensure_ascii=False) + "\n")
    print(f"{len(sides[0])} questions and {len(sides[1])} twins", flush=True)


if __name__ == "__main__":
    main()
