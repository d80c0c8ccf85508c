"""The records that flow through Footnote, in the order in which they come into being.

Every `start` and `end` is a character offset (Unicode code points, end exclusive) into
`Document.text`, at every stage: `document.text[start:end] == quote` holds from the parser to the
citation. Records are frozen: a later stage makes a new record, it never fills one in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BlockKind = Literal[
    "heading", "paragraph", "list", "table", "code", "caption", "figure", "hidden"]  # fmt: skip
FIGURE = "Figure description"  # the heading of passages that a vision model wrote
HIDDEN = "Hidden text"  # the heading of passages that readers of their document don't see
Mode = Literal["quote", "write", "summary", "refused", "reply"]


# --- ingest -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text of one kind. `level` is 1 to 6 for headings, otherwise 0.

    "hidden" is text that somebody who looks at the document does not see (white on white, tiny,
    marked as hidden). It is kept, but not indexed unless that is asked for. "figure" is what a
    vision model says of a picture.
    """

    start: int
    end: int
    kind: BlockKind
    level: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One page of a paginated document, covering text[start:end].

    `boxes` is float32 of shape (end - start, 4): left, top, right, bottom of each character in
    points (1/72 inch) from the top left corner of the page as displayed; zeros where a character
    has no place on the page (line breaks, spaces that the parser put in).
    """

    number: int  # 1-based
    start: int
    end: int
    width: float
    height: float
    boxes: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A picture of a document for a model that describes it; it stands at text[at], between blocks.

    `pixels` is uint8 of shape (height, width, 3).
    """

    at: int
    page: int | None
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser makes of one file. Blocks and pages are sorted and do not overlap.

    `figures`, by place, are there only where somebody is going to describe them.
    """

    text: str
    blocks: tuple[Block, ...]
    pages: tuple[Page, ...] = ()
    title: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document came from. `type` is told from its content: pdf, docx …"""

    path: str  # absolute, as found
    sha256: str
    bytes: int
    modified_ns: int
    type: str
    parser: str  # name and version of the parser, "pdf/1"


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file with its identity. `id` is opaque and stable while the path stays the same."""

    id: str
    source: Source
    title: str
    added: str  # ISO 8601, UTC
    parsed: Parsed

    @property
    def text(self) -> str:
        return self.parsed.text


@dataclass(frozen=True, slots=True)
class Chunk:
    """A retrievable part of a document, small enough for the embedder to read whole."""

    start: int
    end: int
    page: int | None  # page on which it starts
    headings: tuple[str, ...]  # outermost first


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What the index tells of a document without reading its text."""

    id: str
    path: str
    title: str
    type: str
    sha256: str
    bytes: int
    modified_ns: int
    added: str
    parser: str
    pages: int | None
    characters: int
    chunks: int
    metadata: Mapping[str, str] = field(hash=False)
    warnings: tuple[str, ...]


# --- retrieval and evidence -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scope:
    """Narrows a search. Empty fields narrow nothing; filled ones all have to hold."""

    documents: tuple[str, ...] = ()  # document ids
    types: tuple[str, ...] = ()
    folder: str | None = None  # the documents in it and below
    since: str | None = None  # ISO date: modified on that day or later
    until: str | None = None  # ISO date: modified on that day or earlier

    def __bool__(self) -> bool:
        return bool(self.documents or self.types or self.folder or self.since or self.until)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found: one chunk, or neighbouring chunks merged."""

    document: str
    path: str
    title: str
    page: int | None
    start: int
    end: int
    text: str
    headings: tuple[str, ...]
    score: float  # fused, in [0, 1]
    dense: float  # cosine similarity to the question
    lexical: float  # BM25, 0 where no term is shared
    pages: tuple[tuple[int, int], ...] = ()  # number and start of each page that it touches
    rows: tuple[int, ...] = ()  # of its chunks in the collection, in order

    def page_of(self, offset: int) -> int | None:
        """The page on which a document offset inside this hit lies."""
        before = [number for number, start in self.pages if start <= offset]
        return before[-1] if before else self.page


@dataclass(frozen=True, slots=True)
class Evidence:
    """What bears on the question, numbered from 1 as in the prompt: mostly a sentence of a hit,
    joined with what it needs; a list or rows of a table; a whole hit where nothing answers."""

    n: int
    document: str
    path: str
    title: str
    page: int | None
    start: int
    end: int
    quote: str
    headings: tuple[str, ...]
    score: float  # probability-like, in [0, 1]
    span: tuple[int, int] | None = None  # the reader's answer inside it, document offsets
    head: str = ""  # head of the table that it is a row of
    of: str = ""  # which of several documents it speaks for, where each is asked the same
    code: bool = False  # has a piece of code, whose lines mean something

    @property
    def found(self) -> str | None:
        """The reader's answer inside it, on one line."""
        if self.span is None:
            return None
        start, end = self.span
        return " ".join(self.quote[start - self.start : end - self.start].split())


# --- the answer -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation or of a prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Leads from `[n]` in an answer to the exact place: document text[start:end] == quote."""

    n: int
    document: str
    path: str
    title: str
    page: int | None
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much was read to answer."""

    passages: int
    documents: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer. When `found` is false, `text` refuses or replies; `citations` is empty."""

    question: str
    found: bool
    text: str  # with [n] marks
    short: str | None  # the bare answer: the span, yes or no, or the items of a list
    mode: Mode
    confidence: float  # in [0, 1]
    citations: tuple[Citation, ...]
    evidence: tuple[Evidence, ...]
    coverage: Coverage
    timings: Mapping[str, float] = field(compare=False)  # seconds by stage
    searched: str | None = None  # the question as rewritten from its history, if it was
    reasoning: str | None = None
    narrowed: tuple[str, ...] = ()  # what the search was narrowed to, because the question names it
    marks: tuple[tuple[int, int], ...] = ()  # of `text`; a "[1]" elsewhere is a document's


# --- what a stream yields ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """Evidence is ready; writing may follow."""

    evidence: tuple[Evidence, ...]
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Reasoning:
    """A piece of what the model thinks before it answers."""

    text: str


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the draft. A draft is unchecked until `Done`."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """The checked answer, always last."""

    answer: Answer


Event = Found | Reasoning | Token | Done
