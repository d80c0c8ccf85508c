"""HTML: the main text of a page, without navigation, scripts and hidden parts."""

from __future__ import annotations

import email
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.parsers.build import Builder
from ingest.parsers.clean import decode, decode_as, require_text
from ingest.parsers.front_matter import front_matter, without_generator_marks
from ingest.parsers.web_chrome import Chrome
from ingest.parsers.web_main import body_of, main_of
from ingest.parsers.web_walk import Walk
from ingest.text_types import is_saved_page
from rag.errors import DocumentError
from rag.types import Parsed

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LARGEST = 64 * 1024 * 1024  # bytes; a page above that is no page

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w\-:]+)", re.IGNORECASE)
_BOOKMARKS = re.compile(r"\s*<!doctype\s+netscape-bookmark-file", re.IGNORECASE)
_NO_TEXT = ("script", "style", "noscript", "template")  # and not to be counted as such

_METADATA = {
    "author": ("author", "article:author", "dc.creator", "citation_author"),
    "date": ("date", "article:published_time", "dc.date", "citation_publication_date"),
    "description": ("description", "og:description"),
    "keywords": ("keywords",),
}


def parse(path: Path, *, password: str | None = None) -> Parsed:
    """The main text of an HTML page. `password` is not used.

    Raises:
        DocumentError: the page holds no text, or is larger than 64 MiB.
    """
    if path.stat().st_size > _LARGEST:
        raise DocumentError(f"{path.name}: larger than {_LARGEST >> 20} MiB. Split it first.")
    source, warnings = _source(path.read_bytes())
    own_title, own_metadata, source = front_matter(source)  # sources of Hugo and Jekyll have it
    tree = _tree(without_generator_marks(source) if own_title else source)
    builder = Builder()
    builder.warnings.extend(warnings)
    if tree is not None:
        root, is_marked = main_of(tree)
        Walk(builder, Chrome(len(root.text_content()), inside_main=is_marked)).run(root)
        if builder.is_empty:  # all of it looks like decoration, so it is what the page is about
            body = body_of(tree)
            chrome = Chrome(len(body.text_content()), inside_main=False, everything=True)
            Walk(builder, chrome).run(body)
    title, metadata = _described(tree)
    parsed = builder.parsed(own_title or title, {**metadata, **own_metadata})
    require_text(path, parsed.text, "A page that a script draws has to be saved from the browser.")
    return parsed


def _source(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The page itself; in MHTML it is the first part of its kind."""
    if is_saved_page(data[:4000].decode("latin-1")):
        for part in email.message_from_bytes(data).walk():
            content = part.get_payload(decode=True)
            if part.get_content_type() == "text/html" and isinstance(content, bytes):
                declared = decode_as(content, part.get_content_charset() or "")
                return decode_html(content) if declared is None else (declared, ())
    return decode_html(data)


def build_fragment(source: str, builder: Builder) -> None:
    """Adds the text of a piece of HTML, as it stands in Markdown, to `builder`."""
    tree = _tree(source)
    if tree is not None:
        Walk(builder, Chrome(len(tree.text_content()), inside_main=True)).run(tree)


def decode_html(data: bytes) -> tuple[str, tuple[str, ...]]:
    """As `decode`, but a charset that the page declares goes before a guess."""
    declared = _CHARSET.search(data[:4096])
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"))
    if declared and not marked:
        text = decode_as(data, declared[1].decode("ascii", "replace"))
        if text is not None:
            return text, ()
    return decode(data)


def _tree(source: str) -> HtmlElement | None:
    """The page, or None where there is none. libxml2 cuts nesting off at 256 elements."""
    from lxml import etree, html

    source = re.sub(r"\A\s*<\?xml[^>]*\?>", "", source).replace("\x00", "")
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        tree = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    etree.strip_elements(tree, *_NO_TEXT, with_tail=False)
    _part_terms(tree)
    if _BOOKMARKS.match(source):
        _show_addresses(tree)
    return tree


def _part_terms(tree: HtmlElement) -> None:
    """A term that nothing closes ends where the next begins; libxml2 puts one into the other."""
    for term in list(tree.iter("dt")):
        above = term.getparent()
        if above is not None and above.tag == "dt" and term.getnext() is None:
            above.addnext(term)


def _show_addresses(tree: HtmlElement) -> None:
    """Bookmarks as a browser saves them: each a line of its own, with its address."""
    for element in tree.iter("dt", "dd"):
        element.tag = "p"
    for link in tree.iter("a"):
        if (address := link.get("href", "")).startswith(("http", "ftp", "file")):
            link.append(link.makeelement("span"))
            link[-1].text = f" ({address})"


def _described(tree: HtmlElement | None) -> tuple[str | None, dict[str, str]]:
    """Title and metadata from the head of the page."""
    if tree is None:
        return None, {}
    said: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        if name and meta.get("content"):
            said.setdefault(name, meta.get("content"))
    metadata = {
        key: next((said[name] for name in names if name in said), "")
        for key, names in _METADATA.items()
    }
    title = tree.findtext(".//title") or said.get("og:title")
    return title, metadata
