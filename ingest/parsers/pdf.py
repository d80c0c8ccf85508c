"""PDF: text, a box for every character, headings, tables, forms, metadata.

PDFium reads everything, so that text, boxes and the page image that a quote is drawn on agree. It
is not thread-safe: call it from one thread of one process (`ingest.worker`).
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.parsers import figures, ocr, pdf_figures, pdf_ocr, pdf_xfa
from ingest.parsers import pages as progress
from ingest.parsers.build import hidden_note
from ingest.parsers.clean import Cleaner
from ingest.parsers.pdf_flow import flow
from ingest.parsers.pdf_headings import Entry, mark_headings, title_of
from ingest.parsers.pdf_notes import Forms
from ingest.parsers.pdf_page import Glyphs, read_page
from ingest.parsers.pdf_rows import Row
from ingest.parsers.pdf_running import drop_running
from ingest.parsers.pdf_scan import needs_ocr
from ingest.parsers.pdf_tables import rows_of
from ingest.parsers.titles import chosen
from rag.errors import DocumentError, EncryptedDocument
from rag.types import Block, Figure, Parsed

_MAX_PAGES = 20_000
_FEW = 20  # characters of a page that is a picture with a label
_MAX_OUTLINE = 5_000  # entries
_MAX_OUTLINE_DEPTH = 12
_METADATA = (("Author", "author"), ("Subject", "subject"), ("Keywords", "keywords"))
_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})?(\d{2})?")


def parse(path: Path, *, password: str | None = None) -> Parsed:
    """Text and boxes of a PDF; scanned pages by text recognition, where that is installed.

    A page that can't be read loses that page only.

    Raises:
        EncryptedDocument: it needs a password, or another one.
        DocumentError: it is damaged beyond reading, or no page has text.
    """
    document, warnings = _open(path, password)
    try:
        pages, written, drawn, failed = _pages(document)
        warnings += failed
        title, metadata = _metadata(document)
        outline = _outline(document)
        dynamic = document.get_formtype() == pdf_xfa.XFA_ONLY
        warnings += _attachments(document, pages)
    finally:
        document.close()
    drop_running(pages)
    rows = [
        row
        for page, notes in zip(pages, written, strict=True)
        if page
        for row in (*rows_of(page), *notes)
    ]
    if not rows and not drawn:
        raise _without_text(path, pages)
    if rows:
        mark_headings(rows, outline)
    found = flow(pages, rows)
    text, more = _with_form(found.text, pdf_xfa.lines(path, password) if dynamic else [])
    if dynamic:
        warnings.append("a dynamic form (XFA): its wording and values were read, not its pages")
    seen = len(text)
    text, hidden = _with_hidden(text, pages)
    if hidden:
        warnings.append(hidden_note(len(text) - seen))
    return Parsed(
        text=text,
        blocks=(*found.blocks, *more, *hidden),
        pages=tuple(found.pages),
        title=title or title_of(rows),
        metadata=metadata,
        warnings=(*warnings, *_about_pages(pages)),
        figures=tuple(
            Figure(figures.place(found.pages[number - 1], found.blocks), number, pixels)
            for number, pixels in drawn
        ),
    )


def _with_form(text: str, lines: Sequence[str]) -> tuple[str, list[Block]]:
    """The text with the lines of a form after it."""
    cleaner = Cleaner()
    blocks = []
    for line in lines:
        piece = cleaner.clean(line)
        blocks.append(Block(len(text) + 2, len(text) + 2 + len(piece), "paragraph"))
        text += f"\n\n{piece}"
    return text, blocks


def _with_hidden(text: str, pages: Sequence[Glyphs | None]) -> tuple[str, list[Block]]:
    """The text with what nobody sees at its end, as blocks of their own."""
    cleaner = Cleaner()
    blocks = []
    for number, page in enumerate(pages, 1):
        said = " ".join(cleaner.clean(page.hidden).split()) if page else ""
        if said:
            piece = f"Page {number}: {said}"
            blocks.append(Block(len(text) + 2, len(text) + 2 + len(piece), "hidden"))
            text += f"\n\n{piece}"
    return text, blocks


def _open(path: Path, password: str | None) -> tuple[Any, list[str]]:
    import pypdfium2 as pdfium

    try:
        return pdfium.PdfDocument(str(path), password=password), []
    except pdfium.PdfiumError as error:
        if "password" not in str(error).lower():
            raise DocumentError(
                f"{path.name}: damaged PDF that can't be opened. Open it in a PDF viewer and print "
                "or save it to a new PDF."
            ) from None
    # PDFium lacks some ways to encrypt (SASLprep, unusual handlers) that pypdf has.
    decrypted = _decrypted(path, password or "")
    if decrypted is not None:
        try:
            document = pdfium.PdfDocument(decrypted)
        except pdfium.PdfiumError:
            raise _encrypted(path, password) from None
        return document, []
    raise _encrypted(path, password)


def _encrypted(path: Path, password: str | None) -> EncryptedDocument:
    if password:
        return EncryptedDocument(
            f"{path.name}: the password doesn't open this PDF. Give the right one."
        )
    return EncryptedDocument(f"{path.name}: encrypted PDF. Give its password with --password.")


def _decrypted(path: Path, password: str) -> io.BytesIO | None:
    import logging

    from pypdf import PdfReader, PdfWriter

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(path)
        if not reader.is_encrypted or not reader.decrypt(password):
            return None
        writer = PdfWriter(clone_from=reader)
        data = io.BytesIO()
        writer.write(data)
    except Exception:  # pypdf fails in many ways on what it can't decrypt; all mean the same here
        return None
    data.seek(0)
    return data


def _pages(
    document: Any,
) -> tuple[list[Glyphs | None], list[list[Row]], list[tuple[int, Any]], list[str]]:
    """Characters of each page, what is written into its forms and comments, figures, warnings."""
    pages: list[Glyphs | None] = []
    written: list[list[Row]] = []
    drawn: list[tuple[int, Any]] = []  # page number, pixels
    warnings = []
    count = len(document)
    if count > _MAX_PAGES:
        warnings.append(f"only the first {_MAX_PAGES} of {count} pages were read")
    forms = Forms(document)
    scanned: list[int] = []
    places: list[pdf_figures.Box] = []  # on the page that is read

    def look(page: Any, index: int, glyphs: Glyphs) -> None:
        if needs_ocr(page, glyphs.text, glyphs.width, glyphs.height):
            scanned.append(index)
        else:
            written[index] = forms.rows(page, index, glyphs)
            places[:] = pdf_figures.boxes(page, glyphs) if figures.wanted() else ()

    for index in range(min(count, _MAX_PAGES)):
        pages.append(None)
        written.append([])
        try:
            progress.begin(index + 1)
            places.clear()
            page = read_page(document, index, look)
            if scanned[-1:] == [index] and ocr.available():
                page = pdf_ocr.read(document, index, page)
            pages[index] = page
            if figures.wanted() and (places or len(page.text) < _FEW):
                found = pdf_figures.pictures(document, index, places)
                drawn += [(index + 1, pixels) for pixels in found]
        except (ValueError, OverflowError, MemoryError) as error:
            reason = str(error) or "it takes more memory than is allowed"
            warnings.append(f"page {index + 1} was left out: {reason}")
    progress.end()
    return pages, written, drawn, warnings


def _metadata(document: Any) -> tuple[str | None, dict[str, str]]:
    cleaner = Cleaner()
    found = {key: cleaner.clean(value) for key, value in document.get_metadata_dict().items()}
    metadata = {name: " ".join(found.get(key, "").split()) for key, name in _METADATA}
    for key, name in (("CreationDate", "created"), ("ModDate", "modified")):
        if match := _DATE.match(found.get(key, "")):
            metadata[name] = "-".join(part for part in match.groups() if part)
    title = " ".join(found.get("Title", "").split())
    known = {name: value for name, value in metadata.items() if value}
    return (chosen(title) or "")[:300] or None, known


def _outline(document: Any) -> list[Entry]:
    import pypdfium2 as pdfium

    cleaner = Cleaner()
    entries: list[Entry] = []
    try:
        for bookmark in document.get_toc(max_depth=_MAX_OUTLINE_DEPTH):
            destination = bookmark.get_dest()
            page = destination.get_index() if destination else None
            title = cleaner.clean(bookmark.get_title() or "")
            if page is not None and title.strip():
                entries.append(Entry(title, page, bookmark.level + 1))
            if len(entries) >= _MAX_OUTLINE:
                break
    except (pdfium.PdfiumError, ValueError, UnicodeDecodeError):
        pass  # headings are found by their type instead
    return entries


def _attachments(document: Any, pages: Sequence[Glyphs | None]) -> list[str]:
    """Names of embedded files, and the number of those attached to pages as annotations."""
    import pypdfium2 as pdfium

    names = []
    cleaner = Cleaner()
    for index in range(min(document.count_attachments(), 20)):
        try:
            names.append(cleaner.clean(document.get_attachment(index).get_name()))
        except (pdfium.PdfiumError, UnicodeDecodeError):
            names.append("without a name")
    if attached := sum(page.attached for page in pages if page):
        names.append(f"{attached} in annotations")
    return [f"attached files were not read: {', '.join(names)}"] if names else []


def _without_text(path: Path, pages: Sequence[Glyphs | None]) -> DocumentError:
    read = sum(page is not None for page in pages)
    if not read:
        return DocumentError(
            f"{path.name}: none of its {len(pages)} pages can be read; the PDF is damaged. Open it "
            "in a PDF viewer and print or save it to a new PDF."
        )
    if ocr.available():
        return DocumentError(
            f"{path.name}: no text on its {read} pages, and none was recognised on their pictures."
        )
    return DocumentError(
        f"{path.name}: no text on its {read} pages; they are probably scanned. {ocr.MISSING}"
    )


def _about_pages(pages: Sequence[Glyphs | None]) -> list[str]:
    warnings = []
    empty = [n for n, page in enumerate(pages, 1) if page and not page.text.strip()]
    if empty:
        verb = "has" if len(empty) == 1 else "have"
        warnings.append(f"{_listed(empty)} {verb} no text (scanned?)")
    recognised = [n for n, page in enumerate(pages, 1) if page and page.recognised]
    if recognised:
        warnings.append(f"text was recognised (OCR) and may have errors: {_listed(recognised)}")
    invisible = sum(page.invisible for page in pages if page)
    if invisible:
        warnings.append(f"invisible characters left out: {invisible}")
    outside = sum(page.outside for page in pages if page)
    if outside:
        warnings.append(f"{outside} characters beside the visible page were left out")
    return warnings


def _listed(numbers: Sequence[int]) -> str:
    """ "page 3", or "12 pages (1, 2, …)"."""
    if len(numbers) == 1:
        return f"page {numbers[0]}"
    listed = ", ".join(map(str, numbers[:10])) + (", …" if len(numbers) > 10 else "")
    return f"{len(numbers)} pages ({listed})"
