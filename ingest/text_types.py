"""Which kind of text a text is: by what it looks like, and by the ending of its name."""

from __future__ import annotations

import re

_MARKDOWN_NAMES = {".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".rmd"}
_HTML_NAMES = {".html", ".htm", ".xhtml", ".shtml"}
_MAYBE_MARKDOWN = {"", ".txt", ".text"}
# In all of these no part begins where another goes on, since a file may be anything: what is tried
# again from each of its characters takes minutes for the first 64 KiB.
_HTML_START = re.compile(
    r"\s*+(?:(?:<\?xml[^>]*>|(?><!--.*?-->))\s*+)*+<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"<(?:p|div|table|h[1-6]|ul|ol|span|a|br|meta|title)\b", re.IGNORECASE)
_MARKDOWN_SIGNS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"^#{1,6} \S.*\n\s*\n",
        r"^(?:```|~~~)\w*$",
        r"\[[^\[\]\n]+\]\([^\[)\s]+\)",
        r"^\|?(?:[^\S\n]*:?-{3,}:?[^\S\n]*\|)+[^\S\n]*:?-{3,}:?[^\S\n]*\|?$",
        r"(?<!\w)\*\*[^*\n]+\*\*(?!\w)",
    )
)
_TABLE_NAMES = {".csv", ".tsv", ".tab"}
_BY_NAME = {
    ".rst": "rst", ".rest": "rst", ".tex": "latex", ".ltx": "latex", ".latex": "latex",
    ".srt": "subtitles", ".vtt": "subtitles", ".jsonl": "json", ".ndjson": "json",
    ".geojson": "json", ".json": "json", ".ipynb": "notebook", ".eml": "eml", ".mbox": "mbox",
    ".ics": "calendar", ".ical": "calendar", ".vcf": "contacts", ".vcard": "contacts",
}  # fmt: skip
_CODE_NAMES = frozenset({
    ".bash", ".bat", ".c", ".cc", ".cfg", ".clj", ".cmake", ".cpp", ".cs", ".css", ".cxx", ".dart",
    ".el", ".elm", ".erl", ".ex", ".exs", ".f90", ".fs", ".go", ".gradle", ".groovy", ".h", ".hpp",
    ".hs", ".ini", ".java", ".jl", ".js", ".jsx", ".kt", ".less", ".lisp", ".lua", ".m", ".mjs",
    ".ml", ".nix", ".php", ".pl", ".proto", ".ps1", ".py", ".pyi", ".r", ".rb", ".rs", ".sass",
    ".scala", ".scss", ".sh", ".sol", ".sql", ".swift", ".tcl", ".tf", ".toml", ".ts", ".tsx",
    ".vb", ".vue", ".yaml", ".yml", ".zig",
})  # fmt: skip
_XML_NAMES = {".xml", ".rss", ".atom", ".xsl", ".xsd", ".svg", ".opml", ".docbook", ".dita"}
_MAIL_FIELD = re.compile(
    r"^(From|To|Subject|Date|Received|Return-Path|MIME-Version|Message-ID|Delivered-To|Cc|"
    r"Content-Type|Reply-To|X-[\w-]+):[ \t]",
    re.IGNORECASE,
)
_FIELD_NAME = re.compile(r"^([\w-]+):", re.MULTILINE)
_MBOX_START = re.compile(r"From \S+ .*\d{4}[^\n]*\n(?:>?[\w-]+:[^\n]*\n)")
_CARDS = re.compile(r"\s*BEGIN:V(CALENDAR|CARD)\s*\n", re.IGNORECASE)
_SUBTITLES = re.compile(r"\A\s*(?:WEBVTT\b|\d+\s*\n\d{1,2}:\d{2}:\d{2}[,.]\d{3} --> )")
_LATEX = re.compile(r"^\s*\\(?:documentclass|begin\{document\}|chapter\{|section\{)", re.MULTILINE)
_JSON = re.compile(r"\s*[\[{]")


def text_type(suffix: str, text: str) -> str:
    """Type of a file of text with this ending (".txt") that begins with `text`."""
    if suffix in _MARKDOWN_NAMES:
        return "markdown"
    if suffix != ".eml" and is_saved_page(text):
        return "html"
    if _HTML_START.match(text) or (suffix in _HTML_NAMES and _TAG.search(text)):
        return "html"
    if suffix in _BY_NAME:
        return _named(_BY_NAME[suffix], text)
    if suffix in _TABLE_NAMES:
        return "csv"
    if suffix in _CODE_NAMES or text.startswith("#!"):
        return "code"
    if suffix in _XML_NAMES or text.lstrip("\ufeff \n\r\t").startswith("<?xml"):
        return "xml"
    if suffix in _MAYBE_MARKDOWN:
        return _unnamed(text)
    return "text"


def is_saved_page(text: str) -> bool:
    """Whether it is a web page in one file (MHTML), which looks like a mail to nobody."""
    head = text[:4000].replace("\r\n", "\n").partition("\n\n")[0]
    fields = {field.lower() for field in _FIELD_NAME.findall(head)}
    return (
        "multipart/related" in head.lower()
        and {"mime-version", "content-type"} <= fields
        and not fields & {"to", "received", "delivered-to", "message-id", "return-path"}
    )


def _named(kind: str, text: str) -> str:
    """The type that a name claims, unless the content belies it."""
    if kind in ("calendar", "contacts") and not _CARDS.match(text.lstrip("\ufeff")):
        return "text"
    if kind in ("json", "notebook") and not _JSON.match(text.lstrip("\ufeff")):
        return "text"
    return kind


def _unnamed(text: str) -> str:
    """Type of a text whose name says nothing."""
    if _MBOX_START.match(text):
        return "mbox"
    if _fields(text) >= 3:
        return "eml"
    if card := _CARDS.match(text):
        return "contacts" if card[1].upper() == "CARD" else "calendar"
    if _SUBTITLES.match(text):
        return "subtitles"
    if _LATEX.search(text[:4000]):
        return "latex"
    signs = sum(bool(pattern.search(text)) for pattern in _MARKDOWN_SIGNS)
    return "markdown" if signs >= 2 else "text"


def _fields(text: str) -> int:
    """How many fields of mail stand before the first empty line."""
    count = 0
    for line in text.split("\n")[:40]:
        if not line.strip():
            break
        if _MAIL_FIELD.match(line):
            count += 1
        elif not line[0].isspace():
            return 0
    return count
