"""Rebuild the binary sample documents (PDF and DOCX) from the plain text in ``src/``.

Run it from anywhere::

    python samples/build.py            # write the four files into samples/documents/
    python samples/build.py --check    # say whether they are what the sources give

Dates and identifiers are fixed, so the same versions of reportlab and
python-docx give the same bytes on every run.

Source format: ``key: value`` lines, a blank line, then a small part of Markdown:
``#`` and ``##`` headings, paragraphs (one a line), ``- `` and ``1. `` list items,
and ``| a | b |`` table rows, of which the first is the header.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.document import Document as DocxDocument
from docx.shared import Pt
from reportlab import rl_config
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    ListFlowable,
    ListItem,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "src"
DOCUMENTS = HERE / "documents"
FORMATS = {
    "03-transformer": "pdf",
    "04-pretraining": "docx",
    "05-assistants": "docx",
    "10-running-locally": "pdf",
}
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


# --- reading the sources -----------------------------------------------------


@dataclass(frozen=True)
class Block:
    """One piece of a chapter: ``kind`` is h1, h2, text, bullets, numbers or table."""

    kind: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return self.lines[0]

    @property
    def rows(self) -> list[list[str]]:
        return [[cell.strip() for cell in line.strip("|").split("|")] for line in self.lines]


@dataclass(frozen=True)
class Chapter:
    meta: dict[str, str]
    blocks: tuple[Block, ...]

    @property
    def date(self) -> datetime:
        return datetime.fromisoformat(self.meta["date"])


PREFIXES = (
    ("h2", re.compile(r"## ")),
    ("h1", re.compile(r"# ")),
    ("bullets", re.compile(r"- ")),
    ("numbers", re.compile(r"\d+\. ")),
    ("table", re.compile(r"(?=\|)")),
)


def classify(line: str) -> tuple[str, str]:
    """The kind of a source line, and the line without its mark."""
    for kind, prefix in PREFIXES:
        if match := prefix.match(line):
            return kind, line[match.end() :]
    return "text", line


def parse(source: str) -> Chapter:
    head, _, body = source.partition("\n\n")
    pairs = (line.partition(":") for line in head.splitlines())
    meta = {key.strip(): value.strip() for key, _, value in pairs}
    return Chapter(meta, tuple(parse_blocks(body)))


def parse_blocks(body: str) -> Iterator[Block]:
    """Neighbouring list items and table rows join into one block; the rest stand alone."""
    kind = ""
    lines: list[str] = []
    for raw in [*body.splitlines(), ""]:
        new_kind, line = classify(raw.strip()) if raw.strip() else ("", "")
        joins = new_kind == kind and kind in {"bullets", "numbers", "table"}
        if lines and not joins:
            yield Block(kind, tuple(lines))
            lines = []
        kind = new_kind
        if kind:
            lines.append(line)


# --- PDF ---------------------------------------------------------------------

BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=11, leading=15, spaceAfter=7)
CELL = ParagraphStyle("cell", parent=BODY, fontSize=10, leading=12.5, spaceAfter=0)
HEADER_CELL = ParagraphStyle("header-cell", parent=CELL, fontName="Times-Bold")
ITEM = ParagraphStyle("item", parent=BODY, spaceAfter=3)
TITLE = ParagraphStyle(
    "h1", fontName="Helvetica-Bold", fontSize=21, leading=26, spaceAfter=12, keepWithNext=1
)
HEADING = ParagraphStyle(
    "h2",
    fontName="Helvetica-Bold",
    fontSize=13.5,
    leading=17,
    spaceBefore=9,
    spaceAfter=5,
    keepWithNext=1,
)
GRID = TableStyle(
    [
        ("LINEABOVE", (0, 0), (-1, 0), 0.9, colors.black),
        ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black),
        ("LINEBELOW", (0, -1), (-1, -1), 0.9, colors.black),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
)


class PdfChapter(BaseDocTemplate):
    """A page template with a footer, and an outline entry for every heading."""

    def __init__(self, target: io.BytesIO, chapter: Chapter) -> None:
        meta = chapter.meta
        super().__init__(
            target,
            pagesize=A4,
            leftMargin=2.6 * cm,
            rightMargin=2.6 * cm,
            topMargin=2.3 * cm,
            bottomMargin=2.4 * cm,
            title=meta["title"],
            author=meta["author"],
            subject=meta["subject"],
            keywords=meta["keywords"],
            creator="samples/build.py",
            lang="en-GB",
        )
        body = (self.leftMargin, self.bottomMargin, self.width, self.height)
        frame = Frame(*body, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
        self.addPageTemplates(PageTemplate("page", [frame], onPage=self.draw_footer))
        self.entries = 0

    def draw_footer(self, canvas: Any, _doc: Any) -> None:
        canvas.saveState()
        canvas.setFont("Helvetica", 8.5)
        canvas.drawString(self.leftMargin, 1.4 * cm, f"The Footnote primer: {self.title}")
        canvas.drawRightString(A4[0] - self.rightMargin, 1.4 * cm, f"Page {canvas.getPageNumber()}")
        canvas.restoreState()

    def afterFlowable(self, flowable: Flowable) -> None:
        level = {"h1": 0, "h2": 1}.get(getattr(getattr(flowable, "style", None), "name", ""))
        if level is None:
            return
        key = f"heading-{self.entries}"
        self.entries += 1
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(flowable.getPlainText(), key, level, closed=False)
        self.canv.showOutline()


def pdf_table(rows: list[list[str]], width: float) -> Table:
    cells = [
        [Paragraph(escape(cell), HEADER_CELL if number == 0 else CELL) for cell in row]
        for number, row in enumerate(rows)
    ]
    columns = len(rows[0])
    first = 0.44 if columns > 2 else 0.5
    widths = [first * width] + [(1 - first) * width / (columns - 1)] * (columns - 1)
    return Table(cells, colWidths=widths, style=GRID, repeatRows=1)


def pdf_list(block: Block) -> ListFlowable:
    items = [ListItem(Paragraph(escape(line), ITEM)) for line in block.lines]
    kind = "bullet" if block.kind == "bullets" else "1"
    return ListFlowable(
        items,
        bulletType=kind,
        start="\u2022" if kind == "bullet" else 1,
        bulletFormat=None if kind == "bullet" else "%s.",
        bulletFontName="Times-Roman",
        bulletFontSize=11,
        leftIndent=18,
    )


def pdf_flowables(block: Block, width: float) -> list[Flowable]:
    if block.kind == "table":
        return [KeepTogether([pdf_table(block.rows, width)]), Spacer(1, 10)]
    if block.kind in {"bullets", "numbers"}:
        return [pdf_list(block), Spacer(1, 4)]
    style = {"h1": TITLE, "h2": HEADING}.get(block.kind, BODY)
    return [Paragraph(escape(block.text), style)]


def build_pdf(chapter: Chapter) -> bytes:
    rl_config.invariant = 1
    target = io.BytesIO()
    document = PdfChapter(target, chapter)
    date = f"{chapter.date.day} {chapter.date:%B %Y}"
    byline = f"{chapter.meta['author']}, {date}. Licence: CC BY 4.0."
    story: list[Flowable] = []
    for block in chapter.blocks:
        story += pdf_flowables(block, document.width)
        if block.kind == "h1":
            story.append(Paragraph(escape(byline), BODY))
    document.build(story)
    return target.getvalue()


# --- DOCX --------------------------------------------------------------------


def set_properties(document: DocxDocument, chapter: Chapter) -> None:
    properties = document.core_properties
    properties.title = chapter.meta["title"]
    properties.author = chapter.meta["author"]
    properties.last_modified_by = chapter.meta["author"]
    properties.subject = chapter.meta["subject"]
    properties.keywords = chapter.meta["keywords"]
    properties.comments = "Licence: CC BY 4.0"
    properties.language = "en-GB"
    properties.created = properties.modified = chapter.date
    properties.revision = 1


def add_table(document: DocxDocument, rows: list[list[str]]) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for number, row in enumerate(rows):
        for cell, text in zip(table.rows[number].cells, row, strict=True):
            cell.paragraphs[0].add_run(text).bold = number == 0
    document.add_paragraph()


def restart_numbering(document: DocxDocument) -> int:
    """A fresh numbering, so that each numbered list begins at 1."""
    numbering = document.part.numbering_part.element
    style = document.styles["List Number"].element
    used = style.pPr.numPr.numId.val
    abstract = numbering.num_having_numId(used).abstractNumId.val
    fresh = numbering.add_num(abstract)
    fresh.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(fresh.numId)


def add_list(document: DocxDocument, block: Block) -> None:
    style = "List Bullet" if block.kind == "bullets" else "List Number"
    number = restart_numbering(document) if block.kind == "numbers" else None
    for line in block.lines:
        paragraph = document.add_paragraph(line, style=style)
        if number is not None:
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_numId().val = number
            properties.get_or_add_ilvl().val = 0


def add_block(document: DocxDocument, block: Block) -> None:
    if block.kind == "table":
        add_table(document, block.rows)
    elif block.kind in {"bullets", "numbers"}:
        add_list(document, block)
    elif block.kind in {"h1", "h2"}:
        document.add_heading(block.text, level=int(block.kind[1]))
    else:
        document.add_paragraph(block.text)


def freeze_zip(data: bytes) -> bytes:
    """The same archive with fixed time stamps, which python-docx takes from the clock."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            new.writestr(entry, old.read(name))
    return target.getvalue()


def build_docx(chapter: Chapter) -> bytes:
    document = docx.Document()
    set_properties(document, chapter)
    document.styles["Normal"].font.size = Pt(11)
    for block in chapter.blocks:
        add_block(document, block)
    target = io.BytesIO()
    document.save(target)
    return freeze_zip(target.getvalue())


# --- command line ------------------------------------------------------------


def build_all() -> Iterator[tuple[Path, bytes]]:
    builders = {"pdf": build_pdf, "docx": build_docx}
    for stem, suffix in FORMATS.items():
        chapter = parse((SOURCES / f"{stem}.txt").read_text(encoding="utf-8"))
        yield DOCUMENTS / f"{stem}.{suffix}", builders[suffix](chapter)


def main() -> int:
    parser = argparse.ArgumentParser(description="Rebuild the PDF and DOCX sample documents.")
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    check = parser.parse_args().check
    stale = 0
    for path, data in build_all():
        same = path.exists() and path.read_bytes() == data
        if not check and not same:
            path.write_bytes(data)
        stale += check and not same
        verdict = "unchanged" if same else "differs" if check else "written"
        print(f"{verdict:9}  {path.relative_to(HERE)}  ({len(data):,} bytes)")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
