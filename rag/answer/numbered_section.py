"""The answer to "What does section 3.2 say?": that section, read where it stands.

Its number has no word to search for. A section is one under a heading with that number, or else a
paragraph or the lines of one that begin with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath

from rag import lazy_re
from rag.answer.compose import Basis
from rag.answer.passage import piece
from rag.index.collection import Collection
from rag.narrowing.dates import NOUN
from rag.patterns.lists import LONGEST
from rag.question.shape import Shape
from rag.text import content_words
from rag.types import Block, Coverage, DocumentInfo, Evidence, Scope

MOST_DOCUMENTS = 3  # that have such a section; of more it is unknown which one is meant
LOOKED_AT = 200  # documents that are looked through
MOST_BLOCKS = 6  # of a section that are shown
_LABEL = (
    r"(?:sections?|sect?\.|clauses?|articles?|art\.|paragraphs?|para\.|chapters?|rule|abschnitt|ziffer|ziff\."
    r"|nummer|absatz|artikel|kapitel|paragraph|punkt|§§?|chapitre|clause|sección|cláusula|artículo"
    r"|capítulo|sezione|articolo|clausola)"
)
_NUMBER = r"(?P<number>\d{1,3}(?:\.\d{1,3}){0,4})"
_SAYS = r"(?:(?:say|state|mean|provide|regulate|cover|contain|require|read)s?|about)"
_OF = r"(?:\s+(?:of|in)\s+(?:the|my|our|this|that)\s+[\w .&'’-]{2,60}?)?"
# A whole question for a section, in four languages: "What does section 3.2 of the lease say?",
# "Was steht in § 5?", "Article 4". Its groups are the number, once for each way to ask.
_ASKS = lazy_re.compile(
    rf"\W*(?:what\s+(?:do(?:es)?|is|are|['’]?s)\s+(?:written\s+|said\s+|stated\s+)?(?:in\s+|under\s+)?"
    rf"(?:the\s+)?{_LABEL}\s*{_NUMBER}{_OF}(?:\s+{_SAYS})?"
    rf"|(?:quote|read|show\s+me|give\s+me|cite)\s+(?:the\s+)?{_LABEL}\s*{_NUMBER}{_OF}"
    rf"|was\s+(?:steht\s+(?:in|unter)|regelt|besagt|sagt|bestimmt)\s+(?:dem\s+|der\s+|den\s+|die\s+)?"
    rf"{_LABEL}\s*{_NUMBER}(?:\s+(?:des|der|vom|im|in)\s+[\w .&-]{{2,60}}?)?"
    rf"|que\s+(?:dit|prévoit)\s+(?:la\s+|le\s+|l['’])?{_LABEL}\s*{_NUMBER}"
    rf"|¿?qué\s+(?:dice|establece)\s+(?:la\s+|el\s+)?{_LABEL}\s*{_NUMBER}"
    rf"|{_LABEL}\s*{_NUMBER}{_OF})\W*".replace("(?P<number>", "("),
    re.IGNORECASE,
)
# The beginning of a heading or line of a section: "3.2 Rent", "§ 5", "Article 4:".
_BEGINS = lazy_re.compile(
    rf"(?:[-–•*]\s+)?(?P<label>{_LABEL}\s*)?{_NUMBER}(?:[.):]+|(?!\w))", re.IGNORECASE
)
# What the section is said to be of; of "this contract" is any.
_NAMED = lazy_re.compile(
    rf"{_LABEL}\s*{_NUMBER}\s+(?:of|in|des|der|vom|im)\s+(?P<of>.+?)(?:\s+{_SAYS})?\W*$",
    re.IGNORECASE,
)
_PLAIN = lazy_re.compile(rf"\b(?:{NOUN}|vertrag(?:e?s)?|dokument(?:e?s)?)\b", re.IGNORECASE)
_OPENING = 3000  # characters in which a document says what it is
_LEADER = lazy_re.compile(r"(?:\.\s?){3}\s*\d+$")  # of a table of contents
_END = 20  # characters of a line in which that is looked for: of a page of dots it took minutes


def section(
    question: str, collection: Collection, scope: Scope, labels: tuple[str, ...] = ()
) -> Basis | None:
    """The section that `question` asks for by its number alone, in each document that has one.

    `labels` say what the question named to be searched (`Basis.narrowed`).

    None where it asks for anything else, or where too many documents or none has such a section.
    """
    match = _ASKS.fullmatch(question)
    number = next(filter(None, match.groups()), "") if match else ""
    infos = collection.documents(scope) if number else []
    if not infos or len(infos) > LOOKED_AT:
        return None
    infos = [info for info in infos if _is_of(question, collection, info)]
    places = [(info, _section(collection, info, number)) for info in infos]
    found = [(info, *place) for info, place in places if place]
    if not 0 < len(found) <= MOST_DOCUMENTS:
        return None
    evidence: list[Evidence] = []
    for info, heading, spans in found:
        of = info.title if len(found) > 1 else ""
        for start, end in spans:
            end = start + len(collection.text(info.id, start, end).rstrip())
            shown = piece(collection, info, len(evidence) + 1, start, end, heading)
            evidence.append(replace(shown, of=of))
    read = Coverage(len(evidence), len(found))
    return Basis(question, Shape("summary"), 1.0, tuple(evidence), read, labels)


def _is_of(question: str, collection: Collection, info: DocumentInfo) -> bool:
    """Has a document all words of what the section is said to be of?"""
    named = _NAMED.search(question)
    wanted = content_words(_PLAIN.sub(" ", named["of"]), "en") if named else frozenset()
    if not wanted:
        return True
    opening = collection.text(info.id, 0, min(info.characters, _OPENING))
    return wanted <= content_words(f"{info.title}\n{PurePath(info.path).stem}\n{opening}", "en")


def _section(
    collection: Collection, info: DocumentInfo, number: str
) -> tuple[str, list[tuple[int, int]]] | None:
    """Heading of a section and the spans of its text; None where the document has none."""
    blocks = [b for b in collection.blocks(info.id) if b.kind not in ("hidden", "figure")]
    texts = [collection.text(info.id, block.start, block.end) for block in blocks]
    for i, (block, text) in enumerate(zip(blocks, texts, strict=True)):
        if block.kind == "heading" and _numbered(text) == number:
            inside = list(_below(blocks, texts, i, number))
            if inside:
                return text, [(blocks[j].start, _end(blocks[j])) for j in inside[:MOST_BLOCKS]]
    for i, (block, text) in enumerate(zip(blocks, texts, strict=True)):
        if block.kind in ("paragraph", "list") and (span := _lines(text, number)):
            spans = [(block.start + span[0], min(block.start + span[1], _end(block, span[0])))]
            opens = text[: span[1]].rstrip().endswith(":") and i + 1 < len(blocks)
            if opens and blocks[i + 1].kind == "list":
                spans.append((blocks[i + 1].start, _end(blocks[i + 1])))
            return "", spans
    return None


def _below(blocks: Sequence[Block], texts: Sequence[str], at: int, number: str) -> Iterator[int]:
    """The blocks of text under a heading, those of sections inside it included."""
    for i in range(at + 1, len(blocks)):
        if blocks[i].kind != "heading":
            yield i
        elif blocks[i].level <= blocks[at].level and not _is_inside(_numbered(texts[i]), number):
            return


def _lines(text: str, number: str) -> tuple[int, int] | None:
    """Where the lines of a section without a heading stand in a block.

    "3." alone may be any item of a list: that needs "§" or a word such as "Article" before it.
    """
    place, start = 0, -1
    for line in text.splitlines(keepends=True):
        match = _BEGINS.match(line)
        if start >= 0 and match and not _is_inside(match["number"], number):
            return start, place
        if (
            start < 0
            and match
            and match["number"] == number
            and not _LEADER.search(line.rstrip()[-_END:])
        ):
            rest = line[match.end() :].strip()
            if match["label"] or ("." in number and not rest[:1].islower() and rest):
                start = place
        place += len(line)
    return (start, place) if start >= 0 else None


def _numbered(text: str) -> str:
    match = _BEGINS.match(text)
    if not match or (text[match.end() :].lstrip()[:1].islower() and not match["label"]):
        return ""  # "3 apples a day"
    return match["number"]


def _is_inside(number: str, of: str) -> bool:
    return number.startswith(f"{of}.")


def _end(block: Block, at: int = 0) -> int:
    return min(block.end, block.start + at + LONGEST)
