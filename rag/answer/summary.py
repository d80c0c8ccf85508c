"""What is this document about? Its title, headings and first sentences say it best.

No model is asked: a summary made of lead sentences is true by construction, and the first
sentences of news and reports are a baseline that is hard to beat (Nenkova, "Automatic Text
Summarization of Newswire", AAAI 2005).
"""

from __future__ import annotations

from collections.abc import Iterator

from rag.answer.passage import piece
from rag.evidence import LONGEST
from rag.index.collection import Collection
from rag.scoring import instructions
from rag.text import sentences
from rag.types import Block, Coverage, DocumentInfo, Evidence, Scope

SENTENCES = 6  # in a summary; of one document, or one each of several
LOOKED_AT = 20_000  # characters of a document that a summary may reach into
FEWEST_WORDS = 4  # a shorter "sentence" is a label
LINES = 3  # of a list, table or piece of code that has to stand in for prose
FEWEST_SMALL = 3  # words without a capital; with fewer it is a by-line or a page's header


def outline(collection: Collection, scope: Scope) -> tuple[tuple[Evidence, ...], Coverage, int]:
    """Lead sentences as evidence, of how much they are, and how many documents there are.

    Of one document: the first sentence and those that open its sections. Of several: the first
    sentence of each, by path.
    """
    infos = collection.documents(scope)
    each = SENTENCES if len(infos) == 1 else 1
    chosen: list[Evidence] = []
    for info in infos[:SENTENCES]:
        leads = list(_leads(collection, info)) or list(_openings(collection, info))
        for start, end, heading in leads[:each]:
            chosen.append(piece(collection, info, len(chosen) + 1, start, end, heading))
    looked_at = {item.document for item in chosen}
    return tuple(chosen), Coverage(len(chosen), len(looked_at)), len(infos)


def _leads(collection: Collection, info: DocumentInfo) -> Iterator[tuple[int, int, str]]:
    """Span and heading of the first sentence of each section that opens with prose."""
    heading, open_section = "", True
    for block in collection.blocks(info.id):
        if block.start > LOOKED_AT:
            return
        if block.kind == "heading":
            heading = " ".join(collection.text(info.id, block.start, block.end).split())
            open_section = True
        elif (
            open_section and block.kind == "paragraph" and (lead := _lead(collection, info, block))
        ):
            open_section = False
            yield (*lead, heading)


def _openings(collection: Collection, info: DocumentInfo) -> Iterator[tuple[int, int, str]]:
    """The first lines of what a document without prose has: a list, a table, code."""
    heading = ""
    for block in collection.blocks(info.id):
        text = collection.text(info.id, block.start, min(block.end, block.start + LONGEST))
        if block.kind == "heading":
            heading = " ".join(text.split())
        elif text.strip() and instructions.score(text) < instructions.SURE:
            kept = "".join(text.splitlines(keepends=True)[:LINES]).rstrip()
            yield block.start, block.start + len(kept), heading
            return


def _lead(collection: Collection, info: DocumentInfo, block: Block) -> tuple[int, int] | None:
    text = collection.text(info.id, block.start, min(block.end, block.start + LONGEST))
    for start, end in sentences(text):
        if instructions.score(text[start:end]) >= instructions.SURE:
            continue
        if _is_prose(text[start:end]):
            return block.start + start, block.start + end
    return None


def _is_prose(sentence: str) -> bool:
    parts = sentence.split()
    if not any(word[:1].isalpha() and word.isascii() for word in parts):
        return True  # a script without capitals, or without spaces
    small = sum(word[:1].islower() for word in parts)
    return len(parts) >= FEWEST_WORDS and small >= FEWEST_SMALL
