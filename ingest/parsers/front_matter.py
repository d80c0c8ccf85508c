"""What site generators add to Markdown: YAML at its head, marks that would be read as words."""

from __future__ import annotations

import re

from ingest.parsers.fences import outside_of_code

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
# A line of YAML: a name with what it stands for, an item, what is indented, a comment, a closing
# bracket. Text between two rules has other lines, too.
_NAME = re.compile(r"[\"']?[\w@$./-]+(?: [\w./-]+){0,3}[\"']?[ \t]*:(?:[ \t]|\Z)")
_LINE = re.compile(rf"\Z|[ \t#]|-(?:[ \t]|\Z)|[\]}}],?[ \t]*\Z|{_NAME.pattern}")
_FIELD = re.compile(r"^([A-Za-z][\w-]*):[ \t]+(.+)$", re.MULTILINE)
_KEPT_FIELDS = ("author", "authors", "date", "description", "tags", "keywords", "summary")
# What tells of the file and not of its subject, as site generators and programs for notes use it.
_OF_THE_FILE = re.compile(
    r"title|date\b.*|layout|slug|permalink|url|weight|order|draft|publish(?:ed)?|u?u?id|template|"
    r"alias(?:es)?|categor(?:y|ies)|created|modified|updated|last_?mod\w*|lang(?:uage)?|css\w*|"
    r"(?:content|sidebar|nav|hide|menu|toc|page|site|og|twitter|seo|api|min|jupyter|kernel)(?:[-_.].*)?|"
    r"auto_?generated|main_?menu|full_?link|section|include\w*|"
    r".*\..*|robots|image|thumbnail|cover|icon|banner|redirect\w*|reviewers|approvers|output|format|"
    rf"bibliography|csl|header-includes|linktitle|no_?list|card|{'|'.join(_KEPT_FIELDS)}",
    re.IGNORECASE,
)
_VALUE = re.compile(r"^((?!-)[\w@$/-]+(?: [\w/-]+){0,3})[ \t]*:[ \t]*(.*)$")
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


def front_matter(source: str) -> tuple[str | None, dict[str, str], str]:
    """Title and metadata from the YAML at the head of a source, and the source without it.

    What stands between two rules at the head and is no YAML stays in the source.
    """
    source = source.lstrip("\ufeff")
    match = _head(source)
    if not match:
        return None, {}, source
    fields = {name.lower(): value.strip(" \"'[]") for name, value in _FIELD.findall(match[1])}
    metadata = {name: fields[name] for name in _KEPT_FIELDS if fields.get(name)}
    return fields.get("title"), metadata, source[match.end() :]


def said_fields(source: str) -> str:
    """The fields at the head of a source that say something of its subject ("phone", "status"),
    as items "- name: value"; "" where there are none."""
    match = _head(source.lstrip("\ufeff"))
    if not match:
        return ""
    fields: list[tuple[str, list[str]]] = []
    for line in match[1].split("\n"):
        if named := _VALUE.match(line):
            fields.append((named[1], [named[2]]))
        elif fields and (line.startswith("-") or line[:1].isspace()):
            fields[-1][1].append(line.strip().removeprefix("- "))
    shown = ((name, ", ".join(filter(None, map(_value, values)))) for name, values in fields)
    return "\n".join(
        f"- {name}: {value}" for name, value in shown if value and not _OF_THE_FILE.fullmatch(name)
    )


def _value(text: str) -> str:
    """A value without its quotes and brackets, and without the signs that stand for none."""
    text = text.strip()
    if text.startswith("#") or text in ("|", ">", "|-", ">-", "null", "~", "[]", "{}"):
        return ""
    quoted = text[:1] in "\"'" and text[-1:] == text[:1]
    return text[1:-1] if quoted or (text[:1] == "[" and text[:2] != "[[") else text


def _head(source: str) -> re.Match[str] | None:
    match = _FRONT_MATTER.match(source)
    return match if match and _is_yaml(match[1]) else None


def _is_yaml(text: str) -> bool:
    """Are the lines those of fields, the first right below the rule?"""
    lines = text.split("\n")
    named = opened = False  # whether a field has been, and whether items may follow
    for line in lines:
        if not _LINE.match(line) or (line[:1] == "-" and not opened):
            return False
        named = named or bool(_NAME.match(line.lstrip()))
        if line[:1] not in "-# \t":  # what is indented or an item is of the field above
            opened = line.rstrip().endswith(":")
    return named and bool(lines[0].strip())


def without_generator_marks(source: str) -> str:
    """The source with generators' marks taken out, except in fenced code."""
    return outside_of_code(source, _without_marks)


def _without_marks(piece: str) -> str:
    for pattern, kept in _GENERATOR_MARKS:
        piece = pattern.sub(kept, piece)
    return piece
