"""Parsers: what reads each type of document.

A parser is a function `parse(path, *, password=None) -> Parsed` that raises DocumentError. Other
packages add theirs, or replace one of ours, by an entry point in the group `footnote.parsers`
whose name is the type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

from rag.types import Parsed

Parser = Callable[..., Parsed]

PARSERS: Mapping[str, str] = {
    "pdf": "ingest.parsers.pdf:parse",
    "markdown": "ingest.parsers.plain:parse_markdown",
    "html": "ingest.parsers.web:parse",
    "docx": "ingest.parsers.office:parse",
    "pptx": "ingest.parsers.slides:parse",
    "xlsx": "ingest.parsers.sheets:parse_xlsx",
    "xls": "ingest.parsers.sheets:parse_xls",
    "csv": "ingest.parsers.sheets:parse_csv",
    "eml": "ingest.parsers.mail:parse_eml",
    "mbox": "ingest.parsers.mail:parse_mbox",
    "epub": "ingest.parsers.book:parse",
    "odt": "ingest.parsers.opendocument:parse",
    "ods": "ingest.parsers.opendocument:parse",
    "odp": "ingest.parsers.opendocument:parse",
    "rtf": "ingest.parsers.rtf:parse",
    "rst": "ingest.parsers.rst:parse",
    "latex": "ingest.parsers.latex:parse",
    "subtitles": "ingest.parsers.subtitles:parse",
    "calendar": "ingest.parsers.calendar:parse",
    "contacts": "ingest.parsers.contacts:parse",
    "json": "ingest.parsers.data:parse_json",
    "notebook": "ingest.parsers.data:parse_notebook",
    "xml": "ingest.parsers.data:parse_xml",
    "code": "ingest.parsers.code:parse",
    "msg": "ingest.parsers.outlook:parse",
    "doc": "ingest.parsers.legacy:parse_doc",
    "ppt": "ingest.parsers.legacy:parse_ppt",
    "zip": "ingest.parsers.archive:parse",
    "image": "ingest.parsers.picture:parse",
    "text": "ingest.parsers.plain:parse_text",
}

# Raised when a parser gives other text for the same file, so that old files are read again.
VERSIONS: Mapping[str, int] = dict.fromkeys(PARSERS, 1) | {
    "pdf": 8, "docx": 6, "text": 5, "xml": 3, "markdown": 4, "notebook": 4, "html": 7, "epub": 7,
    "eml": 4, "mbox": 4, "msg": 4, "latex": 2, "zip": 4, "pptx": 4, "odt": 3, "odp": 3, "xlsx": 3,
    "rtf": 2, "rst": 3, "ods": 2, "doc": 2, "csv": 2, "subtitles": 2, "json": 3, "xls": 3,
}  # fmt: skip


def registered() -> dict[str, str]:
    """Type to "module:function" of every parser: ours, then those of other packages."""
    return {**PARSERS, **_installed()}


@cache
def _installed() -> dict[str, str]:
    """Of other packages. Asked once: each look reads the metadata of everything installed."""
    return {entry.name: entry.value for entry in entry_points(group="footnote.parsers")}


def load(where: str) -> Parser:
    """The function that "module:function" names."""
    module, _, name = where.partition(":")
    parser: Parser = getattr(import_module(module), name)
    return parser


def version(kind: str, where: str) -> str:
    """Name and version of a parser, as kept with each document: "pdf/1"."""
    if where == PARSERS.get(kind):
        return f"{kind}/{VERSIONS[kind]}"
    return f"{kind}/{where.partition(':')[0]}"
