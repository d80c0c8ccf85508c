"""What site generators add to Markdown: YAML at its head, marks that would be read as words."""

from __future__ import annotations

import re

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
# A line of YAML: a name with what it stands for, an item, what is indented, a comment, a closing
# bracket. Text between two rules has other lines, too.
_NAME = re.compile(r"[\"']?[\w@$./-]+(?: [\w./-]+){0,3}[\"']?[ \t]*:(?:[ \t]|\Z)")
_LINE = re.compile(rf"\Z|[ \t#]|-(?:[ \t]|\Z)|[\]}}],?[ \t]*\Z|{_NAME.pattern}")
_FIELD = re.compile(r"^([A-Za-z][\w-]*):[ \t]+(.+)$", re.MULTILINE)
_KEPT_FIELDS = ("author", "authors", "date", "description", "tags", "keywords", "summary")
# Marks that site generators add to Markdown: Hugo, MkDocs and Sphinx ones that would be read as
# words. (pattern, what stays of it)
_GENERATOR_MARKS = (
    (re.compile(r"\{\{[<%][^{}]*?\btext=\"([^\"]*)\"[^{}]*?[>%]\}\}"), r"\1"),
    (re.compile(r"\{\{[<%][^{}]*?\bterm_id=\"([^\"]*)\"[^{}]*?[>%]\}\}"), r"\1"),
    (re.compile(r"\{\{[<%][^{}]*?[>%]\}\}"), ""),
    (re.compile(r"[ \t]*\{:?[ ]*[#.][\w\-. #:]*\}[ \t]*$", re.MULTILINE), ""),
    (
        re.compile(r"^///+[ \t]*(?:[a-z][\w-]*[ \t]*(?:\|[ \t]*(.*))?)?$", re.MULTILINE),
        r"\n\1\n",
    ),
    (re.compile(r"^[!?]{3}\+?[ \t]+\w+[ \t]*(?:\"(.*)\")?[ \t]*$", re.MULTILINE), r"\1"),
    (re.compile(r"^\{\*.*\*\}[ \t]*$", re.MULTILINE), ""),
)
_FENCE = re.compile(r"^([ \t]*)(`{3,}|~{3,})[^\n]*\n.*?^\1?[ \t]*\2[`~]*[ \t]*$", re.M | re.S)


def front_matter(source: str) -> tuple[str | None, dict[str, str], str]:
    """Title and metadata from the YAML at the head of a source, and the source without it.

    What stands between two rules at the head and is no YAML stays in the source.
    """
    source = source.lstrip("\ufeff")
    match = _FRONT_MATTER.match(source)
    if not match or not _is_yaml(match[1]):
        return None, {}, source
    fields = {name.lower(): value.strip(" \"'[]") for name, value in _FIELD.findall(match[1])}
    metadata = {name: fields[name] for name in _KEPT_FIELDS if fields.get(name)}
    return fields.get("title"), metadata, source[match.end() :]


def _is_yaml(text: str) -> bool:
    """Are the lines those of fields, the first right below the rule?"""
    lines = text.split("\n")
    named = opened = False  # whether a field has been, and whether items may follow
    for line in lines:
        if not _LINE.match(line) or (line[:1] == "-" and not opened):
            return False
        if _NAME.match(line.lstrip()):
            named, opened = True, line.rstrip().endswith(":")
    return named and bool(lines[0].strip())


def without_generator_marks(source: str) -> str:
    """The source with generators' marks taken out, except in fenced code."""
    parts = []
    position = 0
    for fence in [*_FENCE.finditer(source), None]:
        piece = source[position : fence.start() if fence else len(source)]
        for pattern, kept in _GENERATOR_MARKS:
            piece = pattern.sub(kept, piece)
        parts.append(piece)
        if fence:
            parts.append(fence[0])
            position = fence.end()
    return "".join(parts)
